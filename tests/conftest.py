"""What every test may lean on."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from sitecontent.documents import Document
from sitecontent.edition import current
from sitecontent.edition.compile import compile_edition
from sitecontent.edition.edition import FIRST_PREVIOUS, Edition, Entry, Origin
from sitecontent.finished import keeper
from sitecontent.management.commands import build
from sitecontent.review import import_starter
from sitecontent.starter import read_starter
from tests.tooling import MissingComponentError, chromium, postgres
from tests.tooling.database import Baseline, Rows, read_rows, tables, write_rows

WHEN_PUBLISHED = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)

pytest_plugins = ["tests.fixtures"]

hypothesis_settings.register_profile("causeway", deadline=None)
hypothesis_settings.load_profile("causeway")


def pytest_configure() -> None:
    """Make the folder of this run, readable by nobody else."""
    settings.VAR_DIR.mkdir(mode=0o700)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Name the database, and the browser where one is needed, so that a log says what was really used."""
    url = os.environ.get("TEST_DATABASE_URL")
    try:
        database = postgres.version_of(url) if url else f"SQLite {sqlite3.sqlite_version}"
        lines = [f"database: {database}"]
        if config.getoption("markexpr") == "browser":
            lines.append(f"browser: {chromium.version_of(chromium.find_chromium())}")
    except MissingComponentError as missing:
        raise pytest.UsageError(str(missing)) from missing
    return lines


@pytest.fixture(scope="session")
def starter_documents() -> tuple[Document, ...]:
    """Every document of the starter content, in the order of the kinds."""
    return read_starter()


@pytest.fixture(scope="session")
def starter_edition(starter_documents: tuple[Document, ...]) -> Edition:
    """The starter content as edition 1, made without a database. It is frozen, so all tests share one."""
    compilation = compile_edition(
        [
            Entry(document=document, origin=Origin.STARTER, revision=1, changed_at=WHEN_PUBLISHED)
            for document in starter_documents
        ],
        number=1,
        previous_sha256=FIRST_PREVIOUS,
        published_at=WHEN_PUBLISHED,
        note="Starter content",
    )
    assert compilation.blocking == ()
    return compilation.edition


@pytest.fixture(autouse=True)
def _no_edition_from_another_test() -> Iterator[None]:
    """Each test begins without an edition in memory, whatever the one before has published."""
    current.forget()
    yield
    current.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After a test that commits, put back what the migrations left: see `tests.tooling.database`."""
    with django_db_blocker.unblock():
        baseline = Baseline()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: baseline.restore())
        yield
    baseline.close()


@pytest.fixture(scope="session")
def _published_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, starter_documents: tuple[Document, ...]
) -> tuple[Rows, Edition]:
    """Publish the starter content through the review, keep the rows that this made, and take it back."""
    with django_db_blocker.unblock(), transaction.atomic():
        edition = import_starter(starter_documents, at=WHEN_PUBLISHED).edition
        assert edition is not None
        rows = read_rows(tables("sitecontent"))
        transaction.set_rollback(True)
    return rows, edition


@pytest.fixture
def published(_published_once: tuple[Rows, Edition], db: None) -> Edition:
    """The starter content, published as edition 1 in this test's database and in memory."""
    rows, edition = _published_once
    write_rows(rows)
    current.adopt(edition)
    return edition


@pytest.fixture(scope="module")
def connections_left_alone() -> Iterator[None]:
    """Leave alone what other tests have open, as Django's own test client does around its requests.

    For tests that call Django as a server does. Each request closes old connections, and so do the keeper and the
    export; one that another test left open would count as reaching for the database here.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper, "close_old_connections", lambda: None)
        patch.setattr(build, "close_old_connections", lambda: None)
        yield
    for signal in signals:
        signal.connect(close_old_connections)
