"""Revisions, decisions and editions on the desk: to be read, and by nobody to be changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sitecontent.models import Decision, EditionChange, PublishedEdition, Revision


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
    list_select_related = ("revision",)
    search_fields = ("by_name", "comment", "revision__slug")
    show_full_result_count = False
    exclude = ("by",)


class EditionChangeInline(ReadOnly, admin.TabularInline):
    """What an edition changed."""

    model = EditionChange
    fields = ("kind", "slug", "title", "revision")
    extra = 0


@admin.register(PublishedEdition)
class PublishedEditionAdmin(ReadOnly, admin.ModelAdmin):
    """Every edition, with its seal."""

    list_display = ("number", "note", "published_by_name", "published_at", "short_seal")
    search_fields = ("note", "sha256", "published_by_name")
    inlines = (EditionChangeInline,)
    exclude = ("published_by",)

    @admin.display(description="Seal")
    def short_seal(self, edition: PublishedEdition) -> str:
        """The beginning of the seal; whole on the edition's own page."""
        return edition.sha256[:12]
