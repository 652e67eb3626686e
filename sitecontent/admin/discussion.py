"""The discussion of a revision and who is on its review, on the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from sitecontent import review
from sitecontent.models import Audience, Comment, Decision, ReviewClaim, Revision

MAY_SEE = "sitecontent.view_revision"
MAY_CLAIM = "sitecontent.approve_revision"
USUAL_TIME = timedelta(days=7)


@dataclass(frozen=True)
class Said:
    """One decision, comment or claim as pages tell it."""

    at: datetime
    kind: str
    """`decided`, `commented` or `claimed`."""
    words: str
    who: str
    text: str
    is_private: bool = False
    checks: tuple[Mapping[str, str], ...] = ()
    """What the checks said when it was decided."""
    decision: Decision | None = None


def talk_of(revision: Revision, user: Any) -> tuple[Said, ...]:
    """What was decided and said about a revision, in order, as far as this person may read it."""
    said = [told_decision(item) for item in revision.decisions.all()]
    said += [told_comment(item) for item in revision.comments.readable_by(user)]
    said += [told_claim(item) for item in revision.claims.all()]
    return tuple(sorted(said, key=lambda item: item.at))


def told_decision(decision: Decision) -> Said:
    """A decision, with who its person was on that day."""
    who = ", ".join(
        word for word in (decision.by_name, decision.role, decision.qualification, decision.registration) if word
    )
    checks = tuple(decision.checks or ())
    words = str(decision.get_verdict_display())
    return Said(decision.decided_at, "decided", words, who, decision.comment, checks=checks, decision=decision)


def told_comment(comment: Comment) -> Said:
    """A comment."""
    words = "Comment for moderators only" if comment.is_for_moderators else "Comment"
    return Said(
        comment.said_at,
        "commented",
        words,
        f"{comment.by_name}, {comment.role}",
        comment.text,
        comment.is_for_moderators,
    )


def told_claim(claim: ReviewClaim) -> Said:
    """Somebody came on the review, or left it."""
    words = f"On the review until {claim.due_on:%-d %B %Y}" if claim.due_on else "No longer on the review"
    return Said(claim.claimed_at, "claimed", words, claim.by_name, claim.words)


def about_discussion(request: HttpRequest, revision: Revision) -> dict[str, Any]:
    """What the page of a revision shows of its discussion, and what this person can add to it."""
    user, posted = request.user, request.POST
    today = timezone.localdate()
    claim = revision.claim
    is_uninvolved_moderator = user.has_perm(MAY_CLAIM) and user.pk not in revision.people
    audiences = Audience.choices if is_uninvolved_moderator else Audience.choices[:1]
    is_overdue = bool(claim and claim.is_overdue_on(today))
    return {
        "talk": talk_of(revision, user),
        "may_comment": user.has_perm(MAY_CLAIM) or user.has_perm("sitecontent.submit_revision"),
        "audiences": audiences,
        "audience": posted.get("audience", Audience.EVERYBODY.value),
        "said": posted.get("said", ""),
        "claim": claim,
        "is_claim_overdue": is_overdue,
        "is_claim_mine": bool(claim and claim.by_id == user.pk),
        "may_claim": revision.is_open
        and is_uninvolved_moderator
        and (claim is None or is_overdue or claim.by_id == user.pk),
        "due_on": posted.get("due_on") or (today + USUAL_TIME).isoformat(),
        "earliest": today.isoformat(),
        "latest": (today + review.LONGEST_CLAIM).isoformat(),
        "claim_words": posted.get("claim_words", ""),
    }


def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a word to the discussion."""
    return _act(request, pk, _comment, "#talk")


def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is on a review, and by when."""
    return _act(request, pk, _claim, "#claim")


def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is no longer on a review."""
    return _act(request, pk, _release, "#claim")


def _comment(request: HttpRequest, revision: Revision) -> str:
    if not (request.user.has_perm(MAY_CLAIM) or request.user.has_perm("sitecontent.submit_revision")):
        raise PermissionDenied
    review.comment(
        revision=revision,
        by=request.user,
        text=request.POST.get("said", ""),
        audience=request.POST.get("audience", Audience.EVERYBODY),
        at=timezone.now(),
    )
    return "Your comment is on the page."


def _claim(request: HttpRequest, revision: Revision) -> str:
    if not request.user.has_perm(MAY_CLAIM):
        raise PermissionDenied
    review.claim(
        revision=revision,
        by=request.user,
        due_on=_date(request.POST.get("due_on", "")),
        words=request.POST.get("claim_words", ""),
        at=timezone.now(),
    )
    return "You are on this review. Others see it, and by when."


def _release(request: HttpRequest, revision: Revision) -> str:
    if not request.user.has_perm(MAY_CLAIM):
        raise PermissionDenied
    review.release(revision=revision, by=request.user, at=timezone.now())
    return "You are no longer on this review."


def _date(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise review.DueDateWrong("Choose a date.")
    return day


def _act(request: HttpRequest, pk: int, act: Any, anchor: str) -> HttpResponse:
    from sitecontent.admin.decisions import decision_page, revision_or_404

    if not request.user.has_perm(MAY_SEE):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        done = act(request, revision_or_404(pk))
    except (review.ReviewRefused, IntegrityError) as refused:
        return decision_page(request, revision_or_404(pk), refusal=str(refused))
    messages.success(request, done)
    return HttpResponseRedirect(reverse("admin:revision", args=[pk]) + anchor)
