"""Verify the ledger of editions."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sitecontent.review import LedgerBroken, verify_ledger


class Command(BaseCommand):
    """Walk the chain of editions and name the first thing that does not fit."""

    help = "Walk the chain of editions and name the first thing that does not fit. Exit code 1 when something does not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        count = 0
        try:
            for edition in verify_ledger():
                count += 1
                self.stdout.write(
                    f"edition {edition.number}  {edition.published_at:%Y-%m-%d %H:%M}  {edition.sha256[:12]}  "
                    f"{edition.changes} changed, {edition.records} records  {edition.note}"
                )
        except LedgerBroken as error:
            raise CommandError(f"The ledger does not fit: {error}") from error
        self.stdout.write(self.style.SUCCESS(f"{count} edition{'' if count == 1 else 's'} verified."))
