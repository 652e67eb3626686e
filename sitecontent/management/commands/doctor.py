"""Examine a deployment."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sitecontent.management.doctor import Examination, Level, examine


class Command(BaseCommand):
    """Look at everything that a deployment needs, and say what to mend."""

    help = (
        "Look at settings, folders, database, guards, ledger, edition, static files and people, and say what to mend. "
        "Changes nothing. Exit code 1 when something is broken; a warning alone does not count."
    )
    requires_system_checks: list[str] = []  # They are among what it reports.

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What else to look at."""
        parser.add_argument("--export", type=Path, metavar="DIR", help="also look at the static export in DIR")
        parser.add_argument("--backups", type=Path, metavar="DIR", help="also look at the backups in DIR")
        parser.add_argument("--url", help="also ask the running site at this address")
        parser.add_argument("--quick", action="store_true", help="do not verify the whole ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        examination = Examination(
            now=timezone.now(),
            export=options["export"],
            backups=options["backups"],
            url=options["url"],
            whole_ledger=not options["quick"],
        )
        marks = {
            Level.GOOD: self.style.SUCCESS("good   "),
            Level.WARNING: self.style.WARNING("warning"),
            Level.BROKEN: self.style.ERROR("broken "),
        }
        counts = dict.fromkeys(Level, 0)
        for finding in examine(examination):
            counts[finding.level] += 1
            self.stdout.write(f"{marks[finding.level]}  {finding.what}")
            if finding.mend:
                self.stdout.write(f"         → {finding.mend}")
        if counts[Level.BROKEN]:
            raise CommandError(f"Broken: {counts[Level.BROKEN]}. Warnings: {counts[Level.WARNING]}.")
        self.stdout.write(f"Nothing is broken. Warnings: {counts[Level.WARNING]}.")
