"""Read settings from the environment, and refuse plainly what cannot be meant.

Every helper names the variable in its complaint, so that whoever reads the message knows what to set.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})

SHORTEST_SECRET_KEY = 32
SECONDS_TO_WAIT_FOR_POSTGRESQL = 2
SECONDS_TO_WAIT_FOR_SQLITE_LOCK = 20


def env_str(name: str, *, default: str = "") -> str:
    """Read a text; blanks around it do not count."""
    return os.environ.get(name, default).strip()


def env_bool(name: str, *, default: bool = False) -> bool:
    """Read a yes or no.

    Raises: ImproperlyConfigured for anything that is neither.
    """
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 for yes or 0 for no.")


def env_int(name: str, *, default: int) -> int:
    """Read a whole number of zero or more.

    Raises: ImproperlyConfigured for anything else.
    """
    value = env_str(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to a whole number.")
    return int(value)


def env_list(name: str) -> list[str]:
    """Read a list separated by commas; empty items are left out."""
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def database(url: str, *, var_dir: Path, pool_size: int) -> dict[str, Any]:
    """Describe the database for Django: SQLite inside `var_dir`, unless `url` names a PostgreSQL.

    SQLite keeps a write-ahead log, so that readers never wait for a writer. Its transactions take the write
    lock when they begin: one that reads first and writes later cannot find the ground moved in between.

    Raises: ImproperlyConfigured for an address that is not one of PostgreSQL.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": var_dir / "causeway.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": SECONDS_TO_WAIT_FOR_SQLITE_LOCK,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }

    if url.split("://")[0] not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgres://user:password@host:5432/name. Leave it empty to use SQLite."
        )
    described: dict[str, Any] = dict(dj_database_url.parse(url, conn_health_checks=True))
    described["OPTIONS"] = {
        "connect_timeout": SECONDS_TO_WAIT_FOR_POSTGRESQL,
        **described.get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": pool_size, "timeout": SECONDS_TO_WAIT_FOR_POSTGRESQL},
    }
    return described


def kept_secret(path: Path, *, random_bytes: int = 48) -> str:
    """Read the secret kept in a file that only its owner can read, and make it when there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    secret = secrets.token_urlsafe(random_bytes)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret + "\n")
    return secret


def refuse_unsafe_production(*, secret_key: str, allowed_hosts: Sequence[str], debug: bool) -> None:
    """Stop the start of a real deployment whose settings would let somebody in.

    Raises: ImproperlyConfigured, with a sentence that says what to set.
    """
    if debug:
        raise ImproperlyConfigured("DEBUG shows code and settings to every visitor. Unset it, or set DEBUG=0.")
    if len(secret_key) < SHORTEST_SECRET_KEY:
        raise ImproperlyConfigured(
            f"SECRET_KEY is missing or too short. Set it to a random text of at least {SHORTEST_SECRET_KEY} characters "
            "that nobody else knows. To look at the site on your own machine, use `make run` or set DEMO=1."
        )
    if not allowed_hosts:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is missing. Set it to the names that the site answers to: ALLOWED_HOSTS=www.example.org."
        )
    if any("*" in host for host in allowed_hosts):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS has a wildcard, so anybody could choose the site's name. List each name in full."
        )
