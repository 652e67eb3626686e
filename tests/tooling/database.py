"""Put a test's database into a known state quickly: read all rows once, write them back as often as needed.

Django empties the tables after a test that commits. Ours refuse to be emptied row by row on SQLite, and emptying takes
away the roles that a migration made. So the states that tests begin with are kept as they were, and put back whole.
Most tests take back all that they do, and the next one that begins with the same state has nothing to wait for.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction


@dataclass(frozen=True)
class Rows:
    """All rows of some tables, in an order in which each comes after those that it refers to."""

    tables: tuple[tuple[str, object], ...]


def tables(*labels: str) -> list[str]:
    """Name the tables of these apps, or of all, each after those that it refers to, as models are defined."""
    models = apps.get_models(include_auto_created=True)
    wanted = [model for model in models if not labels or model._meta.app_label in labels]
    return list(dict.fromkeys(model._meta.db_table for model in wanted if model._meta.managed))


def read_rows(names: Iterable[str]) -> Rows:
    """Read every row of these tables."""
    connection.ensure_connection()
    return Rows(tuple((name, _read(name)) for name in names))


def write_rows(rows: Rows) -> None:
    """Add these rows to tables that have none of them yet."""
    with transaction.atomic():
        for name, content in rows.tables:
            _write(name, content)
        if connection.vendor == "postgresql":
            _advance_sequences([name for name, _ in rows.tables])


def look() -> tuple[object, ...]:
    """What changes on PostgreSQL with every row that is written or goes: how many each table has, and the newest write.

    A row carries the number of the transaction that wrote it, and these only grow.
    """
    one = "SELECT '{0}', count(*), max(xmin::text::bigint) FROM \"{0}\""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in tables()))
        return tuple(sorted(cursor.fetchall()))


class Baseline:
    """The whole database as it once was, kept so that it can be put back."""

    def __init__(self) -> None:
        """Keep a copy of the database as it is now."""
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self._copy = sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(self._copy)
            self._looks: tuple[object, ...] = ()
        else:
            self._rows = read_rows(tables())
            self._looks = look()

    def restore(self) -> None:
        """Put everything back, whatever a test has committed."""
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self._copy.backup(connection.connection)
            return
        with transaction.atomic():
            names = ", ".join(map(connection.ops.quote_name, tables()))
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
            write_rows(self._rows)
        self._looks = look()

    def still_holds(self) -> bool:
        """True when nothing was written since this was kept or put back; where that is not known, False."""
        return connection.vendor == "postgresql" and look() == self._looks

    def close(self) -> None:
        """Let go of the copy."""
        if connection.vendor == "sqlite":
            self._copy.close()


class Beginnings:
    """The states in which tests may find the database: as the migrations left it, or with the site published."""

    def __init__(self) -> None:
        """Keep the database as it is now: as the migrations left it."""
        self._kept = {"migrated": Baseline()}
        self._now = "migrated"
        self._soiled = False

    def keep(self, name: str) -> None:
        """Keep the database as it is now under this name."""
        self._kept[name] = Baseline()
        self._now = name

    def has(self, name: str) -> bool:
        """True when there is a state of this name."""
        return name in self._kept

    def begin(self, name: str) -> None:
        """Put the database into this state, unless it is there already."""
        if self._now != name or (self._soiled and not self._kept[name].still_holds()):
            self._kept[name].restore()
        self._now = name
        self._soiled = False

    def soil(self) -> None:
        """A test may have committed, so that the database may be in none of these states."""
        self._soiled = True

    def close(self) -> None:
        """Let go of the copies."""
        for baseline in self._kept.values():
            baseline.close()


def _read(name: str) -> object:
    quoted = connection.ops.quote_name(name)
    if connection.vendor == "sqlite":
        return connection.connection.execute(f"SELECT * FROM {quoted}").fetchall()
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {quoted} TO STDOUT") as copy:
        return b"".join(copy)


def _write(name: str, content: object) -> None:
    if not content:
        return
    quoted = connection.ops.quote_name(name)
    if connection.vendor == "sqlite":
        places = ", ".join("?" * len(content[0]))
        connection.connection.executemany(f"INSERT INTO {quoted} VALUES ({places})", content)
        return
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {quoted} FROM STDIN") as copy:
        copy.write(content)


def _advance_sequences(names: list[str]) -> None:
    """Make the next number that PostgreSQL gives out larger than all that were written."""
    known = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        for name in names:
            key = known[name]._meta.pk
            if key is not None and key.get_internal_type() in {"AutoField", "BigAutoField"}:
                quoted = connection.ops.quote_name(name)
                newest = f"SELECT max({key.column}) AS number FROM {quoted} HAVING count(*) > 0"
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence(%s, %s), number) FROM ({newest}) AS newest",
                    [quoted, key.column],
                )
