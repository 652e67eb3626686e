"""Categories, sources, claims and editorial pages on the desk."""

from django.contrib import admin

from sitecontent.admin.records import RecordAdmin
from sitecontent.models import Category, ClaimReview, Page, Source


@admin.register(Category)
class CategoryAdmin(RecordAdmin):
    """The groups of causes."""

    list_display = ("title", "order", "status")
    search_fields = ("title", "slug", "summary")
    fieldsets = ((None, {"fields": ("title", "slug", "summary", "order", "language")}),)


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    """What statements rest on."""

    list_display = ("title", "publisher", "year", "source_kind", "region", "last_checked", "status")
    list_filter = ("source_kind", "low_authority", "region")
    search_fields = ("title", "slug", "publisher", "url")
    autocomplete_fields = ("superseded_by",)
    fieldsets = (
        (None, {"fields": ("title", "slug", "publisher", "url", "year")}),
        ("How far it carries", {"fields": ("source_kind", "region", "low_authority", "note")}),
        ("Is it still good", {"fields": ("last_checked", "superseded_by", "language")}),
    )


@admin.register(ClaimReview)
class ClaimReviewAdmin(RecordAdmin):
    """Claims that circulate, and what is known."""

    list_display = ("title", "verdict", "theme", "status")
    list_filter = ("verdict", "theme")
    search_fields = ("title", "slug", "claim", "correction")
    autocomplete_fields = ("causes", "sources")
    markdown_fields = ("correction",)
    fieldsets = (
        (None, {"fields": ("title", "slug", "claim", "verdict", "correction")}),
        ("Where it belongs", {"fields": ("theme", "causes", "order")}),
        ("Sources", {"fields": ("sources", "language")}),
    )


@admin.register(Page)
class PageAdmin(RecordAdmin):
    """Editorial pages."""

    list_display = ("title", "slug", "order", "status")
    search_fields = ("title", "slug", "summary", "body")
    markdown_fields = ("body",)
    fieldsets = ((None, {"fields": ("title", "slug", "summary", "body", "order", "language")}),)
