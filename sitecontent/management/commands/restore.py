"""Restore a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from sitecontent.management.backup import RestoreRefused, restore_backup
from sitecontent.management.progress import ProgressBar


class Command(BaseCommand):
    """Put a backup into an empty database."""

    help = (
        "Put everything from FILE, which `backup` wrote, into this database, and verify the ledger. The database must "
        "be new: migrated and empty. Nothing is ever overwritten, and no guard is taken away for it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from."""
        parser.add_argument("file", type=Path, metavar="FILE", help="a file that `manage.py backup` wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            report = restore_backup(options["file"], told=ProgressBar(self.stderr, "Restore"))
        except RestoreRefused as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database refused a row of the backup; nothing was kept. {error}") from error
        self.stdout.write(
            self.style.SUCCESS(
                f"{report.rows} rows restored. The ledger verifies: {report.editions_verified} editions"
                + (f", the newest {report.edition} ({report.sha256[:12]})." if report.edition else ".")
            )
        )
