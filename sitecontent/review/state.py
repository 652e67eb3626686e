"""What is published, what waits, and where each record stands. Reads only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Max, QuerySet

from sitecontent.models import Contribution, EditionChange, Remark, Revision, State, Verdict, WorkingRecord


def latest_change(kind: str, slug: str) -> EditionChange | None:
    """What an edition last did to the record, or None when it was never published."""
    changes = EditionChange.objects.filter(kind=kind, slug=slug).select_related("revision", "edition")
    return changes.order_by("-edition__number").first()


def published_revision(kind: str, slug: str) -> Revision | None:
    """The revision that is public now, or None when the record is not."""
    change = latest_change(kind, slug)
    return change.revision if change else None


def open_revision(kind: str, slug: str) -> Revision | None:
    """The revision of the record that waits for a decision, if any."""
    return Revision.objects.of(kind, slug).open().first()


def contributors_of(kind: str, slug: str) -> dict[int, str]:
    """Everybody who wrote or touched the record since its last published document: id -> name."""
    change = EditionChange.objects.filter(kind=kind, slug=slug, revision__isnull=False).order_by("-edition__number")
    last = change.select_related("revision").first()
    since = last.revision.submitted_at if last and last.revision else None
    people: dict[int, str] = {}
    later = Revision.objects.of(kind, slug).filter(
        author__isnull=False, number__gt=last.revision.number if last and last.revision else 0
    )
    for revision in later.prefetch_related("contributors"):
        people.update(revision.people)
    edits = Contribution.objects.filter(kind=kind, slug=slug, **({"at__gte": since} if since else {}))
    people.update(edits.values_list("by_id", "by_name"))
    return people


def remarks_on(kind: str, slug: str) -> QuerySet[Remark, Remark]:
    """Every remark on the record, with the decision that made it and how it was answered; the oldest first."""
    rows = Remark.objects.filter(decision__revision__kind=kind, decision__revision__slug=slug)
    rows = rows.select_related("decision__revision", "resolution").defer("decision__revision__document_json")
    return rows.order_by("pk")


def open_remarks(kind: str, slug: str) -> QuerySet[Remark, Remark]:
    """The remarks on the record that nobody has marked resolved. While there is one, nothing of it is approved."""
    return remarks_on(kind, slug).filter(resolution__isnull=True)


def count_open_remarks(records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How many remarks are open on each of these records, where there are any. One query."""
    keys = set(records)
    rows = Remark.objects.filter(
        resolution__isnull=True,
        decision__revision__kind__in={kind for kind, _ in keys},
        decision__revision__slug__in={slug for _, slug in keys},
    )
    found = Counter(rows.values_list("decision__revision__kind", "decision__revision__slug"))
    return {key: count for key, count in found.items() if key in keys}


class Standing(StrEnum):
    """Where a record stands, as the desk says it."""

    NEVER_PUBLISHED = "Never published"
    PUBLISHED = "Published"
    DRAFT_CHANGES = "Draft changes"
    IN_REVIEW = "In review"
    CHANGES_REQUESTED = "Changes requested"
    TAKEN_DOWN = "Taken down"


@dataclass(frozen=True)
class RecordStatus:
    """Where one record stands: what is public of it, and what waits."""

    standing: Standing
    published_number: int | None
    edition_number: int | None
    published_at: datetime | None
    open_revision_id: int | None
    words: str

    @property
    def is_published(self) -> bool:
        """True while visitors see it."""
        return self.published_number is not None


def statuses(records: Iterable[WorkingRecord]) -> dict[str, RecordStatus]:
    """Where each of some records of one kind stands, by slug. A fixed number of queries, however many records."""
    return {slug: status for (_, slug), status in statuses_of_any(records).items()}


def statuses_of_any(records: Iterable[WorkingRecord]) -> dict[tuple[str, str], RecordStatus]:
    """Where each of some records of any kinds stands, by kind and slug. A fixed number of queries."""
    rows = {row.key: row for row in records}
    if not rows:
        return {}
    of_these = {"kind__in": {kind for kind, _ in rows}, "slug__in": {slug for _, slug in rows}}
    newest_changes = EditionChange.objects.filter(pk__in=_newest(EditionChange.objects.filter(**of_these)))
    newest_revisions = Revision.objects.filter(pk__in=_newest(Revision.objects.filter(**of_these)))
    changes = {
        (change.kind, change.slug): change
        for change in newest_changes.select_related("edition", "revision").defer("revision__document_json")
    }
    revisions = {
        (revision.kind, revision.slug): revision
        for revision in newest_revisions.defer("document_json").prefetch_related("decisions")
    }
    return {key: _status(row, changes.get(key), revisions.get(key)) for key, row in rows.items()}


def _newest(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """The key of the newest row of each record."""
    newest: QuerySet[Any, Any] = rows.order_by().values("kind", "slug").annotate(newest=Max("pk")).values("newest")
    return newest


def latest_changes(
    records: Iterable[tuple[str, str]], *, with_documents: bool = True
) -> dict[tuple[str, str], EditionChange]:
    """What an edition last did to each of these records, with its revision. One query.

    `with_documents=False` leaves the documents in the database, for whoever reads them only now and then.
    """
    keys = set(records)
    rows = EditionChange.objects.filter(kind__in={kind for kind, _ in keys}, slug__in={slug for _, slug in keys})
    newest = EditionChange.objects.filter(pk__in=_newest(rows)).select_related("edition", "revision")
    if not with_documents:
        newest = newest.defer("revision__document_json")
    return {(change.kind, change.slug): change for change in newest if (change.kind, change.slug) in keys}


def status_of(record: WorkingRecord) -> RecordStatus:
    """Where one record stands."""
    return statuses([record])[record.slug]


def _status(record: WorkingRecord, change: EditionChange | None, latest: Revision | None) -> RecordStatus:
    published = change.revision if change else None
    standing = _standing(record, change, published, latest)
    words = standing.value
    if published and standing is Standing.PUBLISHED:
        words = f"Published, revision {published.number}"
    elif published:
        words = f"{standing.value} (revision {published.number} is public)"
    return RecordStatus(
        standing=standing,
        published_number=published.number if published else None,
        edition_number=change.edition.number if change else None,
        published_at=change.edition.published_at if change else None,
        open_revision_id=latest.pk if latest and latest.is_open else None,
        words=words,
    )


def _standing(
    record: WorkingRecord, change: EditionChange | None, published: Revision | None, latest: Revision | None
) -> Standing:
    if latest and latest.is_open:
        return Standing.IN_REVIEW
    is_edited_since = latest is not None and record.draft_sha256 != latest.sha256
    if latest and latest.state is State.CHANGES_REQUESTED and not is_edited_since:
        return Standing.CHANGES_REQUESTED
    if change and not published:
        return Standing.TAKEN_DOWN
    if not published:
        return Standing.NEVER_PUBLISHED
    return Standing.PUBLISHED if record.draft_sha256 == published.sha256 else Standing.DRAFT_CHANGES


def was_approved_by_a_person(kind: str, slug: str) -> bool:
    """True when anybody ever approved a revision of the record."""
    return Revision.objects.filter(kind=kind, slug=slug, decisions__verdict=Verdict.APPROVE).exists()
