"""A hole fails the lint; a service that can not be reached is said in one line and fails nothing."""

import subprocess
from pathlib import Path

import pytest

from tests.tooling import audit

SOUND = {"name": "a", "version": "1.0", "vulns": []}
SKIPPED = {"name": "b", "skip_reason": "Dependency not found"}
HOLE = {"name": "c", "version": "2.0", "vulns": [{"id": "X-2026-1", "fix_versions": ["2.1"]}]}


def test_a_hole_is_named_with_the_version_that_mends_it():
    found = audit.read({"dependencies": [SOUND, HOLE]})

    assert found.in_words == "Known holes:\n  c 2.0: X-2026-1, mended in 2.1"


def test_nothing_looked_up_is_never_called_sound():
    found = audit.read({"dependencies": [SKIPPED, SKIPPED]})

    assert found.in_words == "pip-audit: its service can not be reached from here, so no package was looked up."
    assert found.holes == ()


def test_what_could_not_be_looked_up_is_counted():
    assert audit.read({"dependencies": [SOUND, SKIPPED]}).in_words == (
        "pip-audit: 1 packages, no known hole; 1 could not be looked up."
    )


@pytest.mark.parametrize(("rows", "code"), [([SOUND], 0), ([SKIPPED], 0), ([HOLE], 1)])
def test_only_a_hole_fails(monkeypatch, capsys, rows, code):
    monkeypatch.setattr(audit, "ask", lambda _path: audit.read({"dependencies": rows}))

    assert audit.main(["requirements.txt"]) == code
    assert capsys.readouterr().out.count("\n") <= 2


@pytest.mark.parametrize("trouble", ["time", "words"])
def test_a_service_that_says_nothing_fails_nothing(monkeypatch, trouble):
    def run(command, **_):
        if trouble == "time":
            raise subprocess.TimeoutExpired(command, 1)
        return subprocess.CompletedProcess(command, 1, stdout="ConnectionError", stderr="")

    monkeypatch.setattr(subprocess, "run", run)

    assert audit.ask(Path("requirements.txt")) == audit.Audit(0, 0, ())
