"""The database of an earlier release is carried over, and PostgreSQL's own way of backing up works as well."""

import gzip
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.resilience.conftest import Database
from tests.resilience.processes import Site, environment, manage, running

FIXTURES = Path(__file__).parent / "fixtures"
SEAL_OF_RELEASE = "c510224a16df40fa9113f5089756c5fa5d779ba134d6611d27e37ca41b79017a"
"""The newest of the two editions in the dump, as that release sealed it."""


@pytest.fixture
def earlier(own_postgres) -> Database:
    """The database as the release 0.1 left it: the small site, one approval, and revisions that wait."""
    url = own_postgres.create_database("earlier")
    script = gzip.decompress((FIXTURES / "release-0.1.sql.gz").read_bytes()).decode()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(script)
    return Database(own_postgres, url)


def test_the_database_of_the_earlier_release_is_carried_over_with_its_seals(earlier: Database, var_dir, ledger) -> None:
    environ = environment(earlier.url, var_dir)
    manage(environ, "migrate", "-v0")

    assert ledger(earlier) == (2, SEAL_OF_RELEASE)
    assert len(earlier.waiting_revisions()) == 2
    site = Site(environ)
    with running(site):
        visitor = site.visitor()
        assert "Another title, A" in visitor.get("/sources/").text
        assert SEAL_OF_RELEASE[:12] in visitor.get("/about/").text


def test_pg_dump_and_pg_restore_carry_the_ledger_over(database: Database, ledger) -> None:
    server = database.server
    kept = ledger(database)
    dumped = subprocess.run(
        [server.binaries / "pg_dump", "--format=custom", "-h", server.folder, "-U", "causeway", name_of(database)],
        capture_output=True,
        check=True,
    ).stdout
    other = Database(server, server.create_database("restored"))
    restore = [server.binaries / "pg_restore", "-h", server.folder, "-U", "causeway", "--exit-on-error"]
    subprocess.run([*restore, f"--dbname={name_of(other)}"], input=dumped, check=True)

    assert ledger(other) == kept


def name_of(database: Database) -> str:
    return database.url.rpartition("/")[2]


def test_a_row_that_was_spoiled_takes_nothing_from_visitors(site: Site, database: Database, var_dir, tmp_path) -> None:
    """The process that runs goes on, one that starts reads the file, and the ledger says which edition it is."""
    page = site.visitor().get("/about/")
    spoil(database, "'{\"spoiled\"' || document_json")

    second = Site(environment(database.url, var_dir))
    with running(second):
        assert second.visitor().get("/about/").content == page.content
        assert site.visitor().get("/about/").content == page.content
    environ = environment(database.url, tmp_path)
    with pytest.raises(AssertionError, match=r"[Ee]dition 1"):
        manage(environ, "verify_ledger")
    third = Site(environ)
    with running(third):
        assert third.visitor().get("/about/").status == 503

    spoil(database, "substr(document_json, length('{\"spoiled\"') + 1)")
    manage(environ, "verify_ledger")


def spoil(database: Database, value: str) -> None:
    """Change the document of the page "about" behind all guards."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        done = connection.execute(
            f"UPDATE sitecontent_revision SET document_json = {value} WHERE kind = 'page' AND slug = 'about'"
        )
        assert done.rowcount == 1
