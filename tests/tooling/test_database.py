"""The databases of the tests themselves: what one test does, the next must not see."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection

from sitecontent.documents import Document
from sitecontent.edition.current import current_edition
from sitecontent.edition.edition import Edition
from sitecontent.models import Category, PublishedEdition, Revision
from sitecontent.review import verify_ledger
from tests.tooling.database import Baseline


def test_published_gives_a_part_of_the_starter_content_in_edition_one(
    published: Edition, some_starter_documents: tuple[Document, ...]
) -> None:
    assert {entry.document.key for entry in published.entries} == {document.key for document in some_starter_documents}
    assert PublishedEdition.objects.get().sha256 == published.sha256
    assert Revision.objects.count() == len(published.entries)
    assert current_edition() is published


def test_all_published_gives_every_starter_record(
    all_published: Edition, published: Edition, starter_documents: tuple[Document, ...]
) -> None:
    assert published is all_published
    assert len(all_published.entries) == Revision.objects.count() == len(starter_documents)


def test_published_leaves_a_ledger_that_verifies(published: Edition) -> None:
    verify_ledger()


def test_a_record_can_be_added_beside_the_published_ones(published: Edition) -> None:
    added = Category.objects.create(slug="one-more", title="One more", summary="One more.", order=99)

    assert Category.objects.filter(pk=added.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_restore_takes_back_what_was_committed_and_keeps_what_migrations_made(published: Edition) -> None:
    User.objects.create(username="somebody")
    groups = set(Group.objects.values_list("name", flat=True))

    connection.cursor().execute("SELECT 1")
    baseline = Baseline()
    Category.objects.create(slug="one-more", title="One more", summary="One more.", order=99)
    baseline.restore()
    baseline.close()

    assert not Category.objects.filter(slug="one-more").exists()
    assert User.objects.filter(username="somebody").exists()
    assert set(Group.objects.values_list("name", flat=True)) == groups == {"Reviewers", "Moderators", "Administrators"}
    assert Revision.objects.count() == len(published.entries)


def add() -> None:
    Category.objects.create(slug="one-more", title="One more", summary="One more.", order=99)


def change() -> None:
    Category.objects.filter(slug="one-less").update(title="Another name")


def remove() -> None:
    Category.objects.filter(slug="one-less").delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [add, change, remove])
def test_a_state_holds_until_something_is_written(vendor: str, write: Callable[[], object]) -> None:
    Category.objects.create(slug="one-less", title="One less", summary="One less.", order=98)
    baseline = Baseline()

    assert Category.objects.count() == 1
    assert baseline.still_holds() == (vendor == "postgresql")
    write()
    assert not baseline.still_holds()
    baseline.restore()
    baseline.close()

    assert [category.title for category in Category.objects.all()] == ["One less"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_that_commits_begins_with_an_empty_site(time: str) -> None:
    assert PublishedEdition.objects.count() == 0
    assert User.objects.count() == 0
    assert Group.objects.count() == 3

    User.objects.create(username=time)
