"""Forms without a cookie: keeping what they hold out of the log, and refusing what another site sends.

The symptom checker and the form for reporting a problem share this.
"""

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import split_domain_port
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

HANDLED_BY_DJANGO = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)
"""Errors that Django answers itself, and whose messages hold nothing that was answered."""

SAME_SITE = ("same-origin", "none")
"""What browsers put in `Sec-Fetch-Site` for a form of ours, and for a page that somebody reloads."""


def leave_no_trace(
    failed: Callable[[HttpRequest], HttpResponse], *, name: str = "The checker"
) -> Callable[[View], View]:
    """Make a view that sees answers keep them to itself.

    What it returns is never stored and never indexed. When it breaks, the log names the
    error and the place in our code, but not its message: that could repeat an answer.
    `failed` makes the page that is then shown; `name` is what the log calls the view.
    """

    def decorate(view: View) -> View:
        @sensitive_variables()
        @sensitive_post_parameters()
        @wraps(view)
        def answer(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            try:
                response = view(request, *arguments, **named)
            except HANDLED_BY_DJANGO:
                raise
            except Exception as error:  # noqa: BLE001 (whatever it is, its message must not reach the log)
                log.error("%s failed with %s in %s", name, type(error).__name__, _place_of(error))
                response = failed(request)
            response["Cache-Control"] = "no-store"
            response["X-Robots-Tag"] = "noindex"
            return response

        return answer

    return decorate


def is_larger_than(request: HttpRequest, most_bytes: int) -> bool:
    """True when a body says that it is larger than any honest one."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > most_bytes


def is_from_elsewhere(request: HttpRequest) -> bool:
    """True when another site made the browser send this form.

    `Sec-Fetch-Site` says so in every current browser. Older ones send `Origin`; under our
    `no-referrer` policy it is "null" even for our own form, so that tells nothing, and the
    host alone is compared because a proxy may have ended the encryption.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site not in SAME_SITE
    origin = request.headers.get("Origin")
    if not origin or origin == "null":
        return False
    host, _ = split_domain_port(request.get_host())
    return urlsplit(origin).hostname != host.strip("[]")


def _place_of(error: BaseException) -> str:
    """The innermost place of an error, as file, line and function."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno} ({frames[-1].name})" if frames else "an unknown place"
