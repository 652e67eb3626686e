"""A clock that is set back disturbs neither the order of editions nor the ledger, and no page stays old for it."""

from datetime import timedelta

from freezegun import freeze_time

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import Page
from sitecontent.review import verify_ledger
from tests.conftest import WHEN_PUBLISHED


def test_what_is_approved_while_the_clock_is_a_year_late_comes_after_what_was_there(published, reviewer, moderator):
    late = WHEN_PUBLISHED - timedelta(days=365)
    with freeze_time(late):
        page = Page.objects.get(slug="about")
        page.summary = "Said while the clock was late."
        page.save()
        review.record_edit(page, by=reviewer, at=late)
        revision = review.submit(page, author=reviewer, note="Say it.", at=late)
        review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=late)
        current.forget()
        edition = current.current_edition()

    assert edition.number == 2
    assert edition.page("about").summary == "Said while the clock was late."
    assert edition.published_at == WHEN_PUBLISHED
    assert [row.number for row in verify_ledger()] == [1, 2]
