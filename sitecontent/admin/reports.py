"""What visitors reported, on the desk: to be read and dealt with. Nobody changes a word of it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from sitecontent.models import ProblemReport, name_of


class IsOpen(admin.SimpleListFilter):
    """Open reports first; those that were dealt with on request."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two states."""
        return [("open", "Open"), ("done", "Dealt with")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow the list."""
        if self.value() in ("open", "done"):
            return queryset.filter(handled_at__isnull=self.value() == "open")
        return queryset


@admin.register(ProblemReport)
class ProblemReportAdmin(admin.ModelAdmin):
    """Reports of visitors."""

    list_display = ("reported_at", "page_link", "text", "contact", "handled_at", "handled_by_name")
    list_display_links = ("reported_at",)
    list_filter = (IsOpen,)
    search_fields = ("page", "text")
    list_per_page = 50
    actions = ("mark_dealt_with",)
    fields = ("reported_at", "page_link", "edition", "text", "contact", "handled_at", "handled_by_name")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only the public form adds one."""
        return False

    @admin.display(description="Page", ordering="page")
    def page_link(self, report: ProblemReport) -> str:
        """The page, as a link when it is an address of this site."""
        if report.page.startswith("/") and not report.page.startswith(("//", "/\\")):
            return format_html('<a href="{}" rel="noreferrer">{}</a>', report.page, report.page)
        return report.page

    @admin.action(description="Mark as dealt with, and erase the contact", permissions=["change"])
    def mark_dealt_with(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Close open reports in the name of this person. What was closed before stays as it is."""
        count = queryset.filter(handled_at__isnull=True).update(
            handled_at=timezone.now(), handled_by=request.user, handled_by_name=name_of(request.user), contact=""
        )
        self.message_user(request, f"{count} dealt with.", messages.SUCCESS)
