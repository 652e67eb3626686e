"""The story of a record, the comparison of any two of its revisions, and putting an old one back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from sitecontent import review
from sitecontent.admin.acts import record_page
from sitecontent.admin.discussion import told_claim, told_comment
from sitecontent.admin.showing import comparison, page
from sitecontent.documents import DocumentInvalid
from sitecontent.models import (
    Comment,
    Contribution,
    Decision,
    EditionChange,
    RecordReview,
    Remark,
    RemarkResolution,
    ReviewClaim,
    Revision,
    WorkingRecord,
)
from sitecontent.review.state import remarks_on

if TYPE_CHECKING:
    from sitecontent.admin.records import RecordAdmin


@dataclass(frozen=True)
class Event:
    """One thing that happened to a record."""

    at: datetime
    kind: str
    """`edited`, `submitted`, `claimed`, `commented`, `resolved`, `decided`, `published` or `retired`."""
    who: str
    words: str
    text: str = ""
    revision: Revision | None = None
    remarks: tuple[Remark, ...] = ()
    """What a request for changes asked beside its words on the whole."""
    decision: Decision | None = None


def story(admin: "RecordAdmin", request: HttpRequest, record: WorkingRecord) -> HttpResponse:
    """Tell what happened to a record, the newest first."""
    revisions = list(
        Revision.objects.of(record.kind(), record.slug).defer("document_json").prefetch_related("decisions")
    )
    remarks = list(remarks_on(record.kind(), record.slug))
    said = said_about(record, request.user)
    changes = list(
        EditionChange.objects.filter(kind=record.kind(), slug=record.slug).select_related("edition").order_by("pk")
    )
    edits = list(Contribution.objects.filter(kind=record.kind(), slug=record.slug).order_by("pk"))
    return record_page(
        admin,
        request,
        record,
        "story.html",
        f"History: {record}",
        events=events_of(revisions, changes, edits, remarks, [*said, *_signed(record)]),
        revisions=revisions,
        may_restore=request.user.has_perm("sitecontent.submit_revision"),
    )


def events_of(
    revisions: list[Revision],
    changes: list[EditionChange],
    edits: list[Contribution],
    remarks: list[Remark],
    said: list[Event],
) -> tuple[Event, ...]:
    """Everything that happened, the newest first; edits by one person in a row are told as one."""
    by_id = {revision.pk: revision for revision in revisions}
    events = [_submitted(revision) for revision in revisions]
    asked = defaultdict(list)
    for remark in remarks:
        asked[remark.decision_id].append(remark)
    events += [
        _decided(decision, revision, tuple(remark for remark in asked[decision.pk] if not remark.is_in_the_words))
        for revision in revisions
        for decision in revision.decisions.all()
    ]
    events += said
    events += [_resolved(remark, remark.resolved) for remark in remarks if remark.resolved]
    for change in changes:
        revision = by_id.get(change.revision_id) if change.revision_id else None
        words = f"Published in edition {change.edition.number}" if revision else "Taken down"
        text = "" if revision else change.edition.note
        kind = "published" if revision else "retired"
        who = change.edition.published_by_name
        events.append(Event(change.edition.published_at, kind, who, words, text, revision))
    events += [Event(edit.at, "edited", edit.by_name, "Edited the draft") for edit in edits]
    order = ("edited", "submitted", "claimed", "commented", "resolved", "decided", "reviewed", "retired", "published")
    newest_first = sorted(events, key=lambda event: (event.at, order.index(event.kind)), reverse=True)
    return tuple(_together(newest_first))


def _signed(record: WorkingRecord) -> list[Event]:
    """The reviews of the record that changed nothing."""
    rows = RecordReview.objects.filter(kind=record.kind(), slug=record.slug).select_related("edition")
    return [
        Event(
            row.reviewed_at,
            "reviewed",
            f"{row.by_name}, {row.role}",
            f"Reviewed, no change (edition {row.edition.number})",
            row.note,
        )
        for row in rows
    ]


def said_about(record: WorkingRecord, user: Any) -> list[Event]:
    """Comments and claims on any revision of the record, as far as this person may read them."""
    of_record = {"revision__kind": record.kind(), "revision__slug": record.slug}
    comments = Comment.objects.filter(**of_record).readable_by(user).select_related("revision")
    claims = ReviewClaim.objects.filter(**of_record).select_related("revision")
    rows = [
        *((row.revision, told_comment(row)) for row in comments.defer("revision__document_json")),
        *((row.revision, told_claim(row)) for row in claims.defer("revision__document_json")),
    ]
    return [
        Event(said.at, said.kind, said.who, f"{said.words}: revision {revision.number}", said.text)
        for revision, said in rows
    ]


def _submitted(revision: Revision) -> Event:
    who = revision.author_name or "Starter content"
    return Event(
        revision.submitted_at, "submitted", who, f"Submitted revision {revision.number}", revision.note, revision
    )


def _resolved(remark: Remark, resolution: RemarkResolution) -> Event:
    return Event(
        resolution.resolved_at,
        "resolved",
        f"{resolution.by_name}, {resolution.role}",
        f"Marked as resolved: {remark.where}",
        resolution.words,
    )


def _decided(decision: Decision, revision: Revision, remarks: tuple[Remark, ...]) -> Event:
    words = f"{decision.get_verdict_display()}: revision {revision.number}"
    if decision.verdict == "approve" and not decision.closes:
        words += " (first of two approvals)"
    who = f"{decision.by_name}, {decision.role}"
    return Event(decision.decided_at, "decided", who, words, decision.comment, revision, remarks, decision)


def _together(events: list[Event]) -> list[Event]:
    told: list[Event] = []
    counts: list[int] = []
    for event in events:
        if told and event.kind == "edited" and told[-1].kind == "edited" and told[-1].who == event.who:
            counts[-1] += 1
            newest = told[-1]
            told[-1] = Event(newest.at, "edited", newest.who, f"Edited the draft, {counts[-1]} times")
        else:
            told.append(event)
            counts.append(1)
    return told


def compare(request: HttpRequest) -> HttpResponse:
    """Compare any two revisions of one record, `?from=` and `?to=`."""
    if not request.user.has_perm("sitecontent.view_revision"):
        raise PermissionDenied
    old, new = (_asked_for(request, name) for name in ("from", "to"))
    if old.pk == new.pk:
        older = Revision.objects.of(new.kind, new.slug).filter(number__lt=new.number).first()
        old = older or old
    if (old.kind, old.slug) != (new.kind, new.slug):
        raise Http404
    if old.number > new.number:
        old, new = new, old
    return page(
        request,
        "compare_revisions.html",
        f"{new.document.name}: revisions {old.number} and {new.number}",
        old=old,
        new=new,
        comparison=comparison(old.document, new.document),
    )


def _asked_for(request: HttpRequest, name: str) -> Revision:
    asked = request.GET.get(name, "")
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    return get_object_or_404(Revision, pk=int(asked))


def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit an earlier document again, with a note; it is reviewed like any other change."""
    if not request.user.has_perm("sitecontent.submit_revision"):
        raise PermissionDenied
    revision = get_object_or_404(Revision.objects.prefetch_related("contributors"), pk=pk)
    published = review.published_revision(revision.kind, revision.slug)
    refusal = ""
    if request.method == "POST":
        try:
            restored = review.restore(
                revision, author=request.user, note=request.POST.get("note", ""), at=timezone.now()
            )
        except (review.ReviewRefused, DocumentInvalid, IntegrityError) as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"Submitted again: {restored}. It now waits for a moderator.")
            return HttpResponseRedirect(reverse("admin:revision", args=[restored.pk]))
    return page(
        request,
        "restore.html",
        f"Put back revision {revision.number} of {revision.document.name}",
        status=409 if refusal else 200,
        revision=revision,
        published=published,
        comparison=comparison(published.document if published else None, revision.document),
        refusal=refusal,
        note=request.POST.get("note", ""),
    )
