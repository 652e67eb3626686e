"""What the desk says while its database is away: plainly that nothing was saved, with everything that was typed."""

import traceback
from collections.abc import Callable

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from config.headers import DESK
from sitecontent.given_back import form_again, typed

RETRY_AFTER_SECONDS = 30
READ_ONLY = "25006"
"""What PostgreSQL calls a transaction that may only read."""


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
        if not request.path.startswith(DESK) or not (_is_away(exception) or _only_reads(exception)):
            return None
        return outage(request, is_certain=_never_reached_it(exception) or _only_reads(exception))


class DeskSessionMiddleware(SessionMiddleware):
    """Django's sessions, but for a database that goes away just before a session is saved.

    Django takes that for a session that was ended elsewhere, and answers "bad request". By then the view has done its
    work, so all that can be said is that it may have been saved.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session; say so in words when that can not be done."""
        try:
            answer: HttpResponse = super().process_response(request, response)
        except SessionInterrupted as error:
            if not _is_for_want_of_a_database(error):
                raise
            return outage(request, is_certain=False)
        return answer


def outage(request: HttpRequest, *, is_certain: bool) -> HttpResponse:
    """The page for a database that is away. `is_certain` when nothing can have been saved."""
    was_sent = request.method == "POST"
    context = {
        **form_again(request),
        "is_post": was_sent and any(typed(request)),
        "is_certain": is_certain or not was_sent,
    }
    response = HttpResponse(render_to_string("admin/outage.html", context), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _never_reached_it(error: BaseException) -> bool:
    """True when it was connecting that failed, so that the database can not have done anything."""
    return any(frame.name == "get_new_connection" for frame in traceback.extract_tb(error.__traceback__))


def _is_away(error: BaseException) -> bool:
    return isinstance(error, OperationalError | InterfaceError)


def _only_reads(error: BaseException) -> bool:
    """True when the database is a replica, which follows another one and takes no writing itself."""
    return isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", "") == READ_ONLY


def _is_for_want_of_a_database(error: BaseException | None) -> bool:
    while error is not None:
        if _is_away(error) or _only_reads(error):
            return True
        error = error.__context__
    return False
