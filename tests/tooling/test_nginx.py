"""nginx is found, or asked for in one sentence."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tooling import MissingComponentError, nginx


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine without nginx."""
    monkeypatch.setattr(nginx, "WHERE_DEBIAN_KEEPS_SERVERS", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    nginx.find_nginx.cache_clear()
    yield
    nginx.find_nginx.cache_clear()


def program(folder: Path, name: str, script: str = "exit 0") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_it_is_found_with_its_version(tmp_path: Path) -> None:
    program(tmp_path, "openssl")
    there = program(tmp_path, "nginx", "echo 'nginx version: nginx/1.22.1' >&2")

    assert nginx.find_nginx() == there
    assert nginx.version_of(there) == "nginx 1.22.1"


def test_without_it_the_tests_say_what_to_install() -> None:
    with pytest.raises(MissingComponentError, match="install the packages nginx and openssl"):
        nginx.find_nginx()


def test_it_is_not_installed_where_it_would_be_started_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(nginx, "_is_run_by_systemd", lambda: True)
    program(tmp_path, "apt-get", f"touch {tmp_path}/asked")

    with pytest.raises(MissingComponentError):
        nginx.find_nginx()
    assert not (tmp_path / "asked").exists()
