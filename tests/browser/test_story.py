"""The whole story, told by four people in a real browser: read, check, edit, submit, approve, read again."""

import re

import pytest
from playwright.sync_api import Page, expect

from sitecontent.edition import current

CAUSE = "bleeding-disorder"
NEW_SUMMARY = "Blood that takes longer to clot makes a small graze bleed for longer. Blood tests can show it."
NOTE = "Raise the level: blood that takes long to clot should be looked at within two weeks."

ANSWERS = {
    "pregnancy-status": "no",
    "periods": "regular",
    "bleeding-tendency": "yes",
    "period-trouble": "very-heavy",
}


@pytest.fixture(autouse=True)
def _look_for_new_editions_at_once(monkeypatch):
    monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", 0.0)


def check(page: Page) -> str:
    """Use the checker without script, as anybody can; give the level."""
    page.goto("/check/")
    for finding, answer in ANSWERS.items():
        box = page.locator(f'input[name$="--list"][value="{finding}"]')
        if box.count():
            box.check()
        page.locator(f'input[name="{finding}"][value="{answer}"]').check(force=True)
    page.get_by_role("button", name=re.compile("result", re.IGNORECASE)).last.click()
    expect(page).to_have_title(re.compile("Your result"))
    return page.get_by_role("heading", level=1).inner_text()


def test_an_edit_reaches_visitors_only_once_somebody_else_has_approved_it(
    page_without_script, sign_in, reviewer, moderator
):
    visitor = page_without_script

    # A visitor reads about the cause and uses the checker.
    visitor.goto(f"/causes/{CAUSE}/")
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    expect(visitor.get_by_text("No clinician has signed this page yet")).to_be_visible()
    assert "Routine" in visitor.locator(".care-card").first.inner_text()
    assert "Routine" in check(visitor)

    # A reviewer edits the cause and submits it.
    desk = sign_in(reviewer)
    desk.goto("/admin/sitecontent/cause/?q=" + CAUSE)
    desk.locator("#result_list tbody th a").first.click()
    desk.locator("#id_summary").fill(NEW_SUMMARY)
    desk.locator("#id_urgency").select_option("soon")
    desk.get_by_role("button", name=re.compile("Save and submit", re.IGNORECASE)).first.click()
    desk.get_by_label("What did you change, and why?").fill(NOTE)
    desk.get_by_role("button", name="Submit for review").click()
    expect(desk.get_by_text("In review").first).to_be_visible()

    # Nothing of it is public, and the author has no button to approve.
    visitor.goto(f"/causes/{CAUSE}/")
    assert NEW_SUMMARY not in visitor.content()
    expect(desk.get_by_role("button", name="Approve")).to_have_count(0)

    # A moderator sees the whole change and approves it.
    moderating = sign_in(moderator)
    moderating.get_by_role("link", name=re.compile("clot", re.IGNORECASE)).first.click()
    expect(moderating.get_by_text(NOTE).first).to_be_visible()
    expect(moderating.get_by_role("heading", name=re.compile("What changes, against revision 1"))).to_be_visible()
    moderating.get_by_role("button", name="Approve").click()
    expect(moderating.get_by_text(re.compile("edition 2", re.IGNORECASE)).first).to_be_visible()

    # The public page and the checker's answer have changed.
    visitor.goto(f"/causes/{CAUSE}/")
    assert NEW_SUMMARY in visitor.content()
    assert "Soon" in visitor.locator(".care-card").first.inner_text()
    assert "Soon" in check(visitor)
    visitor.goto("/editions/2/")
    expect(visitor.get_by_text(NOTE).first).to_be_visible()
    assert visitor.context.cookies() == []
