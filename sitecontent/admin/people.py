"""People on the desk: accounts, roles, and the profiles that pages show."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from sitecontent.models import ReviewerProfile

ONLY_SUPERUSERS_GIVE = ("is_superuser", "user_permissions")


@admin.register(ReviewerProfile)
class ReviewerProfileAdmin(admin.ModelAdmin):
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
