"""Deciding: what waits, and the page on which a moderator sees the whole change and answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from sitecontent import review
from sitecontent.admin.discussion import about_discussion
from sitecontent.admin.names import edition_or_none, names_for
from sitecontent.admin.remarks import Remarking, asked_of, remarks_for
from sitecontent.admin.showing import Comparison, comparison, page, remarks_elsewhere, remarks_of
from sitecontent.admin.showing import Remark as CheckRemark
from sitecontent.documents import Document
from sitecontent.edition.checks import Rule, rule_of
from sitecontent.edition.edition import Edition
from sitecontent.models import WORKING_RECORDS, EditionChange, Reason, Remark, Revision
from sitecontent.pages.addresses import address_of
from sitecontent.review.checking import check_revision, reasons_before, warned_by
from sitecontent.review.diff import Names
from sitecontent.review.impact import Impact, Outcome, OutcomeChange, Question
from sitecontent.review.labels import RatedChange
from sitecontent.review.looked_at import impact_on, proposal_of
from sitecontent.review.proposal import Proposal
from sitecontent.review.state import latest_change
from sitecontent.review.together import why_not_several
from sitecontent.review.waiting import Waiting, WaitingSet, grouped, waiting
from sitecontent.sign_in.proof import proved_recently

MAY_SEE = "sitecontent.view_revision"
MAY_APPROVE = "sitecontent.approve_revision"

LOOK_AGAIN = "What is published has changed since you opened this page. Look at the change again, then decide."
REMARKS_TYPED = "You wrote remarks. Ask for changes to send them, or empty them to approve."
PLACE_LOST = "Something was renamed meanwhile. What you wrote there is now with your words on the whole."
LET_THROUGH = "let-through-"
"""How the fields are called in which a moderator says why a warning may pass."""
TICK_ALL = "Tick each dangerous change to say that you have looked at it. {} of {} are ticked."


def queue(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a decision, the most dangerous first, then the oldest."""
    _require(request, MAY_SEE)
    user = request.user
    rows = [_queue_row(item, user) for item in grouped(waiting())]
    takes_several = sum(row["may_take_along"] for row in rows) > 1
    return page(request, "queue.html", "Waiting for review", rows=rows, takes_several=takes_several)


def _queue_row(item: Waiting | WaitingSet, user: Any) -> dict[str, Any]:
    if isinstance(item, WaitingSet):
        return {"item": item, "why_not": why_not_set(item, user), "may_take_along": False}
    refusal = why_not(item, user)
    return {"item": item, "why_not": refusal, "may_take_along": not refusal and not why_not_several(item)}


def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """One revision: what it changes, what it would do, and what was decided."""
    _require(request, MAY_SEE)
    return decision_page(request, revision_or_404(pk))


def impact(request: HttpRequest, pk: int) -> HttpResponse:
    """What a revision would change in the checker's answers; a page of its own, and part of the decision page."""
    _require(request, MAY_SEE)
    row = revision_or_404(pk)
    edition = edition_or_none()
    found = impact_on(edition, [row.document]) if edition else None
    names = names_for([row.document], edition)
    template = "_impact.html" if request.headers.get("X-Requested-With") == "fetch" else "impact.html"
    return page(
        request,
        template,
        f"Impact: {row.document.name}",
        back=reverse("admin:revision", args=[pk]),
        impact=impact_in_words(found, names) if found else None,
    )


@proved_recently
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve exactly what was shown, once every dangerous change is ticked."""
    _require(request, MAY_APPROVE)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = revision_or_404(pk)
    refusal, ticked = _seen(request, row)
    if _typed_remarks(request.POST):
        refusal = REMARKS_TYPED
    if refusal:
        return decision_page(request, row, refusal=refusal)
    try:
        approval = review.approve(
            revision=row,
            moderator=request.user,
            seen_sha256=request.POST.get("sha256", ""),
            comment=request.POST.get("comment", ""),
            reasons=reasons_typed(request),
            ticked=ticked,
            at=timezone.now(),
        )
    except review.BuildRefused as refused:
        return decision_page(
            request, row, refusal="The build refuses this change.", broken=remarks_elsewhere(refused.problems)
        )
    except (review.ReviewRefused, IntegrityError) as refused:
        return decision_page(request, revision_or_404(pk), refusal=str(refused))
    if approval.edition:
        messages.success(request, f"Approved and published in edition {approval.edition.number}.")
    else:
        messages.success(request, "Approved. It lowers safety, so one more person must approve it.")
    return HttpResponseRedirect(reverse("admin:revision", args=[pk]))


def request_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a revision back with words about the whole, and with remarks on fields."""
    _require(request, MAY_APPROVE)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = revision_or_404(pk)
    remarking = _remarking(request, row, *_compared(row, _base_of(row, latest_change(row.kind, row.slug))), ())
    if remarking.lost:
        return decision_page(request, row, refusal=PLACE_LOST)
    try:
        review.request_changes(
            revision=row,
            moderator=request.user,
            comment=request.POST.get("comment", ""),
            reason=request.POST.get("reason", Reason.OTHER),
            remarks=remarking.typed,
            at=timezone.now(),
        )
    except (review.ReviewRefused, IntegrityError) as refused:
        return decision_page(request, revision_or_404(pk), refusal=str(refused))
    messages.success(request, f"Sent back to {row.author_name} with your words.")
    return HttpResponseRedirect(reverse("admin:review_queue"))


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own revision back."""
    _require(request, MAY_SEE)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        review.withdraw(
            revision=revision_or_404(pk), by=request.user, comment=request.POST.get("comment", ""), at=timezone.now()
        )
    except (review.ReviewRefused, IntegrityError) as refused:
        return decision_page(request, revision_or_404(pk), refusal=str(refused))
    messages.success(request, "Withdrawn. The draft is as you left it.")
    return HttpResponseRedirect(reverse("admin:revision", args=[pk]))


def decision_page(request: HttpRequest, row: Revision, *, refusal: str = "", broken: Any = ()) -> HttpResponse:
    """Show one revision with all that is needed to decide; a refusal comes back here with its words."""
    change = latest_change(row.kind, row.slug)
    base = _base_of(row, change)
    edition = edition_or_none()
    compared, names = _compared(row, base)
    remarks = remarks_for(row)
    item = Waiting(row, change, open_remarks=sum(remark.is_open for remark in remarks) if row.is_open else 0)
    remarking = _remarking(request, row, compared, names, remarks)
    may_decide = row.is_open and not why_not(item, request.user)
    # A member of a set is built with the others, on the page of the set: alone it would be refused.
    proposal = proposal_of(edition, [row.document]) if row.is_open and edition and not row.change_set else None
    context = {
        "revision": row,
        "item": item,
        "base": base,
        "base_sha256": base.sha256 if base else "",
        "comparison": compared,
        "remarking": remarking,
        "asked": asked_of(row, remarks, request.user, names, request.POST),
        "people": sorted(set(row.people.values())),
        "published_in": EditionChange.objects.filter(revision=row).select_related("edition").first(),
        "draft_address": _draft_address(row),
        "has_public_page": address_of(row.kind, row.slug) is not None,
        "public_address": address_of(row.kind, row.slug),
        "why_not": why_not(item, request.user) if row.is_open else "",
        "may_decide": may_decide,
        "unsent": () if may_decide else unsent(request.POST),
        "may_withdraw": row.is_open and item.is_by(request.user) and not row.change_set,
        "refusal": refusal,
        "broken": broken,
        "ticked": set(request.POST.getlist("seen")),
        "comment": "\n\n".join((request.POST.get("comment", ""), *remarking.lost)).strip(),
        "reason": request.POST.get("reason", Reason.OTHER.value),
        **about_discussion(request, row),
        **checks_of(proposal),
        "warnings": warnings_for(request, row, edition) if may_decide else (),
    }
    title = f"{row.document.name}: revision {row.number}"
    return page(request, "decision.html", title, status=409 if refusal else 200, **context)


def why_not(item: Waiting, user: Any) -> str:
    """Why this person can not approve, in words; empty when they can."""
    if not user.has_perm(MAY_APPROVE):
        return "Only a moderator can approve."
    if item.is_by(user):
        return "You wrote or touched this, so somebody else must approve it."
    if item.is_approved_by(user):
        return "You have approved it. It lowers safety, so one more person must."
    if item.revision.change_set:
        return "It is decided together with the rest of its change set."
    return ""


def why_not_set(item: WaitingSet, user: Any) -> str:
    """Why this person can not approve a change set, in words; empty when they can."""
    if not user.has_perm(MAY_APPROVE):
        return "Only a moderator can approve."
    mine = [part.name for part in item.items if part.is_by(user)]
    if mine:
        return f"You wrote or touched {', '.join(mine)}, so somebody else must approve the set."
    if item.is_approved_by(user):
        return "You have approved it. It lowers safety, so one more person must."
    return ""


def checks_of(proposal: Proposal | None, *, named: bool = False) -> dict[str, Any]:
    """What the build says of a proposal; with `named`, each remark says which record it is about."""
    if proposal is None:
        return {"remarks": (), "elsewhere": (), "vignettes": 0, "is_refused_by_build": False}
    return {
        "is_refused_by_build": bool(proposal.compilation.blocking),
        "remarks": remarks_elsewhere(proposal.own_problems) if named else remarks_of(proposal.own_problems),
        "elsewhere": remarks_elsewhere(proposal.blocking_elsewhere),
        "vignettes": len(proposal.edition.vignettes),
    }


def reasons_typed(request: HttpRequest, prefix: str = LET_THROUGH) -> dict[str, str]:
    """Why what the checks warn of may pass, by rule, as the moderator typed it."""
    return {name.removeprefix(prefix): text for name, text in request.POST.items() if name.startswith(prefix)}


@dataclass(frozen=True)
class Warned:
    """A rule that warns, what it found, and the reason why it may pass, as far as it was typed."""

    rule: Rule
    remarks: tuple[CheckRemark, ...]
    field: str
    reason: str


def warnings_for(
    request: HttpRequest,
    row: Revision,
    edition: Edition | None,
    *,
    also: Iterable[Document] = (),
    prefix: str = LET_THROUGH,
) -> tuple[Warned, ...]:
    """What this moderator must say a reason for. A reason of the last approval is there to be read again.

    `also` are the documents that would be published with it; a page of several records gives each its own `prefix`.
    """
    problems = check_revision(row, edition=edition, moderator=request.user, at=timezone.now(), also=also)
    reasons = reasons_before(row) | reasons_typed(request, prefix)
    return tuple(
        Warned(
            rule=rule_of(check),
            remarks=remarks_of(problem for problem in problems if problem.check == check),
            field=f"{prefix}{check}",
            reason=reasons.get(check, ""),
        )
        for check in warned_by(problems)
    )


def _seen(request: HttpRequest, row: Revision) -> tuple[str, tuple[RatedChange, ...]]:
    """Why the moderator has not seen what they are about to approve, empty when they have; and what they ticked."""
    base = _base_of(row, latest_change(row.kind, row.slug))
    if request.POST.get("base_sha256", "") != (base.sha256 if base else ""):
        return LOOK_AGAIN, ()
    dangerous = comparison(base.document if base else None, row.document).dangerous
    boxes = set(request.POST.getlist("seen"))
    ticked = tuple(item for item in dangerous if item.change.id in boxes)
    return "" if len(ticked) == len(dangerous) else TICK_ALL.format(len(ticked), len(dangerous)), ticked


def _compared(row: Revision, base: Revision | None) -> tuple[Comparison, Names]:
    old = base.document if base else None
    names = names_for([old, row.document], edition_or_none())
    return comparison(old, row.document, names), names


def _remarking(
    request: HttpRequest, row: Revision, compared: Comparison, names: Names, remarks: Iterable[Remark]
) -> Remarking:
    return Remarking(row.document, compared, names, remarks, request.POST)


def unsent(posted: QueryDict) -> tuple[str, ...]:
    """Words that were typed for a decision which somebody else has taken first: there is no form to put them in."""
    names = (name for name in posted if name == "comment" or name.startswith("remark-"))
    return tuple(text for text in (posted[name].strip() for name in names) if text)


def _typed_remarks(posted: QueryDict) -> bool:
    return any(name.startswith("remark-") and posted[name].strip() for name in posted)


def _base_of(row: Revision, change: EditionChange | None) -> Revision | None:
    """What the revision is compared with: what is public now while it waits, else what was public then."""
    if row.is_open:
        return change.revision if change else None
    return row.base


def _draft_address(row: Revision) -> str:
    model = WORKING_RECORDS[row.kind]
    record = model.objects.filter(slug=row.slug).first()
    return reverse(f"admin:sitecontent_{model._meta.model_name}_change", args=[record.pk]) if record else ""


def revision_or_404(pk: int) -> Revision:
    """A revision with its decisions and the people behind it."""
    return get_object_or_404(
        Revision.objects.select_related("base", "change_set").prefetch_related("decisions", "contributors", "claims"),
        pk=pk,
    )


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


# The impact in words


def impact_in_words(found: Impact, names: Names) -> dict[str, Any]:
    """An impact as the page shows it."""
    return {
        "tried": found.tried,
        "vignettes_run": found.vignettes_run,
        "is_none": found.is_none,
        "vignettes": [
            {**_outcome_row(item.change, names), "passes": item.passes, "story": item.vignette.story}
            for item in found.vignettes
        ],
        "groups": [
            ("less", "Less urgent than today", [_outcome_row(item, names) for item in found.less_urgent]),
            ("more", "More urgent than today", [_outcome_row(item, names) for item in found.more_urgent]),
            ("other", "Other causes listed", [_outcome_row(item, names) for item in found.other]),
        ],
    }


def _outcome_row(change: OutcomeChange, names: Names) -> dict[str, Any]:
    return {
        "title": change.title,
        "said": _said(change.answers, names),
        "before": _level(change.before),
        "after": _level(change.after),
        "is_less_urgent": change.is_less_urgent,
        "appeared": [names.title("cause", slug) for slug in change.appeared],
        "vanished": [names.title("cause", slug) for slug in change.vanished],
    }


def _said(question: Question, names: Names) -> list[tuple[str, str]]:
    return [
        (names.title("finding", finding), ", ".join(names.answer(finding, answer) for answer in answers))
        for finding, answers in question
    ]


def _level(outcome: Outcome | None) -> str:
    return str(outcome.urgency).replace("-", " ") if outcome else "could not be answered"
