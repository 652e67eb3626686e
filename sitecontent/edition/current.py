"""The current Edition: held in memory, looked after at most once a second, and kept when the database is away.

All that the public side knows comes through `current_edition()`. A server looks in the background (`look_after`), so
that no request waits for a database that is slow or away; a process without such a thread looks when it is asked, and
between two looks asks the database nothing. When a look fails, the edition at hand goes on serving; a process that
starts while the database is away reads the file that the last refresh of any process wrote.
"""

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import Prefetch

from sitecontent.documents import load_document
from sitecontent.edition.edition import (
    MOST_SUPERSEDED,
    Change,
    Edition,
    EditionCorrupt,
    EditionSummary,
    Entry,
    Origin,
    Signature,
    Superseded,
    edition_from_json,
    json_parts_of,
)
from sitecontent.models import Decision, EditionChange, PublishedEdition, RecordReview, Revision, Verdict
from sitecontent.whole_file import in_place_of

LOOK_EVERY_SECONDS = 1.0
LOOK_AGAIN_AFTER_FAILURE_SECONDS = 5.0
LOOKED_AFTER_SECONDS = 15.0
"""For so long a look in the background speaks for requests. One that died or hangs would notice no new edition."""

ROWS_AT_ONCE = 500
"""How many rows are held at once. Also fewer than the variables that a statement may have, on either database."""

log = logging.getLogger(__name__)


class NoEdition(LookupError):
    """Nothing has been published yet, or nothing can be reached."""


class _Holder:
    """The edition of this process and when to look for a newer one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = threading.Lock()
        self.edition: Edition | None = None
        self.look_at = 0.0
        self.looked_after_until = 0.0
        self.database_reachable: bool | None = None

    def get(self) -> Edition:
        if self.edition is None or self.clock() >= self.looked_after_until:
            self.look_when_due()
        if self.edition is None:
            raise NoEdition("No edition has been published yet.")
        return self.edition

    def look_after(self) -> None:
        self.looked_after_until = self.clock() + LOOKED_AFTER_SECONDS
        self.look_when_due()

    def look_when_due(self) -> None:
        if self.clock() >= self.look_at and self.lock.acquire(blocking=self.edition is None):
            try:
                if self.clock() >= self.look_at:
                    self.look()
            finally:
                self.lock.release()

    def look(self) -> None:
        """Ask for the newest number and load that edition when it is not the one at hand."""
        try:
            newest = PublishedEdition.objects.order_by("-number").values_list("number", "sha256").first()
            if newest and (self.edition is None or newest != (self.edition.number, self.edition.sha256)):
                self.hold(load_edition(newest[0]))
            elif newest is None:
                self.edition = None
            self.database_reachable = True
            self.look_at = self.clock() + LOOK_EVERY_SECONDS
        except (DatabaseError, InterfaceError, OSError) as error:
            self.database_reachable = False
            self.look_at = self.clock() + LOOK_AGAIN_AFTER_FAILURE_SECONDS
            log.warning("The database can not be reached; the edition at hand goes on serving: %s", error)
            if self.edition is None:
                self.edition = read_edition_file(settings.EDITION_FILE)
        except (EditionCorrupt, ValueError) as error:
            self.look_at = self.clock() + LOOK_AGAIN_AFTER_FAILURE_SECONDS
            log.error("The newest edition can not be loaded; the one at hand goes on serving: %s", error)
            if self.edition is None:
                self.edition = read_edition_file(settings.EDITION_FILE)

    def hold(self, edition: Edition) -> None:
        self.edition = edition
        write_edition_file(settings.EDITION_FILE, edition)


_holder = _Holder()
_pinned: ContextVar[Edition | None] = ContextVar("pinned", default=None)


def current_edition() -> Edition:
    """The newest published edition. Raises: NoEdition, when there is none to be had."""
    return _pinned.get() or _holder.get()


def look_after() -> None:
    """Look for a newer edition when it is time to, so that no request has to. For a thread that goes on doing so."""
    _holder.look_after()


@contextlib.contextmanager
def pinned(edition: Edition) -> Iterator[None]:
    """Let this edition be the current one for what happens inside, in this thread and for nobody else.

    All pages of one edition are made so, however many newer ones are published meanwhile.
    """
    token = _pinned.set(edition)
    try:
        yield
    finally:
        _pinned.reset(token)


def adopt(edition: Edition) -> None:
    """Take an edition that this process has just published, so that it is seen at once."""
    with _holder.lock:
        if _holder.edition is None or edition.number >= _holder.edition.number:
            _holder.hold(edition)


def forget() -> None:
    """Drop what is held; the next call looks again. For tests, and after a restore."""
    with _holder.lock:
        _holder.edition = None
        _holder.look_at = 0.0
        _holder.looked_after_until = 0.0


def is_database_reachable() -> bool | None:
    """What the last look found; None before the first."""
    return _holder.database_reachable


def held_edition(number: int, sha256: str) -> Edition | None:
    """The edition at hand when it is this one, else None."""
    held = _holder.edition
    return held if held and (held.number, held.sha256) == (number, sha256) else None


def is_held(edition: Edition) -> bool:
    """True when this edition is the one at hand. Every request asks."""
    held = _holder.edition
    return held is edition or (held is not None and (held.number, held.sha256) == (edition.number, edition.sha256))


def load_edition(number: int) -> Edition:
    """Rebuild edition `number` from the ledger.

    Raises: NoEdition when there is none of that number; EditionCorrupt when it does not fit its seal.
    """
    row = PublishedEdition.objects.filter(number=number).first()
    if row is None:
        raise NoEdition(f"There is no edition {number}.")
    edition = Edition(
        number=row.number,
        published_at=row.published_at,
        note=row.note,
        published_by=row.published_by_name,
        previous_sha256=row.previous_sha256,
        entries=load_entries(number),
        history=load_history(number),
        superseded=load_superseded(number),
    )
    if edition.sha256 != row.sha256:
        raise EditionCorrupt(f"edition {number} has the seal {edition.sha256}, the ledger says {row.sha256}")
    return edition


def load_entries(number: int) -> tuple[Entry, ...]:
    """What edition `number` holds, ordered by kind and slug: for each record the newest change up to it."""
    newest: dict[tuple[str, str], int] = {}
    changes = EditionChange.objects.filter(edition__number__lte=number).order_by("edition__number")
    for kind, slug, pk in changes.values_list("kind", "slug", "pk"):
        newest[kind, slug] = pk
    entries = [entry_of(row, number) for row in _published(newest.values())]
    return tuple(sorted(entries, key=lambda entry: entry.document.key))


def _published(pks: Iterable[int]) -> Iterator[EditionChange]:
    """These changes, those that published something, with all that an entry is made of."""
    approvals = Decision.objects.filter(verdict=Verdict.APPROVE).order_by("decided_at", "pk")
    reviews = RecordReview.objects.select_related("edition").order_by("edition__number")
    wanted = list(pks)
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        rows = EditionChange.objects.filter(pk__in=wanted[start : start + ROWS_AT_ONCE], revision__isnull=False)
        yield from rows.select_related("edition", "revision").prefetch_related(
            Prefetch("revision__decisions", approvals), Prefetch("revision__reviews", reviews)
        )


def load_superseded(number: int) -> tuple[Superseded, ...]:
    """What edition `number` carries of the earlier ones, the newest first: what stood until a change up to it."""
    standing: dict[tuple[str, str], tuple[int, int]] = {}
    """Key of a record -> the change that published what stands, and the edition of the last change or review of it."""
    until: dict[tuple[int, int], int] = {}
    for happened_in, kind, slug, pk in _happenings(number):
        before = standing.get((kind, slug))
        if before is not None:
            until[before] = happened_in
        change = pk if pk is not None else before[0] if before else None
        if change is not None:
            standing[kind, slug] = (change, happened_in)
    newest = sorted(until, key=lambda stood: -until[stood])[:MOST_SUPERSEDED]
    rows = {row.pk: row for row in _published(dict.fromkeys(pk for pk, _ in newest))}
    found = [Superseded.of(entry_of(rows[pk], since), until=until[pk, since]) for pk, since in newest if pk in rows]
    return tuple(sorted(found, key=lambda item: (-item.until, item.kind, item.slug)))


def _happenings(number: int) -> list[tuple[int, str, str, int | None]]:
    """What the editions up to `number` did, in order: edition, kind, slug, and the change, or None for a review."""
    changes = EditionChange.objects.filter(edition__number__lte=number)
    reviews = RecordReview.objects.filter(edition__number__lte=number)
    found: list[tuple[int, str, str, int | None]] = list(changes.values_list("edition__number", "kind", "slug", "pk"))
    found += [(*row, None) for row in reviews.values_list("edition__number", "kind", "slug")]
    return sorted(found, key=lambda row: row[:3])


def entry_of(change: EditionChange, number: int) -> Entry:
    """The entry that a published change makes in edition `number`.

    Its revision's approvals and reviews must be loaded with it.
    """
    revision = change.revision
    if revision is None:
        raise ValueError(f"{change} takes its record down and makes no entry")
    entry = make_entry(revision, changed_at=change.edition.published_at, approvals=tuple(revision.decisions.all()))
    reviews = tuple(signature_of(review) for review in revision.reviews.all() if review.edition.number <= number)
    return replace(entry, reviews=reviews) if reviews else entry


def signature_of(review: RecordReview) -> Signature:
    """The signature of somebody who reviewed a record and changed nothing."""
    return Signature(
        name=review.by_name,
        role=review.role,
        qualification=review.qualification,
        registration=review.registration,
        signed_at=review.reviewed_at,
        seen_sha256=review.seen_sha256,
        **(review.declared or {}),
    )


def make_entry(revision: Revision, *, changed_at: datetime, approvals: tuple[Decision, ...]) -> Entry:
    """The entry of a revision with these approvals."""
    return Entry(
        document=load_document(json.loads(revision.document_json)),
        origin=Origin(revision.origin),
        revision=revision.number,
        changed_at=changed_at,
        signatures=tuple(
            Signature(
                name=decision.by_name,
                role=decision.role,
                qualification=decision.qualification,
                registration=decision.registration,
                signed_at=decision.decided_at,
                seen_sha256=decision.seen_sha256,
                weighed_sha256=decision.weighed_sha256,
                **(decision.declared or {}),
            )
            for decision in approvals
        ),
    )


def load_history(number: int) -> tuple[EditionSummary, ...]:
    """What each edition up to `number` changed, newest first."""
    rows = (
        PublishedEdition.objects.filter(number__lte=number).prefetch_related("changes", "reviews").order_by("-number")
    )
    return tuple(summary_of(row, row.changes.all(), row.reviews.all()) for row in rows)


def summary_of(
    row: PublishedEdition, changes: Iterable[EditionChange], reviews: Iterable[RecordReview] = ()
) -> EditionSummary:
    """One edition as a line of the public history."""
    found = [Change(change.kind, change.slug, change.title, change.action) for change in changes]
    found += [Change(review.kind, review.slug, review.title, "review") for review in reviews]
    return EditionSummary(
        number=row.number,
        sha256=row.sha256,
        published_at=row.published_at,
        note=row.note,
        published_by=row.published_by_name,
        changes=tuple(sorted(found, key=lambda change: (change.kind, change.slug))),
    )


def write_edition_file(path: Path, edition: Edition) -> None:
    """Keep an edition for a start without a database. Failing is logged, and leaves nothing behind."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with in_place_of(path) as file:
            file.writelines(json_parts_of(edition))
    except OSError as error:
        log.error("The edition could not be kept in a file: %s", error)


def read_edition_file(path: Path) -> Edition | None:
    """The edition that the last refresh kept, or None when there is none that fits its seal."""
    with contextlib.suppress(FileNotFoundError):
        try:
            return edition_from_json(path.read_text(encoding="utf-8"))
        except (OSError, EditionCorrupt) as error:
            log.error("The kept edition can not be used: %s", error)
    return None
