"""Run every test: on SQLite, on a real PostgreSQL, and in a real Chromium.

`python -m tests.tooling.run` runs all three phases; `--only sqlite` runs one. What else is given goes to pytest.
A test that can not reach a database has nothing to find out on a second one: it runs with the first phase only.
"""

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tests.tooling import MissingComponentError, chromium, nginx, postgres

NO_TESTS_COLLECTED = 5


@dataclass(frozen=True)
class Phase:
    """One run of pytest: which tests, on what, with which database (empty for SQLite)."""

    name: str
    title: str
    marker: str
    database_url: str
    folder: str = ""
    """Where all its tests are, if they are in one place."""


@dataclass(frozen=True)
class Outcome:
    """What a phase came to. `counts` has passed, failed, errors and skipped."""

    phase: Phase
    exit_code: int
    counts: Counter[str]
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Run the phases and return the worst exit code."""
    parser = argparse.ArgumentParser(prog="tests.tooling.run", description=__doc__)
    parser.add_argument("--only", action="append", choices=("sqlite", "postgresql", "browser"))
    chosen, for_pytest = parser.parse_known_args(arguments)
    # A polite request to end must still stop the PostgreSQL that was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with database_server() as url, remembered_bytecode():
            phases = [phase for phase in all_phases(url) if not chosen.only or phase.name in chosen.only]
            outcomes = [run_phase(phase, for_pytest) for phase in phases]
    except MissingComponentError as missing:
        print(f"The tests cannot run. {missing}", file=sys.stderr)
        return 1
    for line in summary(outcomes):
        print(line, flush=True)
    return max(outcome.exit_code for outcome in outcomes)


@contextmanager
def database_server() -> Iterator[str]:
    """Give the address of a PostgreSQL server: that of TEST_DATABASE_URL, or one that is started for the purpose."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
    else:
        with postgres.running_postgres() as server:
            yield server.url


@contextmanager
def remembered_bytecode() -> Iterator[None]:
    """Where Python may write no bytecode beside the code, as in many containers, let it write it somewhere else.

    Every worker and every site that a test starts would compile anew what the one before it has compiled.
    """
    if not sys.dont_write_bytecode:
        yield
        return
    with (
        tempfile.TemporaryDirectory(prefix="causeway-bytecode-", ignore_cleanup_errors=True) as folder,
        mock.patch.dict(os.environ, {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}),
    ):
        yield


def all_phases(url: str) -> list[Phase]:
    """Describe what is run, after a look whether all of it is there."""
    server = postgres.version_of(url)
    browser = chromium.version_of(chromium.find_chromium())
    nginx.find_nginx()
    return [
        Phase("sqlite", f"SQLite {sqlite3.sqlite_version}", "not browser", ""),
        Phase("postgresql", server, "not browser and not no_database", url),
        Phase("browser", f"{browser} on {server}", "browser", url, folder="tests/browser"),
    ]


def run_phase(phase: Phase, for_pytest: Sequence[str]) -> Outcome:
    """Run pytest once, on all cores, and count what came of it."""
    print(f"\n##### {phase.title} #####\n", flush=True)
    environment = {**os.environ, "TEST_DATABASE_URL": phase.database_url}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="causeway-report-") as folder:
        report = Path(folder) / "report.xml"
        where = [phase.folder] if phase.folder and not for_pytest else []
        spread = ["-n", "logical", "--dist", "worksteal", "-m", phase.marker, f"--junitxml={report}"]
        exit_code = subprocess.run(
            [sys.executable, "-m", "pytest", *spread, *where, *for_pytest], env=environment, check=False
        ).returncode
        counts = read_counts(report)
    if exit_code == NO_TESTS_COLLECTED and for_pytest:
        exit_code = 0  # A choice such as `-k` may leave a phase with nothing to do.
    if exit_code and not counts["failed"] + counts["errors"]:
        counts["errors"] += 1
    return Outcome(phase, exit_code, counts, time.monotonic() - begun)


def read_counts(report: Path) -> Counter[str]:
    """Count the tests in a JUnit report by what came of them."""
    counts: Counter[str] = Counter()
    if not report.exists():
        return counts
    for suite in ET.parse(report).iter("testsuite"):  # noqa: S314  pytest wrote it a moment ago.
        told = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
        counts["failed"] += told["failures"]
        counts["errors"] += told["errors"]
        counts["skipped"] += told["skipped"]
        counts["passed"] += told["tests"] - told["failures"] - told["errors"] - told["skipped"]
    return counts


def summary(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Say what each phase came to and, in pytest's own form, what they came to together."""
    yield ""
    for outcome in outcomes:
        yield f"{outcome.phase.title}: {in_words(outcome.counts)} in {outcome.seconds:.1f}s"
    everything = sum((outcome.counts for outcome in outcomes), Counter[str]())
    seconds = sum(outcome.seconds for outcome in outcomes)
    yield f" {in_words(everything)} in {seconds:.2f}s ".center(100, "=")


def in_words(counts: Counter[str]) -> str:
    """Write counts as pytest does, the bad news first."""
    order = (("failed", "failed"), ("passed", "passed"), ("skipped", "skipped"), ("errors", "errors"))
    return ", ".join(f"{counts[name]} {word}" for name, word in order if counts[name]) or "no tests ran"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
