"""Publish the starter content: its own kind of publication, without an approver.

It is allowed only for records that no person has ever approved, and it never goes over
anything that somebody here has edited, submitted or taken down.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sitecontent.documents import Document, Source
from sitecontent.edition.edition import Edition
from sitecontent.models import WORKING_RECORDS, EditionChange, Lookup, RecordReview, Revision, Verdict
from sitecontent.review.publish import Publication, ledger_lock, publish

STARTER_NOTE = "Starter content, compiled from published guidance. No clinician has signed it yet."


@dataclass(frozen=True)
class LeftAlone:
    """A record that the import did not touch, and why."""

    kind: str
    slug: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}: {self.reason}"


@dataclass(frozen=True)
class StarterReport:
    """What an import of the starter content did. `edition` is None when there was nothing to publish."""

    added: int
    updated: int
    unchanged: int
    left_alone: tuple[LeftAlone, ...]
    edition: Edition | None


def import_starter(documents: Iterable[Document], *, at: datetime) -> StarterReport:
    """Publish the starter documents that are new or changed, all in one edition or none at all.

    Raises: DocumentInvalid when one names a record that does not exist; BuildRefused.
    """
    with ledger_lock():
        history = _History()
        added: list[Document] = []
        updated: list[Document] = []
        unchanged = 0
        left_alone: list[LeftAlone] = []
        for document in documents:
            reason = history.reason_to_leave(document)
            if reason:
                left_alone.append(LeftAlone(document.kind, document.slug, reason))
            elif history.newest_sha256(document) == document.sha256:
                unchanged += 1
            else:
                (updated if history.newest_number(document) else added).append(document)
        edition = _publish([*added, *updated], history, at) if added or updated else None
    return StarterReport(len(added), len(updated), unchanged, tuple(left_alone), edition)


def _publish(documents: list[Document], history: "_History", at: datetime) -> Edition:
    lookup = Lookup(whole_tables=True)
    for document in _after_what_they_name(documents):
        WORKING_RECORDS[document.kind].apply_document(document, lookup)
    revisions = Revision.objects.bulk_create(
        Revision(
            kind=document.kind,
            slug=document.slug,
            number=history.newest_number(document) + 1,
            document_json=document.canonical_json(),
            sha256=document.sha256,
            base_id=history.newest_id(document),
            origin="starter",
            note=STARTER_NOTE,
            submitted_at=at.astimezone(UTC),
        )
        for document in documents
    )
    return publish([Publication.of(revision) for revision in revisions], note=STARTER_NOTE, by=None, at=at)


def _after_what_they_name(documents: list[Document]) -> Iterator[Document]:
    """The documents in an order in which each comes after those that it names, kinds first."""
    order = list(WORKING_RECORDS)
    successors = {document.slug: document.superseded_by for document in documents if isinstance(document, Source)}

    def steps_to_newest(slug: str | None) -> int:
        seen: set[str] = set()
        while slug in successors and slug not in seen:
            seen.add(slug)
            slug = successors[slug]
        return len(seen)

    def place(document: Document) -> tuple[int, int, str]:
        depth = steps_to_newest(document.slug) if isinstance(document, Source) else 0
        return (order.index(document.kind), depth, document.slug)

    return iter(sorted(documents, key=place))


class _History:
    """What is known of every record, read in a handful of queries."""

    def __init__(self) -> None:
        self.newest: dict[tuple[str, str], tuple[int, int, str]] = {}
        rows = Revision.objects.order_by("number").values_list("kind", "slug", "pk", "number", "sha256")
        for kind, slug, pk, number, sha256 in rows:
            self.newest[kind, slug] = (pk, number, sha256)
        approved = Revision.objects.filter(decisions__verdict=Verdict.APPROVE)
        self.approved = set(approved.values_list("kind", "slug"))
        self.reviewed = set(RecordReview.objects.values_list("kind", "slug"))
        self.waiting = set(Revision.objects.open().values_list("kind", "slug"))
        self.public: dict[tuple[str, str], bool] = {}
        changes = EditionChange.objects.order_by("edition__number").values_list("kind", "slug", "revision")
        for kind, slug, revision in changes:
            self.public[kind, slug] = revision is not None
        self.drafts = {
            (kind, slug): sha256
            for kind, model in WORKING_RECORDS.items()
            for slug, sha256 in model.objects.order_by().values_list("slug", "draft_sha256")
        }

    def newest_id(self, document: Document) -> int | None:
        return self.newest[document.key][0] if document.key in self.newest else None

    def newest_number(self, document: Document) -> int:
        return self.newest[document.key][1] if document.key in self.newest else 0

    def newest_sha256(self, document: Document) -> str:
        return self.newest[document.key][2] if document.key in self.newest else ""

    def reason_to_leave(self, document: Document) -> str:
        """Why the record must not be touched; empty when it may."""
        key = document.key
        if key in self.approved:
            return "a person has approved it"
        if key in self.reviewed:
            return "a person has reviewed it"
        if key in self.waiting:
            return "a revision of it waits for a decision"
        if self.public.get(key) is False:
            return "it was taken down"
        if key in self.drafts and self.drafts[key] != self.newest_sha256(document):
            return "its draft was edited here"
        return ""
