"""A draft is made first: no search finds it, and it is shown once it is approved. `tests.security` looks everywhere."""

import pytest
from django.test import Client

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import Cause
from tests.fixtures import AT

SECRET = "Xylophonic"
"""A word that nothing published has."""


@pytest.fixture
def drafts(published, reviewer):
    """A change, and a change in review, which is given back."""
    changed = Cause.objects.get(slug="chlamydia")
    changed.title = f"{SECRET} changed"
    changed.summary = f"{SECRET} summary"
    changed.save()
    review.record_edit(changed, by=reviewer, at=AT)

    in_review = Cause.objects.get(slug="endometriosis")
    in_review.title = f"{SECRET} in review"
    in_review.save()
    review.record_edit(in_review, by=reviewer, at=AT)
    return review.submit(in_review, author=reviewer, note="Waiting.", at=AT)


@pytest.mark.usefixtures("drafts")
def test_no_search_finds_a_draft():
    edition = current.current_edition()
    client = Client()

    assert "We found nothing for these words." in client.get(f"/search/?q={SECRET}").content.decode()
    assert "No cause fits all of these filters." in client.get(f"/causes/?q={SECRET}").content.decode()
    assert edition.number == 1


def test_what_is_approved_is_shown_at_once(drafts, moderator, django_capture_on_commit_callbacks):
    client = Client()
    before = client.get("/causes/endometriosis/")

    with django_capture_on_commit_callbacks(execute=True):
        review.approve(revision=drafts, moderator=moderator, seen_sha256=drafts.sha256, at=AT)
    after = client.get("/causes/endometriosis/", headers={"If-None-Match": before["ETag"]})

    assert SECRET not in before.content.decode()
    assert after.status_code == 200
    assert f"{SECRET} in review" in after.content.decode()


@pytest.mark.usefixtures("published")
def test_public_pages_ask_the_database_nothing_between_two_looks(django_assert_num_queries, monkeypatch):
    client = Client()
    monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", 3600)
    current.forget()
    current.current_edition()

    for address in ("/", "/causes/", "/causes/chlamydia/", "/search/?q=coil", "/sitemap.xml", "/feed.xml", "/nothing"):
        with django_assert_num_queries(0):
            client.get(address)
