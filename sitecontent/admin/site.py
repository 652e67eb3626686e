"""The review desk: Django's admin with our own front page, our own order and our own views beside it."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
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
        from sitecontent.admin import (
            acts,
            checks,
            decisions,
            discussion,
            history,
            mail,
            preview,
            profile,
            remarks,
            together,
            trying,
        )
        from sitecontent.sign_in import views as sign_in

        def at(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_view(view), name=name)

        return [
            path("preview/", preview.markdown_preview, name="markdown_preview"),
            path("second-step/", sign_in.second_step_page, name="second_step"),
            at("account/", sign_in.account, "account"),
            at("account/app/", sign_in.another_app, "another_app"),
            at("account/recovery-codes/", sign_in.recovery_codes, "recovery_codes"),
            at("account/sessions/end/", sign_in.end_session, "end_session"),
            at("vocabulary/", preview.vocabulary_json, "vocabulary"),
            at("record/<str:kind>/<str:slug>/", acts.by_slug, "record"),
            at("checks/", checks.checks, "checks"),
            at("mail/", mail.mail, "mail"),
            at("profile/", profile.profile, "profile"),
            at("review/", decisions.queue, "review_queue"),
            at("review/<int:pk>/", decisions.revision, "revision"),
            at("review/<int:pk>/approve/", decisions.approve, "revision_approve"),
            at("review/<int:pk>/request-changes/", decisions.request_changes, "revision_request_changes"),
            at("review/<int:pk>/withdraw/", decisions.withdraw, "revision_withdraw"),
            at("review/<int:pk>/restore/", history.restore, "revision_restore"),
            at("review/<int:pk>/impact/", decisions.impact, "revision_impact"),
            at("review/<int:pk>/try/", trying.revision, "revision_try"),
            at("review/<int:pk>/preview/", preview.revision_preview, "revision_preview"),
            at("review/<int:pk>/comment/", discussion.comment, "revision_comment"),
            at("review/<int:pk>/claim/", discussion.claim, "revision_claim"),
            at("review/<int:pk>/release/", discussion.release, "revision_release"),
            at("review/remark/<int:pk>/resolve/", remarks.resolve, "remark_resolve"),
            at("review/together/", together.submit, "review_together"),
            at("review/several/", together.several, "review_several"),
            at("review/set/<int:pk>/", together.change_set, "change_set"),
            at("review/set/<int:pk>/approve/", together.approve, "change_set_approve"),
            at("review/set/<int:pk>/request-changes/", together.request_changes, "change_set_request_changes"),
            at("review/set/<int:pk>/withdraw/", together.withdraw, "change_set_withdraw"),
            at("review/set/<int:pk>/impact/", together.impact, "change_set_impact"),
            at("review/set/<int:pk>/try/", trying.change_set, "change_set_try"),
            at("review/compare/", history.compare, "revision_compare"),
            *super().get_urls(),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's guard before every view; a form of somebody who was signed out meanwhile is not lost."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def answer(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            from sitecontent.sign_in import again

            if again.is_ours(request) and not self.has_permission(request):
                return again.signed_out(request)
            return guarded(request, *arguments, **named)

        return answer

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The front page: what to do next."""
        from sitecontent.admin.desk import desk_of

        return super().index(request, {"desk": desk_of(request.user), **(extra_context or {})})

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The first step of signing in."""
        from sitecontent.sign_in.views import PasswordStep

        home = reverse("admin:index", current_app=self.name)
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(home)
        request.current_app = self.name  # type: ignore[attr-defined]
        context = {
            **self.each_context(request),
            "title": "Log in",
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **({} if {"next"} & {*request.GET, *request.POST} else {"next": home}),
            **(extra_context or {}),
        }
        return PasswordStep.as_view(extra_context=context)(request)

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
