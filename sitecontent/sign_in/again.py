"""A form that could not be accepted because nobody is signed in any more: everything that was typed comes back.

Only for a form that the browser itself says came from this site (`Sec-Fetch-Site`): what another site sends is refused
without a word of it.
"""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse

from sitecontent.pages.errors import forbidden

NEVER_SHOWN = ("csrfmiddlewaretoken", "password", "token")
"""Parts of the names of fields whose values no page repeats."""

SHORT = 20
OWN_STEPS = ("/admin/login/", "/admin/second-step/", "/admin/logout/")


def is_ours(request: HttpRequest) -> bool:
    """True for a form of the desk that was sent from the desk."""
    return (
        request.method == "POST"
        and request.path.startswith("/admin/")
        and request.path not in OWN_STEPS
        and request.headers.get("Sec-Fetch-Site") == "same-origin"
        and any(True for _ in _typed(request))
    )


def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that they are signed out, and give back what they typed."""
    return _page(request, is_signed_out=True)


def not_accepted(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's view for a form without its token. It is old when it is ours; otherwise it is simply refused."""
    return _page(request, is_signed_out=False) if is_ours(request) else forbidden(request)


def _page(request: HttpRequest, *, is_signed_out: bool) -> HttpResponse:
    typed = tuple(_typed(request))
    context = {
        "is_signed_out": is_signed_out,
        "address": request.get_full_path(),
        "sign_in": reverse("admin:login"),
        "token": get_token(request),
        "to_read": [(name, value) for name, value in typed if _is_worth_reading(value)],
        "to_send": [(name, value) for name, value in typed if not _is_worth_reading(value)],
    }
    response = HttpResponse(render_to_string("admin/sign_in/again.html", context), status=403)
    response["Cache-Control"] = "no-store"
    return response


def _is_worth_reading(value: str) -> bool:
    return len(value) > SHORT or "\n" in value


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if not any(part in name.lower() for part in NEVER_SHOWN):
            for value in values:
                yield name, str(value).replace("\r\n", "\n")
