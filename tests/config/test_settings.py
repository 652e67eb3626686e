"""The settings as a whole: what a deployment gets from its environment, and what it is refused."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

SOUND = {
    "SECRET_KEY": "a-key-that-nobody-can-guess-" * 2 + "Zq8",
    "ALLOWED_HOSTS": "www.site.example",
    "CLINICAL_SAFETY_OFFICER": "A name, clinical safety officer",
}
WHAT_MATTERS = ("PATH", "HOME", "LANG")


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in an environment that holds nothing but what is given."""
    clean = {name: os.environ[name] for name in WHAT_MATTERS if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS has a wildcard"),
        ({"DEBUG": "1"}, "DEBUG shows code and settings"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "".join(value),
)
def test_a_deployment_that_is_not_safe_does_not_start_and_says_why(
    tmp_path: Path, wrong: dict[str, str], words: str
) -> None:
    ended = manage("check", **{**SOUND, "VAR_DIR": str(tmp_path), **wrong})

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Causeway does not start: {words}")
    assert len(ended.stderr.splitlines()) == 1


def test_a_sound_deployment_passes_every_deployment_check_of_django(tmp_path: Path) -> None:
    ended = manage("check", "--deploy", "--fail-level", "INFO", **{**SOUND, "VAR_DIR": str(tmp_path)})

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "0 silenced" in ended.stdout


def test_production_finds_every_static_file_that_it_names(tmp_path: Path) -> None:
    ended = manage("collectstatic", "--no-input", **{**SOUND, "VAR_DIR": str(tmp_path)})

    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "static" / "staticfiles.json").exists()


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """The settings that a sound deployment behind a proxy gets."""
    return read_settings(monkeypatch, **SOUND, VAR_DIR=str(tmp_path), BEHIND_PROXY="1")


def read_settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """Read the settings file afresh under this environment, beside those that the tests use."""
    for name in ("DATABASE_URL", "DEBUG", "DEMO", "DEMO_PASSWORD", "PORT", "SITE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    source = Path(settings.BASE_DIR, "config", "settings.py")
    namespace: dict[str, Any] = {"__file__": str(source)}
    exec(compile(source.read_text(encoding="utf-8"), source, "exec"), namespace)  # noqa: S102  Our own file.
    return namespace


def test_production_keeps_cookies_and_pages_on_https(production: dict[str, Any]) -> None:
    assert production["SECURE_SSL_REDIRECT"]
    assert production["SESSION_COOKIE_SECURE"]
    assert production["CSRF_COOKIE_SECURE"]
    assert production["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60
    assert production["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_production_believes_no_proxy_unless_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in read_settings(monkeypatch, **SOUND, VAR_DIR=str(tmp_path))


def test_production_takes_its_address_from_its_first_name(production: dict[str, Any]) -> None:
    assert production["SITE_URL"] == "https://www.site.example"


def test_production_has_no_demo_password_even_when_one_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = read_settings(monkeypatch, **SOUND, VAR_DIR=str(tmp_path), DEMO_PASSWORD="guessed")

    assert told["DEMO_PASSWORD"] == ""
    assert list(tmp_path.iterdir()) == []


def test_the_demo_makes_its_own_secrets_and_answers_only_to_its_own_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    told = read_settings(monkeypatch, DEMO="1", VAR_DIR=str(tmp_path), PORT="8123")

    assert told["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert told["SITE_URL"] == "http://127.0.0.1:8123"
    assert told["SECRET_KEY"] == (tmp_path / "secret-key").read_text().strip()
    assert told["DEMO_PASSWORD"] == (tmp_path / "demo-password").read_text().strip()


def test_markdownx_is_never_routed_and_takes_no_upload() -> None:
    assert settings.MARKDOWNX_URLS_PATH.startswith("/admin/")
    assert settings.MARKDOWNX_UPLOAD_MAX_SIZE == 0
    assert settings.MARKDOWNX_UPLOAD_CONTENT_TYPES == []
