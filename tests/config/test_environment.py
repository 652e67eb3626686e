"""Settings come from the environment. What cannot be meant is refused, in words."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import database, env_bool, env_int, env_list, kept_secret, refuse_unsafe_production

GOOD_KEY = "k" * 50


@pytest.mark.parametrize("word", ["1", "true", "Yes", " on "])
def test_env_bool_reads_yes(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("DEMO", word)

    assert env_bool("DEMO") is True


@pytest.mark.parametrize("word", ["", "0", "False", "no", "off"])
def test_env_bool_reads_no(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("DEMO", word)

    assert env_bool("DEMO", default=True) is False


def test_env_bool_refuses_what_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "release")

    with pytest.raises(ImproperlyConfigured, match=r"^DEBUG is 'release'\. Set it to 1 for yes or 0 for no\.$"):
        env_bool("DEBUG")


@pytest.mark.parametrize("word", ["eighty", "-1", "8.0", "٣"])
def test_env_int_refuses_what_is_not_a_whole_number(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("PORT", word)

    with pytest.raises(ImproperlyConfigured, match=r"^PORT is .*Set it to a whole number\.$"):
        env_int("PORT", default=8000)


def test_env_int_falls_back_when_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", " ")

    assert env_int("PORT", default=8000) == 8000


def test_env_list_leaves_out_empty_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "one.example, two.example,,")

    assert env_list("ALLOWED_HOSTS") == ["one.example", "two.example"]


def test_database_is_sqlite_that_takes_its_lock_when_a_transaction_begins(tmp_path: Path) -> None:
    described = database("", var_dir=tmp_path, pool_size=5)

    assert described["ENGINE"] == "django.db.backends.sqlite3"
    assert described["NAME"] == tmp_path / "causeway.sqlite3"
    assert described["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in described["OPTIONS"]["init_command"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_database_is_postgresql_with_a_pool_that_does_not_wait_long(tmp_path: Path, scheme: str) -> None:
    described = database(f"{scheme}://me:s%20cret@db.example:6543/site?sslmode=require", var_dir=tmp_path, pool_size=5)

    assert described["ENGINE"] == "django.db.backends.postgresql"
    assert (described["HOST"], described["PORT"], described["NAME"]) == ("db.example", 6543, "site")
    assert (described["USER"], described["PASSWORD"]) == ("me", "s cret")
    assert described["OPTIONS"] == {
        "connect_timeout": 2,
        "sslmode": "require",
        "pool": {"min_size": 1, "max_size": 5, "timeout": 2},
    }


@pytest.mark.parametrize("url", ["mysql://me@db/site", "db.example", "sqlite:///x"])
def test_database_refuses_any_other(tmp_path: Path, url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL must look like postgres://"):
        database(url, var_dir=tmp_path, pool_size=5)


def test_kept_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"

    first = kept_secret(path)

    assert len(first) >= 50
    assert kept_secret(path) == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_production_starts_with_sound_settings() -> None:
    refuse_unsafe_production(secret_key=GOOD_KEY, allowed_hosts=["www.site.example"], debug=False)


def test_production_refuses_debug() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"set DEBUG=0\.$"):
        refuse_unsafe_production(secret_key=GOOD_KEY, allowed_hosts=["www.site.example"], debug=True)


@pytest.mark.parametrize("key", ["", "short"])
def test_production_refuses_a_missing_or_short_secret_key(key: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY is missing or too short\. Set it to"):
        refuse_unsafe_production(secret_key=key, allowed_hosts=["www.site.example"], debug=False)


def test_production_refuses_to_have_no_name() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^ALLOWED_HOSTS is missing\. Set it to"):
        refuse_unsafe_production(secret_key=GOOD_KEY, allowed_hosts=[], debug=False)


@pytest.mark.parametrize("host", ["*", "*.site.example"])
def test_production_refuses_wildcard_hosts(host: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^ALLOWED_HOSTS has a wildcard"):
        refuse_unsafe_production(secret_key=GOOD_KEY, allowed_hosts=["www.site.example", host], debug=False)
