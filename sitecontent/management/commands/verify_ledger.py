"""Verify the ledger of editions, and write it down for others to verify."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from sitecontent.management.progress import ProgressBar
from sitecontent.models import PublishedEdition
from sitecontent.review import LedgerBroken, verify_ledger
from sitecontent.whole_file import in_place_of


class Command(BaseCommand):
    """Walk the chain of editions and name the first thing that does not fit."""

    help = (
        "Walk the chain of editions and name the first thing that does not fit. Exit code 1 when something does not. "
        "With --export all that the seals cover is also written to a file, an edition on each line; "
        "docs/verify_ledger.py verifies it without this site and its database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to write the export."""
        parser.add_argument("--export", metavar="FILE", type=Path, help="also write the ledger to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        target: Path | None = options["export"]
        try:
            if target:
                with in_place_of(target) as export:
                    count = self._verify(export)
                self.stdout.write(f"Written to {target}.")
            else:
                count = self._verify(None)
        except LedgerBroken as error:
            raise CommandError(f"The ledger does not fit: {error}") from error
        except OSError as error:
            raise CommandError(f"{target} can not be written: {error.strerror}") from error
        self.stdout.write(self.style.SUCCESS(f"{count} edition{'' if count == 1 else 's'} verified."))

    def _verify(self, export: TextIO | None) -> int:
        bar = ProgressBar(self.stderr, "Ledger")
        everything = PublishedEdition.objects.count()
        count = 0
        for count, edition in enumerate(verify_ledger(), start=1):
            self.stdout.write(
                f"edition {edition.number}  {edition.published_at:%Y-%m-%d %H:%M}  {edition.sha256[:12]}  "
                f"{edition.changes} changed, {edition.records} records  {edition.note}"
            )
            if export:
                export.write(f"{edition.as_line()}\n")
                bar(count, everything)
        return count
