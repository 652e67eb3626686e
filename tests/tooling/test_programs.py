"""A program that tests need is found, installed, or asked for in one sentence."""

import os
from pathlib import Path

import pytest

from tests.tooling import MissingComponentError, programs


def test_one_on_the_path_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "reads-well"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert programs.find_program("reads-well", package="reader", needed_by="A test") == program


def test_without_it_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingComponentError, match=r"^A test needs no-such: install the package nothing\.$"):
        programs.find_program("no-such", package="nothing", needed_by="A test")


def test_root_installs_it_where_there_is_apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\n[ "$1" = install ] && cp "$0" "{tmp_path}/came-with-apt"\nexit 0\n')
    apt.chmod(0o755)

    found = programs.find_program("came-with-apt", package="something", needed_by="A test")

    assert found == tmp_path / "came-with-apt"
