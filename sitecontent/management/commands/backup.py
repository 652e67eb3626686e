"""Write a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sitecontent.management.backup import BackupRefused, write_backup
from sitecontent.management.progress import ProgressBar


class Command(BaseCommand):
    """Write everything that the site holds into one file, while it goes on."""

    help = (
        "Write everything that the site holds into FILE, as it is at one moment, while the site goes on; then verify "
        "the ledger. The file restores into SQLite and PostgreSQL alike. It holds password hashes: keep it safe."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path, metavar="FILE", help="a file that does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            report = write_backup(options["file"], told=ProgressBar(self.stderr, "Backup"))
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(
                f"{report.rows} rows in {options['file']}. The ledger verifies: {report.editions_verified} editions"
                + (f", the newest {report.edition} ({report.sha256[:12]})." if report.edition else ".")
            )
        )
