"""Keeping answers out of everything that outlives the request."""

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

HANDLED_BY_DJANGO = (Http404, PermissionDenied, SuspiciousOperation, BadRequest)
"""Errors that Django answers itself, and whose messages hold nothing that was answered."""


def leave_no_trace(failed: Callable[[HttpRequest], HttpResponse]) -> Callable[[View], View]:
    """Make a view that sees answers keep them to itself.

    What it returns is never stored and never indexed. When it breaks, the log names the
    error and the place in our code, but not its message: that could repeat an answer.
    `failed` makes the page that is then shown.
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
                log.error("The checker failed with %s in %s", type(error).__name__, _place_of(error))
                response = failed(request)
            response["Cache-Control"] = "no-store"
            response["X-Robots-Tag"] = "noindex"
            return response

        return answer

    return decorate


def _place_of(error: BaseException) -> str:
    """The innermost place of an error, as file, line and function."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno} ({frames[-1].name})" if frames else "an unknown place"
