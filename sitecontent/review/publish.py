"""The one function that publishes. Admin, command, bulk action, import: every path ends here."""

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from sitecontent.edition import current
from sitecontent.edition.edition import FIRST_PREVIOUS, Edition
from sitecontent.models import Decision, EditionChange, PublishedEdition, RecordReview, Revision, Verdict, name_of
from sitecontent.review.approvals import NotApproved, refuse_unapproved
from sitecontent.review.build import BuildRefused, build_edition

LEDGER_LOCK = 0x_CA05_E3A4
"""Any number that nothing else locks."""


@dataclass(frozen=True)
class Publication:
    """What to do to one record: publish this revision, or take the record down when there is none."""

    kind: str
    slug: str
    title: str
    revision: Revision | None

    @classmethod
    def of(cls, revision: Revision) -> "Publication":
        """Publish this revision."""
        return cls(revision.kind, revision.slug, revision.document.name, revision)


@contextmanager
def ledger_lock() -> Any:
    """A transaction in which nobody else reads or writes the state of reviews to decide on it.

    PostgreSQL takes an advisory lock; on SQLite every transaction begins IMMEDIATE and is alone.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEDGER_LOCK])
        yield


def publish(
    publications: Iterable[Publication],
    *,
    note: str,
    by: User | None,
    at: datetime,
    reviews: Iterable[RecordReview] = (),
) -> Edition:
    """Seal and store the next edition, inside a `ledger_lock`.

    `reviews` are rows, not saved yet, of what somebody has signed as it is.
    Whether a revision may be published was decided before. It is looked at once more here, and then by the database.
    Raises: NotApproved; BuildRefused, with every problem. The transaction must then be rolled back.
    """
    rows = tuple(publications)
    refuse_unapproved(row.revision for row in rows if row.revision)
    newest = PublishedEdition.objects.order_by("-number").first()
    base = _edition_of(newest) if newest else None
    published_at = max(at.astimezone(UTC), newest.published_at if newest else at.astimezone(UTC))
    entries = {entry.document.key: entry for entry in (base.entries if base else ())}
    for row in rows:
        if row.revision is None:
            entries.pop((row.kind, row.slug), None)
        else:
            entries[row.kind, row.slug] = current.make_entry(
                row.revision, changed_at=published_at, approvals=_approvals_of(row.revision)
            )
    signed = tuple(reviews)
    for review in signed:
        entry = entries.get((review.kind, review.slug))
        if entry is None or entry.document_sha256 != review.seen_sha256:
            raise NotApproved(
                f"{review.kind}/{review.slug}: another document is public than the one that was reviewed."
            )
        entries[review.kind, review.slug] = replace(entry, reviews=(*entry.reviews, current.signature_of(review)))
    compilation = build_edition(
        entries.values(),
        number=newest.number + 1 if newest else 1,
        previous_sha256=newest.sha256 if newest else FIRST_PREVIOUS,
        published_at=published_at,
        note=note,
        published_by=name_of(by),
    )
    if compilation.blocking:
        raise BuildRefused(compilation.blocking)
    edition = compilation.edition
    stored = PublishedEdition.objects.create(
        number=edition.number,
        sha256=edition.sha256,
        previous_sha256=edition.previous_sha256,
        note=note,
        published_at=published_at,
        published_by=by,
        published_by_name=edition.published_by,
    )
    changes = EditionChange.objects.bulk_create(
        EditionChange(edition=stored, kind=row.kind, slug=row.slug, title=row.title[:300], revision=row.revision)
        for row in sorted(rows, key=lambda row: (row.kind, row.slug))
    )
    for review in signed:
        review.edition = stored
        review.save(force_insert=True)
    summary = current.summary_of(stored, changes, signed)
    if base is None:
        edition = replace(edition, history=(summary,))
    else:
        edition = replace(edition, history=(summary, *base.history), superseded=base.followed(summary))
    transaction.on_commit(lambda: current.adopt(edition))
    return edition


def newest_edition() -> Edition | None:
    """The edition that the ledger ends with, or None. Inside a `ledger_lock` nothing comes after it."""
    newest = PublishedEdition.objects.order_by("-number").first()
    return _edition_of(newest) if newest else None


def _edition_of(row: PublishedEdition) -> Edition:
    return current.held_edition(row.number, row.sha256) or current.load_edition(row.number)


def _approvals_of(revision: Revision) -> tuple[Decision, ...]:
    """The signatures under a revision; starter content has none."""
    if revision.origin == "starter":
        return ()
    return tuple(revision.decisions.filter(verdict=Verdict.APPROVE).order_by("decided_at", "pk"))
