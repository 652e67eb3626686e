"""How Django names the content room, and what it may never undo."""

from typing import Any

from django.apps import AppConfig
from django.core.management.base import CommandError
from django.db import connections
from django.db.models.signals import pre_migrate

KEPT = "sitecontent_revision"
"""With a row in this table there is something to lose."""


class SitecontentConfig(AppConfig):
    """The reviewed content: records, review, editions and the pages made of them."""

    name = "sitecontent"
    verbose_name = "Reviewed content"

    def ready(self) -> None:
        """Stand in the way of `migrate sitecontent zero`, which would drop the ledger with its guards."""
        pre_migrate.connect(refuse_to_go_back, sender=self, dispatch_uid="sitecontent.refuse_to_go_back")


def refuse_to_go_back(*, using: str, plan: Any = (), **_: Any) -> None:
    """Refuse to undo a migration of the content once anything was submitted. Raises: CommandError."""
    undone = [migration for migration, backwards in plan or () if backwards and migration.app_label == "sitecontent"]
    if not undone:
        return
    connection = connections[using]
    if KEPT not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {KEPT})")  # noqa: S608 (our own table name)
        row = cursor.fetchone()
    if row and row[0]:
        raise CommandError(
            f"Undoing {undone[0].name} would remove revisions, decisions or editions, which are only ever added to. "
            "Restore a backup into an empty database instead."
        )
