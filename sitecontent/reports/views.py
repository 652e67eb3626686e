"""Report a problem with a page. No cookie is set, and nothing is kept but what somebody writes in the form."""

import time
from datetime import timedelta

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from sitecontent.limits import HOUR_SECONDS, Limit, address_of
from sitecontent.models import ProblemReport
from sitecontent.models.problem_report import LONGEST_CONTACT, LONGEST_PAGE, LONGEST_TEXT
from sitecontent.pages.errors import server_error
from sitecontent.pages.responses import not_ready, render_page
from sitecontent.privacy import is_from_elsewhere, is_larger_than, leave_no_trace
from sitecontent.reports.forms import LARGEST_REPORT_BYTES, TRAP, ReportForm

MOST_FROM_ONE = 5
"""Reports in an hour from one visitor, by each process."""

MOST_IN_ALL = 100
"""Reports in an hour from everybody together, as the database counts them."""

limit = Limit(MOST_FROM_ONE)


class TooManyReports(Exception):
    """More reports came in an hour than people could read."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@leave_no_trace(server_error, name="The form for reports")
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, or take what was sent. On any trouble the form comes back with every word in it.

    There is no token against forged requests: it would need a cookie. A form that another site sends is refused.
    """
    try:
        edition = current.current_edition()
    except current.NoEdition:
        return not_ready()
    if request.method != "POST":
        return _form(request, edition, ReportForm(initial={"page": request.GET.get("page", "")[:LONGEST_PAGE]}))
    if is_larger_than(request, LARGEST_REPORT_BYTES):
        return _form(request, edition, ReportForm(), trouble="too-large", status=413)
    form = ReportForm(request.POST)
    if is_from_elsewhere(request):
        return _form(request, edition, form, trouble="elsewhere", status=403)
    if request.POST.get(TRAP):
        return HttpResponseRedirect(reverse("reports:sent"))  # A machine that is told nothing tries nothing else.
    if not form.is_valid():
        return _form(request, edition, form, status=422)
    if not limit.takes(address_of(request), time.monotonic()):
        return _form(request, edition, form, trouble="too-many", status=429)
    try:
        _keep(edition, form)
    except TooManyReports:
        return _form(request, edition, form, trouble="too-many", status=429)
    except (DatabaseError, InterfaceError, OSError):
        return _form(request, edition, form, trouble="away", status=503)
    return HttpResponseRedirect(reverse("reports:sent"))


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say thank you. Reloading it sends nothing again."""
    try:
        edition = current.current_edition()
    except current.NoEdition:
        return not_ready()
    return render_page(request, edition, "reports/sent.html", {"nav": "report"})


def _form(
    request: HttpRequest, edition: Edition, form: ReportForm, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "trouble": trouble,
        "trap": TRAP,
        "longest_page": LONGEST_PAGE,
        "longest_text": LONGEST_TEXT,
        "longest_contact": LONGEST_CONTACT,
        "nav": "report",
    }
    return render_page(request, edition, "reports/form.html", context, status=status)


def _keep(edition: Edition, form: ReportForm) -> None:
    """Write a report down. Raises: TooManyReports, and what a database raises that is away."""
    now = timezone.now()
    if ProblemReport.objects.filter(reported_at__gt=now - timedelta(seconds=HOUR_SECONDS)).count() >= MOST_IN_ALL:
        raise TooManyReports
    ProblemReport.objects.create(**form.cleaned_data, edition=edition.number, reported_at=now)
