"""Write a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

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
        parser.add_argument(
            "file",
            type=Path,
            metavar="FILE",
            help="a file that does not exist yet, or a folder: then it is named by time",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        path: Path = options["file"]
        if path.is_dir():
            path = path / f"causeway-{timezone.now():%Y-%m-%dT%H-%M-%SZ}.backup"
        try:
            report = write_backup(path, told=ProgressBar(self.stderr, "Backup"))
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(
                f"{report.rows} rows in {path}. The ledger verifies: {report.editions_verified} editions"
                + (f", the newest {report.edition} ({report.sha256[:12]})." if report.edition else ".")
            )
        )
