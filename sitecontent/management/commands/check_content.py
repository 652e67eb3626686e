"""Print what the checks say about the current edition."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sitecontent.edition.checks import check_edition
from sitecontent.edition.compile import Severity
from sitecontent.edition.current import NoEdition, current_edition
from sitecontent.edition.readability import GRADE_AT_MOST, readability_of
from sitecontent.management.progress import ProgressBar


class Command(BaseCommand):
    """Print every problem that the content checks find in the current edition, and how hard it is to read."""

    help = "Print every problem that the content checks find in the current edition. Exit code 1 when one blocks."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            edition = current_edition()
        except NoEdition as error:
            raise CommandError(str(error)) from error
        bar = ProgressBar(self.stderr, "Checking")
        problems = check_edition(edition, on=timezone.now().date(), progress=bar)
        for problem in problems:
            self.stdout.write(f"{problem.severity:5}  {problem.check:20}  {problem}")
        counts = ", ".join(
            f"{sum(problem.severity is severity for problem in problems)} {severity}" for severity in Severity
        )
        if any(problem.blocks for problem in problems):
            raise CommandError(f"{counts}: the edition could not be published like this.")
        self.stdout.write(self.style.SUCCESS(counts))
        readability = readability_of(edition)
        for page in readability.too_hard:
            self.stdout.write(f"grade {page.reading.grade:.1f}  {page.kind}/{page.slug}")
        self.stdout.write(
            f"Reading grade: median {readability.median_grade:.1f} over {len(readability.pages)} pages, "
            f"{len(readability.too_hard)} above {GRADE_AT_MOST:.0f}; "
            f"median sentence {readability.median_sentence_words:.0f} words."
        )
