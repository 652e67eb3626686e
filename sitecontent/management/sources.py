"""Look whether cited pages are still where they are said to be. Asks politely, and never more than it needs."""

import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

AT_ONCE = 8
"""How many servers are asked at once; each of them is asked one thing at a time."""

TIMEOUT_SECONDS = 10.0
PERMANENT = frozenset({301, 308})
GONE = frozenset({404, 410})
ASK_AGAIN_WITH_GET = frozenset({400, 403, 404, 405, 406, 501, 503})
"""What servers answer to HEAD that do not care for it."""


class Found(StrEnum):
    """What became of an address."""

    THERE = "there"
    MOVED = "moved for good"
    GONE = "gone"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Outcome:
    """What asking for one address came to. `detail` says more: the new address, or what went wrong."""

    url: str
    found: Found
    status: int = 0
    detail: str = ""


Progress = Callable[[int, int], None]


def check_urls(
    urls: Iterable[str],
    *,
    user_agent: str,
    at_once: int = AT_ONCE,
    timeout_seconds: float = TIMEOUT_SECONDS,
    allow_private: bool = False,
    told: Progress = lambda _done, _all: None,
) -> tuple[Outcome, ...]:
    """Ask for each address once, in the order given. Nothing that a server does is an error here.

    `allow_private` lets addresses inside one's own network be asked; otherwise a source can not be used to reach them.
    """
    wanted = list(dict.fromkeys(urls))
    by_server: dict[str, list[str]] = {}
    for url in wanted:
        by_server.setdefault(_server_of(url), []).append(url)
    found: dict[str, Outcome] = {}
    asker = _Asker(user_agent, timeout_seconds, allow_private=allow_private)

    def ask_one_server(own: list[str]) -> list[Outcome]:
        return [asker.check(url) for url in own]

    with ThreadPoolExecutor(at_once) as pool:
        for outcomes in pool.map(ask_one_server, by_server.values()):
            found.update({outcome.url: outcome for outcome in outcomes})
            told(len(found), len(wanted))
    return tuple(found[url] for url in wanted)


def _server_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


class _Asker:
    """Asks for addresses, with HEAD and where that is refused with GET."""

    def __init__(self, user_agent: str, timeout_seconds: float, *, allow_private: bool) -> None:
        self.user_agent = user_agent
        self.timeout_seconds = timeout_seconds
        self.allow_private = allow_private
        self.proxies = urllib.request.getproxies()

    def check(self, url: str) -> Outcome:
        try:
            outcome = self._ask(url, "HEAD")
            if outcome.status in ASK_AGAIN_WITH_GET:
                outcome = self._ask(url, "GET")
        except _NotPublic as refused:
            return Outcome(url, Found.NOT_ASKED, detail=str(refused))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Outcome(url, Found.UNREACHABLE, detail=_in_words(error))
        return outcome

    def _ask(self, url: str, method: str) -> Outcome:
        moves = _Moves(self._refuse_private)
        self._refuse_private(url)
        opener = urllib.request.build_opener(moves)
        request = urllib.request.Request(url, method=method, headers={"User-Agent": self.user_agent})  # noqa: S310
        try:
            with opener.open(request, timeout=self.timeout_seconds) as response:
                status, where = response.status, response.url
        except urllib.error.HTTPError as error:
            with error:
                return _refusal(url, error.code)
        if where != url and moves.statuses and set(moves.statuses) <= PERMANENT:
            return Outcome(url, Found.MOVED, status, where)
        return Outcome(url, Found.THERE, status)

    def _refuse_private(self, url: str) -> None:
        """Raises: _NotPublic for an address inside one's own network; OSError when its name is not known."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"}:
            raise _NotPublic(f"{parts.scheme or 'nothing'} is not an address on the web")
        if self.allow_private or parts.scheme in self.proxies:
            return
        for *_, address in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM):
            if not ipaddress.ip_address(address[0]).is_global:
                raise _NotPublic(f"{parts.hostname} is inside a private network")


class _NotPublic(Exception):
    """An address that is not on the public web."""


class _Moves(urllib.request.HTTPRedirectHandler):
    """Follows redirections, remembers of which kind they were, and asks the same question at each."""

    def __init__(self, guard: Callable[[str], None]) -> None:
        self.guard = guard
        self.statuses: list[int] = []

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        self.guard(newurl)
        self.statuses.append(code)
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request is not None:
            request.method = req.get_method()
        return request


def _refusal(url: str, status: int) -> Outcome:
    if status in GONE:
        return Outcome(url, Found.GONE, status)
    return Outcome(url, Found.REFUSED, status, _REFUSALS.get(status, "its server has a fault" if status >= 500 else ""))


_REFUSALS: Mapping[int, str] = {
    401: "it wants a login",
    403: "it does not answer programs",
    429: "it was asked too often",
}


def _in_words(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError) or "timed out" in str(reason):
        return "no answer in time"
    if isinstance(reason, ssl.SSLError):
        return f"its certificate is not accepted: {getattr(reason, 'verify_message', '') or reason}"
    if isinstance(reason, socket.gaierror):
        return "its name is not known"
    return str(reason) or type(reason).__name__
