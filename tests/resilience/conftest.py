"""A PostgreSQL that may be stopped and killed, with a small site in it.

The tests that need one run with the PostgreSQL phase of `make test` and not once more with SQLite.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.resilience.processes import ROOT, Site, environment, manage, run, running
from tests.tooling import MissingComponentError, postgres

NEED_A_POSTGRESQL = [
    "test_crowd.py",
    "test_database_away.py",
    "test_killed.py",
    "test_nginx.py",
    "test_nodes.py",
    "test_release.py",
    "test_replica.py",
]
collect_ignore = [] if os.environ.get("TEST_DATABASE_URL") else NEED_A_POSTGRESQL

REVIEWS = max(14, int(os.environ.get("KILL_ROUNDS", "0")) + 4)


def deployed_options() -> tuple[str, ...]:
    """The settings of deploy/postgresql, but for `fsync`, which is there for a power cut.

    What was acknowledged has been handed to the operating system; a program that is killed takes none of it along.
    """
    lines = (ROOT / "deploy/postgresql/causeway.conf").read_text().splitlines()
    given = [line.replace(" = ", "=") for line in lines if " = " in line and not line.startswith("#")]
    return (*given, "fsync=off", "listen_addresses=")


_numbers = count(1)


@dataclass
class Database:
    """One database of the server, filled with the small site."""

    server: postgres.PostgresServer
    url: str

    def ask(self, question: str) -> list[tuple]:
        """Ask the database behind the site's back."""
        with psycopg.connect(self.url, connect_timeout=5) as connection:
            return connection.execute(question).fetchall()

    def waiting_revisions(self) -> list[int]:
        """The revisions that wait for review."""
        rows = self.ask(
            "SELECT id FROM sitecontent_revision r WHERE origin = 'review' AND NOT EXISTS "
            "(SELECT 1 FROM sitecontent_decision d WHERE d.revision_id = r.id AND d.closes) ORDER BY id"
        )
        return [pk for (pk,) in rows]

    def start_again(self) -> None:
        """Start a server that was killed; its last processes may take a moment to notice."""
        for attempt in range(40):
            try:
                self.server.start()
                return
            except MissingComponentError:
                if attempt == 39:
                    raise
                time.sleep(0.25)


@pytest.fixture(scope="session")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.PostgresServer]:
    """A server of our own, with the small site in the database `causeway`."""
    with postgres.running_postgres(options=deployed_options()) as server:
        environ = environment(server.url, tmp_path_factory.mktemp("var"))
        manage(environ, "migrate", "-v0")
        run(environ, "-m", "tests.resilience.actor", "prepare", str(REVIEWS))
        yield server


@pytest.fixture
def database(own_postgres: postgres.PostgresServer) -> Database:
    """A copy of the small site for one test."""
    if own_postgres.process is None or own_postgres.process.poll() is not None:
        Database(own_postgres, own_postgres.url).start_again()
    name = f"copy_{next(_numbers)}"
    # FILE_COPY ends with a checkpoint. Without one, PostgreSQL takes the numbers that a sequence logged ahead in the
    # template for logged in the copy too, and a crash sets the sequence of the copy back.
    copy = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE causeway STRATEGY FILE_COPY")
    with psycopg.connect(own_postgres.url_of("postgres"), autocommit=True) as connection:
        connection.execute(copy.format(psycopg.sql.Identifier(name)))
    return Database(own_postgres, own_postgres.url_of(name))


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    """Where the site writes."""
    folder = tmp_path / "var"
    folder.mkdir()
    return folder


@pytest.fixture
def site(database: Database, var_dir: Path) -> Iterator[Site]:
    """The site, running."""
    program = Site(environment(database.url, var_dir))
    with running(program):
        yield program


@contextmanager
def stopped(server: postgres.PostgresServer) -> Iterator[None]:
    """The server is stopped, and runs again afterwards whatever happens; a test may start it sooner."""
    server.stop()
    try:
        yield
    finally:
        if server.process is None:
            server.start()


@pytest.fixture
def ledger(var_dir: Path):
    """Verify the ledger of a database: how many editions it has and the seal of the newest."""
    import json

    def verified(database: Database) -> tuple[int, str]:
        told = json.loads(run(environment(database.url, var_dir), "-m", "tests.resilience.actor", "ledger"))
        return told["editions"], told["sha256"]

    return verified
