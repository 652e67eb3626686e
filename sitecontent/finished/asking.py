"""Let Django make a page, as it would for a visitor of whom nothing is known."""

import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from sitecontent.edition import current
from sitecontent.edition.edition import Edition

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""A WSGI application."""


@dataclass(frozen=True)
class Answer:
    """What an application answered. `status` is a whole status line such as "200 OK"."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def is_ok(self) -> bool:
        """True for 200."""
        return self.status.startswith("200 ")

    @property
    def is_for_everybody(self) -> bool:
        """False for an answer that is for one visitor, or must not be kept: neither is shown to anybody else."""
        for name, value in self.headers:
            if name.lower() == "set-cookie" or (name.lower() == "vary" and "cookie" in value.lower()):
                return False
            if name.lower() == "cache-control" and ("private" in value or "no-store" in value):
                return False
        return True


def is_secure_site() -> bool:
    """True where visitors come over HTTPS, so that pages are made with the headers that belong to it."""
    return bool(settings.SECURE_SSL_REDIRECT)


def ask(application: Application, address: str, edition: Edition) -> Answer:
    """Ask for one address of this edition, even when another one is current.

    The request names the site's host and scheme and carries no cookie, language, browser or client address.
    """
    path, _, query = address.partition("?")
    host = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else "localhost"
    secure = is_secure_site()
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": host,
        "SERVER_PORT": "443" if secure else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if secure else "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    with current.pinned(edition):
        return call(application, environ)


def call(application: Application, environ: dict[str, Any]) -> Answer:
    """Call a WSGI application and gather its whole answer."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        begun.append((status, headers))

    chunks = application(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = begun[-1]
    return Answer(status, tuple(headers), body)
