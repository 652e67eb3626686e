"""What waits for a decision, the most dangerous and then the oldest first. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User

from sitecontent.documents import Document
from sitecontent.models import ChangeSet, EditionChange, Revision, Verdict
from sitecontent.review.approvals import number_for, reasons_for_two_after
from sitecontent.review.labels import Risk, rate_documents
from sitecontent.review.state import count_open_remarks, latest_changes


@dataclass(frozen=True)
class Rating:
    """What a list says of a change, which is the same for ever: no document is read twice for it."""

    name: str
    worst: Risk
    reasons_for_two: tuple[str, ...]


_Key = tuple[str, str, bool, int]

_ratings: dict[_Key, Rating] = {}
"""Ratings by the hash of what is public, of what is proposed, whether the record was taken down, and how many must
approve at least."""

MOST_REMEMBERED = 20_000


@dataclass(frozen=True)
class Waiting:
    """One revision that waits, with all that says how urgent it is and who may decide."""

    revision: Revision
    change: EditionChange | None
    """What an edition last did to the record."""
    open_remarks: int = 0
    """How many remarks on the record nobody has resolved; with one it can not be approved."""

    @property
    def published(self) -> Document | None:
        """What visitors read now, or None."""
        return self.change.revision.document if self.change and self.change.revision else None

    @property
    def is_published(self) -> bool:
        """True while visitors read an earlier document of the record."""
        return bool(self.change and self.change.revision)

    @cached_property
    def _key(self) -> _Key:
        public = self.change.revision if self.change else None
        was_taken_down = bool(self.change and public is None)
        return (public.sha256 if public else "", self.revision.sha256, was_taken_down, self.revision.approvals_kept)

    @cached_property
    def _rating(self) -> Rating:
        if self._key not in _ratings:
            if len(_ratings) >= MOST_REMEMBERED:
                _ratings.clear()
            rated = rate_documents(self.published, self.revision.document)
            _ratings[self._key] = Rating(
                name=self.revision.document.name,
                worst=rated[0].worst if rated else Risk.WORDING,
                reasons_for_two=reasons_for_two_after(self.change, self.revision),
            )
        return _ratings[self._key]

    @property
    def is_rated(self) -> bool:
        """True when no document has to be read to say what a list says of it."""
        return self._key in _ratings

    @property
    def name(self) -> str:
        """What to call the record."""
        return self._rating.name

    @property
    def worst(self) -> Risk:
        """The most dangerous label of its changes."""
        return self._rating.worst

    @property
    def reasons_for_two(self) -> tuple[str, ...]:
        """Why it takes two approvals; empty when one is enough."""
        return self._rating.reasons_for_two

    @property
    def approvals(self) -> int:
        """How many have approved it."""
        return sum(decision.verdict == Verdict.APPROVE for decision in self.revision.decisions.all())

    @property
    def needed(self) -> int:
        """How many must approve it."""
        return max(number_for(self.reasons_for_two), self.revision.approvals_kept)

    is_set = False

    def is_by(self, user: User) -> bool:
        """True when this person wrote or touched it, and so can not approve it."""
        return user.pk in self.revision.people

    def is_approved_by(self, user: User) -> bool:
        """True when this person has signed it already."""
        return any(
            decision.verdict == Verdict.APPROVE and decision.by_id == user.pk
            for decision in self.revision.decisions.all()
        )

    def is_for(self, user: User) -> bool:
        """True when this person could decide about it."""
        return not self.is_by(user) and not self.is_approved_by(user)


@dataclass(frozen=True)
class WaitingSet:
    """A change set that waits, with its revisions: one thing to decide about."""

    change_set: ChangeSet
    items: tuple[Waiting, ...]

    is_set = True

    @property
    def is_open(self) -> bool:
        """True while all of it waits."""
        return all(item.revision.is_open for item in self.items)

    @property
    def worst(self) -> Risk:
        """The most dangerous label of all its changes."""
        return min((item.worst for item in self.items), key=lambda risk: risk.rank)

    @property
    def reasons_for_two(self) -> tuple[str, ...]:
        """Why it takes two approvals, with the record that demands it; empty when one is enough."""
        return tuple(f"{item.name}: {reason}" for item in self.items for reason in item.reasons_for_two)

    @property
    def approvals(self) -> int:
        """How many have approved all of it."""
        return min(item.approvals for item in self.items)

    @property
    def needed(self) -> int:
        """How many must approve it: as many as the member that needs most."""
        return max(item.needed for item in self.items)

    @property
    def open_remarks(self) -> int:
        """How many remarks on its records nobody has resolved."""
        return sum(item.open_remarks for item in self.items)

    def is_by(self, user: User) -> bool:
        """True when this person wrote or touched any of it, and so can not approve it."""
        return any(item.is_by(user) for item in self.items)

    def is_approved_by(self, user: User) -> bool:
        """True when this person has signed it already."""
        return any(item.is_approved_by(user) for item in self.items)

    def is_for(self, user: User) -> bool:
        """True when this person could decide about it."""
        return all(item.is_for(user) for item in self.items)


def grouped(items: Iterable[Waiting]) -> tuple[Waiting | WaitingSet, ...]:
    """The same in the same order, but a change set is one thing, in the place of its most dangerous member."""
    rows = tuple(items)
    members: dict[ChangeSet, list[Waiting]] = {}
    for item in rows:
        if item.revision.change_set:
            members.setdefault(item.revision.change_set, []).append(item)
    found: dict[object, Waiting | WaitingSet] = {}
    for item in rows:
        change_set = item.revision.change_set
        if change_set is None:
            found[item.revision] = item
        elif change_set not in found:
            found[change_set] = WaitingSet(change_set, tuple(members[change_set]))
    return tuple(found.values())


def waiting() -> tuple[Waiting, ...]:
    """Every open revision, the most dangerous first, then the oldest. A fixed number of queries."""
    rows = Revision.objects.open().select_related("change_set").defer("document_json")
    return _in_order(rows.prefetch_related("contributors", "decisions", "claims"))


def waiting_for(user: User) -> tuple[Waiting, ...]:
    """The open revisions that this person could decide about."""
    if not user.has_perm("sitecontent.approve_revision"):
        return ()
    return tuple(item for item in waiting() if item.is_for(user))


def _in_order(revisions: Iterable[Revision]) -> tuple[Waiting, ...]:
    rows = list(revisions)
    changes = latest_changes(((row.kind, row.slug) for row in rows), with_documents=False) if rows else {}
    remarks = count_open_remarks((row.kind, row.slug) for row in rows) if rows else {}
    items = [
        Waiting(row, changes.get((row.kind, row.slug)), open_remarks=remarks.get((row.kind, row.slug), 0))
        for row in rows
    ]
    _read_documents(items)
    return tuple(sorted(items, key=lambda item: (item.worst.rank, item.revision.submitted_at, item.revision.pk)))


def _read_documents(items: Iterable[Waiting]) -> None:
    """Read the documents of those that nobody has rated yet, in one query."""
    revisions: dict[int, list[Revision]] = defaultdict(list)
    for item in items:
        if not item.is_rated:
            for revision in (item.revision, item.change.revision if item.change else None):
                if revision:
                    revisions[revision.pk].append(revision)
    found = Revision.objects.filter(pk__in=revisions).values_list("pk", "document_json") if revisions else ()
    for pk, text in found:
        for revision in revisions[pk]:
            revision.document_json = text
