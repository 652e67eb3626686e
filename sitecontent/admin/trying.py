"""Try the symptom checker on the proposed edition, side by side with today's."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sitecontent import review
from sitecontent.admin.names import edition_or_none
from sitecontent.admin.showing import page
from sitecontent.documents import Document, Finding, Vignette
from sitecontent.edition.edition import Edition
from sitecontent.models import ChangeSet, Revision
from sitecontent.review.proposal import with_documents
from sitecontent.review.trying import Tried, try_on

Answers = dict[str, tuple[str, ...]]


def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """Try what a revision would make of the checker."""
    _require(request)
    row = get_object_or_404(Revision, pk=pk)
    return _page(request, [row.document], row.document.name, reverse("admin:revision", args=[pk]))


def change_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Try what a change set would make of the checker."""
    _require(request)
    documents = [row.document for row in review.members_of(get_object_or_404(ChangeSet, pk=pk))]
    return _page(request, documents, f"change set {pk}", reverse("admin:change_set", args=[pk]))


def _page(request: HttpRequest, documents: Iterable[Document], name: str, back: str) -> HttpResponse:
    today = edition_or_none()
    context: dict[str, Any] = {"back": back, "is_possible": today is not None}
    if today is not None:
        proposed = with_documents(today, documents)
        case = _case(proposed, request.POST)
        answers = _of_case(case) if case else _typed(proposed, request.POST)
        sides = (("Today", try_on(today, answers)), ("Proposed", try_on(proposed, answers)))
        context |= {
            "cases": sorted(proposed.vignettes, key=lambda vignette: vignette.title),
            "case": case,
            "questions": [_question(finding, answers.get(finding.slug, ())) for finding in proposed.findings],
            "sides": _shown(*sides) if answers else (),
        }
    return page(request, "try.html", f"Try the checker: {name}", **context)


def _case(edition: Edition, posted: QueryDict) -> Vignette | None:
    """The test case whose answers are to be taken, when its button was pressed."""
    wanted = posted.get("case", "") if "take" in posted else ""
    return next((vignette for vignette in edition.vignettes if vignette.slug == wanted), None)


def _of_case(vignette: Vignette) -> Answers:
    return {given.finding: tuple(given.answers) for given in vignette.answers}


def _typed(edition: Edition, posted: QueryDict) -> Answers:
    """The answers of the form. What this edition does not know is left out."""
    found = {
        finding.slug: tuple(slug for slug in finding.answer_slugs if slug in posted.getlist(f"answer-{finding.slug}"))
        for finding in edition.findings
    }
    return {slug: given for slug, given in found.items() if given}


def _question(finding: Finding, given: tuple[str, ...]) -> dict[str, Any]:
    return {
        "slug": finding.slug,
        "text": finding.question,
        "is_multiple": finding.multiple,
        "is_answered": bool(given),
        "answers": [(answer.slug, answer.label, answer.slug in given) for answer in finding.answers],
    }


def _shown(*sides: tuple[str, Tried]) -> list[dict[str, Any]]:
    """Both results, each with what it says and the other does not."""
    common = frozenset.intersection(*(tried.said for _, tried in sides))
    levels = {tried.assessment.urgency if tried.assessment else None for _, tried in sides}
    return [
        {
            "name": name,
            "refusal": tried.refusal,
            "level": tried.assessment.level.title if tried.assessment else "",
            "is_level_new": len(levels) > 1,
            **_lists(tried, common),
        }
        for name, tried in sides
    ]


def _lists(tried: Tried, common: frozenset[str]) -> dict[str, Any]:
    """Reasons and causes, each with whether it stands on this side alone."""
    if tried.assessment is None:
        return {"reasons": [], "causes": []}
    reasons = dict.fromkeys(reason.tell for reason in tried.assessment.reasons)
    return {
        "reasons": [(tell, tell not in common) for tell in reasons],
        "causes": [
            (f"{fit.title}: {str(fit.fit).replace('-', ' ')}", f"{fit.slug}: {fit.fit}" not in common)
            for fit in tried.assessment.fits
        ],
    }


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm("sitecontent.view_revision"):
        raise PermissionDenied
