"""Somebody signed in at the desk."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sitecontent.models import ADMINISTRATORS
from tests.fixtures import person


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator(db) -> User:
    """Somebody who manages people."""
    return person("administrator", ADMINISTRATORS)


@pytest.fixture
def desk(reviewer) -> Client:
    """The desk of a reviewer."""
    return signed_in(reviewer)


@pytest.fixture
def bench(moderator) -> Client:
    """The desk of a moderator."""
    return signed_in(moderator)
