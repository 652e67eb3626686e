"""Chromium is found, or asked for in one sentence."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tooling import MissingComponentError, chromium


@pytest.fixture(autouse=True)
def _look_anew() -> Iterator[None]:
    chromium.find_chromium.cache_clear()
    yield
    chromium.find_chromium.cache_clear()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that tells a version as Chromium does."""
    path = tmp_path / "chromium"
    path.write_text("#!/bin/sh\necho 'Chromium 140.0.7339.80 built on something'\n")
    path.chmod(0o755)
    return path


def test_the_chosen_one_is_taken(monkeypatch: pytest.MonkeyPatch, program: Path) -> None:
    monkeypatch.setenv("CHROMIUM", str(program))

    assert chromium.find_chromium() == program
    assert chromium.version_of(program) == "Chromium 140.0.7339.80"


def test_a_chosen_one_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))

    with pytest.raises(MissingComponentError, match=r"^CHROMIUM is .*which is not a program"):
        chromium.find_chromium()


def test_the_one_on_the_path_is_found(monkeypatch: pytest.MonkeyPatch, program: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(program.parent))

    assert chromium.find_chromium() == program


def test_without_any_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingComponentError, match=r"^The browser tests need Chromium: install the package chromium"):
        chromium.find_chromium()


def test_root_installs_it_where_there_is_apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(chromium, "NAMES", ("made-by-apt",))
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\n[ "$1" = install ] && cp "$0" "{tmp_path}/made-by-apt"\nexit 0\n')
    apt.chmod(0o755)

    assert chromium.find_chromium() == tmp_path / "made-by-apt"


def test_a_program_that_is_no_browser_is_refused(tmp_path: Path) -> None:
    silent = tmp_path / "chromium"
    silent.write_text("#!/bin/sh\nexit 1\n")
    silent.chmod(0o755)

    with pytest.raises(MissingComponentError, match="does not tell its version"):
        chromium.version_of(silent)
