"""The way of a change in a real browser: sent back with remarks, corrected, approved by two, read by a visitor."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from sitecontent import review
from sitecontent.models import Audience, Cause, Reason, Revision
from sitecontent.review import NewRemark, impact
from tests.admin.helpers import address, harmless, page_of, submit
from tests.browser.walk import PHONE, what_keeps_out
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("quick_impact")

SLUG = "retained-tampon-or-foreign-body"


@pytest.fixture
def quick_impact(monkeypatch):
    """What the impact says is looked at elsewhere; here it only takes time."""
    monkeypatch.setattr(impact, "CONTEXTS", {})


def submit_for_review(page, note):
    page.get_by_role("button", name=re.compile("Save and submit")).click()
    page.get_by_label("What did you change, and why?").fill(note)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("It now waits for a moderator.")).to_be_visible()
    return Revision.objects.of("cause", SLUG).first()


def tick_and_approve(page):
    for box in page.get_by_label("I have looked at this change and it is right").all():
        box.check()
    page.get_by_role("button", name="Approve").click()


def test_lowered_urgency_is_sent_back_corrected_approved_by_two_and_read(
    sign_in, page, reviewer, moderator, second_moderator
):
    writing, first, second = sign_in(reviewer), sign_in(moderator), sign_in(second_moderator)
    record = Cause.objects.get(slug=SLUG)
    assert record.urgency == "soon"

    # A reviewer lowers the urgency and submits.
    writing.goto(address(record))
    writing.locator("#id_urgency").select_option("routine")
    revision = submit_for_review(writing, "It can wait a little.")

    # A moderator takes it on, and sends it back with a remark beside the field.
    first.goto(page_of(revision))
    first.get_by_role("button", name="Take it on").click()
    expect(first.get_by_text("You are on this review, by")).to_be_visible()
    change = first.locator("li.change", has_text="Urgency lowered")
    change.get_by_text("Remark on this").click()
    change.get_by_label("Why").select_option("no-source")
    change.get_by_label("What should change").fill("Say what it rests on.")
    first.get_by_role("button", name="Ask for changes").click()
    expect(first.get_by_text("Sent back to reviewer")).to_be_visible()

    # The reviewer finds the words on the desk and beside the field, and answers with a new revision.
    writing.goto("/admin/")
    writing.get_by_role("link", name=str(record)).first.click()
    expect(writing.locator("#id_urgency")).to_have_accessible_description(re.compile("No source: Say what it rests on"))
    reason = writing.get_by_role("textbox", name="Why this urgency")
    reason.fill(reason.input_value() + " Without other signs it can wait a little.")
    revision = submit_for_review(writing, "The reason says so now.")

    # While the remark is open nobody can approve. Who made it marks it resolved, and signs as the first.
    first.goto(page_of(revision))
    expect(first.get_by_text("Say what it rests on.").first).to_be_visible()
    expect(first.get_by_role("button", name="Approve")).to_have_count(0)
    first.get_by_role("button", name=re.compile("Mark as resolved")).click()
    expect(first.get_by_text("Resolved: Urgency.")).to_be_visible()
    expect(first.get_by_text("It takes two approvals, because it lowers safety")).to_be_visible()
    tick_and_approve(first)
    expect(first.get_by_text("one more person must approve it")).to_be_visible()

    # The second signs, and visitors read it.
    page.goto(f"/causes/{SLUG}/")
    before = page.locator(".care-card").inner_text()
    second.goto(page_of(revision))
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_role("alert")).to_contain_text("Tick each dangerous change")
    tick_and_approve(second)
    expect(second.get_by_text("published in edition 2").first).to_be_visible()
    page.goto(f"/causes/{SLUG}/")
    expect(page.get_by_text("Without other signs it can wait a little.")).to_be_visible()
    assert page.locator(".care-card").inner_text() != before


def test_the_way_back_works_without_script_and_loses_no_words(new_page, reviewer, moderator):
    revision = harmless(reviewer)
    page = new_page(java_script_enabled=False, viewport=PHONE)
    page.goto(page_of(revision))
    page.get_by_label("Username").fill(moderator.username)
    page.get_by_label("Password").fill("a-long-test-password")
    page.get_by_role("button", name="Log in").click()
    change = page.locator("#change-" + page.locator("li.change").first.get_attribute("id").removeprefix("change-"))

    change.locator("summary", has_text="Remark on this").focus()
    page.keyboard.press("Enter")
    change.get_by_label("What should change").fill("Which antibiotic?")
    page.get_by_role("button", name="Ask for changes").click()

    expect(page.get_by_role("alert")).to_contain_text("Choose a reason for your remark on Summary.")
    expect(change.get_by_label("What should change")).to_have_value("Which antibiotic?")
    change.get_by_label("Why").select_option("unclear")
    page.get_by_role("button", name="Ask for changes").click()
    expect(page.get_by_text("Sent back to reviewer")).to_be_visible()


def open_first_remark(page: Page) -> None:
    for summary in page.locator(".remark-here > summary").all()[:1]:
        summary.click()


def test_remarks_comments_and_claims_keep_nobody_out(sign_in, watch, reviewer, moderator, second_moderator):
    asked = [NewRemark("summary", "Summary", Reason.UNCLEAR, "Which antibiotic?")]
    review.request_changes(
        revision=harmless(reviewer), moderator=moderator, comment="Nearly there.", remarks=asked, at=AT
    )
    words = Cause.objects.get(slug="chlamydia").summary + " Doxycycline is one."
    revision = submit("chlamydia", reviewer, at=AT + timedelta(days=1), summary=words)
    review.comment(revision=revision, by=moderator, text="Is he paid?", audience=Audience.MODERATORS, at=AT)
    review.comment(revision=revision, by=reviewer, text="The leaflet says so.", at=AT)
    review.claim(revision=revision, by=second_moderator, due_on=AT.date(), at=AT)
    record = Cause.objects.get(slug="chlamydia")
    pages = {
        reviewer: ("/admin/", address(record), page_of(revision), "/admin/profile/"),
        moderator: ("/admin/review/", page_of(revision), address(record, "story")),
    }
    found = []
    for user, places in pages.items():
        found += what_keeps_out(sign_in(user), watch, places, unfold=open_first_remark, dark=True)

    assert not found, "\n".join(found)
