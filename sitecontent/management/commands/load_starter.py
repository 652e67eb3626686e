"""Load the starter content."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sitecontent.documents import DocumentInvalid
from sitecontent.review import BuildRefused, import_starter
from sitecontent.starter import STARTER_DIR, StarterInvalid, read_starter


class Command(BaseCommand):
    """Publish the starter content that is new or changed."""

    help = (
        "Publish the starter content that is new or changed, as one edition. Whatever people here have "
        "edited, submitted, approved or taken down is left alone and listed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder to read."""
        parser.add_argument("--from", dest="root", type=Path, default=STARTER_DIR, help="read this folder instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            report = import_starter(read_starter(options["root"]), at=timezone.now())
        except (StarterInvalid, DocumentInvalid) as error:
            raise CommandError(f"The starter content is wrong; nothing was changed.\n{error}") from error
        except BuildRefused as error:
            raise CommandError(f"The edition can not be built; nothing was changed.\n{error}") from error
        self.stdout.write(
            f"Starter content: {report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
            f"{len(report.left_alone)} left alone."
        )
        for item in report.left_alone:
            self.stdout.write(f"  left alone: {item}")
        if report.edition:
            self.stdout.write(f"Published edition {report.edition.number}.")
