"""Which site the admin is."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin, with the review desk as its site."""

    default_site = "sitecontent.admin.site.Desk"

    def ready(self) -> None:
        """Find the admins of all apps, then load the desk's own."""
        super().ready()
        import_module("sitecontent.admin.everything")
