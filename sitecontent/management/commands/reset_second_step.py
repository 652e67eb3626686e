"""Let somebody set up the second step anew, from the machine itself."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from sitecontent.sign_in import second_step


class Command(BaseCommand):
    help = (
        "Forget the app and the recovery codes of one person and end every session of theirs. Another administrator "
        "does the same on the desk; this is for when there is none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset it."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account called {options['username']!r}.")
        second_step.reset(user)
        self.stdout.write(f"{user} sets up the second step anew at the next sign-in.")
