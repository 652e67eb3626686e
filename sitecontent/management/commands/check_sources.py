"""Look whether the cited pages are still there."""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sitecontent.documents import Source
from sitecontent.edition.compile import references_of
from sitecontent.edition.current import NoEdition, current_edition
from sitecontent.edition.edition import Edition
from sitecontent.management.progress import ProgressBar
from sitecontent.management.sources import AT_ONCE, TIMEOUT_SECONDS, Found, Outcome, check_urls
from sitecontent.whole_file import in_place_of

TOLD = (Found.GONE, Found.MOVED, Found.UNREACHABLE, Found.REFUSED, Found.NOT_ASKED)
"""What is listed, the worst first. What is still there is only counted."""


class Command(BaseCommand):
    """Ask for every source of the current edition and report what is gone, moved or does not answer."""

    help = (
        "Ask for every source of the current edition and report which are gone, have moved or do not answer, and which "
        "records cite them. Changes no record; the desk shows what was found. Exit code 1 when a source is gone, 2 "
        "when nothing at all could be reached."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How fast, how patiently, and where to."""
        parser.add_argument("--at-once", type=int, default=AT_ONCE, metavar="N", help="ask so many servers at once")
        parser.add_argument("--timeout", type=float, default=TIMEOUT_SECONDS, metavar="SECONDS", help="wait so long")
        parser.add_argument("--output", type=Path, metavar="FILE", help="also write everything to this file, as JSON")
        parser.add_argument("--private", action="store_true", help="also ask addresses inside this network")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            edition = current_edition()
        except NoEdition as error:
            raise CommandError(str(error)) from error
        outcomes = check_urls(
            (source.url for source in edition.sources),
            user_agent=f"Causeway source check (+{settings.SITE_URL}/sources/)",
            at_once=max(1, options["at_once"]),
            timeout_seconds=options["timeout"],
            allow_private=options["private"],
            told=ProgressBar(self.stderr, "Sources"),
        )
        by_url = {outcome.url: outcome for outcome in outcomes}
        self._report(edition, by_url)
        self._write(settings.SOURCES_FILE, edition, by_url)
        if options["output"]:
            self._write(options["output"], edition, by_url)
        self._finish(outcomes)

    def _report(self, edition: Edition, by_url: dict[str, Outcome]) -> None:
        citing = _citing(edition)
        for found in TOLD:
            for source in edition.sources:
                outcome = by_url[source.url]
                if outcome.found is found:
                    self.stdout.write(_line(source, outcome, citing.get(source.slug, [])))
        counts = Counter(outcome.found for outcome in by_url.values())
        told = ", ".join(f"{counts[found]} {found.value}" for found in Found if counts[found])
        self.stdout.write(f"{len(by_url)} addresses: {told or 'none'}.")

    def _write(self, path: Path, edition: Edition, by_url: dict[str, Outcome]) -> None:
        report = {
            "edition": edition.number,
            "checked_at": timezone.now().isoformat(),
            "sources": {
                source.slug: {
                    "url": source.url,
                    "found": by_url[source.url].found.value,
                    "status": by_url[source.url].status,
                    "detail": by_url[source.url].detail,
                }
                for source in edition.sources
            },
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with in_place_of(path) as file:
                file.write(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
        except OSError as error:
            raise CommandError(f"{path} can not be written: {error.strerror}.") from error

    def _finish(self, outcomes: tuple[Outcome, ...]) -> None:
        gone = sum(outcome.found is Found.GONE for outcome in outcomes)
        if outcomes and all(outcome.found in (Found.UNREACHABLE, Found.NOT_ASKED) for outcome in outcomes):
            raise CommandError(
                "No address could be reached, so this says nothing about the sources. Is there a network?", returncode=2
            )
        if gone:
            raise CommandError(f"{gone} {'source is' if gone == 1 else 'sources are'} gone.", returncode=1)


def _citing(edition: Edition) -> dict[str, list[str]]:
    """Slug of a source -> the records that cite it."""
    found: dict[str, list[str]] = {}
    for entry in edition.entries:
        document = entry.document
        for slug in dict.fromkeys(slug for _, kind, slug in references_of(document) if kind == "source"):
            found.setdefault(slug, []).append(f"{document.kind}/{document.slug}")
    return found


def _line(source: Source, outcome: Outcome, citing: list[str]) -> str:
    status = f" ({outcome.status})" if outcome.status and outcome.found is not Found.MOVED else ""
    detail = f": {outcome.detail}" if outcome.detail else ""
    more = f" and {len(citing) - 3} more" if len(citing) > 3 else ""
    cited = f"; cited by {', '.join(citing[:3])}{more}" if citing else "; cited by nothing"
    return f"{outcome.found.value}{status}{detail}  {source.slug}  {source.url}{cited}"
