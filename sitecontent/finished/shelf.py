"""The shelf: the finished pages of one edition, within a bound of bytes."""

import threading
from collections import OrderedDict

from sitecontent.edition.edition import Edition
from sitecontent.finished.addresses import canonical
from sitecontent.finished.page import FinishedPage

LONGEST_QUERY_REMEMBERED = 200
QUERIES_REMEMBERED = 1_024


class Shelf:
    """Finished pages by their one name.

    One thread adds, any thread reads: reading takes no lock. Pages made ahead stay; of those that somebody asked
    for (a filtered list), the oldest give way. Neither ever takes more than its share of the bytes.
    """

    def __init__(self, edition: Edition, *, beside: str = "", ahead_bytes: int, asked_bytes: int) -> None:
        self.edition = edition
        self.beside = beside
        self.is_complete = False
        self.outdated_since: float | None = None
        self._pages: dict[str, FinishedPage] = {}
        self._room = {False: ahead_bytes, True: asked_bytes}
        self._asked: OrderedDict[str, int] = OrderedDict()
        self._names: dict[tuple[str, str], str] = {}

    def __len__(self) -> int:
        return len(self._pages)

    def is_of(self, edition: Edition, beside: str) -> bool:
        """True when its pages show this edition, and this state of what pages show besides."""
        return self.edition.sha256 == edition.sha256 and self.beside == beside

    def name_of(self, path: str, query: str) -> str | None:
        """The one name of what this address shows, or None for free text: see `canonical`.

        Names are remembered, up to a bound. What somebody searched for has no name, so it is never remembered.
        """
        name = self._names.get((path, query))
        if name is None:
            name = canonical(path, query, self.edition)
            if name is not None and len(query) <= LONGEST_QUERY_REMEMBERED:
                if len(self._names) >= QUERIES_REMEMBERED:
                    self._names = {}
                self._names[path, query] = name
        return name

    def get(self, name: str) -> FinishedPage | None:
        """The page of that name, or None when it is not finished."""
        return self._pages.get(name)

    def add(self, name: str, page: FinishedPage) -> bool:
        """Keep a page made ahead. False when there is no room for it."""
        if name in self._pages or page.size > self._room[False]:
            return name in self._pages
        self._room[False] -= page.size
        self._pages[name] = page
        return True

    def add_asked(self, name: str, page: FinishedPage) -> bool:
        """Keep a page that somebody asked for, in place of the oldest such. False when it is too large for that."""
        if name in self._pages:
            return True
        while page.size > self._room[True] and self._asked:
            oldest, size = self._asked.popitem(last=False)
            del self._pages[oldest]
            self._room[True] += size
        if page.size > self._room[True]:
            return False
        self._room[True] -= page.size
        self._asked[name] = page.size
        self._pages[name] = page
        return True


class PlainBodies:
    """Pages without an encoding, for the few who take none. Those unpacked last are held, and the oldest give way."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = self._room = limit_bytes
        self._held: dict[int, tuple[FinishedPage, bytes]] = {}
        """What is held holds its page too, so that nothing else can have the identity by which it is found."""
        self._lock = threading.Lock()

    def __call__(self, page: FinishedPage) -> bytes:
        """The body of a page."""
        held = self._held.get(id(page))
        if held is not None:
            return held[1]
        body = page.unpacked()
        with self._lock:
            if id(page) not in self._held and len(body) <= self._limit:
                self._held[id(page)] = (page, body)
                self._room -= len(body)
                while self._room < 0:
                    _, oldest = self._held.pop(next(iter(self._held)))
                    self._room += len(oldest)
        return body
