"""Several records at once in a real browser: a change set, low-risk changes, a record taken down and put back."""

import re

import pytest
from playwright.sync_api import Page, expect

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import Cause, ClaimReview, Revision
from tests.admin.helpers import address, harmless, page_of
from tests.browser.walk import what_keeps_out
from tests.fixtures import AT
from tests.review.family import SLUG, drafts


@pytest.fixture(autouse=True)
def _look_for_new_editions_at_once(monkeypatch):
    monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", 0.0)


def answer_everything(page: Page) -> None:
    """Tick what is dangerous, and say why what the checks warn of may pass."""
    for box in page.get_by_label("I have looked at this change and it is right").all():
        box.check()
    for reason in page.locator("textarea[name^='let-through-']").all():
        reason.fill("I have looked at it.")


def test_three_records_that_need_each_other_are_submitted_and_approved_as_one(
    page_without_script, published, sign_in, reviewer, moderator
):
    visitor = page_without_script
    drafts(published, reviewer)

    # The page of the cause says what it needs, and takes the others along.
    writing = sign_in(reviewer)
    writing.goto(address(Cause.objects.get(slug=SLUG), "submit"))
    expect(writing.get_by_role("heading", name="It refers to records that are not published yet")).to_be_visible()
    writing.get_by_role("link", name="Submit them together").click()
    writing.get_by_label("What did you change, and why?").fill("A cause that was missing, with its question.")
    writing.get_by_role("button", name="Submit all 3 together").click()
    expect(writing.get_by_role("heading", name="Change set")).to_be_visible()
    expect(writing.get_by_role("button", name=re.compile("Approve"))).to_have_count(0)

    # A moderator finds one thing in the queue, and sees every record of it whole.
    deciding = sign_in(moderator)
    deciding.goto("/admin/review/")
    deciding.get_by_role("link", name="Change set: 3 records together").click()
    for name in ("A new source", "A new question", "A new cause"):
        expect(deciding.get_by_role("heading", name=name, exact=True)).to_be_visible()
    answer_everything(deciding)
    deciding.get_by_role("button", name="Approve all 3").click()
    expect(deciding.get_by_text("3 records are published together in edition 2")).to_be_visible()

    # All of it is public at once.
    visitor.goto(f"/causes/{SLUG}/")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("A new cause")
    visitor.goto(f"/sources/{SLUG}/")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("A new source")


def test_a_record_is_taken_down_at_once_and_put_back_by_two(
    page_without_script, sign_in, reviewer, moderator, second_moderator
):
    visitor, first, second = page_without_script, sign_in(moderator), sign_in(second_moderator)
    record = ClaimReview.objects.first()

    first.goto(address(record, "take-down"))
    first.get_by_label("Why must it come down?").fill("The verdict is wrong.")
    first.get_by_role("button", name="Take it down now").click()
    expect(first.get_by_text("Edition 2 is public without it.")).to_be_visible()
    assert visitor.goto(f"/claims/{record.slug}/").status == 404

    writing = sign_in(reviewer)
    writing.goto(address(record, "story"))
    writing.get_by_role("link", name="Put it back").click()
    writing.get_by_label("Why should it come back?").fill("The verdict was right after all.")
    writing.get_by_role("button", name="Submit it again").click()

    revision = Revision.objects.of("claim-review", record.slug).first()
    for page in (first, second):
        page.goto(page_of(revision))
        expect(page.get_by_text("puts back a record that was taken down").first).to_be_visible()
        answer_everything(page)
        page.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("published in edition 3").first).to_be_visible()
    assert visitor.goto(f"/claims/{record.slug}/").status == 200


def test_low_risk_changes_are_ticked_in_the_queue_and_approved_on_one_page(sign_in, reviewer, moderator):
    rows = [harmless(reviewer), harmless(reviewer, "gonorrhoea")]
    page = sign_in(moderator)
    page.goto("/admin/review/")
    for row in rows:
        page.get_by_label(f"Take along {row.document.name}").check()

    page.get_by_role("button", name="Look at the ticked ones together").click()
    for row in rows:
        expect(page.get_by_text(row.sha256)).to_be_visible()
    answer_everything(page)
    page.get_by_role("button", name="Approve 2 changes").click()

    expect(page.get_by_text("2 changes are published in edition 2")).to_be_visible()


def test_the_pages_of_several_records_keep_nobody_out(sign_in, watch, published, reviewer, moderator):
    rows = [harmless(reviewer), harmless(reviewer, "gonorrhoea")]
    records = drafts(published, reviewer)
    keys = "&".join(f"record={record.kind()}/{record.slug}" for record in records)
    places = {reviewer: [f"/admin/review/together/?{keys}", address(records[2], "submit")]}
    found = []
    for user in (reviewer, moderator):
        if user == moderator:
            together = review.submit_together(records, author=reviewer, note="Because.", at=AT)
            chosen = "&".join(f"revision={row.pk}" for row in rows)
            several = f"/admin/review/several/?{chosen}"
            signing = address(Cause.objects.get(slug="chlamydia"), "reviewed")
            places[user] = [f"/admin/review/set/{together.pk}/", several, "/admin/review/", signing]
        found += what_keeps_out(sign_in(user), watch, places[user])

    assert not found, "\n".join(found)
