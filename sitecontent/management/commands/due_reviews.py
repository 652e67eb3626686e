"""List what is due for review."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sitecontent.edition.current import NoEdition, current_edition
from sitecontent.edition.due import ReviewDue, reviews_due
from sitecontent.models import MODERATORS, REVIEWERS
from sitecontent.review.letters import letters_to, send

SOON_DAYS = 90
MOST_LISTED = 50


class Command(BaseCommand):
    """List the records whose review is due, the oldest first, with the reason."""

    help = (
        "List the records whose review is due or soon will be, with the reason. How often a record is reviewed follows "
        "from its urgency and the age of its sources; sitecontent/edition/due.py says how."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How far ahead, how many, and to whom."""
        parser.add_argument("--within", type=int, default=SOON_DAYS, metavar="DAYS", help="look so far ahead")
        parser.add_argument("--all", action="store_true", help=f"list all, not only the first {MOST_LISTED}")
        parser.add_argument("--email", action="store_true", help="also send the list to reviewers and moderators")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        today = timezone.now().date()
        try:
            edition = current_edition()
        except NoEdition as error:
            raise CommandError(str(error)) from error
        until = today + timedelta(days=options["within"])
        due = [item for item in reviews_due(edition) if item.due_on <= until]
        listed = due if options["all"] else due[:MOST_LISTED]
        text = "\n".join([self._summary(due, today, until), *map(line_of, listed)])
        if len(due) > len(listed):
            text += f"\nand {len(due) - len(listed)} more: --all lists them."
        self.stdout.write(text)
        if options["email"] and due:
            self._send(text, due)

    def _summary(self, due: Sequence[ReviewDue], today: Any, until: Any) -> str:
        overdue = sum(item.due_on <= today for item in due)
        kinds = Counter(item.kind for item in due)
        by_kind = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        return f"{overdue} due now, {len(due) - overdue} more by {until}" + (f" ({by_kind})" if by_kind else "") + "."

    def _send(self, text: str, due: Sequence[ReviewDue]) -> None:
        people = User.objects.filter(groups__name__in=(REVIEWERS, MODERATORS)).distinct()
        digest = letters_to(
            "digest", people, subject=f"{len(due)} reviews are due", text=f"{text}\n\n{settings.SITE_URL}/admin/"
        )
        sent = send(digest)
        self.stdout.write(f"Sent to {sent} {'person' if sent == 1 else 'people'}.")
        if sent < len(digest):
            raise CommandError(f"{len(digest) - sent} could not be sent; the log says why.")


def line_of(item: ReviewDue) -> str:
    """One record as a line."""
    return f"{item.due_on}  {item.urgency.value:<9}  {item.kind}/{item.slug}: {item.reason}"
