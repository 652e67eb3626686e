"""The symptom checker as pages: a form, one POST, a result. Nothing is stored and no cookie is set."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from sitecontent.documents import Urgency
from sitecontent.edition.current import NoEdition, current_edition
from sitecontent.edition.edition import Edition
from sitecontent.limits import MINUTE_SECONDS, Limit, not_too_often
from sitecontent.pages.errors import server_error, too_many
from sitecontent.pages.responses import not_ready, render_page
from sitecontent.privacy import is_from_elsewhere, leave_no_trace
from triage.answers import AnswersInvalid
from triage.engine import assess, urgency_of
from triage.forms import is_too_large, sent_in
from triage.guide import guide, made_of
from triage.mode import is_guided
from triage.outlook import outlook
from triage.pages import everywhere, pages_of, region_of_site
from triage.present import standing_of_all
from triage.questionnaire import stylesheet, stylesheet_key
from triage.result import form_values, result_values
from triage.sent import Sent

checks = Limit(0, MINUTE_SECONDS)
"""What is asked of the checker, as a form or of the API. How much one visitor may ask is `CHECKS_A_MINUTE`."""

EDIT = "edit"
"""The button that goes back to the questions with the answers still in them."""

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
        response = _form(current_edition(), {})
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
        **everywhere(edition),
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
        return _form(edition, {}, error="too-large", status=413)
    sent = sent_in(edition, request)
    if request.POST.get("action") == EDIT:
        return _form(edition, sent.fields)
    if sent.is_empty:
        return _form(edition, {}, error="empty", status=422)
    try:
        return _result(edition, sent)
    except AnswersInvalid as problem:
        return _form(edition, sent.fields, error="unknown", wrong=problem.finding, status=422)


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
    edition: Edition, given: Mapping[str, tuple[str, ...]], *, error: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    values = form_values(edition, given, error=error, wrong=wrong)
    return HttpResponse(pages_of(edition).form.fill(values), status=status)


def _result(edition: Edition, sent: Sent) -> HttpResponse:
    # Whoever chose an emergency sign need not have read the rest: then no missing tick speaks for them.
    answers = sent.answers
    if answers != sent.ticked and urgency_of(edition, sent.ticked) is Urgency.EMERGENCY:
        answers = sent.ticked
    assessment = assess(edition, answers)
    pages = pages_of(edition)
    values = result_values(pages, edition, assessment, outlook(edition, answers, assessment.urgency), sent)
    return HttpResponse(pages.result.fill(values))
