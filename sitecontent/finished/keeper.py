"""The keeper: a thread that looks for a new edition and finishes its pages while the old ones go on serving."""

import hashlib
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import close_old_connections

from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from sitecontent.finished.addresses import FIRST, addresses_of
from sitecontent.finished.asking import Application, ask
from sitecontent.finished.page import FinishedPage, finish
from sitecontent.finished.shelf import PlainBodies, Shelf
from sitecontent.pages.index import index_of
from sitecontent.pages.responses import overdue_today

LOOK_EVERY_SECONDS = 0.1
GRACE_SECONDS = 0.6
"""How long the pages of the old edition may be shown once a new one is known. Then Django makes what is missing."""

SILENT_FOR_SECONDS = 15.0
"""A keeper that has not looked for so long is taken to be stuck, and nothing is served from its shelf."""

SWITCH_INTERVAL_SECONDS = 0.0005
"""How soon Python lets a waiting request go on while pages are being made. Its own default is ten times that."""

LONGEST_FIRST_LOOK_SECONDS = 10.0
MOST_WANTED = 64
MEBIBYTE = 2**20

log = logging.getLogger(__name__)


class Keeper:
    """Keeps the shelf of the current edition full. `tend` is one round; `start` runs rounds in the background."""

    def __init__(self, application: Application, *, limit_bytes: int = 64 * MEBIBYTE) -> None:
        self.application = application
        self.asked_bytes = limit_bytes // 8
        self.ahead_bytes = limit_bytes - 2 * self.asked_bytes
        self.plain = PlainBodies(self.asked_bytes)
        self.shelf: Shelf | None = None
        self.looked_at = -SILENT_FOR_SECONDS
        self._wanted: deque[str] = deque(maxlen=MOST_WANTED)
        self._stopping = threading.Event()
        self._has_looked = threading.Event()

    def start(self) -> None:
        """Begin in the background, here and in every process forked from this one.

        Returns once it has looked, so that no visitor has to wait for a database that is away.
        """
        self._run_in_background()
        self._has_looked.wait(LONGEST_FIRST_LOOK_SECONDS)
        os.register_at_fork(after_in_child=self._run_in_background)

    def stop(self) -> None:
        """End the background work of this process after the round at hand."""
        self._stopping.set()

    def current_shelf(self) -> Shelf | None:
        """The shelf to serve from, or None while Django should answer.

        The pages of an edition that is no longer current are good for a short grace and no longer. A keeper that
        died or hangs would not notice a new edition, so its shelf is not used either.
        """
        shelf = self.shelf
        if shelf is None:
            return None
        now = time.monotonic()
        if now - self.looked_at > SILENT_FOR_SECONDS:
            return None
        if current.is_held(shelf.edition):
            return shelf
        if shelf.outdated_since is None:
            shelf.outdated_since = now
        return shelf if now - shelf.outdated_since < GRACE_SECONDS else None

    def want(self, name: str) -> None:
        """Ask for a page to be finished soon, such as a filtered list. Only the latest wishes are kept."""
        self._wanted.append(name)

    def tend(self) -> None:
        """Look once; finish the pages of a new edition, and what was asked for."""
        edition = self._look()
        beside = _beside_the_edition(edition) if edition else ""
        if edition is None:
            self.shelf = None
        elif not (self.shelf and self.shelf.is_complete and self.shelf.is_of(edition, beside)):
            with _quick_switching():
                self._restock(edition, beside)
        if self.shelf:
            self._serve_wishes(self.shelf)

    def _run_in_background(self) -> None:
        self._stopping = threading.Event()
        threading.Thread(target=self._rounds, name="finished-pages", daemon=True).start()

    def _rounds(self) -> None:
        stopping = self._stopping
        while not stopping.is_set():
            try:
                self.tend()
            except Exception:  # Whatever it is, visitors are answered by Django and the next round tries again.
                log.exception("Finished pages could not be made; Django answers until they can")
                stopping.wait(GRACE_SECONDS)
            stopping.wait(LOOK_EVERY_SECONDS)

    def _look(self) -> Edition | None:
        try:
            current.look_after()
            return current.current_edition()
        except current.NoEdition:
            return None
        finally:
            self.looked_at = time.monotonic()
            self._has_looked.set()
            close_old_connections()

    def _restock(self, edition: Edition, beside: str) -> None:
        """Make every page of this edition; give up at once when there is a newer one.

        The new shelf takes the place of the old when it is full, or when the grace of the old is over.
        """
        begun = time.monotonic()
        new = self.shelf
        if new is None or not new.is_of(edition, beside):
            new = Shelf(edition, beside=beside, ahead_bytes=self.ahead_bytes, asked_bytes=self.asked_bytes)
        left_out = 0
        for number, address in enumerate(addresses_of(edition)):
            if number == len(FIRST):
                _ = index_of(edition).search  # Made here, so that nobody who searches has to wait for it.
            if self.shelf is None or time.monotonic() - begun > GRACE_SECONDS:
                self.shelf = new
            if new.get(address):
                continue
            page = self._make(address, edition)
            left_out += not (page and new.add(address, page))
            newest = self._look()
            if newest is None or newest.sha256 != edition.sha256:
                return
        new.is_complete = True
        self.shelf = new
        if left_out:
            log.warning("%d pages of edition %d are not kept finished: no room, or no page", left_out, edition.number)
        log.info("Finished %d pages of edition %d in %.1f s", len(new), edition.number, time.monotonic() - begun)

    def _serve_wishes(self, shelf: Shelf) -> None:
        while self._wanted:
            name = self._wanted.popleft()
            if shelf.get(name) is None:
                page = self._make(name, shelf.edition)
                if page:
                    shelf.add_asked(name, page)

    def _make(self, address: str, edition: Edition) -> FinishedPage | None:
        answer = ask(self.application, address, edition)
        if not (answer.is_ok and answer.is_for_everybody):
            return None
        return finish(answer.headers, answer.body, fallback_etag=_etag_of(address, answer.body))


def _beside_the_edition(edition: Edition) -> str:
    """A stamp of what pages show besides the edition: which reviews are overdue, and the latest proof in its file."""
    overdue = overdue_today(edition) or ""
    try:
        found = settings.PROOF_FILE.stat()
    except OSError:
        return f"{overdue}"
    return f"{overdue} {found.st_mtime_ns} {found.st_size} {found.st_ino}"


def _etag_of(address: str, body: bytes) -> str:
    digest = hashlib.sha256(address.encode() + b"\n" + body).hexdigest()
    return f'"{digest[:32]}"'


@contextmanager
def _quick_switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
