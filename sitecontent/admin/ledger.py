"""Revisions, decisions and editions on the desk: to be read, and by nobody to be changed."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from sitecontent.models import Decision, EditionChange, PublishedEdition, Revision

MOST_CHANGES = 100


class ReadOnly:
    """Nothing of this is added, changed or deleted by hand. The database refuses it too."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only `review` adds one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes one."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing is done to many at once."""
        return {}


@admin.register(Revision)
class RevisionAdmin(ReadOnly, admin.ModelAdmin):
    """Every submitted document."""

    list_display = ("name", "number", "state_in_words", "author_name", "note", "submitted_at")
    list_filter = ("kind", "origin")
    search_fields = ("slug", "note", "author_name")
    show_full_result_count = False
    list_per_page = 50

    actions = ("look_together",)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The one thing that is done to many leads to a page; nothing is decided from a list."""
        return admin.ModelAdmin.get_actions(self, request)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Whether this person decides about revisions."""
        return bool(request.user.has_perm("sitecontent.approve_revision"))

    @admin.action(description="Look at the low-risk ones together, to approve them", permissions=["approve"])
    def look_together(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        """Lead to the page that shows every change of them in full."""
        query = urlencode([("revision", pk) for pk in queryset.order_by("pk").values_list("pk", flat=True)])
        return HttpResponseRedirect(f"{reverse('admin:review_several')}?{query}")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the decisions, which tell where each revision stands."""
        return super().get_queryset(request).defer("document_json").prefetch_related("decisions")

    @admin.display(description="Record")
    def name(self, revision: Revision) -> str:
        """Which record."""
        return f"{revision.kind}/{revision.slug}"

    @admin.display(description="Where it stands")
    def state_in_words(self, revision: Revision) -> str:
        """Where the revision stands."""
        return str(revision.state.label)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """A revision has a page of its own."""
        if object_id and object_id.isdigit() and request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(reverse("admin:revision", args=[object_id]))
        return super().changeform_view(request, object_id, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A revision has no history of its own: it never changes."""
        return HttpResponseRedirect(reverse("admin:sitecontent_revision_change", args=[object_id]))


@admin.register(Decision)
class DecisionAdmin(ReadOnly, admin.ModelAdmin):
    """Every decision, with the name and role of that day."""

    list_display = ("revision", "verdict", "closes", "by_name", "role", "decided_at")
    list_filter = ("verdict", "closes")
    ordering = ("-decided_at", "-pk")
    list_per_page = 50
    list_select_related = ("revision",)
    search_fields = ("by_name", "comment", "revision__slug")
    show_full_result_count = False
    exclude = ("by",)


@admin.register(PublishedEdition)
class PublishedEditionAdmin(ReadOnly, admin.ModelAdmin):
    """Every edition, with its seal."""

    list_display = ("number", "note", "published_by_name", "published_at", "short_seal")
    search_fields = ("note", "sha256", "published_by_name")
    fields = ("number", "published_at", "published_by_name", "note", "what_changed", "sha256", "previous_sha256")
    readonly_fields = ("what_changed",)

    @admin.display(description="What changed")
    def what_changed(self, edition: PublishedEdition) -> str:
        """Every change, up to a number that can still be read; the public page of the edition has them all."""
        changes = edition.changes.all()
        rows = format_html_join(
            "",
            '<li>{} <a href="{}">{}</a></li>',
            ((_act_of(change), _address_of(change), change.title) for change in changes[:MOST_CHANGES]),
        )
        more = changes.count() - MOST_CHANGES
        rest = format_html('<p><a href="/editions/{}/">and {} more</a></p>', edition.number, more) if more > 0 else ""
        return format_html('<ul class="edition-changes">{}</ul>{}', rows, rest)

    @admin.display(description="Seal")
    def short_seal(self, edition: PublishedEdition) -> str:
        """The beginning of the seal; whole on the edition's own page."""
        return edition.sha256[:12]


def _act_of(change: EditionChange) -> str:
    return f"{change.kind}:" if change.revision_id else f"{change.kind}, taken down:"


def _address_of(change: EditionChange) -> str:
    if change.revision_id:
        return reverse("admin:revision", args=[change.revision_id])
    return reverse("admin:record", args=[change.kind, change.slug])
