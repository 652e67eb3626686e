"""What all working records share on the desk: status, saving, submitting, comparing, taking down.

Thin over `review`: a save edits a draft and notes who did; everything else is one call inward, and
a refusal comes back to the page with its words.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from sitecontent import review
from sitecontent.admin.drafts import DraftFields
from sitecontent.admin.fields import TickedField
from sitecontent.admin.names import edition_or_none
from sitecontent.admin.remarks import beside_fields
from sitecontent.admin.showing import draft_report
from sitecontent.admin.stale import Merge, Merger, Snapshot, StaleSave, snapshot_of
from sitecontent.edition.due import review_due
from sitecontent.models import Contribution, Decision, EditionChange, Part, Revision, WorkingRecord
from sitecontent.review.state import Standing, open_remarks, statuses
from sitecontent.review.unchanged import MAY_SIGN

SUBMIT = "sitecontent.submit_revision"
RETIRE = "sitecontent.retire_record"

ROWS_CLASH = (
    "Nothing was saved: two rows of a list would have said the same on the way, or rows were missing from what was "
    "sent. What you typed is still here. Change one row, save, then change the other."
)


class RecordForm(forms.ModelForm):
    """The form of a draft. It refuses to be saved while `merge` waits to be looked at, or when its rows clash."""

    merge: ClassVar[Merge | None] = None
    rows_clash: ClassVar[bool] = False

    def clean(self) -> dict[str, Any]:
        """Keep the order of ticked lists, and refuse a stale save."""
        data = super().clean() or {}
        for name, field in self.fields.items():
            if isinstance(field, TickedField) and name in data:
                data[name] = field.in_order(self.initial.get(name) or [], data[name])
        if self.merge:
            raise ValidationError(self.merge.words, code="stale")
        if self.rows_clash:
            raise ValidationError(ROWS_CLASH, code="clash")
        return data


class RecordList(ChangeList):
    """A list of records that knows where each stands, in a fixed number of queries."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page and where its records stand."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        found = statuses(self.result_list)
        for record in self.result_list:
            record.standing = found[record.slug]


class StandingFilter(admin.SimpleListFilter):
    """Narrow a list of records by where they stand."""

    title = "status"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        """Every standing that a record can have."""
        return [(standing.name.lower(), standing.value) for standing in Standing]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records that stand there."""
        chosen = (self.value() or "").upper()
        if chosen not in Standing.__members__:
            return queryset
        return with_standing(queryset).filter(now_stands=chosen)


def with_standing(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Records with where they stand: the rules of `review.state`, in SQL."""
    mine = {"kind": queryset.model.kind(), "slug": OuterRef("slug")}
    # In the order of their indexes, which is that of their keys: a revision's number and an edition only ever grow.
    newest_change = EditionChange.objects.filter(**mine).order_by("-edition_id")
    newest = Revision.objects.filter(**mine).order_by("-number")
    closing = Decision.objects.filter(revision=OuterRef("now_newest_id"), closes=True)
    rows = queryset.annotate(
        now_change_id=Subquery(newest_change.values("pk")[:1]),
        now_public_sha256=Subquery(newest_change.values("revision__sha256")[:1]),
        now_newest_id=Subquery(newest.values("pk")[:1]),
        now_newest_sha256=Subquery(newest.values("sha256")[:1]),
        now_newest_origin=Subquery(newest.values("origin")[:1]),
    ).annotate(now_verdict=Subquery(closing.values("verdict")[:1]))
    return rows.annotate(
        now_stands=Case(
            When(now_newest_origin="review", now_verdict__isnull=True, then=Value(Standing.IN_REVIEW.name)),
            When(
                now_verdict="request-changes",
                draft_sha256=F("now_newest_sha256"),
                then=Value(Standing.CHANGES_REQUESTED.name),
            ),
            When(now_change_id__isnull=True, then=Value(Standing.NEVER_PUBLISHED.name)),
            When(now_public_sha256__isnull=True, then=Value(Standing.TAKEN_DOWN.name)),
            When(draft_sha256=F("now_public_sha256"), then=Value(Standing.PUBLISHED.name)),
            default=Value(Standing.DRAFT_CHANGES.name),
        )
    )


class RecordAdmin(DraftFields, admin.ModelAdmin):
    """The desk of one kind of record."""

    form = RecordForm
    change_form_template = "admin/record_form.html"
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False
    view_on_site = False
    prepopulated_fields = {"slug": ("title",)}
    has_public_page: ClassVar[bool] = True

    # Lists

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, by the name of what it lists."""
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    @admin.display(description="Status")
    def status(self, record: WorkingRecord) -> str:
        """Where the record stands, in words."""
        standing = getattr(record, "standing", None) or review.status_of(record)
        return format_html(
            '<span class="standing {}">{}</span>', standing.standing.name.lower().replace("_", "-"), standing.words
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows where records stand."""
        return RecordList

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Every list can be narrowed by status."""
        return [StandingFilter, *super().get_list_filter(request)]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing is done to many records at once."""
        return {}

    # Who may do what

    def has_delete_permission(self, request: HttpRequest, obj: WorkingRecord | None = None) -> bool:
        """Only a draft that was never submitted can be deleted; what was ever published is taken down instead."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not _was_submitted(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: WorkingRecord | None = None) -> Iterable[str]:
        """The address of a record that was ever submitted stays what it is."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "slug") if obj and obj.pk and _was_submitted(obj) else fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: WorkingRecord | None = None) -> dict[str, Any]:
        """A new record gets its address from its title; later it changes only by hand."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    # Saving

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """The form, which knows of a merge that waits to be looked at, and of rows that clash."""
        form_class = super().get_form(request, obj, change, **kwargs)
        told = {"merge": getattr(request, "desk_merge", None), "rows_clash": hasattr(request, "desk_rows_clash")}
        return type(form_class.__name__, (form_class,), told) if any(told.values()) else form_class

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show and save a draft. A save that comes too late is refused, with both texts brought together."""
        if object_id is None:
            return self._save_or_give_back(request, object_id, form_url, extra_context)
        record = self.get_object(request, unquote(object_id))
        if record and not self.has_change_permission(request, record) and request.method in ("GET", "HEAD"):
            if not self.has_view_permission(request, record):
                raise PermissionDenied
            return HttpResponseRedirect(self._address(record, "read"))
        if request.method == "POST" and record and self.has_change_permission(request, record):
            if request.POST.get("edited_version") != str(record.edited_version):
                return self._refuse_stale(request, object_id, form_url)
            try:
                return self._save_or_give_back(request, object_id, form_url, extra_context)
            except StaleSave:
                return self._refuse_stale(request, object_id, form_url)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _save_or_give_back(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Save; where the database refuses the rows, as when two change places, show what was typed, and say so."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            request.desk_rows_clash = True  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _refuse_stale(self, request: HttpRequest, object_id: str, form_url: str) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        request.desk_merge = self._merge(request, record)  # type: ignore[attr-defined]
        request.POST = request.desk_merge.data  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, None)

    def _merge(self, request: HttpRequest, record: WorkingRecord) -> Merge:
        fields = self.get_fieldsets(request, record)
        form_class = self.get_form(request, record, change=True, fields=admin.utils.flatten_fieldsets(fields))
        posted_form = form_class(request.POST, instance=copy(record))
        posted_parts, _ = self._create_formsets(request, copy(record), change=True)
        opening = copy(request)
        opening.method = "GET"
        saved_form = form_class(instance=copy(record))
        saved_parts, _ = self._create_formsets(opening, record, change=True)
        merger = Merger(
            posted=request.POST,
            base=Snapshot.read(request.POST.get("opened", "")),
            theirs=snapshot_of(saved_form, saved_parts),
            mine=snapshot_of(posted_form, posted_parts),
            form=saved_form,
            formsets=saved_parts,
        )
        merge = merger.result()
        latest = Contribution.objects.filter(kind=record.kind(), slug=record.slug).order_by("-pk").first()
        merge.by = latest.by_name if latest else ""
        return merge

    def save_model(self, request: HttpRequest, obj: WorkingRecord, form: forms.ModelForm, change: bool) -> None:
        """Save the columns, but not the version: `save_related` sets it, and only where nobody was faster."""
        if not change:
            super().save_model(request, obj, form, change)
        elif form.has_changed():
            kept = {"id", "edited_version", "draft_sha256", "created_at"}
            obj.save(update_fields=[field.name for field in obj._meta.concrete_fields if field.name not in kept])

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list[Any], change: bool) -> None:
        """Save the parts and note the edit. Raises: StaleSave, when somebody saved since the form was opened."""
        record = form.instance
        if change and not form.has_changed() and not any(formset.has_changed() for formset in formsets):
            super().save_related(request, form, formsets, change)
            return
        now = timezone.now()
        if change:
            opened = type(record).objects.filter(pk=record.pk, edited_version=request.POST["edited_version"])
            if opened.update(edited_version=F("edited_version") + 1, edited_at=now) != 1:
                raise StaleSave
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            put_in_order(formset.queryset.model, record)
        review.record_edit(record, by=request.user, at=now)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: WorkingRecord | None = None,
    ) -> HttpResponse:
        """Add to the form what it must carry, where the record stands and what its draft still lacks."""
        merge = getattr(request, "desk_merge", None)
        context["may_submit"] = request.user.has_perm(SUBMIT)
        context["merge"] = merge
        if change and obj is not None:
            saved = type(obj).objects.get(pk=obj.pk)
            context |= {"title": str(saved), "subtitle": None}
            context |= self._carried(request, context, obj, merge)
            context |= self.about(request, saved) | {"report": draft_report(saved)}
            beside_fields(context, context["remarks"], context["report"].document)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _carried(
        self, request: HttpRequest, context: dict[str, Any], record: WorkingRecord, merge: Merge | None
    ) -> dict[str, Any]:
        form = context["adminform"].form
        if form.is_bound and not merge:
            return {
                "edited_version": request.POST.get("edited_version", ""),
                "opened": request.POST.get("opened", ""),
            }
        formsets = [item.formset for item in context["inline_admin_formsets"]]
        fresh = record
        if merge:
            fresh = self.get_object(request, str(record.pk))
            opening = copy(request)
            opening.method = "GET"
            formsets, _ = self._create_formsets(opening, fresh, change=True)
            form = type(form)(instance=fresh)
        return {"edited_version": fresh.edited_version, "opened": snapshot_of(form, formsets).signed()}

    def about(self, request: HttpRequest, record: WorkingRecord) -> dict[str, Any]:
        """Where the record stands and what can be done with it, for the top of its pages."""
        standing = review.status_of(record)
        latest = Revision.objects.of(record.kind(), record.slug).prefetch_related("decisions").first()
        sent_back = latest.closing_decision if latest and standing.standing is Standing.CHANGES_REQUESTED else None
        return {
            "record": record,
            "standing": standing,
            "sent_back": sent_back,
            "remarks": open_remarks(*record.key),
            "may_change": self.has_change_permission(request, record),
            "may_submit": request.user.has_perm(SUBMIT) and not standing.open_revision_id,
            "may_sign": standing.is_published and any(request.user.has_perm(permission) for permission in MAY_SIGN),
            "dates": _dates_of(record),
            "may_retire": request.user.has_perm(RETIRE) and standing.is_published,
            "has_public_page": self.has_public_page,
        }

    def response_change(self, request: HttpRequest, obj: WorkingRecord) -> HttpResponse:
        """After a save: on to submitting, where that was asked for."""
        if "_submit" in request.POST:
            return HttpResponseRedirect(self._address(obj, "submit"))
        return super().response_change(request, obj)

    def response_add(
        self, request: HttpRequest, obj: WorkingRecord, post_url_continue: str | None = None
    ) -> HttpResponse:
        """After the first save: on to submitting, where that was asked for."""
        if "_submit" in request.POST:
            return HttpResponseRedirect(self._address(obj, "submit"))
        return super().response_add(request, obj, post_url_continue)

    # Pages beside the form

    def get_urls(self) -> list[URLPattern]:
        """The pages of one record, before Django's address that takes everything."""
        from sitecontent.admin import acts, history, preview

        def at(route: str, view: Any, name: str) -> URLPattern:
            def answer(request: HttpRequest, object_id: str) -> HttpResponse:
                return view(self, request, self._record(request, object_id))

            return path(
                f"<path:object_id>/{route}/",
                self.admin_site.admin_view(answer),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )

        return [
            at("read", acts.read, "read"),
            at("submit", acts.submit, "submit"),
            at("compare", acts.compare, "compare"),
            at("preview", preview.draft_preview, "preview"),
            at("take-down", acts.retire, "retire"),
            at("reviewed", acts.sign_unchanged, "reviewed"),
            at("story", history.story, "story"),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history of a record is the story of its review."""
        return HttpResponseRedirect(self._address(self._record(request, object_id), "story"))

    def _record(self, request: HttpRequest, object_id: str) -> WorkingRecord:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return record

    def _address(self, record: WorkingRecord, page: str) -> str:
        return address_of(record, page, current_app=self.admin_site.name)


def address_of(record: WorkingRecord, page: str, *, current_app: str | None = None) -> str:
    """The address of a page of a record on the desk: `change`, `submit`, `compare`, `story`…"""
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}"
    return reverse(name, args=[record.pk], current_app=current_app)


def _dates_of(record: WorkingRecord) -> dict[str, Any] | None:
    """The three dates of a record: last changed, last reviewed, and when the next review is due and why."""
    edition = edition_or_none()
    entry = edition.entry(*record.key) if edition else None
    if edition is None or entry is None:
        return None
    return {"changed_at": entry.changed_at, "reviewed_at": entry.reviewed_at, "due": review_due(edition, entry)}


def put_in_order(part: type[Part], record: WorkingRecord) -> None:
    """Number the parts of a record from 0, in the order that their positions give."""
    rows = part._default_manager.filter(**{part.owner_name: record}).order_by("position", "pk")
    for place, row in enumerate(rows):
        if row.position != place:
            part._default_manager.filter(pk=row.pk).update(position=place)


def _was_submitted(record: models.Model) -> bool:
    return Revision.objects.filter(kind=record.kind(), slug=record.slug).exists()
