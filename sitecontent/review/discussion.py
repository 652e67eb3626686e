"""Beside the decisions: comments on a revision, and who is on its review until when. Nothing here decides anything."""

from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from sitecontent.models import Audience, Comment, ReviewClaim, Revision, name_of
from sitecontent.review.actions import NotAllowed, NotYours, OwnWork, require, require_words, role_of, still_open
from sitecontent.review.publish import ledger_lock
from sitecontent.review.refused import ReviewRefused

LONGEST_CLAIM = timedelta(days=60)


class AlreadyClaimed(ReviewRefused):
    """Somebody else is on this review, and their date has not passed."""


class DueDateWrong(ReviewRefused):
    """A review can not be due in the past, nor so far ahead that the claim would never lapse."""


def comment(*, revision: Revision, by: User, text: str, at: datetime, audience: str = Audience.EVERYBODY) -> Comment:
    """Add a word to the discussion of a revision, while it waits or afterwards.

    Moderators who have no part in the revision can speak among themselves.
    Raises: NotAllowed, ReasonMissing.
    """
    is_moderator = by.has_perm("sitecontent.approve_revision")
    if not is_moderator and not by.has_perm("sitecontent.submit_revision"):
        raise NotAllowed("Your account may not comment.")
    if audience not in Audience.values:
        raise NotAllowed("Choose who may read it.")
    if audience == Audience.MODERATORS and (not is_moderator or by.pk in revision.people):
        raise NotAllowed("Only a moderator who has no part in this revision can write for moderators alone.")
    require_words(text, "Write something first.")
    return Comment.objects.create(
        revision=revision,
        audience=audience,
        text=text.strip(),
        by=by,
        by_name=name_of(by),
        role=role_of(by),
        said_at=at.astimezone(UTC),
    )


def claim(*, revision: Revision, by: User, due_on: date, at: datetime, words: str = "") -> ReviewClaim:
    """Say that one is on a review, and by when; or move one's own date.

    Whoever takes it over after somebody else's date has passed says why.
    Raises: NotAllowed, OwnWork, AlreadyDecided, AlreadyClaimed, DueDateWrong, ReasonMissing.
    """
    require(by, "approve_revision", "take on a review")
    today = timezone.localdate(at)
    if not today <= due_on <= today + LONGEST_CLAIM:
        raise DueDateWrong(f"Choose a date from today on, at most {LONGEST_CLAIM.days} days ahead.")
    with ledger_lock():
        waiting = still_open(revision, in_set=True)
        if by.pk in waiting.people:
            raise OwnWork("You wrote or touched this, so somebody else must review it.")
        held = waiting.claim
        if held and held.by_id != by.pk:
            if not held.is_overdue_on(today):
                raise AlreadyClaimed(
                    f"{held.by_name} is on it until {held.due_on:%-d %B %Y}. You can still look at it and decide."
                )
            require_words(words, f"Say why you take it over from {held.by_name}.")
        return _add(waiting, by, at, due_on=due_on, words=words)


def release(*, revision: Revision, by: User, at: datetime) -> ReviewClaim:
    """Say that one is no longer on a review. Raises: AlreadyDecided; NotYours, when somebody else or nobody is."""
    with ledger_lock():
        waiting = still_open(revision, in_set=True)
        held = waiting.claim
        if held is None or held.by_id != by.pk:
            raise NotYours("You are not on this review.")
        return _add(waiting, by, at, due_on=None)


def _add(revision: Revision, by: User, at: datetime, *, due_on: date | None, words: str = "") -> ReviewClaim:
    return ReviewClaim.objects.create(
        revision=revision, due_on=due_on, by=by, by_name=name_of(by), words=words.strip(), claimed_at=at.astimezone(UTC)
    )
