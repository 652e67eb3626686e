"""The symptom checker as pages: a form, one POST, a result. Nothing is stored and no cookie is set."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from sitecontent.edition.current import NoEdition, current_edition
from sitecontent.edition.edition import Edition
from sitecontent.limits import MINUTE_SECONDS, Limit, not_too_often
from sitecontent.pages.errors import server_error, too_many
from sitecontent.pages.responses import not_ready, render_page
from sitecontent.privacy import is_from_elsewhere, leave_no_trace
from triage import words
from triage.answers import AnswersInvalid
from triage.engine import assess
from triage.forms import is_too_large, sent_in
from triage.guide import guide, made_of
from triage.mode import is_guided
from triage.outlook import outlook
from triage.present import (
    cause_groups,
    change_groups,
    contacts_of,
    first_step,
    hidden_fields,
    icon_of,
    lead_of,
    next_level,
    note_groups,
    own_answers,
    standing_of,
    standing_of_all,
    unwanted_sex_rules,
    what_to_say,
)
from triage.questionnaire import FORM_CLASS, questionnaire, stylesheet, stylesheet_key
from triage.sent import Sent

checks = Limit(0, MINUTE_SECONDS)
"""What is asked of the checker, as a form or of the API. How much one visitor may ask is `CHECKS_A_MINUTE`."""

EDIT = "edit"
"""The button that goes back to the questions with the answers still in them."""

VISIT_PAGE = "examination-and-your-rights"

A_YEAR = 365 * 24 * 60 * 60


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@not_too_often("CHECKS_A_MINUTE", too_many, checks)
def check(request: HttpRequest) -> HttpResponse:
    """Ask the questions, or answer those that were sent; in guided mode, show everybody the same criteria.

    There is no token against forged requests: it would need a cookie, and there is nothing
    to forge. A form that another site sends is refused all the same.
    """
    if is_guided():
        return no_result(request) if request.method == "POST" else criteria(request)
    return answer(request) if request.method == "POST" else ask(request)


def ask(request: HttpRequest) -> HttpResponse:
    """The empty form."""
    try:
        response = _form(request, current_edition(), {})
    except NoEdition:
        return not_ready()
    response["Cache-Control"] = "no-cache"
    return response


def criteria(request: HttpRequest) -> HttpResponse:
    """Every criterion of the current edition, the same for everybody."""
    try:
        edition = current_edition()
    except NoEdition:
        return not_ready()
    context = {
        **_everywhere(edition),
        "levels": guide(edition, region=region_of_site()),
        "standing": standing_of_all(edition, made_of(edition)),
    }
    response = render_page(request, edition, "check/guide.html", context)
    response["Cache-Control"] = "no-cache"
    return response


@leave_no_trace(server_error)
def no_result(request: HttpRequest) -> HttpResponse:
    """Say that this site gives no personal result. What was sent is not even read."""
    try:
        edition = current_edition()
    except NoEdition:
        return not_ready()
    response = render_page(request, edition, "check/no_result.html", {"nav": "check"}, status=405)
    response["Allow"] = "GET, HEAD"
    return response


@leave_no_trace(server_error)
def answer(request: HttpRequest) -> HttpResponse:
    """The result of a form, or the form again: to change an answer, or because nothing could be read from it."""
    try:
        edition = current_edition()
    except NoEdition:
        return not_ready()
    if is_from_elsewhere(request):
        return render_page(request, edition, "check/refused.html", {"nav": "check"}, status=403)
    if is_too_large(request):
        return _form(request, edition, {}, error="too-large", status=413)
    sent = sent_in(edition, request)
    if request.POST.get("action") == EDIT:
        return _form(request, edition, sent.fields)
    if sent.is_empty:
        return _form(request, edition, {}, error="empty", status=422)
    try:
        return _result(request, edition, sent)
    except AnswersInvalid as problem:
        return _form(request, edition, sent.fields, error="unknown", wrong=problem.finding, status=422)


@require_safe
def questions_css(request: HttpRequest, key: str) -> HttpResponse:
    """Which question is shown when, for one edition; it never changes, so browsers may keep it."""
    try:
        edition = current_edition()
    except NoEdition:
        return not_ready()
    if key != stylesheet_key(edition):
        raise Http404
    response = HttpResponse(stylesheet(edition), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def _form(
    request: HttpRequest,
    edition: Edition,
    given: Mapping[str, tuple[str, ...]],
    *,
    error: str = "",
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    form = questionnaire(edition, given)
    context = {
        **_everywhere(edition),
        "form": form,
        "form_class": FORM_CLASS,
        "steps": [(words.SECTIONS.get(step.step, words.STEPS[step.step]), step) for step in form.steps],
        "stylesheet_key": stylesheet_key(edition),
        "is_filled_in": bool(given),
        "error": error,
        "wrong": wrong,
        "wrong_field": form.field_of(wrong),
    }
    return render_page(request, edition, "check/form.html", context, status=status)


def _result(request: HttpRequest, edition: Edition, sent: Sent) -> HttpResponse:
    answers = sent.ticked
    assessment = assess(edition, answers)
    if not assessment.is_emergency:
        # Whoever chose an emergency sign need not have read the rest: then no missing tick speaks for them.
        answers = sent.answers
        assessment = assess(edition, answers)
    ahead = outlook(edition, answers)
    region = region_of_site()
    contacts = contacts_of(assessment.level, region)
    later = next_level(edition, assessment.urgency)
    context = {
        **_everywhere(edition),
        "assessment": assessment,
        "icon": icon_of(assessment.urgency),
        "first_step": first_step(assessment),
        "contact": contacts[0],
        "other_contacts": contacts[1:],
        "what_to_say": what_to_say(assessment),
        "change_groups": change_groups(edition, ahead),
        "unknowns": ahead.unknowns,
        "cause_groups": cause_groups(edition, assessment),
        "visit_page": edition.page(VISIT_PAGE),
        "visit_lead": lead_of(edition.page(VISIT_PAGE)),
        "note_groups": note_groups(assessment),
        "later": later,
        "later_contact": contacts_of(later, region)[0] if later else None,
        "standing": standing_of(edition, assessment),
        "has_contradiction": bool(assessment.set_aside or sent.contradicted),
        "own_answers": own_answers(edition, assessment, sent),
        "hidden_fields": hidden_fields(sent.fields),
    }
    return render_page(request, edition, "check/result.html", context)


def _everywhere(edition: Edition) -> dict[str, Any]:
    """What form and result both show: the box "if sex was not something you wanted"."""
    return {
        "nav": "check",
        "unwanted_sex_rules": unwanted_sex_rules(edition),
        "unwanted_sex_page": edition.page("unwanted-sex"),
    }


def region_of_site() -> str:
    """The region whose contacts come first: `CHECKER_REGION` of the settings."""
    return str(getattr(settings, "CHECKER_REGION", "uk"))
