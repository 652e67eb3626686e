"""Serve the site with the production server."""

import errno
import os
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

# Neither who asked nor what was in the address after the path: an answer of the checker must not reach a log.
LOG_FORMAT = "%(method)s %(path)s %(status)d %(dt_ms).1f ms"

SECONDS_TO_FINISH = 30


class Command(BaseCommand):
    help = "Serve the site with granian, the production server. Settings come from the environment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and how many hands."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="port to listen on (default: PORT, or 8000)"
        )
        parser.add_argument("--workers", type=int, default=1, help="processes")
        parser.add_argument("--threads", type=int, default=4, help="threads of each process")
        parser.add_argument("--quiet", action="store_true", help="do not log each request")

    def handle(self, *args: Any, **options: Any) -> None:
        """Become the server: this process is replaced, so signals reach granian itself."""
        refuse_a_port_in_use(options["host"], options["port"])
        command = server_command(**{name: options[name] for name in ("host", "port", "workers", "threads", "quiet")})
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        # The C library keeps a heap for each thread, in which freed memory stays. Python's threads take turns anyway.
        os.environ.setdefault("MALLOC_ARENA_MAX", "1")
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)
        os.execv(command[0], command)  # noqa: S606  The very program that is meant.


def server_command(*, host: str, port: int, workers: int, threads: int, quiet: bool) -> list[str]:
    """Write the command line of the server."""
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "config.wsgi:application"]
    command += ["--host", host, "--port", str(port), "--no-ws", "--http", "1"]
    command += ["--workers", str(workers), "--blocking-threads", str(threads)]
    command += ["--workers-kill-timeout", str(SECONDS_TO_FINISH), "--log-level", "warning"]
    if not settings.DEMO:
        command += ["--log-config", str(settings.BASE_DIR / "config" / "server_log.json")]
    if not quiet:
        command += ["--access-log", "--access-log-fmt", LOG_FORMAT]
    return command


def refuse_a_port_in_use(host: str, port: int) -> None:
    """Say so in words when another program listens there. Raises: CommandError."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(f"Port {port} is in use. Choose another one, such as PORT={port + 1}.") from error
            raise CommandError(f"Cannot listen on {host}, port {port}: {error.strerror}.") from error
