"""Somebody signed in at the desk."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client

from sitecontent import review
from sitecontent.admin import decisions
from sitecontent.models import (
    ADMINISTRATORS,
    REVIEWERS,
    WORKING_RECORDS,
    Cause,
    ClaimReview,
    Decision,
    ProblemReport,
    PublishedEdition,
    Remark,
    ReviewerProfile,
    Revision,
)
from sitecontent.review import impact
from tests.admin.helpers import edit, signed_in, submit
from tests.fixtures import AT, person


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


@pytest.fixture
def people(reviewer, moderator, administrator):
    return {
        "nobody": AnonymousUser(),
        "no role": person("no-role"),
        "reviewer": reviewer,
        "moderator": moderator,
        "administrator": administrator,
        "superuser": User.objects.create_superuser("superuser", password="a-long-test-password"),
    }


@pytest.fixture
def things(moderator, reviewer):
    """One row of each table, and a revision that waits."""
    profile = ReviewerProfile.objects.create(user=person("profiled"), display_name="Somebody")
    author = person("author", REVIEWERS)
    decided = submit("gonorrhoea", author)
    review.request_changes(revision=decided, moderator=moderator, comment="Why?", at=AT)
    waiting = submit("chlamydia", author, summary=Cause.objects.get(slug="chlamydia").summary + " It is common.")
    claims = [edit(row, author, correction=row.correction + " So it is.") for row in ClaimReview.objects.all()[:2]]
    rows = {f"sitecontent_{model._meta.model_name}": model.objects.first() for model in WORKING_RECORDS.values()}
    return {
        **rows,
        "sitecontent_revision": decided,
        "sitecontent_decision": Decision.objects.first(),
        "sitecontent_publishededition": PublishedEdition.objects.first(),
        "sitecontent_problemreport": ProblemReport.objects.create(page="/", text="A typo.", edition=1, reported_at=AT),
        "sitecontent_reviewerprofile": profile,
        "auth_user": author,
        "auth_group": moderator.groups.first(),
        "waiting": waiting,
        "remark": Remark.objects.get(),
        "change_set": review.submit_together(claims, author=author, note="Better words.", at=AT),
        "starter": Revision.objects.get(kind="cause", slug="chlamydia", number=1),
    }


@pytest.fixture
def quick_impact(monkeypatch):
    """Where only the page matters and not what it says, a few answers are enough."""
    monkeypatch.setattr(impact, "CONTEXTS", {})


@pytest.fixture
def quick_page(monkeypatch):
    """Where only the words of a decision page matter, nobody waits for the build that its checks are read from."""
    monkeypatch.setattr(decisions, "proposal_of", lambda *_: None)
