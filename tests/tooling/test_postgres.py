"""The PostgreSQL of the tests: really started, by whoever runs them, and nothing of it left behind."""

import os
from pathlib import Path

import psycopg
import pytest

from tests.tooling import MissingComponentError, postgres


def test_a_server_starts_answers_and_leaves_nothing_behind() -> None:
    with postgres.running_postgres() as server:
        assert server.process is not None
        pid = server.process.pid
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("causeway",)
        assert postgres.version_of(server.url).startswith("PostgreSQL 1")

    assert not server.folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_server_keeps_its_rows_over_a_stop_and_a_start() -> None:
    with postgres.running_postgres() as server:
        with psycopg.connect(server.create_database("kept")) as connection:
            connection.execute("CREATE TABLE word (word text)")
            connection.execute("INSERT INTO word VALUES ('here')")

        server.stop()
        server.start()

        with psycopg.connect(server.url_of("kept")) as connection:
            assert connection.execute("SELECT word FROM word").fetchall() == [("here",)]


def test_a_server_never_runs_as_root_and_opens_nothing_to_others() -> None:
    with postgres.running_postgres() as server:
        assert server.process is not None
        assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
        assert server.folder.stat().st_mode & 0o077 == 0
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_binaries_that_the_user_cannot_reach_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = postgres._wheel()
    assert wheel is not None
    reachable = postgres._runs
    monkeypatch.setattr(postgres, "_runs", lambda path, run_as: path != wheel and reachable(path, run_as))

    found = postgres._binaries(tmp_path, {})

    assert found.is_relative_to(tmp_path)
    assert reachable(found, {})


def test_without_any_binaries_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_wheel", lambda: None)
    monkeypatch.setattr(postgres, "WHERE_DEBIAN_KEEPS_THEM", tmp_path)

    with pytest.raises(MissingComponentError, match="Install the package postgresql, or set TEST_DATABASE_URL"):
        postgres._binaries(tmp_path, {})


def test_a_server_that_does_not_answer_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(MissingComponentError, match="The PostgreSQL of TEST_DATABASE_URL does not answer"):
        postgres.version_of(f"postgres://nobody@/none?host={tmp_path}")


def test_a_role_that_may_make_no_database_is_refused() -> None:
    with postgres.running_postgres() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE ROLE modest LOGIN")

        with pytest.raises(MissingComponentError, match="CREATEDB"):
            postgres.version_of(server.url.replace(postgres.OWNER, "modest", 1))
