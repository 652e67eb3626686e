"""A form that could not be accepted because nobody is signed in any more: everything that was typed comes back.

Only for a form that the browser itself says came from this site (`Sec-Fetch-Site`): what another site sends is refused
without a word of it.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from sitecontent.given_back import form_again, typed
from sitecontent.pages.errors import forbidden

OWN_STEPS = ("/admin/login/", "/admin/second-step/", "/admin/logout/")


def is_ours(request: HttpRequest) -> bool:
    """True for a form of the desk that was sent from the desk."""
    return (
        request.method == "POST"
        and request.path.startswith("/admin/")
        and request.path not in OWN_STEPS
        and request.headers.get("Sec-Fetch-Site") == "same-origin"
        and any(typed(request))
    )


def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that they are signed out, and give back what they typed."""
    return _page(request, is_signed_out=True)


def not_accepted(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's view for a form without its token. It is old when it is ours; otherwise it is simply refused."""
    return _page(request, is_signed_out=False) if is_ours(request) else forbidden(request)


def _page(request: HttpRequest, *, is_signed_out: bool) -> HttpResponse:
    context = {**form_again(request), "is_signed_out": is_signed_out, "sign_in": reverse("admin:login")}
    response = HttpResponse(render_to_string("admin/sign_in/again.html", context), status=403)
    response["Cache-Control"] = "no-store"
    return response
