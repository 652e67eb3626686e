"""The command that runs every test: it must count rightly and never call a failure a success."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.tooling import MissingComponentError, run

PHASE = run.Phase("sqlite", "SQLite 3.45.1", "not browser", "")

REPORT = """<?xml version="1.0"?><testsuites>
<testsuite name="pytest" errors="1" failures="2" skipped="1" tests="10" time="1.5"></testsuite></testsuites>"""


def test_read_counts_tells_what_came_of_the_tests(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)

    assert run.read_counts(report) == Counter(passed=6, failed=2, errors=1, skipped=1)


def test_a_phase_that_ended_before_it_wrote_a_report_counts_nothing_as_passed(tmp_path: Path) -> None:
    assert run.read_counts(tmp_path / "none.xml") == Counter()


def test_a_phase_whose_tests_fail_fails(tmp_path: Path) -> None:
    wrong = tmp_path / "test_wrong.py"
    wrong.write_text("def test_right(): pass\ndef test_wrong(): assert False\n")

    outcome = run.run_phase(PHASE, [str(wrong), "-p", "no:cacheprovider", "-n", "0", "-q"])

    assert outcome.exit_code == 1
    assert outcome.counts == Counter(passed=1, failed=1)


def test_a_phase_that_cannot_even_begin_counts_as_an_error(tmp_path: Path) -> None:
    outcome = run.run_phase(PHASE, [str(tmp_path / "no-such-folder"), "-n", "0", "-q"])

    assert outcome.exit_code != 0
    assert outcome.counts["errors"] == 1


def test_summary_names_each_phase_and_ends_as_pytest_does() -> None:
    outcomes = [
        run.Outcome(PHASE, 0, Counter(passed=7), 1.26),
        run.Outcome(
            run.Phase("postgresql", "PostgreSQL 18.4", "not browser", "x"), 1, Counter(passed=6, failed=1), 2.0
        ),
    ]

    lines = list(run.summary(outcomes))

    assert lines[1] == "SQLite 3.45.1: 7 passed in 1.3s"
    assert lines[2] == "PostgreSQL 18.4: 1 failed, 6 passed in 2.0s"
    assert lines[-1].strip("=") == " 1 failed, 13 passed in 3.26s "


def test_what_is_missing_is_said_in_one_line_and_nothing_is_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(url: str) -> list[run.Phase]:
        raise MissingComponentError("Install the package chromium.")

    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://given")
    monkeypatch.setattr(run, "all_phases", missing)
    monkeypatch.setattr(run.signal, "signal", lambda *_: None)

    assert run.main([]) == 1
    assert capsys.readouterr().err == "The tests cannot run. Install the package chromium.\n"


def test_the_database_that_is_given_is_used_and_none_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://given")

    with run.database_server() as url:
        assert url == "postgres://given"


def test_where_no_bytecode_may_be_written_beside_the_code_it_is_kept_for_this_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)

    with run.remembered_bytecode():
        folder = Path(os.environ["PYTHONPYCACHEPREFIX"])
        where = subprocess.check_output([sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"], text=True)
        assert folder.is_dir()
        assert where == "False\n"

    assert not folder.exists()
    assert os.environ["PYTHONDONTWRITEBYTECODE"] == "1"
    assert "PYTHONPYCACHEPREFIX" not in os.environ
