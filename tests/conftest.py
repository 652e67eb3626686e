"""What every test may lean on."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
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
from tests.part import some_documents
from tests.tooling import MissingComponentError, chromium, postgres
from tests.tooling.database import Beginnings

WHEN_PUBLISHED = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)

DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "live_server"})
STARTS_ITS_OWN_SITES = Path(__file__).parent / "resilience"
BEGINNINGS = ("all_published", "published")
"""Fixtures that name the state in which a test begins. Without one of them it begins after the migrations."""

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
def beginnings(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Beginnings]:
    """The states in which tests may find the database. After a test that commits, it is in none of them."""
    with django_db_blocker.unblock():
        states = Beginnings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: states.soil())
        yield states
    states.close()


@pytest.fixture(scope="session")
def some_starter_documents(starter_documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """The part of the starter content that `published` publishes."""
    return some_documents(starter_documents)


def _publish_and_keep(name: str, states: Beginnings, documents: tuple[Document, ...]) -> Edition:
    """Publish documents through the review, and keep the database as it then is."""
    states.begin("migrated")
    edition = import_starter(documents, at=WHEN_PUBLISHED).edition
    states.keep(name)
    assert edition is not None
    return edition


@pytest.fixture(scope="session")
def _published_once(
    beginnings: Beginnings, django_db_blocker: DjangoDbBlocker, some_starter_documents: tuple[Document, ...]
) -> Edition:
    with django_db_blocker.unblock():
        return _publish_and_keep("published", beginnings, some_starter_documents)


@pytest.fixture(scope="session")
def _all_published_once(
    beginnings: Beginnings, django_db_blocker: DjangoDbBlocker, starter_documents: tuple[Document, ...]
) -> Edition:
    with django_db_blocker.unblock():
        return _publish_and_keep("all_published", beginnings, starter_documents)


def beginning_of(item: pytest.Item) -> str:
    """The state of the database with which a test begins. One that asks for everything also gets the part."""
    names = getattr(item, "fixturenames", ())
    return next((name for name in BEGINNINGS if name in names), "migrated")


@pytest.fixture
def _begun(request: pytest.FixtureRequest, beginnings: Beginnings, django_db_blocker: DjangoDbBlocker) -> None:
    """Put the database into the state that this test begins with, before its transaction does."""
    beginning = beginning_of(request.node)
    if beginning != "migrated":
        request.getfixturevalue(f"_{beginning}_once")
    with django_db_blocker.unblock():
        beginnings.begin(beginning)


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Prepare the database first in each test that uses one, and mark those that use none."""
    if not isinstance(item, pytest.Function) or not uses_database(item):
        item.add_marker(pytest.mark.no_database)
    elif asks_for_database(item):
        item.fixturenames.insert(0, "_begun")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that begin with the same database follow one another."""
    items.sort(key=lambda item: ("migrated", *BEGINNINGS).index(beginning_of(item)))


def uses_database(item: pytest.Function) -> bool:
    """True for a test that may reach the database: pytest-django lets no other, unless it starts a site of its own."""
    return asks_for_database(item) or item.path.is_relative_to(STARTS_ITS_OWN_SITES)


def asks_for_database(item: pytest.Function) -> bool:
    """True for a test to which pytest-django opens the database of the tests."""
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(item.fixturenames))


@pytest.fixture
def published(request: pytest.FixtureRequest, db: None) -> Edition:
    """A part of the starter content, published as edition 1 in this test's database and in memory.

    A test that is about all of it asks for `all_published` as well, and this is then the whole.
    """
    edition: Edition = request.getfixturevalue(f"_{beginning_of(request.node)}_once")
    current.adopt(edition)
    return edition


@pytest.fixture
def all_published(published: Edition) -> Edition:
    """The whole starter content, published as edition 1: where a test is about all of it."""
    return published


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
