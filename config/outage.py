"""What the desk says while its database is away: plainly that nothing was saved, with everything that was typed."""

from collections.abc import Callable, Iterator

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from config.headers import DESK

RETRY_AFTER_SECONDS = 30
NEVER_SHOWN = ("csrfmiddlewaretoken", "password", "token")
"""Parts of the names of fields whose values no page repeats."""

SHORT = 20


class OutageMiddleware:
    """Answer a request to the desk that failed for want of a database.

    The public pages and the checker never ask the database, so they have no need of this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Make the page, for the desk and for a database that is away, and for nothing else."""
        if not isinstance(exception, OperationalError | InterfaceError) or not request.path.startswith(DESK):
            return None
        typed = tuple(_typed(request))
        context = {
            "address": request.get_full_path(),
            "is_post": request.method == "POST" and bool(typed),
            "to_read": [(name, value) for name, value in typed if is_worth_reading(value)],
            "to_send": [(name, value) for name, value in typed if not is_worth_reading(value)],
            "token": get_token(request),
        }
        response = HttpResponse(render_to_string("admin/outage.html", context), status=503)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        response["Cache-Control"] = "no-store"
        return response


def is_worth_reading(value: str) -> bool:
    """True for a text that somebody wrote; what is short, such as a choice, is sent again unseen."""
    return len(value) > SHORT or "\n" in value


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Every field of the form that was sent, but for what no page repeats."""
    for name, values in request.POST.lists():
        if not any(part in name.lower() for part in NEVER_SHOWN):
            for value in values:
                yield name, str(value).replace("\r\n", "\n")
