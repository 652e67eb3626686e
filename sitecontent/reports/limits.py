"""How many reports are taken. Addresses of visitors are never written down, not even in memory."""

import hashlib
import secrets
from collections import Counter
from threading import Lock

HOUR_SECONDS = 3600.0
MOST_FROM_ONE = 5
"""Reports in an hour from one visitor, by each process."""

MOST_IN_ALL = 100
"""Reports in an hour from everybody together, as the database counts them."""

MOST_COUNTED = 10_000


class Limit:
    """Counts what comes from one address, for an hour at most.

    An address is known only by a hash under a key that is made anew each hour and is kept nowhere else: once the
    hour is over nobody can tell who was counted.
    """

    def __init__(self, most: int = MOST_FROM_ONE) -> None:
        self.most = most
        self._lock = Lock()
        self._begin(-HOUR_SECONDS)

    def _begin(self, now: float) -> None:
        self._since = now
        self._key = secrets.token_bytes(32)
        self._counts: Counter[bytes] = Counter()

    def takes(self, address: str, now: float) -> bool:
        """Count one more from this address; False when that is too many. `now` is in seconds and only ever grows."""
        with self._lock:
            if now - self._since >= HOUR_SECONDS or len(self._counts) >= MOST_COUNTED:
                self._begin(now)
            name = hashlib.blake2b(address.encode(), key=self._key, digest_size=16).digest()
            self._counts[name] += 1
            return self._counts[name] <= self.most
