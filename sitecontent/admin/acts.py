"""The pages of one record beside its form: read it, compare it, submit it, take it down."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from sitecontent import review
from sitecontent.admin.names import edition_or_none, names_for
from sitecontent.admin.records import RecordAdmin, address_of
from sitecontent.admin.showing import comparison, draft_report, page, remarks_elsewhere
from sitecontent.admin.together import needed_by
from sitecontent.documents import DocumentInvalid
from sitecontent.models import WORKING_RECORDS, WorkingRecord
from sitecontent.review.diff import show_document
from sitecontent.review.unchanged import MAY_SIGN
from sitecontent.sign_in.proof import proved_recently

CHANGED_MEANWHILE = "Somebody saved this draft since you opened this page. Read it again, then submit it."


def by_slug(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Lead to a record by its kind and slug, as documents name it."""
    model = WORKING_RECORDS.get(kind)
    record = model.objects.filter(slug=slug).first() if model else None
    if record is None:
        raise Http404
    return HttpResponseRedirect(
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[record.pk])
    )


def read(admin: RecordAdmin, request: HttpRequest, record: WorkingRecord) -> HttpResponse:
    """Read the whole draft, in words."""
    report = draft_report(record)
    names = names_for([report.document], edition_or_none())
    return record_page(
        admin,
        request,
        record,
        "read.html",
        str(record),
        report=report,
        shown=show_document(report.document, names) if report.document else (),
    )


def compare(admin: RecordAdmin, request: HttpRequest, record: WorkingRecord) -> HttpResponse:
    """Compare the draft with what is published."""
    report = draft_report(record)
    public = review.published_revision(record.kind(), record.slug)
    return record_page(
        admin,
        request,
        record,
        "compare.html",
        f"Compare: {record}",
        report=report,
        public=public,
        comparison=comparison(public.document if public else None, report.document) if report.document else None,
    )


def submit(admin: RecordAdmin, request: HttpRequest, record: WorkingRecord) -> HttpResponse:
    """Show what would be submitted and ask for the note; then submit exactly that."""
    if not (request.user.has_perm("sitecontent.submit_revision") and admin.has_change_permission(request, record)):
        raise PermissionDenied
    report = draft_report(record)
    if request.method != "POST":
        return _submit_page(admin, request, record, report)
    if report.document is None:
        return _submit_page(admin, request, record, report, refusal="This draft can not be submitted yet.")
    if request.POST.get("sha256") != report.document.sha256:
        return _submit_page(admin, request, record, report, refusal=CHANGED_MEANWHILE)
    try:
        revision = review.submit(record, author=request.user, note=request.POST.get("note", ""), at=timezone.now())
    except (review.ReviewRefused, DocumentInvalid) as refused:
        return _submit_page(admin, request, record, report, refusal=str(refused))
    messages.success(request, f"Submitted: {revision}. It now waits for a moderator.")
    return HttpResponseRedirect(address_of(record, "change"))


def _submit_page(
    admin: RecordAdmin, request: HttpRequest, record: WorkingRecord, report: Any, *, refusal: str = ""
) -> HttpResponse:
    public = review.published_revision(record.kind(), record.slug)
    return record_page(
        admin,
        request,
        record,
        "submit.html",
        f"Submit for review: {record}",
        status=409 if refusal else 200,
        report=report,
        public=public,
        comparison=comparison(public.document if public else None, report.document) if report.document else None,
        needed=needed_by(record, report.document),
        refusal=refusal,
        note=request.POST.get("note", ""),
    )


@proved_recently
def retire(admin: RecordAdmin, request: HttpRequest, record: WorkingRecord) -> HttpResponse:
    """Take a record down at once, with a reason."""
    if not request.user.has_perm("sitecontent.retire_record"):
        raise PermissionDenied
    refusal, broken = "", ()
    if request.method == "POST":
        try:
            edition = review.retire(
                records=[record.key], by=request.user, reason=request.POST.get("reason", ""), at=timezone.now()
            )
        except review.BuildRefused as refused:
            refusal, broken = (
                "It can not be taken down yet: other records need it.",
                remarks_elsewhere(refused.problems),
            )
        except (review.ReviewRefused, IntegrityError) as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"Taken down: {record}. Edition {edition.number} is public without it.")
            return HttpResponseRedirect(reverse("admin:index"))
    return record_page(
        admin,
        request,
        record,
        "retire.html",
        f"Take down: {record}",
        status=409 if refusal else 200,
        refusal=refusal,
        broken=broken,
        reason=request.POST.get("reason", ""),
    )


@proved_recently
def sign_unchanged(admin: RecordAdmin, request: HttpRequest, record: WorkingRecord) -> HttpResponse:
    """Show all that is public of a record, and let somebody sign that it was reviewed and stays as it is."""
    if not any(request.user.has_perm(permission) for permission in MAY_SIGN):
        raise PermissionDenied
    refusal = ""
    if request.method == "POST":
        try:
            edition = review.sign_unchanged(
                kind=record.kind(),
                slug=record.slug,
                by=request.user,
                seen_sha256=request.POST.get("sha256", ""),
                note=request.POST.get("note", ""),
                at=timezone.now(),
            )
        except review.BuildRefused:
            refusal = "The build refuses a new edition just now. Nothing was signed."
        except (review.ReviewRefused, IntegrityError) as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"Signed: reviewed, no change. Edition {edition.number} says so.")
            return HttpResponseRedirect(address_of(record, "read"))
    public = review.published_revision(record.kind(), record.slug)
    names = names_for([public.document if public else None], edition_or_none())
    return record_page(
        admin,
        request,
        record,
        "reviewed.html",
        f"Reviewed, no change: {record}",
        status=409 if refusal else 200,
        public=public,
        why_not=review.why_not_sign(public, request.user) if public else "",
        shown=show_document(public.document, names) if public else (),
        refusal=refusal,
        note=request.POST.get("note", ""),
    )


def record_page(
    admin: RecordAdmin,
    request: HttpRequest,
    record: WorkingRecord,
    template: str,
    title: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page of one record: with its status, and the way to its other pages."""
    about = admin.about(request, record)
    return page(request, template, title, status=status, **{**about, "opts": admin.opts, **context})
