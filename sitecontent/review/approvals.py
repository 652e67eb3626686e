"""How many people must approve a revision and why, and the last look before anything is published."""

from collections import Counter
from collections.abc import Iterable

from sitecontent.documents import Document
from sitecontent.models import EditionChange, Revision, Verdict
from sitecontent.review.refused import ReviewRefused
from sitecontent.review.risk import lowering
from sitecontent.review.state import latest_change


class NotApproved(ReviewRefused):
    """A revision that was about to be published lacks an approval that it needs."""


def reasons_for_two(revision: Revision) -> tuple[str, ...]:
    """Why this revision takes two approvals, in words; empty when one is enough."""
    return reasons_for_two_after(latest_change(revision.kind, revision.slug), revision)


def reasons_for_two_after(change: EditionChange | None, revision: Revision) -> tuple[str, ...]:
    """As `reasons_for_two`, for whoever has read already what an edition last did to the record."""
    reasons = reasons_for_document(change, revision.document)
    if not reasons and revision.approvals_kept > 1:
        return ("lowered safety against what was public when it was submitted or first approved",)
    return reasons


def reasons_for_document(change: EditionChange | None, document: Document) -> tuple[str, ...]:
    """Why this document takes two approvals after what an edition last did to its record."""
    if change and change.revision is None:
        return ("puts back a record that was taken down",)
    published = change.revision.document if change and change.revision else None
    return lowering(published, document)


def number_for(reasons: Iterable[str]) -> int:
    """How many people must approve: two when there is a reason for it, else one."""
    return 2 if any(reasons) else 1


def approvals_needed(revision: Revision) -> int:
    """How many people must approve it: two when it lowers safety or restores a record, else one.

    What was kept when it was submitted, or by an earlier approval, is never gone below.
    """
    return max(number_for(reasons_for_two(revision)), revision.approvals_kept)


def refuse_unapproved(revisions: Iterable[Revision]) -> None:
    """See once more that each of these may be published, and that no change set is torn apart.

    Every path to an edition ends here, whoever decided before. Starter content needs no approval.
    Raises: NotApproved, naming the record and what it lacks.
    """
    rows = [revision for revision in revisions if revision.origin != "starter"]
    together: Counter[int] = Counter(row.change_set_id for row in rows if row.change_set_id)
    for set_id, count in together.items():
        if Revision.objects.filter(change_set_id=set_id).count() != count:
            raise NotApproved(f"Change set {set_id} is published as a whole or not at all.")
    for row in rows:
        _refuse_unapproved(row)


def _refuse_unapproved(revision: Revision) -> None:
    approvals = list(revision.decisions.filter(verdict=Verdict.APPROVE))
    people = revision.people
    if any(decision.by_id in people or decision.seen_sha256 != revision.sha256 for decision in approvals):
        raise NotApproved(f"{revision}: somebody approved their own work, or another document.")
    if not any(decision.closes for decision in approvals):
        raise NotApproved(f"{revision}: its review has not ended with an approval.")
    needed = approvals_needed(revision)
    if len({decision.by_id for decision in approvals}) < needed:
        raise NotApproved(f"{revision}: it takes {needed} approvals, and has {len(approvals)}.")
