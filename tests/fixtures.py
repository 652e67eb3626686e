"""People with roles, and the moment at which tests let things happen."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection

from sitecontent.models import MODERATORS, REVIEWERS, ReviewerProfile

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
"""Later than the starter content was published."""


DECLARED = {"interests": "none", "interests_declared_on": AT.date()}


def person(username: str, *groups: str, **profile: Any) -> User:
    """An account with these roles and, where given, a profile, which declares that there are no interests."""
    user = User.objects.create_user(username, password="a-long-test-password", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    if profile:
        ReviewerProfile.objects.create(user=user, **{"display_name": username.title(), **DECLARED, **profile})
    return User.objects.get(pk=user.pk)


@pytest.fixture
def reviewer(db) -> User:
    """Somebody who edits and submits."""
    return person("reviewer", REVIEWERS)


@pytest.fixture
def second_reviewer(db) -> User:
    """Another person who edits and submits."""
    return person("second-reviewer", REVIEWERS)


@pytest.fixture
def moderator(db) -> User:
    """Somebody who approves."""
    return person("moderator", MODERATORS)


@pytest.fixture
def second_moderator(db) -> User:
    """Another person who approves."""
    return person("second-moderator", MODERATORS)


@pytest.fixture
def vendor(db) -> str:
    """`sqlite` or `postgresql`."""
    return connection.vendor
