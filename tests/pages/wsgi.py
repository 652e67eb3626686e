"""Asks a WSGI application as a web server would, so that what stands in front of Django can be tested like Django."""

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import brotli

from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from sitecontent.finished.asking import Application

DECODERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress}


@dataclass
class Reply:
    """An answer as a client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> bytes:
        """The body without its encoding."""
        return DECODERS.get(self.headers.get("content-encoding", ""), bytes)(self.body)


def request_for(address: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> dict[str, Any]:
    """What a web server hands to a WSGI application. `accept_encoding="gzip"` becomes a header."""
    path, _, query = address.partition("?")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "127.0.0.1",
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def ask(application: Application, address: str, **how: Any) -> Reply:
    """Ask for an address and read the whole answer."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    chunks = application(request_for(address, **how), lambda status, headers: begun.append((status, headers)))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    status, headers = begun[-1]
    names = [name.lower() for name, _ in headers if name.lower() != "set-cookie"]
    assert len(names) == len(set(names)), f"a header is given twice: {names}"
    return Reply(int(status.split()[0]), {name.lower(): value for name, value in headers}, body)


@dataclass
class Counting:
    """An application that counts what reaches it."""

    application: Application
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.asked.append(environ["PATH_INFO"])
        return self.application(environ, start_response)


class Holding(current._Holder):
    """Stands in for what the process knows of editions: it never looks into a database."""

    def __init__(self, edition: Edition | None) -> None:
        super().__init__()
        self.edition = edition

    def look(self) -> None:
        """There is nothing to look at: a test says what the edition is."""


def only_a_few(edition: Edition) -> Edition:
    """The edition without most of its sources and claims, which makes it quick to finish."""
    cited = {source for cause in edition.causes[:3] for source in cause.sources}
    return replace(
        edition,
        entries=tuple(
            entry
            for entry in edition.entries
            if entry.document.kind not in {"claim-review", "source", "cause", "finding"}
            or entry.document in edition.causes[:3]
            or entry.document.slug in cited
        ),
    )
