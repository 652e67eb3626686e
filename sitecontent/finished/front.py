"""The front: a WSGI application that serves finished pages and hands everything else to Django."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost, SuspiciousOperation
from django.http import HttpRequest

from sitecontent.finished.addresses import READ_THEIR_QUERY
from sitecontent.finished.asking import Application, is_secure_site
from sitecontent.finished.keeper import MEBIBYTE, Keeper
from sitecontent.finished.page import LONGEST_HEADER_CONSIDERED, FinishedPage, accepted_encodings, is_unchanged
from sitecontent.pages.counting import FINISHED, FINISHED_UNCHANGED

WHERE_HOST_AND_SCHEME_STAND = (
    "HTTP_HOST",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "SERVER_NAME",
    "SERVER_PORT",
    "wsgi.url_scheme",
)
"""All of a request that decides whether Django would refuse its host or send it to HTTPS."""


class FinishedPages:
    """Serve finished pages; hand to Django whatever is not a plain reading of one.

    Cookies, language and browser are not looked at: public pages are the same for everybody.
    """

    def __init__(self, application: Application, keeper: Keeper) -> None:
        self.application = application
        self.keeper = keeper

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        method = environ["REQUEST_METHOD"]
        if method == "GET" or method == "HEAD":
            page = self.find(environ)
            if page is not None:
                accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
                variant = page.variant_for(accepted_encodings(accepted[:LONGEST_HEADER_CONSIDERED]))
                held = environ.get("HTTP_IF_NONE_MATCH")
                if held is not None and is_unchanged(held, variant.etag):
                    FINISHED_UNCHANGED.add()
                    start_response("304 Not Modified", list(variant.unchanged))
                    return ()
                FINISHED.add()
                start_response("200 OK", list(variant.headers))
                if method == "HEAD":
                    return ()
                return (self.keeper.plain(page) if variant.body is None else variant.body,)
        return self.application(environ, start_response)

    def find(self, environ: dict[str, Any]) -> FinishedPage | None:
        """The finished page that this request asks for, or None when Django has to answer."""
        shelf = self.keeper.current_shelf()
        if shelf is None or environ.get("SCRIPT_NAME"):
            return None
        path = environ["PATH_INFO"]
        name: str | None = path
        query = environ.get("QUERY_STRING")
        if query and path in READ_THEIR_QUERY:
            try:
                name = shelf.name_of(path, query)
            except (SuspiciousOperation, BadRequest, ValueError):
                return None
        if name is None:
            return None
        page = shelf.get(name)
        if page is None:
            if name != path:
                self.keeper.want(name)
            return None
        return page if is_welcome(*map(environ.get, WHERE_HOST_AND_SCHEME_STAND)) else None


@lru_cache(maxsize=256)
def is_welcome(*where: str | None) -> bool:
    """True when Django would neither refuse the host nor redirect to HTTPS. It is asked itself, once for each host."""
    if any(value and len(value) > LONGEST_HEADER_CONSIDERED for value in where):
        return False
    given = {key: value for key, value in zip(WHERE_HOST_AND_SCHEME_STAND, where, strict=True) if value is not None}
    request = _Asked(given.pop("wsgi.url_scheme", "http"))
    request.META.update(given)
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return request.is_secure() == is_secure_site()


class _Asked(HttpRequest):
    """As much of a request as knows its host and its scheme."""

    def __init__(self, scheme: str) -> None:
        super().__init__()
        self._scheme = scheme

    def _get_scheme(self) -> str:
        return self._scheme


def in_front_of(application: Application) -> Application:
    """Put finished pages in front of Django and begin to make them.

    Not while DEBUG is on: then templates change under the hand, and each look is to show the latest.
    """
    if settings.DEBUG:
        return application
    keeper = Keeper(application, limit_bytes=settings.FINISHED_PAGES_MB * MEBIBYTE)
    keeper.start()
    return FinishedPages(application, keeper)
