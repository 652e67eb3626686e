"""Verify the ledger: walk the chain of editions and name the first thing that does not fit."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Prefetch

from sitecontent.documents import DocumentInvalid, canonical_json
from sitecontent.edition import current
from sitecontent.edition.edition import FIRST_PREVIOUS, Entry, seal_of
from sitecontent.models import Decision, EditionChange, PublishedEdition, RecordReview, Revision, Verdict


class LedgerBroken(Exception):
    """The ledger does not fit together. The text names the first thing that does not."""


@dataclass(frozen=True)
class VerifiedEdition:
    """One edition whose seal, documents and approvals all fit."""

    number: int
    sha256: str
    published_at: datetime
    note: str
    changes: int
    records: int
    published_by: str
    previous_sha256: str
    entries: tuple[tuple[str, str, Entry | None], ...]
    """Kind, slug and entry of each record that it changed; no entry for one that it took down."""

    def as_line(self) -> str:
        """This edition as one line of an export: all that its seal covers, with the documents."""
        return canonical_json(
            {
                "number": self.number,
                "published_at": self.published_at.isoformat(),
                "note": self.note,
                "published_by": self.published_by,
                "previous_sha256": self.previous_sha256,
                "sha256": self.sha256,
                "changes": [
                    [kind, slug, entry.document.model_dump(mode="json"), entry.sealed]
                    if entry
                    else [kind, slug, None, None]
                    for kind, slug, entry in self.entries
                ],
            }
        )


def verify_ledger() -> Iterator[VerifiedEdition]:
    """Check every edition from the first, yielding each that fits. Raises: LedgerBroken at the first that does not."""
    entries: dict[tuple[str, str], Entry] = {}
    down: set[tuple[str, str]] = set()
    previous = FIRST_PREVIOUS
    for expected, row in enumerate(PublishedEdition.objects.order_by("number"), start=1):
        if row.number != expected:
            raise LedgerBroken(f"edition {expected} is missing; the next one is {row.number}")
        if row.previous_sha256 != previous:
            raise LedgerBroken(f"{row}: it follows the seal {row.previous_sha256}, but the one before has {previous}")
        changes = _changes_of(row)
        for change in changes:
            if change.revision is None:
                entries.pop((change.kind, change.slug), None)
                down.add((change.kind, change.slug))
            else:
                where = f"{row}: {change.kind}/{change.slug}"
                _verify_revision(change.revision, where=where)
                _verify_enough(change.revision, was_down=(change.kind, change.slug) in down, where=where)
                down.discard((change.kind, change.slug))
                entries[change.kind, change.slug] = current.entry_of(change, row.number)
        _verify_sets(row, changes)
        reviews = list(RecordReview.objects.filter(edition=row).select_related("revision"))
        for review in reviews:
            entries[review.kind, review.slug] = _verified(review, entries.get((review.kind, review.slug)), row)
        touched = [(change.kind, change.slug) for change in changes]
        touched += [(review.kind, review.slug) for review in reviews]
        seal = seal_of(
            number=row.number,
            published_at=row.published_at,
            note=row.note,
            published_by=row.published_by_name,
            previous_sha256=row.previous_sha256,
            entries=entries.values(),
        )
        if seal != row.sha256:
            raise LedgerBroken(f"{row}: its seal is {row.sha256}, but what it holds has {seal}")
        previous = row.sha256
        yield VerifiedEdition(
            number=row.number,
            sha256=row.sha256,
            published_at=row.published_at,
            note=row.note,
            changes=len(changes) + len(reviews),
            records=len(entries),
            published_by=row.published_by_name,
            previous_sha256=row.previous_sha256,
            entries=tuple((*key, entries.get(key)) for key in touched),
        )


def _changes_of(row: PublishedEdition) -> list[EditionChange]:
    changes = EditionChange.objects.filter(edition=row).select_related("edition", "revision")
    approvals = Prefetch("revision__decisions", Decision.objects.filter(verdict=Verdict.APPROVE))
    reviews = Prefetch("revision__reviews", RecordReview.objects.select_related("edition"))
    return list(changes.prefetch_related(approvals, reviews, "revision__contributors"))


def _verify_revision(revision: Revision, *, where: str) -> None:
    try:
        data = json.loads(revision.document_json)
        document = revision.document
    except (ValueError, DocumentInvalid) as error:
        raise LedgerBroken(f"{where}: {revision} can not be read: {error}") from error
    found = hashlib.sha256(canonical_json(data).encode()).hexdigest()
    if found != revision.sha256 or document.key != (revision.kind, revision.slug):
        raise LedgerBroken(
            f"{where}: the document of {revision} has the hash {found}, it was sealed as {revision.sha256}"
        )
    approvals = revision.decisions.all()
    if revision.origin == "review" and not any(decision.closes for decision in approvals):
        raise LedgerBroken(f"{where}: {revision} was published without an approval")
    for decision in approvals:
        _verify_approval(decision, revision, where=where)


def _verify_enough(revision: Revision, *, was_down: bool, where: str) -> None:
    """As many people must have approved as was kept when it was submitted or approved, and two to put it back."""
    approvals = revision.decisions.all()
    kept = (revision.approvals_needed, *(decision.approvals_needed for decision in approvals), 2 if was_down else 0)
    needed = max(number or 0 for number in kept)
    people = {decision.by_id for decision in approvals}
    if len(people) < needed:
        raise LedgerBroken(f"{where}: {revision} takes {needed} approvals, and has {len(people)}")


def _verified(review: RecordReview, entry: Entry | None, row: PublishedEdition) -> Entry:
    """The entry with this review under it, once it is seen to be of what was public, by somebody else's eyes."""
    where = f"{row}: {review.kind}/{review.slug}"
    if entry is None or entry.document_sha256 != review.seen_sha256:
        raise LedgerBroken(f"{where}: {review.by_name} reviewed what was not public")
    if review.by_id in review.revision.people:
        raise LedgerBroken(f"{where}: {review.by_name} reviewed their own work")
    return replace(entry, reviews=(*entry.reviews, current.signature_of(review)))


def _verify_sets(row: PublishedEdition, changes: list[EditionChange]) -> None:
    """What was submitted together must have been published together."""
    here = Counter(change.revision.change_set_id for change in changes if change.revision)
    here.pop(None, None)
    members = Revision.objects.filter(change_set_id__in=here).order_by().values_list("change_set_id")
    for set_id, count in members.annotate(members=Count("pk")) if here else ():
        if here[set_id] != count:
            raise LedgerBroken(f"{row}: it has {here[set_id]} of the {count} revisions of change set {set_id}")


def _verify_approval(decision: Decision, revision: Revision, *, where: str) -> None:
    if decision.by_id in revision.people:
        raise LedgerBroken(f"{where}: {decision.by_name} approved their own work in {revision}")
    if decision.seen_sha256 != revision.sha256:
        raise LedgerBroken(f"{where}: {decision.by_name} approved {decision.seen_sha256}, not {revision}")
