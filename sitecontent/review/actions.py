"""The workflow as plain functions: submit, request changes, resolve, withdraw, approve, retire, restore.

They are the only writers of review state. Each takes its clock from outside, works under the
ledger's lock and either does all of what it says or nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from django.contrib.auth.models import User

from sitecontent.documents import Document, DocumentInvalid
from sitecontent.edition.compile import Problem
from sitecontent.edition.edition import Edition
from sitecontent.models import (
    WORKING_RECORDS,
    ChangeSet,
    Contribution,
    Decision,
    Reason,
    Remark,
    RemarkResolution,
    Revision,
    RevisionContributor,
    Verdict,
    WorkingRecord,
    name_of,
)
from sitecontent.models.remark import LONGEST_PLACE
from sitecontent.review import letters
from sitecontent.review.approvals import approvals_needed, number_for, reasons_for_document, reasons_for_two
from sitecontent.review.build import BuildRefused
from sitecontent.review.checking import check_revision, kept, kept_ticks, warned_by
from sitecontent.review.labels import RatedChange
from sitecontent.review.publish import Publication, ledger_lock, newest_edition, publish
from sitecontent.review.refused import ReviewRefused
from sitecontent.review.state import contributors_of, latest_change, open_remarks, open_revision


class NotAllowed(ReviewRefused):
    """The person has no role that may do this."""


class AlreadyInReview(ReviewRefused):
    """Another revision of the record waits for a decision."""


class NothingChanged(ReviewRefused):
    """The draft says what is already published."""


class ReasonMissing(ReviewRefused):
    """The act needs a note, a comment or a reason, and none was given."""


class AlreadyDecided(ReviewRefused):
    """Somebody else ended this review first."""


class OwnWork(ReviewRefused):
    """Nobody approves what they wrote or touched."""


class NotWhatWasSeen(ReviewRefused):
    """The hash given is not that of the document under review."""


class NotYours(ReviewRefused):
    """Only who wrote it may withdraw it."""


class NotPublished(ReviewRefused):
    """The record is not public, so it can not be taken down."""


class PartOfSet(ReviewRefused):
    """The revision was submitted with others and is decided with them."""


class RemarksOpen(ReviewRefused):
    """Somebody asked for something that nobody has marked resolved."""


class WarningsUnanswered(ReasonMissing):
    """The checks warn of something, and nobody has typed why it may pass."""


class LowersSafety(ReviewRefused):
    """One person may not remove what keeps visitors safe."""


@dataclass(frozen=True)
class NewRemark:
    """What a request for changes asks of one field: its name in the schema, what it is called, why, and the words."""

    field: str
    place: str
    reason: str
    text: str


@dataclass(frozen=True)
class Approval:
    """What an approval came to: the decision, and the edition it published, if it was the last one needed."""

    decision: Decision
    edition: Edition | None
    still_needed: int


@dataclass(frozen=True)
class Weighed:
    """What an approval keeps of what was weighed: the checks, how many it takes and why, and what was ticked."""

    checks: list[dict[str, Any]]
    needed: int
    because: tuple[str, ...]
    ticked: list[dict[str, Any]]

    @property
    def columns(self) -> dict[str, Any]:
        """As the columns of a decision."""
        return {
            "checks": self.checks,
            "approvals_needed": self.needed,
            "two_because": list(self.because),
            "ticked": self.ticked,
        }


def record_edit(record: WorkingRecord, *, by: User, at: datetime) -> None:
    """Note that somebody saved this draft, and what document it makes now.

    Whoever edits a draft can not approve it. Call it after the rows that hang on it are saved.
    """
    fresh = type(record).objects.get(pk=record.pk)
    try:
        sha256 = fresh.to_document().sha256
    except DocumentInvalid:
        sha256 = ""
    Contribution.objects.create(kind=record.kind(), slug=record.slug, by=by, by_name=name_of(by), at=at)
    type(record).objects.filter(pk=record.pk).update(draft_sha256=sha256)


def submit(record: WorkingRecord, *, author: User, note: str, at: datetime) -> Revision:
    """Freeze a draft into a revision that waits for a decision.

    Raises: DocumentInvalid, naming each field that is wrong; NotAllowed; ReasonMissing without a
    note; AlreadyInReview; NothingChanged.
    """
    return submit_document(record.to_document(), author=author, note=note, at=at)


def restore(revision: Revision, *, author: User, note: str, at: datetime) -> Revision:
    """Submit an earlier document of a record again. It is reviewed like any other change.

    Whoever wrote it then may not approve it now. The draft follows when nobody's unpublished
    edits would be lost by it.
    Raises: as `submit`.
    """
    restored = submit_document(revision.document, author=author, note=note, at=at, also_wrote=revision.people)
    draft = WORKING_RECORDS[revision.kind].objects.filter(slug=revision.slug).first()
    if draft is None or Revision.objects.of(revision.kind, revision.slug).filter(sha256=draft.draft_sha256).exists():
        WORKING_RECORDS[revision.kind].apply_document(revision.document)
    return restored


def submit_document(
    document: Document,
    *,
    author: User,
    note: str,
    at: datetime,
    also_wrote: Mapping[int, str] = MappingProxyType({}),
    change_set: ChangeSet | None = None,
) -> Revision:
    """Freeze a document into a revision. Raises: as `submit`, except that the document is whole already."""
    require(author, "submit_revision", "submit a draft")
    require_words(note, "Say in a sentence what you changed and why.")
    with ledger_lock():
        waiting = open_revision(document.kind, document.slug)
        if waiting:
            raise AlreadyInReview(f"{waiting} by {waiting.author_name} waits for a decision. Withdraw it first.")
        change = latest_change(document.kind, document.slug)
        published = change.revision if change else None
        if published and published.sha256 == document.sha256:
            raise NothingChanged("The draft says what is already published.")
        people = {**also_wrote, **contributors_of(document.kind, document.slug), author.pk: name_of(author)}
        newest = Revision.objects.of(document.kind, document.slug).first()
        revision = Revision.objects.create(
            kind=document.kind,
            slug=document.slug,
            number=newest.number + 1 if newest else 1,
            document_json=document.canonical_json(),
            sha256=document.sha256,
            base=published,
            change_set=change_set,
            origin="review",
            author=author,
            author_name=name_of(author),
            note=note.strip(),
            submitted_at=at.astimezone(UTC),
            approvals_needed=number_for(reasons_for_document(change, document)),
        )
        RevisionContributor.objects.bulk_create(
            RevisionContributor(revision=revision, person_id=pk, name=name) for pk, name in sorted(people.items())
        )
        if change_set is None:
            letters.tell_moderators([revision])
    return revision


def approve(
    *,
    revision: Revision,
    moderator: User,
    seen_sha256: str,
    at: datetime,
    comment: str = "",
    reasons: Mapping[str, str] = MappingProxyType({}),
    ticked: Iterable[RatedChange] = (),
) -> Approval:
    """Sign a revision; with the last approval it needs, publish it in a new edition.

    `seen_sha256` is the hash of the document that was shown to the moderator. `reasons` say, by rule, why what the
    checks warn of may pass. `ticked` are the dangerous changes that the moderator has ticked; the decision keeps them.
    Raises: NotAllowed, OwnWork, NotWhatWasSeen, AlreadyDecided, RemarksOpen, WarningsUnanswered, BuildRefused.
    Nothing is then kept.
    """
    require(moderator, "approve_revision", "approve")
    with ledger_lock():
        waiting = still_open(revision)
        refuse_to_sign(waiting, moderator, seen_sha256)
        checks = check_revision(waiting, edition=newest_edition(), moderator=moderator, at=at)
        refuse_unanswered(checks, reasons)
        because = reasons_for_two(waiting)
        needed = approvals_needed(waiting)
        still_needed = needed - given(waiting) - 1
        weighed = Weighed(kept(checks, reasons), needed, because, kept_ticks(ticked))
        decision = decide(waiting, Verdict.APPROVE, moderator, at, comment, closes=still_needed <= 0, **weighed.columns)
        edition = None
        if decision.closes:
            edition = publish([Publication.of(waiting)], note=waiting.note, by=moderator, at=at)
        letters.tell_authors([decision], edition=edition.number if edition else None)
    return Approval(decision=decision, edition=edition, still_needed=max(still_needed, 0))


def refuse_to_sign(waiting: Revision, moderator: User, seen_sha256: str) -> None:
    """Say why this person may not approve this revision now.

    Raises: NotWhatWasSeen, OwnWork, AlreadyDecided, RemarksOpen.
    """
    if seen_sha256 != waiting.sha256:
        raise NotWhatWasSeen("You approved another document than the one under review. Look at it again.")
    if waiting.author_id == moderator.pk or waiting.contributors.filter(person=moderator).exists():
        raise OwnWork("You wrote or touched this document since it was last approved; somebody else must approve it.")
    if waiting.decisions.filter(verdict=Verdict.APPROVE, by=moderator).exists():
        raise AlreadyDecided("You have approved this already; it needs a second person.")
    places = [remark.where for remark in open_remarks(waiting.kind, waiting.slug)]
    if places:
        raise RemarksOpen(f"A remark is still open on: {'; '.join(places)}. Resolve each before you approve.")


def given(waiting: Revision) -> int:
    """How many people have approved it."""
    return waiting.decisions.filter(verdict=Verdict.APPROVE).count()


def request_changes(
    *,
    revision: Revision,
    moderator: User,
    comment: str,
    at: datetime,
    reason: str = Reason.OTHER,
    remarks: Iterable[NewRemark] = (),
) -> Decision:
    """Send a revision back to its author: with words about the whole (and their reason), about fields, or both.

    Each becomes a remark that stays open until somebody resolves it.
    Raises: NotAllowed, ReasonMissing, AlreadyDecided.
    """
    require(moderator, "approve_revision", "ask for changes")
    asked = list(remarks)
    if comment.strip():
        asked.insert(0, NewRemark("", "", reason, comment))
    if not asked:
        raise ReasonMissing("Say what should change.")
    for remark in asked:
        refuse_wordless(remark, remark.place or "the whole record")
    with ledger_lock():
        decision = send_back(still_open(revision), moderator, at, comment, asked)
        letters.tell_authors([decision])
        return decision


def refuse_wordless(remark: NewRemark, where: str) -> None:
    """Refuse a remark without words or without a reason. Raises: ReasonMissing."""
    require_words(remark.text, "Say in words what each remark asks for.")
    if remark.reason not in Reason.values:
        raise ReasonMissing(f"Choose a reason for your remark on {where}.")


def send_back(revision: Revision, by: User, at: datetime, comment: str, asked: Iterable[NewRemark]) -> Decision:
    """Add the decision that sends a revision back, and its remarks. Whether they may was asked before."""
    checks = kept(check_revision(revision, edition=newest_edition(), moderator=by, at=at), {})
    decision = decide(revision, Verdict.REQUEST_CHANGES, by, at, comment, closes=True, checks=checks)
    Remark.objects.bulk_create(
        Remark(
            decision=decision,
            field=remark.field,
            place=remark.place[:LONGEST_PLACE],
            reason=remark.reason,
            text=remark.text.strip(),
        )
        for remark in asked
    )
    return decision


def resolve(*, remark: Remark, by: User, at: datetime, words: str = "") -> RemarkResolution:
    """Mark a remark as answered, or take it back. Whoever did not make it says why.

    Raises: NotAllowed, OwnWork (nobody resolves a remark on what they wrote or touched), ReasonMissing,
    AlreadyDecided.
    """
    require(by, "approve_revision", "resolve a remark")
    with ledger_lock():
        asked = Remark.objects.select_related("decision__revision", "resolution").get(pk=remark.pk)
        revision = asked.decision.revision
        if asked.resolved:
            raise AlreadyDecided(f"{asked.resolved.by_name} has resolved this remark already.")
        if by.pk in {**revision.people, **contributors_of(revision.kind, revision.slug)}:
            raise OwnWork("You wrote or touched this record since it was last approved; somebody else must resolve it.")
        if asked.decision.by_id != by.pk:
            require_words(words, f"Say how it was answered: {asked.decision.by_name} made this remark, not you.")
        return RemarkResolution.objects.create(
            remark=asked,
            answered_in=open_revision(revision.kind, revision.slug),
            by=by,
            by_name=name_of(by),
            role=role_of(by),
            words=words.strip(),
            resolved_at=at.astimezone(UTC),
        )


def withdraw(*, revision: Revision, by: User, at: datetime, comment: str = "") -> Decision:
    """Take one's own revision back. Raises: NotYours, AlreadyDecided."""
    with ledger_lock():
        waiting = still_open(revision)
        if waiting.author_id != by.pk and not waiting.contributors.filter(person=by).exists():
            raise NotYours("Only somebody who wrote this revision can withdraw it.")
        decision = decide(waiting, Verdict.WITHDRAW, by, at, comment, closes=True)
        letters.tell_authors([decision])
        return decision


KEEPS_VISITORS_SAFE = frozenset({"safety-rule", "urgency-level", "vignette", "finding"})
"""Kinds of which one person may not take a record down: without it somebody might be told to wait."""


def retire(*, records: Iterable[tuple[str, str]], by: User, reason: str, at: datetime) -> Edition:
    """Take records down at once, as one edition; one person with a reason is enough.

    `records` are kinds and slugs. Restoring them takes two approvals.
    Raises: NotAllowed, ReasonMissing, NotPublished, LowersSafety, BuildRefused (something still refers to one).
    """
    require(by, "retire_record", "take a record down")
    require_words(reason, "Say why it must come down.")
    with ledger_lock():
        publications = []
        for kind, slug in records:
            if kind in KEEPS_VISITORS_SAFE:
                raise LowersSafety(f"{kind}/{slug} keeps visitors safe; one person can not take it down.")
            change = latest_change(kind, slug)
            if change is None or change.revision is None:
                raise NotPublished(f"{kind}/{slug} is not public.")
            publications.append(Publication(kind, slug, change.title, None))
        return publish(publications, note=reason.strip(), by=by, at=at)


def still_open(revision: Revision, *, in_set: bool = False) -> Revision:
    """Read the revision again under the lock; the one at hand may be old."""
    fresh = Revision.objects.get(pk=revision.pk)
    if fresh.change_set_id and not in_set:
        raise PartOfSet(
            "It was submitted together with others that need each other. Decide about all of them on one page, "
            f"that of change set {fresh.change_set_id}."
        )
    closing = fresh.closing_decision
    if closing:
        raise AlreadyDecided(f"{closing.by_name} has decided this already: {closing.get_verdict_display().lower()}.")
    return fresh


def decide(
    revision: Revision,
    verdict: Verdict,
    by: User,
    at: datetime,
    comment: str,
    *,
    closes: bool,
    **weighed: Any,
) -> Decision:
    """Add a decision, with who its person is on this day and what they weighed. Whether they may is asked before."""
    return Decision.objects.create(
        **signature_of(by),
        revision=revision,
        verdict=verdict,
        closes=closes,
        seen_sha256=revision.sha256,
        comment=comment.strip(),
        **weighed,
        decided_at=at.astimezone(UTC),
    )


def signature_of(by: User) -> dict[str, Any]:
    """Who signs, as they are on this day: what `Decision` and `RecordReview` keep of them."""
    profile = getattr(by, "reviewer_profile", None)
    return {
        "by": by,
        "by_name": name_of(by),
        "role": role_of(by),
        "qualification": profile.qualification if profile else "",
        "registration": profile.registration if profile else "",
        "declared": profile.declared if profile else None,
    }


def role_of(user: User) -> str:
    """The roles of somebody, for a row that outlives the account."""
    names = ", ".join(user.groups.order_by("name").values_list("name", flat=True))
    return names or ("Superuser" if user.is_superuser else "No role")


def require(user: User, permission: str, act: str) -> None:
    """Refuse whoever has no role for this. Raises: NotAllowed."""
    if not user.has_perm(f"sitecontent.{permission}"):
        raise NotAllowed(f"Your account may not {act}.")


def refuse_unanswered(problems: Iterable[Problem], reasons: Mapping[str, str]) -> None:
    """Refuse what blocks, and what the checks warn of without a reason. Raises: BuildRefused, WarningsUnanswered."""
    found = tuple(problems)
    blocking = tuple(problem for problem in found if problem.blocks)
    if blocking:
        raise BuildRefused(blocking)
    missing = [check for check in warned_by(found) if not reasons.get(check, "").strip()]
    if missing:
        raise WarningsUnanswered(f"Say why it may pass although the checks warn: {', '.join(missing)}.")


def require_words(text: str, sentence: str) -> None:
    """Refuse silence where words are needed. Raises: ReasonMissing."""
    if not text.strip():
        raise ReasonMissing(sentence)
