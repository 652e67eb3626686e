"""Write everything that a site holds into one file, and read it back into an empty database.

The file is portable: made on SQLite it restores into PostgreSQL, and the other way round. It is gzipped text, one JSON
value a line: a head that says what it is and what the database held, the tables with their rows, and last the SHA-256
of all that went before. It holds password hashes and the secrets of the authenticator apps, so only its owner may read
it, and it is to be encrypted before it goes anywhere.

Rows go in through the same guards as on the day on which they were written: no trigger is taken away for it.
"""

import contextlib
import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from sitecontent.edition import current
from sitecontent.models import Decision, EditionChange, PublishedEdition, RecordReview
from sitecontent.review import LedgerBroken, verify_ledger
from sitecontent.sign_in.models import DeskSession

FORMAT = "causeway-backup"
VERSION = 1
ROWS_AT_ONCE = 500

LEFT_OUT = ("axes", "contenttypes", "sessions")
"""Apps whose rows stay behind: who is locked out just now, and what `migrate` makes anew."""
LEFT_OUT_MODELS = (Permission, DeskSession)
"""Who is signed in just now stays behind as well."""

Progress = Callable[[int, int], None]


class BackupRefused(Exception):
    """The backup can not be made; no file was left. The text says why and what to do."""


class RestoreRefused(Exception):
    """The backup can not be restored; the database is as it was. The text says why and what to do."""


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds. `edition` and `sha256` are those of the newest edition; 0 and empty when there is none."""

    rows: int
    edition: int
    sha256: str
    editions_verified: int


# Writing


def write_backup(path: Path, *, told: Progress = lambda _done, _all: None) -> BackupReport:
    """Write all rows as they were at one moment, while the site goes on, and verify the ledger of that moment.

    Raises: BackupRefused.
    """
    if path.exists():
        raise BackupRefused(f"{path} is there already. Name a file that does not exist yet.")
    if _missing_migrations():
        raise BackupRefused("The database lacks migrations of this release. Run `manage.py migrate` first.")
    with _one_moment():
        try:
            verified = sum(1 for _ in verify_ledger())
        except LedgerBroken as error:
            raise BackupRefused(
                f"The ledger does not fit, so a backup of it would be worth nothing: {error}"
            ) from error
        head = _head()
        try:
            with _new_file(path) as file:
                rows = _write_all(file, head, told)
        except OSError as error:
            raise BackupRefused(f"{path} can not be written: {error.strerror or error}.") from error
    edition = head["edition"]
    return BackupReport(rows, edition["number"], edition["sha256"], verified)


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees one moment and holds up nobody: on SQLite it takes no lock that a writer needs."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        before, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = before
    else:
        with transaction.atomic():
            if not connection.savepoint_ids:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[Any]:
    """A file that appears under its name only when it is complete and on the disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as file:
            yield file
            file.close()
            raw.flush()
            os.fsync(raw.fileno())
        os.link(name, path)  # Refuses to go over a file that has appeared meanwhile.
    finally:
        Path(name).unlink()


def _write_all(file: Any, head: Mapping[str, Any], told: Progress) -> int:
    digest = hashlib.sha256()
    everything = sum(head["rows"].values())
    done = 0

    def write(value: object) -> None:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_as_json).encode() + b"\n"
        digest.update(line)
        file.write(line)

    write(head)
    for model, rows in _sections():
        write({"table": model._meta.label, "fields": [field.attname for field in model._meta.concrete_fields]})
        for row in rows:
            write(row)
            done += 1
            told(done, everything)
    file.write(json.dumps({"sha256": digest.hexdigest()}).encode() + b"\n")
    return done


def _head() -> dict[str, Any]:
    newest = PublishedEdition.objects.order_by("-number").first()
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": timezone.now().isoformat(),
        "edition": {"number": newest.number if newest else 0, "sha256": newest.sha256 if newest else ""},
        "migrations": _migrations(),
        "rows": {model._meta.label: model._base_manager.count() for model in _models()},
    }


def _models() -> list[type[models.Model]]:
    """The tables of a backup, the ledger last."""
    ours = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.app_label not in LEFT_OUT and model not in LEFT_OUT_MODELS
    ]
    last = (PublishedEdition, EditionChange, Decision, RecordReview)
    return [*(model for model in ours if model not in last), *last]


def _sections() -> Iterator[tuple[type[models.Model], Iterable[list[Any]]]]:
    """Tables with their rows, in the order in which the guards let them in again.

    A reviewed revision is published only after the decision that closed its review, and starter content only
    while no person has approved the record: so changes stand on both sides of the decisions. A review
    without change is of what was public, so it comes after all of them.
    """
    by_review = models.Q(revision__origin="review")
    for model in _models():
        if model is RecordReview:
            continue
        if model is EditionChange:
            yield model, _rows(EditionChange.objects.exclude(by_review))
        else:
            yield model, _rows(model._base_manager.all())
    yield EditionChange, _rows(EditionChange.objects.filter(by_review))
    yield RecordReview, _rows(RecordReview.objects.all())


def _rows(found: models.QuerySet[Any]) -> Iterator[list[Any]]:
    fields = found.model._meta.concrete_fields
    names = {position: _names_by_id(field) for position, field in enumerate(fields) if _named(field)}
    for row in found.order_by("pk").values_list(*(field.attname for field in fields)).iterator(ROWS_AT_ONCE):
        yield [
            names[position][value] if position in names and value is not None else value
            for position, value in enumerate(row)
        ]


def _named(field: Any) -> bool:
    """True for a reference to a row that `migrate` makes, with another id in each database: it goes by its name."""
    return field.related_model in (ContentType, Permission)


def _names_by_id(field: Any) -> dict[int, str]:
    if field.related_model is ContentType:
        return {row.pk: f"{row.app_label}.{row.model}" for row in ContentType.objects.all()}
    rows = Permission.objects.select_related("content_type")
    return {row.pk: f"{row.content_type.app_label}.{row.content_type.model}.{row.codename}" for row in rows}


def _as_json(value: object) -> str:
    """Values that JSON has no form for, whole: to the microsecond, as seals cover them."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"a backup can not hold a {type(value).__name__}")


def _migrations() -> list[str]:
    """What has been applied, as `app.name`."""
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations if app in loader.migrated_apps)


def _missing_migrations() -> list[str]:
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in set(loader.disk_migrations) - set(loader.applied_migrations))


# Reading back


def restore_backup(path: Path, *, told: Progress = lambda _done, _all: None) -> BackupReport:
    """Put everything from a file into this database, verify the ledger, and only then keep it.

    The database must be migrated and empty. Raises: RestoreRefused; then nothing has changed.
    """
    head = _checked_head(path)
    _refuse_another_release(head)
    with transaction.atomic():
        _refuse_a_database_in_use()
        rows = _read_all(path, head, told)
        verified = _verify(head)
    current.forget()
    return BackupReport(rows, head["edition"]["number"], head["edition"]["sha256"], verified)


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a backup. Raises: RestoreRefused for a file that is not whole."""
    try:
        with gzip.open(path, "rb") as file:
            yield from file
    except FileNotFoundError as error:
        raise RestoreRefused(f"There is no file {path}.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise RestoreRefused(f"{path} is damaged or not a backup: {error}") from error


def _checked_head(path: Path) -> dict[str, Any]:
    """Read the whole file once, before anything is written. Raises: RestoreRefused, when it is not as it was made."""
    digest = hashlib.sha256()
    first = last = b""
    for number, line in enumerate(_lines(path)):
        if number:
            digest.update(last)
        first = first or line
        last = line
    try:
        head, end = json.loads(first), json.loads(last)
        is_ours = head["format"] == FORMAT
        expected = end["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise RestoreRefused(f"{path} is damaged or not a backup of Causeway.") from error
    if not is_ours or expected != digest.hexdigest():
        raise RestoreRefused(f"{path} is not as it was made: its end does not fit what goes before.")
    if head["version"] != VERSION:
        raise RestoreRefused(f"{path} has version {head['version']}; this release reads version {VERSION}.")
    return dict(head)


def _refuse_another_release(head: Mapping[str, Any]) -> None:
    if _missing_migrations():
        raise RestoreRefused("The database is not ready. Run `manage.py migrate` first.")
    different = sorted(set(head["migrations"]) ^ set(_migrations()))
    if different:
        raise RestoreRefused(
            "The backup was made by another release. Restore it with that release, then migrate. "
            f"They differ in: {', '.join(different)}."
        )


def _refuse_a_database_in_use() -> None:
    held = {model._meta.verbose_name_plural: model._base_manager.count() for model in _models() if not _is_role(model)}
    found = [f"{count} {name}" for name, count in held.items() if count]
    if found:
        raise RestoreRefused(
            f"This database is in use: it holds {', '.join(found)}. A backup goes only into a new database that "
            "`manage.py migrate` has made; nothing is ever overwritten."
        )


def _is_role(model: type[models.Model]) -> bool:
    """True for the groups and their permissions, which a migration makes."""
    return model in (Group, Group.permissions.through)


def _read_all(path: Path, head: Mapping[str, Any], told: Progress) -> int:
    Group.objects.all().delete()
    everything = sum(head["rows"].values())
    done = 0
    table: _Table | None = None
    waiting: list[list[Any]] = []
    for line in _lines(path):
        value = json.loads(line)
        if isinstance(value, list):
            waiting.append(value)
            done += 1
            told(done, everything)
        if table and waiting and (not isinstance(value, list) or len(waiting) == ROWS_AT_ONCE):
            table.insert(waiting)
            waiting = []
        if isinstance(value, dict) and "table" in value:
            table = _Table(value["table"], value["fields"])
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
    return done


class _Table:
    """One table that rows are put into, with the columns in the order of the file."""

    def __init__(self, label: str, names: list[str]) -> None:
        self.model = apps.get_model(label)
        fields = {field.attname: field for field in self.model._meta.concrete_fields}
        self.fields = [fields[name] for name in names]
        self.ids = {
            position: {name: pk for pk, name in _names_by_id(field).items()}
            for position, field in enumerate(self.fields)
            if _named(field)
        }
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in self.fields)
        places = ", ".join(["%s"] * len(self.fields))
        self.statement = f"INSERT INTO {quote(self.model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608

    def insert(self, rows: list[list[Any]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(self.statement, [self._prepared(row) for row in rows])

    def _prepared(self, row: list[Any]) -> list[Any]:
        return [
            field.get_db_prep_save(field.to_python(self._value(position, value)), connection)
            for position, (field, value) in enumerate(zip(self.fields, row, strict=True))
        ]

    def _value(self, position: int, value: Any) -> Any:
        if position not in self.ids or value is None:
            return value
        try:
            return self.ids[position][value]
        except KeyError as error:
            raise RestoreRefused(f"The backup names {value}, which this release does not know.") from error


def _verify(head: Mapping[str, Any]) -> int:
    """Compare what is now in the database with what the head says. Raises: RestoreRefused."""
    counted = {model._meta.label: model._base_manager.count() for model in _models()}
    if counted != head["rows"]:
        raise RestoreRefused("Not every row of the backup arrived. Nothing was kept.")
    try:
        editions = list(verify_ledger())
    except LedgerBroken as error:
        raise RestoreRefused(f"The ledger in the backup does not fit. Nothing was kept. {error}") from error
    newest = (editions[-1].number, editions[-1].sha256) if editions else (0, "")
    if newest != (head["edition"]["number"], head["edition"]["sha256"]):
        raise RestoreRefused(f"The backup ends with edition {newest[0]}, its head says otherwise. Nothing was kept.")
    return len(editions)
