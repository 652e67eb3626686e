"""Score the checker against a file of cases."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sitecontent.edition.current import NoEdition, current_edition
from triage.scoring import CasesInvalid, Outcome, Scores, read_cases, score


class Command(BaseCommand):
    """Put the cases of a file to the checker of the current edition and print how it did on them."""

    help = (
        "Put the cases of a YAML or JSON file to the checker and print how often it was exact, safe, too urgent and "
        "not urgent enough, how often it listed an acceptable cause, and what it missed. docs/vignette-format.md "
        "describes the file. Exit code 1 when the file can not be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file."""
        parser.add_argument("file", type=Path, help="a YAML file, or a JSON file whose name ends in .json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        path: Path = options["file"]
        try:
            edition = current_edition()
            file = read_cases(path.read_text(encoding="utf-8"), is_json=path.suffix.lower() == ".json")
            scores = score(edition, file.cases)
        except NoEdition as error:
            raise CommandError(str(error)) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} can not be read: {error}") from error
        except CasesInvalid as error:
            raise CommandError(f"{path} can not be used:\n{error}") from error
        self.stdout.write(f"{file.title or path.name}: {len(scores.outcomes)} cases, edition {edition.number}")
        self.stdout.write("95 % intervals by Wilson in brackets\n")
        self._levels("all cases", scores)
        for level, of_level in scores.by_level.items():
            self._levels(f"right level: {level}", of_level)
        self._causes(scores)
        self._misses(scores)

    def _levels(self, title: str, scores: Scores) -> None:
        self.stdout.write(title)
        for name, share in (
            ("exact", scores.exact),
            ("safe", scores.safe),
            ("too urgent", scores.over),
            ("not urgent enough", scores.under),
        ):
            self.stdout.write(f"  {name:20}{share}")

    def _causes(self, scores: Scores) -> None:
        self.stdout.write("an acceptable cause is listed")
        for name, place in (("first", 1), ("among the first 3", 3), ("anywhere", None)):
            self.stdout.write(f"  {name:20}{scores.listed(place)}")

    def _misses(self, scores: Scores) -> None:
        self.stdout.write(f"misses: {len(scores.misses)}")
        for outcome in scores.misses:
            self.stdout.write(f"  {outcome.case.id}: {'; '.join(_told(outcome))}")


def _told(outcome: Outcome) -> list[str]:
    """What a case missed, in words."""
    told = []
    if not outcome.is_exact:
        judged = "too urgent" if outcome.is_over else "not urgent enough, safe" if outcome.is_safe else "UNSAFE"
        told.append(f"{outcome.urgency} in place of {outcome.case.gold} ({judged})")
    if outcome.case.causes and not outcome.lists_by(None):
        told.append(f"does not list {' or '.join(outcome.case.causes)}")
    return told
