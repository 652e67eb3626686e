"""Write the public site as static files."""

import signal
import threading
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from sitecontent.edition.current import NoEdition, current_edition, load_edition
from sitecontent.edition.edition import Edition
from sitecontent.finished.export import ExportRefused, Progress, export, exported_edition, take_down
from sitecontent.management.progress import ProgressBar

LOOK_EVERY_SECONDS = 0.5


class Overtaken(Exception):
    """What is being exported is not wanted any more."""


class Command(BaseCommand):
    """Export the current edition, an old one, or every new one as it comes."""

    help = (
        "Write the whole public site as static files with .gz and .br beside each, into a new folder to which DIR, a "
        "symbolic link, then leads. The checker, search and the desk stay with the application."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and what."""
        parser.add_argument("dir", type=Path, metavar="DIR", help="the link that leads to the files")
        parser.add_argument("--edition", type=int, metavar="N", help="export edition N instead of the current one")
        parser.add_argument(
            "--follow",
            action="store_true",
            help="go on: take the files away as soon as a newer edition is published, so that the application "
            "answers, and put those of the newer edition in their place. Ends with SIGTERM and takes them away.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if options["follow"]:
            self._follow(options["dir"])
        else:
            self._export(options["dir"], self._edition(options["edition"]))

    def _edition(self, number: int | None) -> Edition:
        try:
            return current_edition() if number is None else load_edition(number)
        except NoEdition as error:
            raise CommandError(str(error)) from error

    def _export(self, target: Path, edition: Edition, *, told: Progress | None = None) -> None:
        bar = ProgressBar(self.stderr, f"Edition {edition.number}")
        try:
            made = export(get_wsgi_application(), edition, target, told=told or bar)
        except ExportRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Edition {made.edition} ({made.sha256[:12]}): {made.files} files, {made.bytes / 1e6:.1f} MB, at {target}"
        )

    def _follow(self, target: Path) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        try:
            while not stopping.is_set():
                edition = self._known_edition()
                if edition is None:
                    take_down(target)
                elif exported_edition(target) != (edition.number, edition.sha256):
                    take_down(target)
                    with suppress(Overtaken):
                        self._export(target, edition, told=self._unless_overtaken(edition, stopping))
                stopping.wait(LOOK_EVERY_SECONDS)
        finally:
            take_down(target)

    def _unless_overtaken(self, edition: Edition, stopping: threading.Event) -> Progress:
        """Ends an export at its next step, and before it is shown, when a newer edition has come or the end has."""

        def told(done: int, everything: int) -> None:
            newest = self._known_edition()
            if stopping.is_set() or newest is None or newest.sha256 != edition.sha256:
                raise Overtaken

        return told

    def _known_edition(self) -> Edition | None:
        try:
            return current_edition()
        except NoEdition:
            return None
        finally:
            close_old_connections()
