"""The symptom checker as people meet it: with script and without, by pointer and by keyboard, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

PHONE = {"width": 360, "height": 740}

PATHS = {
    "emergency": ({"danger-signs": ["fainted"]}, "Emergency"),
    "pregnant": ({"pregnancy-status": ["yes"], "bleed-amount": ["spots"], "pain-now": ["none"]}, "Urgent: today"),
    "not sure": ({"blood-loss-now": ["not-sure"], "clots": ["none"]}, "Urgent: today"),
    "natural": (
        {"periods": ["regular"], "bleed-amount": ["spots"], "bleed-pattern": ["once"], "cycle-time": ["period-due"]},
        "Routine",
    ),
}


def choose(page: Page, answers: dict[str, list[str]]) -> None:
    for finding, chosen in answers.items():
        for answer in chosen:
            page.locator(f"#q-{finding}--{answer}").check()


def open_form(page: Page) -> None:
    """The whole form on one page, which is also what a browser without script shows."""
    page.goto("/check/")
    show_all = page.get_by_role("button", name="Show all questions on one page")
    if show_all.count():
        show_all.click()


def send(page: Page, answers: dict[str, list[str]]) -> None:
    open_form(page)
    choose(page, answers)
    page.get_by_role("button", name="Show my result").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_each_path_leads_to_its_level(new_page: NewPage, path: str, script: bool):
    answers, level = PATHS[path]
    page = new_page(java_script_enabled=script)

    send(page, answers)

    expect(page.get_by_role("heading", level=1)).to_have_text(level)
    causes = page.locator("main a[href^='/causes/']")
    assert (causes.count() == 0) is (path == "emergency")


def test_a_question_appears_when_it_applies_without_script(page_without_script: Page):
    page = page_without_script
    page.goto("/check/")
    side = page.get_by_role("group", name="Is the pain mainly low down on one side?")
    expect(side).to_be_hidden()

    page.get_by_role("group", name="Do you have pain in your tummy").get_by_label("Mild").check()

    expect(side).to_be_visible()


def test_a_question_that_was_answered_never_hides(page_without_script: Page):
    page = page_without_script
    page.goto("/check/")
    choose(page, {"pain-now": ["mild"], "one-sided-pain": ["yes"]})

    choose(page, {"pain-now": ["none"]})

    expect(page.get_by_role("group", name="Is the pain mainly low down on one side?")).to_be_visible()


def test_one_step_is_shown_at_a_time_and_back_is_the_browsers_own(page: Page):
    page.goto("/check/")
    expect(page.get_by_text("Step 1 of")).to_be_visible()
    page.locator("#q-danger-signs--none").check()

    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="About you")).to_be_focused()
    expect(page.get_by_role("heading", name="Signs that cannot wait")).to_be_hidden()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Pregnancy", level=2)).to_be_focused()

    page.go_back()
    expect(page.get_by_role("heading", name="About you")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", name="Signs that cannot wait")).to_be_visible()
    expect(page.locator("#q-danger-signs--none")).to_be_checked()
    assert page.url.endswith("/check/")


def test_a_step_without_a_question_that_applies_is_passed_over(page: Page):
    page.goto("/check/")
    for _ in range(6):
        page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("heading", name="Your health")).to_be_visible()
    expect(page.get_by_text("Step 7 of 8")).to_be_visible()


def test_an_emergency_sign_is_answered_from_the_first_step(page: Page):
    page.goto("/check/")
    page.get_by_label("Fainted, or nearly fainting").check()

    page.get_by_role("button", name="Show what to do now").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Emergency")


def test_the_whole_way_can_be_gone_by_keyboard(page: Page):
    page.goto("/check/")
    page.locator("#q-danger-signs--fainted").focus()
    page.keyboard.press("Space")
    expect(page.locator("#q-danger-signs--fainted")).to_be_checked()
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Show what to do now":
            break

    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Emergency")


def test_none_of_these_and_a_symptom_take_each_other_back(page: Page):
    page.goto("/check/")
    choose(page, {"danger-signs": ["dizzy", "none"]})

    expect(page.locator("#q-danger-signs--dizzy")).not_to_be_checked()
    page.locator("#q-danger-signs--dizzy").check()
    expect(page.locator("#q-danger-signs--none")).not_to_be_checked()


def test_an_empty_form_leads_back_to_the_first_question(page: Page):
    open_form(page)
    page.get_by_role("button", name="Show my result").click()

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Go to the first question").click()

    assert page.url.endswith("#q-blood-loss-now--pad-an-hour")


def test_change_brings_every_answer_back(page: Page):
    answers = {"danger-signs": ["none"], "sti-risk": ["new-partner", "no-condom"], "bleed-amount": ["spots"]}
    send(page, answers)

    page.get_by_role("button", name="Change my answers").click()

    for finding, chosen in answers.items():
        for answer in chosen:
            expect(page.locator(f"#q-{finding}--{answer}")).to_be_checked()


def test_a_line_of_the_notes_can_be_left_out(page: Page):
    send(page, PATHS["natural"][0])
    line = page.get_by_role("listitem").filter(has_text="Where were you in your cycle?").last

    page.get_by_role("button", name="Leave out: Where were you in your cycle?").click()

    expect(line).to_have_count(0)


def test_the_printed_notes_take_one_page(page: Page):
    open_form(page)
    for question in page.locator("fieldset.question").all():
        if question.is_visible():
            question.locator(".option input").nth(1).check()
    page.get_by_role("button", name="Show my result").click()
    expect(page).to_have_title(re.compile("Your result"))
    page.wait_for_load_state("load")

    printed = page.pdf(format="A4")

    card, notes = 1, 1
    assert re.findall(rb"/Count (\d+)", printed) == [b"%d" % (card + notes)]


def test_leaving_empties_the_form_and_back_does_not_return_to_it(page: Page):
    page.goto("/")
    page.goto("/check/")
    page.locator("#q-danger-signs--fainted").check()
    leave = page.get_by_role("link", name="Leave this page")
    address = leave.get_attribute("href")
    page.route(address, lambda route: route.fulfill(body="<h1>The weather</h1>", content_type="text/html"))

    leave.click()

    expect(page.get_by_role("heading", name="The weather")).to_be_visible()
    page.go_back()
    expect(page).to_have_title(re.compile("Causeway"))
    assert not page.url.endswith("/check/")


def test_the_browser_keeps_nothing(page: Page):
    send(page, PATHS["pregnant"][0])

    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length, history.state]") == [0, 0, None]
    assert page.url.endswith("/check/")


@pytest.mark.parametrize("path", ["emergency", "pregnant"])
def test_a_result_is_accessible_and_fits_a_phone(
    new_page: NewPage, assert_accessible: Callable[[Page], None], path: str
):
    page = new_page(viewport=PHONE, bypass_csp=True)
    send(page, PATHS[path][0])
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")

    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_form_is_accessible_and_fits_a_phone(
    new_page: NewPage, assert_accessible: Callable[[Page], None], script: bool
):
    page = new_page(viewport=PHONE, bypass_csp=True, java_script_enabled=script)
    page.goto("/check/")

    if script:
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(page.get_by_role("group", name="How much are you bleeding right now?")).to_be_visible()
