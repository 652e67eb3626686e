"""People on the desk: accounts, roles, and the profiles that pages show."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django_otp.plugins.otp_totp.models import TOTPDevice

from sitecontent.admin.widgets import FindsOthers
from sitecontent.models import ReviewerProfile
from sitecontent.sign_in.proof import proved_recently
from sitecontent.sign_in.views import reset_second_step

ONLY_SUPERUSERS_GIVE = ("is_superuser", "user_permissions")


@admin.register(ReviewerProfile)
class ReviewerProfileAdmin(FindsOthers, admin.ModelAdmin):
    """What pages show of somebody who approves. A change touches no decision that was already made."""

    list_display = ("display_name", "user", "qualification", "register", "interests_declared_on")
    list_select_related = ("user",)
    search_fields = ("display_name", "user__username", "qualification", "register")
    autocomplete_fields = ("user",)
    fieldsets = (
        (None, {"fields": ("user", "display_name", "bio")}),
        (
            "Clinician",
            {
                "fields": ("qualification", "register", "registration_number"),
                "description": "Copied into each decision when it is made. Never write what was not checked.",
            },
        ),
        ("Interests", {"fields": ("interests", "interests_declared_on")}),
    )


class AccountAdmin(UserAdmin):
    """Accounts. Nobody but a superuser can make, change or delete a superuser."""

    change_form_template = "admin/sign_in/account_form.html"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """As given by the roles, but no superuser's account."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """As given by the roles, but no superuser's account. Past decisions keep the name."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """What would give somebody every right, only a superuser changes."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if request.user.is_superuser else fields + ONLY_SUPERUSERS_GIVE

    @proved_recently
    def changeform_view(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        """Who may do what is changed only by somebody who has just proved who they are."""
        return super().changeform_view(request, *arguments, **named)

    @proved_recently
    def delete_view(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        """The same for taking an account away."""
        return super().delete_view(request, *arguments, **named)

    @proved_recently
    def user_change_password(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        """The same for a password of somebody else."""
        return super().user_change_password(request, *arguments, **named)

    def get_urls(self) -> list[URLPattern]:
        """The reset of the second step, beside Django's addresses."""
        view = self.admin_site.admin_view(self.reset_second_step)
        return [path("<id>/second-step/", view, name="auth_user_second_step"), *super().get_urls()]

    def reset_second_step(self, request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002  As Django names it.
        """For whoever may change this account, if it is not their own."""
        account = self.get_object(request, unquote(id))
        if account is None:
            raise Http404
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        return reset_second_step(request, account)


def _may_touch(request: HttpRequest, account: User | None) -> bool:
    return account is None or request.user.is_superuser or not account.is_superuser


class RoleAdmin(GroupAdmin):
    """Roles. What each may do is set by a migration and not by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Roles are made by a migration."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Roles are changed by a migration."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Roles stay."""
        return False


for model, model_admin in ((User, AccountAdmin), (Group, RoleAdmin)):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
    admin.site.register(model, model_admin)

# Its pages would show everybody's secrets to whoever manages people.
if admin.site.is_registered(TOTPDevice):
    admin.site.unregister(TOTPDevice)
