"""Several records on one page: submitting a change set, deciding about it, and taking low-risk revisions together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from sitecontent import review
from sitecontent.admin.decisions import (
    LET_THROUGH,
    REMARKS_TYPED,
    checks_of,
    impact_in_words,
    reasons_typed,
    unsent,
    warnings_for,
    why_not,
    why_not_set,
)
from sitecontent.admin.names import drafts_behind, edition_or_none, names_for
from sitecontent.admin.showing import Comparison, DraftReport, comparison, draft_report, page, remarks_elsewhere
from sitecontent.documents import Document, DocumentInvalid
from sitecontent.edition.edition import Edition
from sitecontent.models import WORKING_RECORDS, ChangeSet, EditionChange, Reason, Revision, State, WorkingRecord
from sitecontent.review.looked_at import impact_on, proposal_of
from sitecontent.review.state import Standing, open_revision
from sitecontent.review.together import Shown, gaps, why_not_several
from sitecontent.review.waiting import WaitingSet
from sitecontent.sign_in.proof import proved_recently

MAY_SEE = "sitecontent.view_revision"
MAY_SUBMIT = "sitecontent.submit_revision"
MAY_APPROVE = "sitecontent.approve_revision"

CHANGED_MEANWHILE = "Somebody saved a draft of it since you opened this page. Read it again, then submit."
NOT_PUBLISHED_BY_BUILD = "The build refuses these changes. Nothing of them was published."
MOST_RECORDS = 50

Key = tuple[str, str]
Reasons = tuple[tuple[str, str], ...]


# What a record needs before it can be published


@dataclass(frozen=True)
class Needed:
    """What a draft refers to that is not public: drafts to submit with it, and what stands in the way."""

    drafts: tuple[WorkingRecord, ...]
    elsewhere: tuple[tuple[str, str], ...]
    """Name of a record that can not come along, and why."""
    address: str
    """Where to submit them together."""


def needed_by(record: WorkingRecord, document: Document | None) -> Needed | None:
    """What has to be published with this draft, or None when it stands by itself."""
    if document is None or not any(gaps([document])):
        return None
    edition = edition_or_none()
    behind = drafts_behind([document], edition)
    drafts, elsewhere = [], []
    for kind, slug in sorted(_missing([document, *behind]) | {row.key for row in behind}, key=_order):
        found = _record((kind, slug))
        waiting = open_revision(kind, slug)
        if found is None:
            elsewhere.append((f"{kind} {slug}", "it does not exist"))
        elif waiting:
            elsewhere.append((str(found), "it waits for a decision of its own, and must be published first"))
        else:
            drafts.append(found)
    return Needed(tuple(drafts), tuple(elsewhere), together_address([*(draft.key for draft in drafts), record.key]))


def _missing(documents: Iterable[Document]) -> set[Key]:
    return {(kind, slug) for _, kind, slug in gaps(documents)}


def together_address(keys: Iterable[Key]) -> str:
    """The page on which these records are submitted together."""
    query = urlencode([("record", f"{kind}/{slug}") for kind, slug in dict.fromkeys(keys)])
    return f"{reverse('admin:review_together')}?{query}"


# Submitting together


@dataclass(frozen=True)
class Draft:
    """One draft of a set that is about to be submitted."""

    record: WorkingRecord
    report: DraftReport
    comparison: Comparison | None
    public_number: int | None

    @property
    def key(self) -> str:
        """How the form names it."""
        return "/".join(self.record.key)

    @property
    def kind(self) -> str:
        """What kind of record it is, in words."""
        return str(self.record._meta.verbose_name).capitalize()

    @property
    def address(self) -> str:
        """Where it is edited."""
        return _address(self.record)


def submit(request: HttpRequest) -> HttpResponse:
    """Show what would be submitted together and ask for the note; then submit exactly that."""
    if not request.user.has_perm(MAY_SUBMIT):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    records = _records_named(asked.getlist("record"))
    if any(not request.user.has_perm(f"sitecontent.change_{row._meta.model_name}") for row in records):
        raise PermissionDenied
    drafts = _drafts(records)
    if request.method != "POST":
        return _submit_page(request, drafts)
    changed = [
        (str(draft.record), CHANGED_MEANWHILE)
        for draft in drafts
        if draft.report.document and request.POST.get(f"sha256-{draft.key}") != draft.report.document.sha256
    ]
    if changed:
        return _submit_page(request, drafts, reasons=tuple(changed))
    try:
        change_set = review.submit_together(
            records, author=request.user, note=request.POST.get("note", ""), at=timezone.now()
        )
    except review.TogetherRefused as refused:
        return _submit_page(request, drafts, reasons=refused.reasons)
    except (review.ReviewRefused, DocumentInvalid, IntegrityError) as refused:
        return _submit_page(request, drafts, refusal=str(refused))
    messages.success(request, f"Submitted {len(records)} records together. They now wait for a moderator.")
    return HttpResponseRedirect(reverse("admin:change_set", args=[change_set.pk]))


def _submit_page(
    request: HttpRequest, drafts: tuple[Draft, ...], *, refusal: str = "", reasons: Reasons = ()
) -> HttpResponse:
    keys = [draft.record.key for draft in drafts]
    documents = [draft.report.document for draft in drafts if draft.report.document]
    missing = []
    for kind, slug in sorted(_missing(documents), key=_order):
        record, waiting = _record((kind, slug)), open_revision(kind, slug)
        add = together_address([*keys, (kind, slug)]) if record and not waiting else ""
        missing.append({"name": str(record or slug), "kind": kind, "add": add, "waiting": waiting})
    return page(
        request,
        "submit_together.html",
        "Submit several records together",
        status=409 if refusal or reasons else 200,
        drafts=drafts,
        missing=missing,
        others=[row for row in _other_drafts(request.user) if row.key not in keys],
        is_ready=len(drafts) > 1 and len(documents) == len(drafts) and not missing,
        refusal=_headline(refusal, reasons, "Nothing was submitted."),
        reasons=reasons,
        note=request.POST.get("note", ""),
    )


def _drafts(records: Iterable[WorkingRecord]) -> tuple[Draft, ...]:
    rows = tuple(records)
    reports = [draft_report(record) for record in rows]
    names = names_for([report.document for report in reports], edition_or_none())
    found = []
    for record, report in zip(rows, reports, strict=True):
        public = review.published_revision(*record.key)
        compared = None
        if report.document:
            compared = comparison(public.document if public else None, report.document, names)
        found.append(Draft(record, report, compared, public.number if public else None))
    return tuple(found)


def _other_drafts(user: Any) -> tuple[WorkingRecord, ...]:
    """Drafts of this person that could come along: they differ from what is public and are in no review."""
    from sitecontent.admin.desk import my_records

    ready = (Standing.DRAFT_CHANGES, Standing.NEVER_PUBLISHED, Standing.CHANGES_REQUESTED, Standing.TAKEN_DOWN)
    return tuple(item.record for item in my_records(user) if item.status.standing in ready)


def _records_named(keys: Iterable[str]) -> tuple[WorkingRecord, ...]:
    """The working records of a request, as `kind/slug`, each after those that it may refer to."""
    found: dict[Key, WorkingRecord] = {}
    for key in list(dict.fromkeys(keys))[:MOST_RECORDS]:
        kind, _, slug = key.partition("/")
        record = _record((kind, slug))
        if record is None:
            raise Http404
        found[kind, slug] = record
    return tuple(found[key] for key in sorted(found, key=_order))


def _record(key: Key) -> WorkingRecord | None:
    model = WORKING_RECORDS.get(key[0])
    return model.objects.filter(slug=key[1]).first() if model else None


def _order(key: Key) -> tuple[int, str]:
    return (list(WORKING_RECORDS).index(key[0]), key[1])


def _address(record: WorkingRecord) -> str:
    return reverse(f"admin:sitecontent_{record._meta.model_name}_change", args=[record.pk])


# Deciding about a set


def change_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One change set: what each of its records changes, what they would do together, and what was decided."""
    _require(request, MAY_SEE)
    return _set_page(request, _change_set(pk))


def impact(request: HttpRequest, pk: int) -> HttpResponse:
    """What a change set would change in the checker's answers."""
    _require(request, MAY_SEE)
    row = _change_set(pk)
    documents = [member.document for member in review.members_of(row)]
    edition = edition_or_none()
    found = impact_on(edition, documents) if edition else None
    template = "_impact.html" if request.headers.get("X-Requested-With") == "fetch" else "impact.html"
    words = impact_in_words(found, names_for(documents, edition)) if found else None
    address = reverse("admin:change_set", args=[pk])
    return page(request, template, f"Impact: change set {pk}", back=address, impact=words)


@proved_recently
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve exactly what was shown of every record of a set, once every dangerous change is ticked."""
    _require(request, MAY_APPROVE)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = _change_set(pk)
    if _remarks_in(request):
        return _set_page(request, row, refusal=REMARKS_TYPED)
    try:
        approval = review.approve_together(
            change_set=row,
            moderator=request.user,
            seen=seen_in(request),
            comment=request.POST.get("comment", ""),
            at=timezone.now(),
        )
    except review.BuildRefused as refused:
        return _set_page(request, row, refusal=NOT_PUBLISHED_BY_BUILD, broken=remarks_elsewhere(refused.problems))
    except review.TogetherRefused as refused:
        return _set_page(request, row, reasons=refused.reasons)
    except (review.ReviewRefused, IntegrityError) as refused:
        return _set_page(request, row, refusal=str(refused))
    if approval.edition:
        count = len(approval.decisions)
        messages.success(
            request, f"Approved: {count} records are published together in edition {approval.edition.number}."
        )
    else:
        messages.success(request, "Approved. One of the records lowers safety, so one more person must approve them.")
    return HttpResponseRedirect(reverse("admin:change_set", args=[pk]))


def request_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a whole set back with words about all of it, about some of its records, or both."""
    _require(request, MAY_APPROVE)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = _change_set(pk)
    try:
        review.request_changes_together(
            change_set=row,
            moderator=request.user,
            comment=request.POST.get("comment", ""),
            reason=request.POST.get("reason", Reason.OTHER),
            remarks=_remarks_in(request),
            at=timezone.now(),
        )
    except review.TogetherRefused as refused:
        return _set_page(request, row, reasons=refused.reasons)
    except (review.ReviewRefused, IntegrityError) as refused:
        return _set_page(request, row, refusal=str(refused))
    messages.success(request, f"All of it went back to {row.author_name} with your words.")
    return HttpResponseRedirect(reverse("admin:review_queue"))


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a whole set back."""
    _require(request, MAY_SEE)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = _change_set(pk)
    try:
        review.withdraw_together(
            change_set=row, by=request.user, comment=request.POST.get("comment", ""), at=timezone.now()
        )
    except (review.ReviewRefused, IntegrityError) as refused:
        return _set_page(request, row, refusal=str(refused))
    messages.success(request, "Withdrawn, all of it. The drafts are as you left them.")
    return HttpResponseRedirect(reverse("admin:change_set", args=[pk]))


def _set_page(
    request: HttpRequest, row: ChangeSet, *, refusal: str = "", reasons: Reasons = (), broken: Any = ()
) -> HttpResponse:
    members = review.look_at(review.members_of(row))
    item = WaitingSet(row, tuple(member.item for member in members))
    is_open = item.is_open
    edition = edition_or_none()
    proposal = proposal_of(edition, [member.new for member in members]) if is_open and edition else None
    refusing = why_not_set(item, request.user) if is_open else ""
    may_decide = is_open and not refusing
    state = members[0].revision.state
    return page(
        request,
        "change_set.html",
        f"Change set {row.pk}: {len(members)} records",
        status=409 if refusal or reasons else 200,
        change_set=row,
        item=item,
        members=_members(members, request, edition if may_decide else None),
        state=state,
        is_open=is_open,
        dangerous=sum(len(member.dangerous) for member in members),
        decisions=members[0].revision.decisions.all(),
        people=sorted({name for member in members for name in member.revision.people.values()}),
        published_in=EditionChange.objects.filter(revision=members[0].revision).select_related("edition").first(),
        why_not=refusing,
        may_decide=may_decide,
        unsent=() if may_decide else unsent(request.POST),
        reason=request.POST.get("reason", Reason.OTHER.value),
        asked_because=Reason.choices,
        may_withdraw=is_open and item.is_by(request.user),
        again=_again(members) if state in (State.CHANGES_REQUESTED, State.WITHDRAWN) else "",
        may_submit=request.user.has_perm(MAY_SUBMIT),
        refusal=_headline(refusal, reasons, "Nothing was decided. This stands in the way:"),
        reasons=reasons,
        broken=broken,
        comment=request.POST.get("comment", ""),
        **checks_of(proposal, named=True),
    )


def _members(members: Iterable[Shown], request: HttpRequest, edition: Edition | None) -> list[dict[str, Any]]:
    """The records of a page that decides about several, each with what was ticked and typed of it.

    Without an edition nobody decides, and no reasons are asked for.
    """
    rows = tuple(members)
    documents = [row.new for row in rows]
    return [_member(row, request, edition, documents) for row in rows]


def _member(member: Shown, request: HttpRequest, edition: Edition | None, also: list[Document]) -> dict[str, Any]:
    pk = member.revision.pk
    warnings = warnings_for(request, member.revision, edition, also=also, prefix=_let_through(pk)) if edition else ()
    return {
        "warnings": warnings,
        "shown": member,
        "revision": member.revision,
        "kind": str(WORKING_RECORDS[member.revision.kind]._meta.verbose_name).capitalize(),
        "tick_name": f"seen-{member.revision.pk}",
        "ticked": set(request.POST.getlist(f"seen-{member.revision.pk}")),
        "remark": request.POST.get(f"remark-{pk}", ""),
        "reason": request.POST.get(f"reason-{pk}", ""),
    }


def _remarks_in(request: HttpRequest) -> dict[int, review.NewRemark]:
    """What was written about single records of a set, by revision. What stands beside no record is about none."""
    names = [name.removeprefix("remark-") for name in request.POST if name.startswith("remark-")]
    return {
        pk: review.NewRemark("", "", request.POST.get(f"reason-{pk}", ""), request.POST[f"remark-{pk}"])
        for pk in _numbers(names)
        if request.POST[f"remark-{pk}"].strip()
    }


def _let_through(pk: int) -> str:
    """How the fields of one record are called in which a moderator says why a warning may pass."""
    return f"{LET_THROUGH}{pk}-"


def _again(members: Iterable[Shown]) -> str:
    return together_address(member.revision.document.key for member in members)


def _headline(refusal: str, reasons: Reasons, words: str) -> str:
    return refusal or (words if reasons else "")


def seen_in(request: HttpRequest) -> list[review.Seen]:
    """What a form says that its reader was shown, and what they ticked."""
    return [
        review.Seen(
            revision_id=pk,
            sha256=request.POST.get(f"sha256-{pk}", ""),
            base_sha256=request.POST.get(f"base_sha256-{pk}", ""),
            ticked=frozenset(request.POST.getlist(f"seen-{pk}")),
            reasons=reasons_typed(request, _let_through(pk)),
        )
        for pk in _numbers(request.POST.getlist("revision"))
    ]


def _numbers(texts: Iterable[str]) -> list[int]:
    """The keys among these texts; what is none is left out."""
    return [int(text) for text in dict.fromkeys(texts) if text.isascii() and text.isdecimal() and len(text) < 19]


# Several low-risk revisions


@proved_recently
def several(request: HttpRequest) -> HttpResponse:
    """Show every change of several low-risk revisions on one page; then approve exactly those, in one edition."""
    _require(request, MAY_APPROVE)
    if request.method != "POST":
        return _several_page(request, _numbers(request.GET.getlist("revision")))
    seen = seen_in(request)
    keys = [item.revision_id for item in seen]
    try:
        edition = review.approve_several(
            seen=seen, moderator=request.user, comment=request.POST.get("comment", ""), at=timezone.now()
        )
    except review.BuildRefused as refused:
        broken = remarks_elsewhere(refused.problems)
        return _several_page(request, keys, refusal=NOT_PUBLISHED_BY_BUILD, broken=broken)
    except review.TogetherRefused as refused:
        return _several_page(request, keys, reasons=refused.reasons)
    except (review.ReviewRefused, IntegrityError) as refused:
        return _several_page(request, keys, refusal=str(refused))
    messages.success(request, f"Approved: {len(seen)} changes are published in edition {edition.number}.")
    return HttpResponseRedirect(reverse("admin:review_queue"))


def _several_page(
    request: HttpRequest, keys: list[int], *, refusal: str = "", reasons: Reasons = (), broken: Any = ()
) -> HttpResponse:
    rows = Revision.objects.filter(pk__in=keys[:MOST_RECORDS]).select_related("base", "change_set")
    shown = review.look_at(rows.prefetch_related("decisions", "contributors").order_by("pk"))
    refused = [(one, why_not_several(one.item) or why_not(one.item, request.user)) for one in shown]
    return page(
        request,
        "several.html",
        "Look at several changes together",
        status=409 if refusal or reasons else 200,
        members=_members([one for one, why in refused if not why], request, edition_or_none()),
        left_out=[(one.revision, one.name, why) for one, why in refused if why],
        refusal=_headline(refusal, reasons, "Nothing was approved. This stands in the way:"),
        reasons=reasons,
        broken=broken,
        comment=request.POST.get("comment", ""),
    )


def _change_set(pk: int) -> ChangeSet:
    return get_object_or_404(ChangeSet, pk=pk)


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied
