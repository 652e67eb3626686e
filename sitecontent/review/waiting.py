"""What waits for a decision, the most dangerous and then the oldest first. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User

from sitecontent.documents import Document
from sitecontent.models import EditionChange, Revision, Verdict
from sitecontent.review.approvals import reasons_for_two_after
from sitecontent.review.labels import Risk, rate_documents
from sitecontent.review.state import count_open_remarks, latest_changes

_worst_of: dict[tuple[str, str], Risk] = {}
"""The worst label of a change between two documents, by their hashes. It is the same for ever."""

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

    @cached_property
    def worst(self) -> Risk:
        """The most dangerous label of its changes."""
        base = self.change.revision.sha256 if self.change and self.change.revision else ""
        key = (base, self.revision.sha256)
        if key not in _worst_of:
            if len(_worst_of) >= MOST_REMEMBERED:
                _worst_of.clear()
            rated = rate_documents(self.published, self.revision.document)
            _worst_of[key] = rated[0].worst if rated else Risk.WORDING
        return _worst_of[key]

    @cached_property
    def reasons_for_two(self) -> tuple[str, ...]:
        """Why it takes two approvals; empty when one is enough."""
        return reasons_for_two_after(self.change, self.revision)

    @property
    def approvals(self) -> int:
        """How many have approved it."""
        return sum(decision.verdict == Verdict.APPROVE for decision in self.revision.decisions.all())

    @property
    def needed(self) -> int:
        """How many must approve it."""
        return 2 if self.reasons_for_two else 1

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


def waiting() -> tuple[Waiting, ...]:
    """Every open revision, the most dangerous first, then the oldest. A fixed number of queries."""
    return _in_order(Revision.objects.open().prefetch_related("contributors", "decisions", "claims"))


def waiting_for(user: User) -> tuple[Waiting, ...]:
    """The open revisions that this person could decide about."""
    if not user.has_perm("sitecontent.approve_revision"):
        return ()
    return tuple(item for item in waiting() if item.is_for(user))


def _in_order(revisions: Iterable[Revision]) -> tuple[Waiting, ...]:
    rows = list(revisions)
    changes = latest_changes((row.kind, row.slug) for row in rows) if rows else {}
    remarks = count_open_remarks((row.kind, row.slug) for row in rows) if rows else {}
    items = [
        Waiting(row, changes.get((row.kind, row.slug)), open_remarks=remarks.get((row.kind, row.slug), 0))
        for row in rows
    ]
    return tuple(sorted(items, key=lambda item: (item.worst.rank, item.revision.submitted_at, item.revision.pk)))
