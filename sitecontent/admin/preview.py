"""Previews: Markdown while somebody writes, and a draft as the page that it would be."""

import re
from collections.abc import Callable
from copy import copy
from inspect import unwrap
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from sitecontent import documents
from sitecontent.admin.names import drafts_behind, edition_or_none
from sitecontent.admin.showing import draft_report, page
from sitecontent.documents import Document, DocumentInvalid
from sitecontent.edition.citations import cited_in
from sitecontent.edition.edition import Edition
from sitecontent.models import WORKING_RECORDS, FindingAnswer, Revision, Source, WorkingRecord
from sitecontent.pages import views
from sitecontent.pages.addresses import address_of_document
from sitecontent.pages.cause import cause_context
from sitecontent.pages.responses import page_context
from sitecontent.rendering import References, render_markdown
from sitecontent.review.proposal import with_documents

if TYPE_CHECKING:
    from sitecontent.admin.records import RecordAdmin

MOST_BYTES = 100_000
"""Of Markdown in one preview. The longest section is a fiftieth of it."""


# Markdown


@never_cache
@csrf_protect
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """Render some Markdown for whoever may edit drafts, as the public page would.

    The answer goes into the page of the editor whatever its status, so each is a piece of HTML.
    """
    if not _may_edit(request):
        return _say("You are signed out, or your account may not edit. Your text is still in the form.", 403)
    if request.method != "POST":
        response = _say("A preview is asked for with POST.", 405)
        response["Allow"] = "POST"
        return response
    if request.FILES:
        return _say("Files can not be uploaded here.", 403)
    text = request.POST.get("content", "")
    if len(text.encode()) > MOST_BYTES:
        return _say(f"This text is too long for a preview: more than {MOST_BYTES // 1000} kB.", 413)
    return HttpResponse(preview_of(text))


def preview_of(text: str) -> str:
    """The HTML of some Markdown with the list of what it cites; a source may be a draft."""
    references = References(_sources(cited_in(text)))
    body = re.sub(r' id="cite-\d+"', "", render_markdown(text, references))
    return render_to_string("admin/_markdown_preview.html", {"body": SafeString(body), "references": references.listed})


def _sources(slugs: tuple[str, ...]) -> dict[str, documents.Source]:
    found: dict[str, documents.Source] = {}
    for record in Source.objects.filter(slug__in=slugs).select_related("superseded_by") if slugs else ():
        try:
            found[record.slug] = record.to_document()
        except DocumentInvalid:
            continue
    return found


def _may_edit(request: HttpRequest) -> bool:
    user = request.user
    if not (user.is_active and user.is_staff):
        return False
    return any(user.has_perm(f"sitecontent.change_{model._meta.model_name}") for model in WORKING_RECORDS.values())


def _say(words: str, status: int) -> HttpResponse:
    return HttpResponse(format_html('<p class="preview-refused">{}</p>', words), status=status)


# What can be named


def vocabulary_json(request: HttpRequest) -> JsonResponse:
    """The questions with their answers, and the sources, for the scripts that help to fill in a form."""
    if not (request.user.has_perm("sitecontent.view_finding") and request.user.has_perm("sitecontent.view_source")):
        raise PermissionDenied
    findings: dict[str, dict[str, object]] = {}
    rows = FindingAnswer.objects.order_by("record__slug", "position", "pk")
    columns = ("record__slug", "record", "record__question", "slug", "label")
    for finding, pk, question, slug, label in rows.values_list(*columns):
        entry = findings.setdefault(finding, {"pk": str(pk), "question": question, "answers": {}})
        entry["answers"][slug] = label  # type: ignore[index]
    sources = dict(Source.objects.order_by("title").values_list("slug", "title"))
    return JsonResponse({"findings": findings, "sources": sources})


# Pages


def draft_preview(admin: "RecordAdmin", request: HttpRequest, record: WorkingRecord) -> HttpResponse:
    """Show a draft as the page that it would be."""
    report = draft_report(record)
    if report.document is None:
        return page(request, "no_preview.html", f"No preview yet: {record}", record=record, report=report, status=409)
    return preview_document(request, report.document)


def revision_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a submitted document as the page that it would be."""
    if not request.user.has_perm("sitecontent.view_revision"):
        raise PermissionDenied
    return preview_document(request, get_object_or_404(Revision, pk=pk).document)


def preview_document(request: HttpRequest, document: Document) -> HttpResponse:
    """The public page of a document over today's edition, marked as a draft and kept from search engines."""
    edition = edition_or_none()
    if edition is None or address_of_document(document) is None:
        reason = "Records of this kind have no page of their own." if edition else "Nothing is published yet."
        return page(request, "no_preview.html", f"No preview: {document.name}", reason=reason, status=409)
    proposed = with_documents(edition, [document, *drafts_behind([document], edition)])
    response = HttpResponse(_render(request, proposed, document))
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


def _render(request: HttpRequest, edition: Edition, document: Document) -> bytes:
    address = address_of_document(document) or "/"
    if isinstance(document, documents.Cause):
        context = {**page_context(edition, address), **cause_context(edition, document, draft=True)}
        return render_to_string("pages/cause_detail.html", context).encode()
    as_visitor = copy(request)
    as_visitor.path = as_visitor.path_info = address
    as_visitor.GET = QueryDict()  # type: ignore[assignment]
    view, arguments = _view_of(document)
    response = unwrap(view)(as_visitor, edition, **arguments)
    banner = render_to_string("admin/_draft_banner.html").encode()
    return re.sub(rb"<main\b[^>]*>", lambda tag: tag.group(0) + banner, response.content, count=1)


def _view_of(document: Document) -> tuple[Callable[..., HttpResponse], dict[str, str]]:
    own = {
        ("urgency-level", "emergency"): views.emergency,
        ("page", "emergency"): views.emergency,
        ("page", "pregnancy"): views.pregnancy,
        ("page", "how-we-review"): views.how_we_review,
    }
    if document.key in own:
        return own[document.key], {}
    by_kind = {
        "category": views.category_detail,
        "finding": views.finding_detail,
        "source": views.source_detail,
        "claim-review": views.claim_detail,
        "page": views.editorial_page,
    }
    return by_kind[document.kind], {"slug": document.slug}
