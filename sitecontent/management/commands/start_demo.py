"""Prepare the demo and serve it: what `make run` does once its packages are installed."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from sitecontent.management.commands.serve import refuse_a_port_in_use

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Migrate, load the starter content, make the demo accounts, and serve. Only in the demo (DEMO=1)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it all in one process, so that the second start is quick."""
        if not settings.DEMO:
            raise CommandError(
                "This starts the demo, so it needs DEMO=1. A real deployment runs `migrate` and `serve`."
            )
        refuse_a_port_in_use(HOST, settings.PORT)

        try:
            call_command("migrate", verbosity=0, interactive=False, stdout=self.stdout)
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached: {error}") from error
        call_command("load_starter", stdout=self.stdout)

        self.stdout.write(f"\nCauseway is at    {settings.SITE_URL}/\nSign in at        {settings.SITE_URL}/admin/ as")
        call_command("demo_accounts", stdout=self.stdout)
        self.stdout.write("Stop it with Ctrl-C.\n\n")
        call_command("serve", host=HOST, port=settings.PORT, stdout=self.stdout)
