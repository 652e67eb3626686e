"""The databases of the tests themselves: what one test does, the next must not see."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection

from sitecontent.edition.current import current_edition
from sitecontent.edition.edition import Edition
from sitecontent.models import Category, PublishedEdition, Revision
from sitecontent.review import verify_ledger
from tests.tooling.database import Baseline


def test_published_gives_every_starter_record_in_edition_one(published: Edition) -> None:
    assert PublishedEdition.objects.get().sha256 == published.sha256
    assert Revision.objects.count() == len(published.entries)
    assert current_edition() is published


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_that_commits_begins_with_an_empty_site(time: str) -> None:
    assert PublishedEdition.objects.count() == 0
    assert User.objects.count() == 0
    assert Group.objects.count() == 3

    User.objects.create(username=time)
