"""Several records decided as one: change sets, and several low-risk revisions in one edition.

A change set holds revisions that need each other. Everything that holds for one revision holds for each
of them: independence, the hash that was seen, the ticks, what was public when it was looked at, and the
number of approvals, which is that of the member that needs most. All are decided, or none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from django.contrib.auth.models import User

from sitecontent.documents import Document, DocumentInvalid
from sitecontent.edition.compile import references_of
from sitecontent.edition.current import NoEdition, current_edition
from sitecontent.edition.edition import Edition
from sitecontent.models import (
    WORKING_RECORDS,
    ChangeSet,
    Decision,
    Reason,
    Revision,
    State,
    Verdict,
    WorkingRecord,
    name_of,
)
from sitecontent.review import letters
from sitecontent.review.actions import (
    AlreadyDecided,
    NewRemark,
    NotWhatWasSeen,
    NotYours,
    ReasonMissing,
    Weighed,
    decide,
    given,
    refuse_to_sign,
    refuse_unanswered,
    refuse_wordless,
    require,
    require_words,
    send_back,
    still_open,
    submit_document,
)
from sitecontent.review.approvals import approvals_needed, reasons_for_two
from sitecontent.review.checking import check_revision, kept, kept_ticks
from sitecontent.review.diff import Names
from sitecontent.review.labels import RatedChange, rate_documents
from sitecontent.review.publish import Publication, ledger_lock, newest_edition, publish
from sitecontent.review.refused import ReviewRefused
from sitecontent.review.state import count_open_remarks, latest_changes, open_revision
from sitecontent.review.waiting import Waiting

FEWEST_IN_A_SET = 2
MAY_BE_NEW = frozenset({"source", "category"})
"""Kinds that advise nobody by themselves: a new one counts as low risk too."""

LOOK_AGAIN = "What is published of it has changed since you opened the page. Look at it again."
STRANGER = "it showed a revision that does not belong here. Open it again."
NOT_SHOWN = "It was not on the page that you approved. Look at it, then decide."

T = TypeVar("T")


class TogetherRefused(ReviewRefused):
    """Nothing was done to any of several records. `reasons` has the name of each that stands in the way, and why."""

    def __init__(self, reasons: Iterable[tuple[str, str]]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(f"{name}: {reason}" for name, reason in self.reasons))


@dataclass(frozen=True)
class Seen:
    """What a moderator was shown of one revision, and which of its dangerous changes they ticked."""

    revision_id: int
    sha256: str
    base_sha256: str
    """The hash of what was public of the record; empty when nothing was."""
    ticked: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why what the checks warn of may pass, by rule."""


@dataclass(frozen=True)
class SetApproval:
    """What an approval of a change set came to; `edition` only with the last one that it needs."""

    decisions: tuple[Decision, ...]
    edition: Edition | None
    still_needed: int


@dataclass(frozen=True)
class Shown:
    """One of several revisions as a page shows it: the whole change, and what is to be ticked."""

    item: Waiting
    old: Document | None
    changes: tuple[RatedChange, ...]

    @property
    def revision(self) -> Revision:
        """The revision."""
        return self.item.revision

    @property
    def new(self) -> Document:
        """What it says."""
        return self.revision.document

    @property
    def name(self) -> str:
        """What to call its record."""
        return self.new.name

    @property
    def is_new(self) -> bool:
        """True when there is nothing to compare with."""
        return self.old is None

    @cached_property
    def dangerous(self) -> tuple[RatedChange, ...]:
        """What must be ticked one by one."""
        return tuple(item for item in self.changes if item.is_dangerous)

    @property
    def base_sha256(self) -> str:
        """The hash of what is public of the record; empty when nothing is."""
        return self.old.sha256 if self.old else ""


def look_at(revisions: Iterable[Revision]) -> tuple[Shown, ...]:
    """Compare each revision with what is public, or was when it was decided. A fixed number of queries."""
    rows = tuple(revisions)
    changes = latest_changes((row.kind, row.slug) for row in rows) if rows else {}
    remarks = count_open_remarks((row.kind, row.slug) for row in rows) if rows else {}
    names = _names_for([row.document for row in rows])
    return tuple(
        _shown(Waiting(row, changes.get((row.kind, row.slug)), remarks.get((row.kind, row.slug), 0)), names)
        for row in rows
    )


def _shown(item: Waiting, names: Names) -> Shown:
    base = item.revision.base
    old = item.published if item.revision.is_open else (base.document if base else None)
    return Shown(item, old, rate_documents(old, item.revision.document, names))


def _names_for(documents: Iterable[Document]) -> Names:
    """What these records and the published ones are called. Ticks depend on it, so page and approval share it."""
    try:
        published: Iterable[Document] = (entry.document for entry in current_edition().entries)
    except NoEdition:
        published = ()
    return Names.of(published).also(documents)


def members_of(change_set: ChangeSet) -> tuple[Revision, ...]:
    """The revisions of a set, each after those that it may refer to."""
    order = list(WORKING_RECORDS)
    rows = change_set.revisions.select_related("base").prefetch_related("decisions", "contributors")
    return tuple(sorted(rows, key=lambda row: (order.index(row.kind), row.slug)))


# What belongs together


def gaps(documents: Iterable[Document]) -> Iterator[tuple[Document, str, str]]:
    """What these documents refer to that is neither public nor among them: document, kind and slug, each once."""
    rows = tuple(documents)
    own = {document.key for document in rows}
    wanted = {
        (document.key, kind, slug): document
        for document in rows
        for _, kind, slug in references_of(document)
        if (kind, slug) not in own
    }
    found = latest_changes({(kind, slug) for _, kind, slug in wanted}) if wanted else {}
    public = {key for key, change in found.items() if change.revision}
    for (_, kind, slug), document in wanted.items():
        if (kind, slug) not in public:
            yield document, kind, slug


def submit_together(records: Iterable[WorkingRecord], *, author: User, note: str, at: datetime) -> ChangeSet:
    """Freeze several drafts into one change set, all of them or none.

    Raises: NotAllowed; ReasonMissing without a note; TogetherRefused, naming each record that is not ready and
    why: it is incomplete, in review already, unchanged, or refers to what is neither public nor in the set.
    """
    require(author, "submit_revision", "submit drafts")
    require_words(note, "Say in a sentence what you changed and why.")
    order = list(WORKING_RECORDS)
    rows = sorted(
        {record.key: record for record in records}.values(), key=lambda row: (order.index(row.kind()), row.slug)
    )
    if len(rows) < FEWEST_IN_A_SET:
        raise TogetherRefused([("This set", "it needs at least two records. Submit a single one on its own page.")])
    with ledger_lock():
        documents = _each(rows, _frozen, name=str)
        _refuse_gaps(documents)
        change_set = ChangeSet.objects.create(
            note=note.strip(), author=author, author_name=name_of(author), submitted_at=at.astimezone(UTC)
        )
        _each(
            documents,
            lambda document: submit_document(document, author=author, note=note, at=at, change_set=change_set),
            name=_name_of_document,
        )
        letters.tell_moderators(members_of(change_set))
    return change_set


def _frozen(record: WorkingRecord) -> Document:
    try:
        return record.to_document()
    except DocumentInvalid as invalid:
        raise ReviewRefused(f"the draft is not complete. {invalid}") from invalid


def _refuse_gaps(documents: Sequence[Document]) -> None:
    reasons = []
    for document, kind, slug in gaps(documents):
        waiting = open_revision(kind, slug)
        why = "waits for a decision of its own" if waiting else "is neither published nor part of this set"
        reasons.append((document.name, f"it refers to the {kind} “{slug}”, which {why}."))
    if reasons:
        raise TogetherRefused(reasons)


# Deciding about a set


def approve_together(
    *, change_set: ChangeSet, moderator: User, seen: Iterable[Seen], at: datetime, comment: str = ""
) -> SetApproval:
    """Sign every revision of a set; with the last approval that any of them needs, publish all in one edition.

    `seen` has what was shown of each member. Nothing is kept when one is refused.
    Raises: NotAllowed, AlreadyDecided, TogetherRefused, BuildRefused.
    """
    require(moderator, "approve_revision", "approve")
    with ledger_lock():
        members = _open_members(change_set)
        shown = tuple(seen)
        ticked = _refuse_unseen(members, moderator, shown)
        checks = _looked_through(members, moderator, shown, at)
        because = tuple(f"{row.document.name}: {why}" for row in members for why in reasons_for_two(row))
        needed = max(map(approvals_needed, members))
        still_needed = needed - min(map(given, members)) - 1
        closes = still_needed <= 0
        weighed = {row.pk: Weighed(checks[row.pk], needed, because, ticked[row.pk]) for row in members}
        decisions = tuple(
            decide(row, Verdict.APPROVE, moderator, at, comment, closes=closes, **weighed[row.pk].columns)
            for row in members
        )
        edition = None
        if closes:
            edition = publish(map(Publication.of, members), note=change_set.note, by=moderator, at=at)
        letters.tell_authors(decisions, edition=edition.number if edition else None)
    return SetApproval(decisions, edition, max(still_needed, 0))


def request_changes_together(
    *,
    change_set: ChangeSet,
    moderator: User,
    comment: str,
    at: datetime,
    reason: str = Reason.OTHER,
    remarks: Mapping[int, NewRemark] = MappingProxyType({}),
) -> tuple[Decision, ...]:
    """Send a whole set back to its author: with words about all of it, about some of its records, or both.

    Words about all of it become an open remark on each record; `remarks`, by revision, one on that record alone.
    Raises: NotAllowed, ReasonMissing, AlreadyDecided, TogetherRefused.
    """
    require(moderator, "approve_revision", "ask for changes")
    of_all = [NewRemark("", "", reason, comment)] if comment.strip() else []
    if not of_all and not remarks:
        raise ReasonMissing("Say what should change: of all of them, or of one.")
    with ledger_lock():
        members = _open_members(change_set)
        if remarks.keys() - {row.pk for row in members}:
            raise TogetherRefused([("The page", STRANGER)])
        asked = {row.pk: [*of_all, *([remarks[row.pk]] if row.pk in remarks else [])] for row in members}
        for row in members:
            for remark in asked[row.pk]:
                refuse_wordless(remark, row.document.name)
        decisions = tuple(send_back(row, moderator, at, comment, asked[row.pk]) for row in members)
        letters.tell_authors(decisions)
        return decisions


def withdraw_together(*, change_set: ChangeSet, by: User, at: datetime, comment: str = "") -> tuple[Decision, ...]:
    """Take a whole set back. Who wrote or touched one of its records may. Raises: NotYours, AlreadyDecided."""
    with ledger_lock():
        members = _open_members(change_set)
        if not any(by.pk in member.people for member in members):
            raise NotYours("Only somebody who wrote one of these revisions can withdraw them.")
        decisions = tuple(decide(row, Verdict.WITHDRAW, by, at, comment, closes=True) for row in members)
        letters.tell_authors(decisions)
        return decisions


def _open_members(change_set: ChangeSet) -> tuple[Revision, ...]:
    """The revisions of a set, read under the lock. Raises: AlreadyDecided; TogetherRefused, when only some are open."""
    members = members_of(change_set)
    ended = {row.closing_decision.by_name: row.closing_decision for row in members if row.closing_decision}
    if ended and not any(row.is_open for row in members):
        who, decision = next(iter(ended.items()))
        raise AlreadyDecided(f"{who} has decided this already: {decision.get_verdict_display().lower()}.")
    return tuple(_each(members, lambda row: still_open(row, in_set=True), name=_name_of_revision))


# Approving several at once


def why_not_several(item: Waiting) -> str:
    """Why this revision can not be approved together with others that it has nothing to do with; empty when it can."""
    row = item.revision
    if row.state is not State.SUBMITTED:
        return "It is not waiting for a decision any more."
    if row.change_set_id:
        return "It is part of a change set, which has a page of its own."
    if item.open_remarks:
        return "Somebody asked for something that is still open. It is resolved on its own page."
    if item.needed > 1:
        return f"It takes two approvals: {'; '.join(item.reasons_for_two)}."
    if item.worst.is_dangerous:
        return f"It has a change that must be looked at by itself: {item.worst.value.lower()}."
    if not item.is_published and row.kind not in MAY_BE_NEW:
        return "It is new, so it is read by itself."
    return ""


def approve_several(*, seen: Iterable[Seen], moderator: User, at: datetime, comment: str = "") -> Edition:
    """Approve several low-risk revisions and publish them in one edition, all of them or none.

    Raises: NotAllowed; TogetherRefused, naming each that may not be taken along and why; BuildRefused.
    """
    require(moderator, "approve_revision", "approve")
    shown = tuple(seen)
    with ledger_lock():
        found = Revision.objects.filter(pk__in=[item.revision_id for item in shown])
        rows = tuple(found.select_related("base").prefetch_related("decisions", "contributors").order_by("pk"))
        if not rows:
            raise TogetherRefused([("Your choice", "it holds no revision. Tick those that you want to look at.")])
        _each(look_at(rows), _refuse_risky, name=lambda one: one.name)
        ticked = _refuse_unseen(rows, moderator, shown)
        checks = _looked_through(rows, moderator, shown, at)
        weighed = {row.pk: Weighed(checks[row.pk], 1, (), ticked[row.pk]) for row in rows}
        decisions = [
            decide(row, Verdict.APPROVE, moderator, at, comment, closes=True, **weighed[row.pk].columns) for row in rows
        ]
        edition = publish(map(Publication.of, rows), note=_note_of(rows), by=moderator, at=at)
        letters.tell_authors(decisions, edition=edition.number)
        return edition


def _refuse_risky(one: Shown) -> None:
    closing = one.revision.closing_decision
    if closing:
        raise AlreadyDecided(f"{closing.by_name} has decided this already: {closing.get_verdict_display().lower()}.")
    why = why_not_several(one.item)
    if why:
        raise ReviewRefused(why)


def _note_of(rows: Sequence[Revision]) -> str:
    if len(rows) == 1:
        return rows[0].note
    return "\n".join(f"{row.document.name}: {row.note}" for row in rows)


# What was seen


def _refuse_unseen(rows: Sequence[Revision], moderator: User, seen: Iterable[Seen]) -> dict[int, list[dict[str, Any]]]:
    """See that exactly these revisions were shown, as they are now, to somebody who may sign each of them.

    Returns, by revision, the dangerous changes that were ticked, as its decision keeps them.

    Raises: TogetherRefused, naming each record that stands in the way.
    """
    shown = {item.revision_id: item for item in seen}
    strangers = shown.keys() - {row.pk for row in rows}
    if strangers:
        raise TogetherRefused([("The page", STRANGER)])

    def look(one: Shown) -> list[dict[str, Any]]:
        item = shown.get(one.revision.pk)
        if item is None:
            raise NotWhatWasSeen(NOT_SHOWN)
        refuse_to_sign(one.revision, moderator, item.sha256)
        if item.base_sha256 != one.base_sha256:
            raise NotWhatWasSeen(LOOK_AGAIN)
        ticked = sum(change.change.id in item.ticked for change in one.dangerous)
        if ticked < len(one.dangerous):
            raise NotWhatWasSeen(
                "Tick each dangerous change to say that you have looked at it. "
                f"{ticked} of {len(one.dangerous)} are ticked."
            )
        return kept_ticks(one.dangerous)

    return dict(zip([row.pk for row in rows], _each(look_at(rows), look, name=lambda one: one.name), strict=True))


def _looked_through(
    rows: Sequence[Revision], moderator: User, seen: Iterable[Seen], at: datetime
) -> dict[int, list[dict[str, Any]]]:
    """What the checks say of each revision, as its decision keeps it.

    Raises: BuildRefused; TogetherRefused, naming each record of which the checks warn and nobody said why it may pass.
    """
    shown = {item.revision_id: item for item in seen}
    edition = newest_edition()
    together = [row.document for row in rows]

    def look(row: Revision) -> list[dict[str, Any]]:
        found = check_revision(row, edition=edition, moderator=moderator, at=at, also=together)
        refuse_unanswered(found, shown[row.pk].reasons)
        return kept(found, shown[row.pk].reasons)

    return dict(zip([row.pk for row in rows], _each(rows, look, name=_name_of_revision), strict=True))


S = TypeVar("S")


def _each(items: Iterable[S], act: Callable[[S], T], *, name: Callable[[S], str]) -> list[T]:
    """Do the act to each, and refuse all of them when one is refused. Raises: TogetherRefused, with every reason."""
    done: list[T] = []
    reasons: list[tuple[str, str]] = []
    for item in items:
        try:
            done.append(act(item))
        except ReviewRefused as refused:
            reasons.append((name(item), str(refused)))
    if reasons:
        raise TogetherRefused(reasons)
    return done


def _name_of_document(document: Document) -> str:
    return document.name


def _name_of_revision(revision: Revision) -> str:
    return revision.document.name
