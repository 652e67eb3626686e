"""“Reviewed, no change”: sign the whole of a published record as it is."""

from datetime import UTC, datetime

from django.contrib.auth.models import User

from sitecontent.edition.edition import Edition
from sitecontent.models import RecordReview, Revision
from sitecontent.review.actions import (
    AlreadyDecided,
    NotAllowed,
    NotPublished,
    NotWhatWasSeen,
    OwnWork,
    require_words,
    signature_of,
)
from sitecontent.review.publish import ledger_lock, publish
from sitecontent.review.state import latest_change

MAY_SIGN = ("sitecontent.submit_revision", "sitecontent.approve_revision")
"""Reviewers and moderators."""


def sign_unchanged(*, kind: str, slug: str, by: User, seen_sha256: str, note: str, at: datetime) -> Edition:
    """Sign that everything public of a record was reviewed and stays, in a new edition.

    It moves when the record was last reviewed, and with it when the next review is due. Nothing else changes.
    `seen_sha256` is the hash of the document that was shown.
    Raises: NotAllowed, ReasonMissing without a note, NotPublished, NotWhatWasSeen, OwnWork, AlreadyDecided (signed by
    the same person on the same day), BuildRefused.
    """
    if not any(by.has_perm(permission) for permission in MAY_SIGN):
        raise NotAllowed("Your account may not sign a review.")
    require_words(note, "Say in a sentence what you looked at.")
    with ledger_lock():
        change = latest_change(kind, slug)
        if change is None or change.revision is None:
            raise NotPublished(f"{kind}/{slug} is not public, so there is nothing to sign.")
        revision = change.revision
        if seen_sha256 != revision.sha256:
            raise NotWhatWasSeen("Something else is public now than what you were shown. Read it again.")
        _refuse_to_sign(revision, by, at)
        return publish(
            (), note=_note(change.title, note), by=by, at=at, reviews=[_row(revision, change.title, by, note, at)]
        )


def why_not_sign(revision: Revision, user: User) -> str:
    """Why this person can not sign this revision as reviewed, in words; empty when they can."""
    if not any(user.has_perm(permission) for permission in MAY_SIGN):
        return "Only reviewers and moderators sign a review."
    if user.pk in revision.people:
        return "You wrote or touched what is public, so somebody else must sign that it still holds."
    is_first = revision.origin == "starter" and not revision.reviews.exists()
    if is_first and not user.has_perm("sitecontent.approve_revision"):
        return "Nobody has signed this starter content yet. The first signature is a moderator’s."
    return ""


def _refuse_to_sign(revision: Revision, by: User, at: datetime) -> None:
    why = why_not_sign(revision, by)
    if why:
        raise (OwnWork if by.pk in revision.people else NotAllowed)(why)
    last = revision.reviews.filter(by=by).order_by("-reviewed_at").first()
    if last and last.reviewed_at.date() == at.astimezone(UTC).date():
        raise AlreadyDecided("You have signed this record today already.")


def _note(title: str, note: str) -> str:
    return f"Reviewed, no change: {title}. {note.strip()}"


def _row(revision: Revision, title: str, by: User, note: str, at: datetime) -> RecordReview:
    return RecordReview(
        **signature_of(by),
        kind=revision.kind,
        slug=revision.slug,
        title=title,
        revision=revision,
        seen_sha256=revision.sha256,
        note=note.strip(),
        reviewed_at=at.astimezone(UTC),
    )
