"""How often one visitor may ask. Addresses of visitors are never written down, not even in memory.

A limit counts in the memory of each process. Behind nginx there is a second, coarser one in front: see `deploy/`.
"""

import hashlib
import ipaddress
import secrets
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HOUR_SECONDS = 3600.0
MINUTE_SECONDS = 60.0

MOST_COUNTED = 10_000
"""Visitors of whom one limit remembers something; it begins anew when there are more, so its memory is bounded."""

IPV6_NETWORK_BITS = 64
"""What one household is given: whoever has it can use any address in it."""


class Limit:
    """Counts what comes from one address, for a fixed time at most.

    An address is known only by a hash under a key that is made anew each time and is kept nowhere else: once the
    time is over nobody can tell who was counted.
    """

    def __init__(self, most: int, seconds: float = HOUR_SECONDS) -> None:
        self.most = most
        self.seconds = seconds
        self._lock = Lock()
        self._begin(-seconds)

    def _begin(self, now: float) -> None:
        self._since = now
        self._key = secrets.token_bytes(32)
        self._counts: Counter[bytes] = Counter()

    def takes(self, address: str, now: float, *, most: int | None = None) -> bool:
        """Count one more from this address; False when that is too many. `now` is in seconds and only ever grows.

        `most` takes the place of the limit's own number.
        """
        with self._lock:
            if now - self._since >= self.seconds or len(self._counts) >= MOST_COUNTED:
                self._begin(now)
            name = hashlib.blake2b(network_of(address).encode(), key=self._key, digest_size=16).digest()
            self._counts[name] += 1
            return self._counts[name] <= (self.most if most is None else most)

    def seconds_left(self, now: float) -> int:
        """How long until the count begins anew; at least 1."""
        return max(1, int(self._since + self.seconds - now) + 1)

    def forget(self) -> None:
        """Begin anew now: for tests."""
        self._begin(-self.seconds)


View = Callable[..., HttpResponse]


def not_too_often(setting: str, refused: Callable[[HttpRequest], HttpResponse], limit: Limit) -> Callable[[View], View]:
    """Make a view refuse whoever asks more often than `setting` says; 0 there is no limit.

    Looking at a form is not asking: only a POST, or a query, counts. What `refused` makes is told when to come back.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            most = getattr(settings, setting)
            if most and (request.method == "POST" or request.GET.get("q")):
                now = time.monotonic()
                if not limit.takes(address_of(request), now, most=most):
                    response = refused(request)
                    response["Retry-After"] = str(limit.seconds_left(now))
                    response["Cache-Control"] = "no-store"
                    return response
            return view(request, *arguments, **named)

        return answer

    return decorate


def network_of(address: str) -> str:
    """What is counted for an address: an IPv6 address by its network, anything else by itself."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(given, ipaddress.IPv6Address):
        if given.ipv4_mapped:
            return str(given.ipv4_mapped)
        return str(ipaddress.ip_network((given, IPV6_NETWORK_BITS), strict=False))
    return str(given)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from. Behind a proxy of ours it is what that proxy added last."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
