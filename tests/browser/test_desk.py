"""The review desk in a real browser: writing, deciding, by keyboard and on a phone."""

import re

from playwright.sync_api import expect

from sitecontent import review
from sitecontent.models import Cause, Revision
from tests.admin.helpers import address, edit, page_of, submit
from tests.browser.walk import what_keeps_out
from tests.fixtures import AT


def ectopic() -> Cause:
    return Cause.objects.get(slug="ectopic-pregnancy")


def dangerous(reviewer) -> Revision:
    words = Cause.objects.get(slug="chlamydia").summary + " Do not wait for 3 days."
    return submit("chlamydia", reviewer, summary=words, urgency="urgent")


def test_the_preview_follows_what_is_typed(sign_in, reviewer):
    page = sign_in(reviewer)
    page.goto(address(ectopic()))
    editor = page.get_by_role("textbox", name="Why this urgency")
    preview = page.get_by_role("region", name="Preview: Why this urgency")
    expect(preview.get_by_role("listitem").first).to_contain_text("Ectopic pregnancy")

    editor.fill("It is **very** serious. [@nhs-ectopic]")

    expect(preview.locator("strong")).to_have_text("very")
    expect(preview.get_by_role("listitem")).to_have_count(1)


def test_the_keyboard_leaves_the_editor(sign_in, reviewer):
    page = sign_in(reviewer)
    page.goto(address(ectopic()))
    editor = page.get_by_role("textbox", name="Why this urgency")
    before = editor.input_value()

    editor.focus()
    page.keyboard.press("Tab")

    expect(editor).not_to_be_focused()
    assert editor.input_value() == before


def test_answers_and_sources_can_be_picked(sign_in, reviewer):
    page = sign_in(reviewer)
    page.goto(address(ectopic()))
    link = page.locator("#finding_links-0")
    answers, citations = link.get_by_label("Answers:"), link.get_by_label("Citations:")

    link.get_by_role("button", name="Not sure", exact=True).click()
    link.get_by_label("Add a source").fill("nice-ng126")
    page.keyboard.press("Enter")

    assert answers.input_value().split() == ["yes", "not-sure"]
    assert citations.input_value().split()[-1] == "nice-ng126"
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert ectopic().finding_links.first().answers == ["yes", "not-sure"]


def test_a_condition_is_read_aloud_while_it_is_written(sign_in, reviewer):
    page = sign_in(reviewer)
    page.goto(address(ectopic()))
    field = page.locator("#id_not_when")
    said = page.locator(".field-not_when .said")

    field.fill("all of:\n  pain-now: severe\n  no-such: yes")

    expect(said).to_contain_text("Severe: I cannot carry on")
    expect(said.locator(".unknown")).to_have_text(re.compile("no-such: no such question"))


def test_a_second_writer_sees_both_texts_and_loses_nothing(sign_in, reviewer, second_reviewer):
    first, second = sign_in(reviewer), sign_in(second_reviewer)
    for page in (first, second):
        page.goto(address(ectopic()))
    first.get_by_label("Clinical name").fill("Their name")
    first.locator("#id_summary").fill("Their summary.")
    first.get_by_role("button", name="Save draft").click()
    expect(first.get_by_text("was changed successfully")).to_be_visible()

    second.locator("#id_summary").fill("My summary.")
    second.get_by_role("button", name="Save draft").click()

    expect(second.get_by_role("heading", name="Two people wrote at once")).to_be_visible()
    expect(second.get_by_label("Clinical name")).to_have_value("Their name")
    expect(second.locator("#id_summary")).to_have_value("My summary.")
    expect(second.get_by_label("Their text of Summary, to copy")).to_have_value("Their summary.")
    second.get_by_role("button", name="Save draft").click()
    expect(second.get_by_text("was changed successfully")).to_be_visible()
    assert (ectopic().clinical_name, ectopic().summary) == ("Their name", "My summary.")


def test_the_impact_is_worked_out_in_its_place(sign_in, reviewer, moderator):
    page = sign_in(moderator)
    page.goto(page_of(dangerous(reviewer)))

    expect(page.get_by_text(re.compile(r"combinations of answers were tried"))).to_be_visible(timeout=60_000)


def test_leaving_with_unsaved_words_is_asked_about(sign_in, reviewer):
    page = sign_in(reviewer)
    page.goto(address(ectopic()))
    page.locator("#id_summary").press_sequentially("x")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.goto("/admin/")

    assert asked == ["beforeunload"]


def test_the_pages_of_the_desk_keep_nobody_out(sign_in, watch, reviewer, moderator):
    revision = dangerous(reviewer)
    sent_back = submit("gonorrhoea", reviewer)
    review.request_changes(revision=sent_back, moderator=moderator, comment="Why?", at=AT)
    edit(Cause.objects.get(slug="cervicitis"), reviewer, summary="A draft.")
    pages = {
        reviewer: ("/admin/", address(ectopic()), address(Cause.objects.get(slug="cervicitis"), "submit")),
        moderator: (
            "/admin/",
            "/admin/review/",
            page_of(revision),
            address(Cause.objects.get(slug="chlamydia"), "read"),
            address(Cause.objects.get(slug="chlamydia"), "story"),
            address(Cause.objects.get(slug="cervicitis"), "compare"),
            "/admin/sitecontent/cause/",
        ),
    }
    found = []
    for user, places in pages.items():
        found += what_keeps_out(sign_in(user), watch, places)

    assert not found, "\n".join(found)
