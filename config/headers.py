"""The security headers that neither Django nor django-csp sets."""

from collections.abc import Callable

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse

from sitecontent.pages.counting import count_answer_of_django

DESK = "/admin/"
"""Where staff work. The desk's forms need to see that they were sent from this site."""

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "publickey-credentials-get",
        "screen-wake-lock",
        "usb",
        "xr-spatial-tracking",
    )
)
"""The site uses none of the device, so it asks the browser to refuse all of it."""


class HeadersMiddleware:
    """Add the headers that keep other sites, and the device, out of reach.

    Public pages tell nobody where a visitor came from (`no-referrer`, set for all by Django). Under that policy a
    browser sends `Origin: null` with a form, which Django's protection against forged requests rightly refuses; so
    the desk, and only the desk, may tell this same site. Its scripts also ask this site for what they show; no script
    of a public page asks anybody for anything.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers added that the answer does not already carry."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(DESK):
            response.headers.setdefault("Referrer-Policy", "same-origin")
            response._csp_update = {"connect-src": [SELF]}  # type: ignore[attr-defined]  # Read by django-csp.
        if "REMOTE_ADDR" in request.META:  # Not what the site asks of itself, to keep its pages finished.
            count_answer_of_django(response.status_code)
        return response
