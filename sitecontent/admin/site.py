"""The review desk: Django's admin with our own front page, our own order and our own views beside it."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.decorators.cache import never_cache

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("group-content", "Content", ("Cause", "ClaimReview", "Page", "Category")),
    ("group-checker", "Symptom checker", ("Finding", "SafetyRule", "UrgencyLevel", "Vignette")),
    ("group-evidence", "Evidence", ("Source",)),
    ("group-record", "What was decided", ("Revision", "Decision", "PublishedEdition")),
    ("group-visitors", "From visitors", ("ProblemReport",)),
    ("group-people", "People", ("ReviewerProfile", "User", "Group")),
)
"""The records on the desk, by what they are for."""


class Desk(AdminSite):
    """The admin site of Causeway."""

    site_header = "Causeway review desk"
    site_title = "Causeway review desk"
    index_title = "Your desk"
    index_template = "admin/desk.html"
    enable_nav_sidebar = True

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The desk's own addresses, then Django's, which end in one that takes everything."""
        from sitecontent.admin import acts, checks, decisions, history, preview, remarks

        def at(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_view(view), name=name)

        return [
            path("preview/", preview.markdown_preview, name="markdown_preview"),
            at("vocabulary/", preview.vocabulary_json, "vocabulary"),
            at("record/<str:kind>/<str:slug>/", acts.by_slug, "record"),
            at("checks/", checks.checks, "checks"),
            at("review/", decisions.queue, "review_queue"),
            at("review/<int:pk>/", decisions.revision, "revision"),
            at("review/<int:pk>/approve/", decisions.approve, "revision_approve"),
            at("review/<int:pk>/request-changes/", decisions.request_changes, "revision_request_changes"),
            at("review/<int:pk>/withdraw/", decisions.withdraw, "revision_withdraw"),
            at("review/<int:pk>/restore/", history.restore, "revision_restore"),
            at("review/<int:pk>/impact/", decisions.impact, "revision_impact"),
            at("review/<int:pk>/preview/", preview.revision_preview, "revision_preview"),
            at("review/remark/<int:pk>/resolve/", remarks.resolve, "remark_resolve"),
            at("review/compare/", history.compare, "revision_compare"),
            *super().get_urls(),
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The front page: what to do next."""
        from sitecontent.admin.desk import desk_of

        return super().index(request, {"desk": desk_of(request.user), **(extra_context or {})})

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django lets browsers keep this page; no page of the desk is kept."""
        return never_cache(super().password_change)(request, extra_context)

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django lets browsers keep this page too."""
        return never_cache(super().password_change_done)(request, extra_context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The records that somebody may see, by what they are for."""
        if app_label:
            return super().get_app_list(request, app_label)
        models = {
            model["object_name"]: model for app in self._build_app_dict(request).values() for model in app["models"]
        }
        home = reverse("admin:index", current_app=self.name)
        return [
            {
                "name": name,
                "app_label": slug,
                "app_url": f"{home}#{slug}",
                "has_module_perms": True,
                "models": [models[item] for item in members if item in models],
            }
            for slug, name, members in GROUPS
            if any(item in models for item in members)
        ]
