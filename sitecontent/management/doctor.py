"""Examine a deployment: one small check after the other, each of which says what to mend.

Nothing is changed, but for a file that is written into VAR_DIR and removed at once.
"""

import json
import os
import shutil
import stat
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sitecontent.edition import current
from sitecontent.edition.edition import EditionCorrupt, edition_from_json
from sitecontent.finished.export import exported_edition
from sitecontent.management.commands.demo_accounts import ACCOUNTS
from sitecontent.models import MODERATORS, REVIEWERS, PublishedEdition, guards
from sitecontent.review import LedgerBroken, verify_ledger

LEAST_FREE_BYTES = 500 * 2**20
MOST_CLOCK_SKEW_SECONDS = 2.0
OLDEST_BACKUP = timedelta(days=2)
ANSWER_WITHIN_SECONDS = 10


class Level(IntEnum):
    """How bad it is."""

    GOOD = 0
    WARNING = 1
    BROKEN = 2


@dataclass(frozen=True)
class Finding:
    """What a check found, and what to do about it. What is good needs no advice."""

    level: Level
    what: str
    mend: str = ""


@dataclass(frozen=True)
class Examination:
    """What to look at besides the settings; None is not looked at."""

    now: datetime
    export: Path | None = None
    backups: Path | None = None
    url: str | None = None
    whole_ledger: bool = True


Check = Callable[[Examination], Iterator[Finding]]


def examine(examination: Examination) -> Iterator[Finding]:
    """Run every check. A check that fails is a finding itself; without a database the rest can not be looked at."""
    usable = True
    for check in CHECKS:
        if check in NEED_A_DATABASE and not usable:
            continue
        for finding in _run(check, examination):
            yield finding
            usable = usable and not (check is _database and finding.level is Level.BROKEN)


def _run(check: Check, examination: Examination) -> Iterator[Finding]:
    try:
        yield from check(examination)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one part, the others are still looked at
        what = check.__name__.removeprefix("_").replace("_", " ")
        yield Finding(Level.BROKEN, f"the {what} could not be examined: {_short(error)}", "See what it says.")


def _settings(_: Examination) -> Iterator[Finding]:
    if settings.DEMO:
        yield Finding(
            Level.WARNING,
            "this is the demo: it answers on this machine only, and its accounts share a password",
            "Unset DEMO, and set SECRET_KEY, ALLOWED_HOSTS and DATABASE_URL, for a real deployment.",
        )
    found = [] if settings.DEMO else checks.run_checks(include_deployment_checks=True)
    for message in found:
        level = Level.BROKEN if message.level >= checks.ERROR else Level.WARNING
        yield Finding(level, f"{message.msg} ({message.id})", message.hint or "See Django's deployment checklist.")
    if not found and not settings.DEMO:
        yield Finding(Level.GOOD, "Django's deployment checks find nothing")
    if not settings.DEMO and not settings.SITE_URL.startswith("https://"):
        yield Finding(Level.BROKEN, f"SITE_URL is {settings.SITE_URL}", "Set it to the site's https address.")


def _folder(_: Examination) -> Iterator[Finding]:
    folder = settings.VAR_DIR
    if not folder.is_dir():
        yield Finding(Level.BROKEN, f"VAR_DIR {folder} is not there", "Make it, and give it to the site's user.")
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        yield Finding(
            Level.BROKEN,
            f"VAR_DIR {folder} can not be written to: {error.strerror}",
            "Give it to the site's user, and see whether the disk is full or read-only. The site goes on "
            "serving, but a start without the database would find no edition.",
        )
    if folder.stat().st_mode & stat.S_IWOTH:
        yield Finding(Level.BROKEN, f"anybody on this machine can write to {folder}", f"chmod o-w {folder}")
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield Finding(Level.WARNING, f"only {free // 2**20} MiB are free in {folder}", "Make room.")
    else:
        yield Finding(Level.GOOD, f"VAR_DIR {folder}: {free // 2**20:,} MiB free")


def _database(_: Examination) -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # noqa: BLE001 - each database has its own
        yield Finding(
            Level.BROKEN,
            f"the database can not be reached: {_short(error)}",
            "Start it, and see that DATABASE_URL is right. Until then the last edition is served and nobody can work.",
        )
        return
    if connection.vendor == "sqlite" and not settings.DEMO:
        yield Finding(
            Level.WARNING,
            "the database is SQLite, which serves one machine and one desk",
            "Set DATABASE_URL to a PostgreSQL; `backup` and `restore` carry everything over.",
        )
    else:
        yield Finding(Level.GOOD, f"the database answers: {_version()}")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(Level.BROKEN, f"migrations have not been applied: {len(waiting)}", "manage.py migrate")


def _version() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"


def _guards(_: Examination) -> Iterator[Finding]:
    missing = sorted(expected_triggers() - _triggers())
    if missing:
        yield Finding(
            Level.BROKEN,
            f"guards are missing from the database: {', '.join(missing)}",
            "Somebody has removed triggers. Find out who and why, then restore the latest backup into a new database.",
        )
    else:
        yield Finding(Level.GOOD, "every guard is in place")


def expected_triggers() -> set[str]:
    """The names of the triggers that the migrations make on this database."""
    found = set()
    for statement in guards.create(connection.vendor):
        words = statement.split()
        if "TRIGGER" in words[:4]:
            found.add(words[words.index("TRIGGER") + 1])
    return found


def _triggers() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def _postgresql(_: Examination) -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        if cursor.fetchone()[0]:
            yield Finding(Level.WARNING, "this PostgreSQL is a replica", "Public nodes may read it; the desk may not.")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute("SELECT current_setting(%s)", [setting])
            if cursor.fetchone()[0] == "off":
                yield Finding(
                    Level.BROKEN,
                    f"PostgreSQL has {setting} off, so a power cut can lose a decision",
                    f"ALTER SYSTEM SET {setting} = on; and reload.",
                )


def _clock(examination: Examination) -> Iterator[Finding]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            skew = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
        if skew > MOST_CLOCK_SKEW_SECONDS:
            yield Finding(
                Level.WARNING,
                f"this machine's clock and the database's are {skew:.0f} s apart",
                "Let both keep time by NTP.",
            )
    newest = PublishedEdition.objects.order_by("-number").first()
    if newest and newest.published_at > examination.now + timedelta(minutes=5):
        yield Finding(
            Level.WARNING,
            f"the newest edition is from the future: {newest.published_at:%Y-%m-%d %H:%M} UTC",
            "This clock is late, or was early when it was published. Let it keep time by NTP.",
        )


def _ledger(examination: Examination) -> Iterator[Finding]:
    if not examination.whole_ledger:
        return
    try:
        count = sum(1 for _ in verify_ledger())
    except LedgerBroken as error:
        yield Finding(
            Level.BROKEN,
            f"the ledger does not fit: {error}",
            "Something was changed behind the site's back. Keep a copy of the database and restore the latest backup.",
        )
        return
    yield Finding(Level.GOOD, f"the ledger verifies; editions: {count}")


def _edition(_: Examination) -> Iterator[Finding]:
    try:
        edition = current.current_edition()
    except current.NoEdition:
        yield Finding(
            Level.BROKEN, "nothing has been published, so every page answers 503", "manage.py load_starter, or restore."
        )
        return
    yield Finding(Level.GOOD, f"edition {edition.number} ({edition.sha256[:12]}) is served")
    try:
        kept = edition_from_json(settings.EDITION_FILE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        yield Finding(
            Level.WARNING, f"{settings.EDITION_FILE} is not there yet", "Start the site once; it keeps the edition."
        )
        return
    except (OSError, EditionCorrupt) as error:
        yield Finding(
            Level.BROKEN,
            f"the edition that is kept for a start without the database can not be used: {_short(error)}",
            f"Delete {settings.EDITION_FILE} and restart the site; it writes a new one.",
        )
        return
    if kept.sha256 != edition.sha256:
        yield Finding(
            Level.WARNING,
            f"{settings.EDITION_FILE} holds edition {kept.number}, not {edition.number}",
            "It is written when the site sees a new edition. If this stays, see whether the site can write to VAR_DIR.",
        )


def _static_files(_: Examination) -> Iterator[Finding]:
    if not isinstance(staticfiles_storage, ManifestStaticFilesStorage):
        return
    if not staticfiles_storage.hashed_files:
        yield Finding(Level.BROKEN, "no static files have been collected", "manage.py collectstatic --noinput")
        return
    outdated = [
        name
        for name in (path.name for folder in settings.STATICFILES_DIRS for path in Path(folder).glob("*.*"))
        if not _is_collected(name)
    ]
    if outdated:
        yield Finding(
            Level.BROKEN,
            f"collected static files are missing or old: {', '.join(sorted(outdated))}",
            "manage.py collectstatic --noinput, then restart.",
        )
    else:
        yield Finding(Level.GOOD, "static files are collected")


def _is_collected(name: str) -> bool:
    source = finders.find(name)
    collected = Path(staticfiles_storage.path(name))
    return bool(source) and collected.is_file() and collected.read_bytes() == Path(str(source)).read_bytes()


def _people(_: Examination) -> Iterator[Finding]:
    active = User.objects.filter(is_active=True, is_staff=True)
    reviewers = active.filter(groups__name=REVIEWERS).count()
    moderators = active.filter(groups__name=MODERATORS).count()
    if not reviewers or not moderators:
        yield Finding(
            Level.WARNING,
            f"nothing can be reviewed; reviewers: {reviewers}, moderators: {moderators}",
            "Give the roles Reviewers and Moderators to different people at the desk.",
        )
    elif moderators < 2:
        yield Finding(
            Level.WARNING,
            "there is one moderator; what lowers safety needs two, and nobody approves their own work",
            "Give the role Moderators to one more person.",
        )
    else:
        yield Finding(Level.GOOD, f"people can work; reviewers: {reviewers}, moderators: {moderators}")
    demo = active.filter(email__in=[account.email for account in ACCOUNTS])
    if not settings.DEMO and demo.exists():
        names = ", ".join(user.get_username() for user in demo)
        yield Finding(
            Level.BROKEN,
            f"accounts of the demo can sign in, with a password that was printed: {names}",
            "Deactivate them at the desk.",
        )


def _export(examination: Examination) -> Iterator[Finding]:
    if examination.export is None:
        return
    found = exported_edition(examination.export)
    edition = current.current_edition()
    if found is None:
        yield Finding(
            Level.WARNING,
            f"there is no static export at {examination.export}; the application answers everything",
            "Start `manage.py build --follow`.",
        )
    elif found != (edition.number, edition.sha256):
        yield Finding(
            Level.BROKEN,
            f"the static export shows edition {found[0]}, but {edition.number} is current",
            f"rm {examination.export} now, so that the application answers; then see why no `build --follow` runs.",
        )
    else:
        yield Finding(Level.GOOD, f"the static export shows edition {found[0]}")


def _backups(examination: Examination) -> Iterator[Finding]:
    folder = examination.backups
    if folder is None:
        return
    files = sorted(folder.glob("*"), key=os.path.getmtime) if folder.is_dir() else []
    if not files:
        yield Finding(Level.BROKEN, f"there is no backup in {folder}", "manage.py backup FILE, every night.")
        return
    newest = files[-1]
    age = examination.now - datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    if age > OLDEST_BACKUP:
        yield Finding(
            Level.BROKEN, f"the newest backup, {newest.name}, is {age.days} days old", "See why no newer one was made."
        )
    elif newest.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield Finding(Level.WARNING, f"others can read {newest}", "It holds password hashes: chmod 600.")
    else:
        yield Finding(Level.GOOD, f"the newest backup is {newest.name}")


HEADERS_THAT_MUST_BE_THERE = (
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
)


def _running_site(examination: Examination) -> Iterator[Finding]:
    if examination.url is None:
        return
    url = examination.url.rstrip("/")
    try:
        ready, _ = _fetch(f"{url}/readyz")
        _, headers = _fetch(f"{url}/")
    except (urllib.error.URLError, OSError, ValueError) as error:
        yield Finding(
            Level.BROKEN, f"{url} does not answer as it should: {_short(error)}", "See the logs of nginx and the site."
        )
        return
    edition = current.current_edition()
    if json.loads(ready).get("sha256") != edition.sha256:
        yield Finding(
            Level.WARNING,
            f"{url} serves another edition than the database holds",
            "It sees a new one within 2 seconds. If this stays, see whether it can reach the database.",
        )
    wanted = [
        name for name in HEADERS_THAT_MUST_BE_THERE if not (settings.DEMO and name == "strict-transport-security")
    ]
    missing = [name for name in wanted if name not in headers]
    if missing:
        yield Finding(
            Level.BROKEN,
            f"{url} sends no {', '.join(missing)}",
            "What stands in front of the site removes them, or serves the export without them: see deploy/nginx.",
        )
    else:
        yield Finding(Level.GOOD, f"{url} answers, with all security headers")


def _fetch(url: str) -> tuple[str, set[str]]:
    if not url.startswith(("http://", "https://")):
        raise ValueError("the address must begin with https://")
    with urllib.request.urlopen(url, timeout=ANSWER_WITHIN_SECONDS) as response:  # noqa: S310 - checked just above
        return response.read().decode(), {name.lower() for name in response.headers}


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


CHECKS: tuple[Check, ...] = (
    _settings,
    _folder,
    _database,
    _guards,
    _postgresql,
    _clock,
    _ledger,
    _edition,
    _static_files,
    _people,
    _export,
    _backups,
    _running_site,
)

NEED_A_DATABASE = (_guards, _postgresql, _clock, _ledger, _edition, _people, _export, _running_site)
