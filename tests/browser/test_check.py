"""The symptom checker as people meet it: with script and without, by pointer and by keyboard, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from sitecontent.documents import Urgency
from sitecontent.edition.edition import Edition
from tests.browser.conftest import NewPage

pytestmark = pytest.mark.usefixtures("all_published")

PHONE = {"width": 360, "height": 740}

PATHS = {
    "emergency": ({"danger-signs": ["fainted"]}, "Emergency"),
    "pregnant": ({"pregnancy-status": ["yes"], "bleed-amount": ["spots"], "pain-now--list": ["none"]}, "Urgent: today"),
    "not sure": ({"blood-loss-now": ["not-sure"], "clots": ["none"]}, "Urgent: today"),
    "natural": (
        {
            "blood-loss-now": ["stopped"],
            "danger-signs--list": ["none"],
            "pain-now--list": ["none"],
            "age-band": ["age-25-34"],
            "periods": ["regular"],
            "pregnancy-status": ["no"],
            "bleed-amount": ["spots"],
            "bleed-pattern": ["once"],
            "pain-with-sex--list": ["none"],
            "first-time": ["first-ever"],
        },
        "Look after yourself",
    ),
}


STEPS = (
    {"blood-loss-now": ["stopped"], "pain-now": ["mild"], "one-sided-pain": ["yes"], "clots": ["small"]},
    {"age-band": ["age-25-34"], "periods": ["regular"]},
    {"pregnancy-status": ["maybe"], "pregnancy-test": ["negative"]},
    {"bleed-amount": ["spots"], "bleed-pattern": ["once"]},
    {"cycle-time": ["middle"], "discharge-kind": ["creamy"]},
    {"contraception-kind": ["combined"], "missed-pills": ["yes"], "sti-risk": ["new-partner"]},
)
"""Answers step by step, as somebody gives them who goes through the form."""


def choose(page: Page, answers: dict[str, list[str]]) -> None:
    """Choose answers as a person does: a box that opens a question first, where it has one."""
    for finding, chosen in answers.items():
        box = page.locator(f'input[name$="--list"][value="{finding}"]')
        if box.count():
            box.check()
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


def test_a_box_opens_its_question_without_script(page_without_script: Page):
    page = page_without_script
    page.goto("/check/")
    clots = page.get_by_role("group", name="Are you passing clots")
    expect(clots).to_be_hidden()

    page.get_by_role("group", name="Is any of these true now?").get_by_label("Clots").check()

    expect(clots).to_be_visible()


def test_a_box_appears_when_it_applies_without_script(page_without_script: Page):
    page = page_without_script
    page.goto("/check/")
    side = page.get_by_label("The pain is mainly low down on one side")
    expect(side).to_be_hidden()

    page.get_by_label("Mild pain in the tummy").check()

    expect(side).to_be_visible()


def test_a_question_that_was_answered_never_hides(page_without_script: Page):
    page = page_without_script
    page.goto("/check/")
    choose(page, {"clots": ["small"]})

    page.get_by_label("Clots: jelly-like lumps of blood").uncheck()

    expect(page.get_by_role("group", name="Are you passing clots")).to_be_visible()


def test_with_script_what_a_box_had_opened_goes_with_the_tick(page: Page):
    page.goto("/check/")
    choose(page, {"clots": ["small"]})

    page.locator("#q-pain-now--list--none").check()

    expect(page.get_by_role("group", name="Are you passing clots")).to_be_hidden()
    expect(page.locator("#q-clots--small")).not_to_be_checked()


def test_somebody_without_anything_unusual_meets_eleven_questions_at_most(page_without_script: Page):
    page = page_without_script
    page.goto("/check/")
    choose(page, PATHS["natural"][0])

    assert page.locator("fieldset.question:visible").count() <= 11


def test_one_step_is_shown_at_a_time_and_back_is_the_browsers_own(page: Page):
    page.goto("/check/")
    expect(page.get_by_text("Step 1 of")).to_be_visible()
    page.locator("#q-danger-signs--list--none").check()

    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="About you")).to_be_focused()
    expect(page.get_by_role("heading", name="Signs that cannot wait")).to_be_hidden()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Pregnancy", level=2)).to_be_focused()

    page.go_back()
    expect(page.get_by_role("heading", name="About you")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", name="Signs that cannot wait")).to_be_visible()
    expect(page.locator("#q-danger-signs--list--none")).to_be_checked()
    assert page.url.endswith("/check/")


def test_the_steps_end_with_the_result(page: Page):
    page.goto("/check/")
    choose(page, {"blood-loss-now": ["stopped"]})
    for _ in range(5):
        page.get_by_role("button", name="Next").click()

    expect(page.get_by_text("Step 6 of 6")).to_be_visible()
    expect(page.get_by_role("heading", name="Your health, and partners")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_hidden()
    expect(page.get_by_role("button", name="Show my result")).to_be_visible()


def test_a_question_that_comes_up_late_is_asked_before_the_result(page: Page):
    page.goto("/check/")
    choose(page, {"blood-loss-now": ["stopped"]})
    for _ in range(5):
        page.get_by_role("button", name="Next").click()
    choose(page, {"recent-pregnancy-end": ["miscarriage"]})

    page.get_by_role("button", name="Show my result").click()

    expect(page.get_by_role("status").first).to_have_text(re.compile("brought up another question"))
    expect(page.get_by_role("heading", name="Pregnancy", level=2)).to_be_visible()
    expect(page.get_by_label("I did a pregnancy test since this began")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    for _ in range(3):
        next_one = page.get_by_role("button", name="Next")
        if next_one.is_visible():
            next_one.click()
    page.get_by_role("button", name="Show my result").click()
    expect(page).to_have_title(re.compile("Your result"))


def test_an_emergency_sign_is_answered_from_the_first_step(page: Page):
    page.goto("/check/")
    page.get_by_label("Fainted, or nearly fainting").check()

    page.get_by_role("button", name="Show what to do now").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Emergency")


def tab_to(page: Page, selector: str) -> None:
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never came to {selector}")


def press(page: Page, name: str) -> None:
    """Go to a button by keyboard and press it."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == name:
            page.keyboard.press("Enter")
            return
    pytest.fail(f"Tab never came to {name}")


def test_an_emergency_sign_can_be_sent_by_keyboard(page: Page):
    page.goto("/check/")
    tab_to(page, "#q-danger-signs--fainted")
    page.keyboard.press("Space")
    expect(page.locator("#q-danger-signs--fainted")).to_be_checked()

    press(page, "Show what to do now")

    expect(page.get_by_role("heading", level=1)).to_have_text("Emergency")


def test_the_whole_way_can_be_gone_by_keyboard(page: Page):
    page.goto("/check/")
    tab_to(page, "#q-blood-loss-now--pad-an-hour")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#q-blood-loss-now--stopped")).to_be_checked()
    for _ in range(2):
        tab_to(page, '[id$="--list--none"]')
        page.keyboard.press("Space")

    for heading in ("About you", "Pregnancy", "The bleeding", "What else you noticed", "Your health, and partners"):
        press(page, "Next")
        expect(page.get_by_role("heading", name=heading, level=2)).to_be_focused()
    press(page, "Show my result")

    expect(page).to_have_title(re.compile("Your result"))


def test_none_of_these_and_a_symptom_take_each_other_back(page: Page):
    page.goto("/check/")
    choose(page, {"danger-signs": ["dizzy"], "shoulder-tip-pain": ["yes"], "danger-signs--list": ["none"]})

    expect(page.locator("#q-danger-signs--dizzy")).not_to_be_checked()
    expect(page.locator("#q-shoulder-tip-pain--yes")).not_to_be_checked()
    page.locator("#q-danger-signs--dizzy").check()
    expect(page.locator("#q-danger-signs--list--none")).not_to_be_checked()


def test_an_empty_form_leads_back_to_the_first_question(page: Page):
    open_form(page)
    page.get_by_role("button", name="Show my result").click()

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Go to the first question").click()

    assert page.url.endswith("#q-blood-loss-now--pad-an-hour")


def test_change_brings_every_answer_back(page: Page):
    answers = {
        "danger-signs--list": ["none"],
        "sti-risk": ["new-partner", "no-condom"],
        "bleed-amount": ["spots"],
        "age-band": ["prefer-not-to-say"],
    }
    send(page, answers)

    page.get_by_role("button", name="Change my answers").click()

    for finding, chosen in answers.items():
        for answer in chosen:
            expect(page.locator(f"#q-{finding}--{answer}")).to_be_checked()


def test_a_line_of_the_notes_can_be_left_out(page: Page):
    send(page, PATHS["natural"][0])
    line = page.get_by_role("listitem").filter(has_text="Periods:").last

    page.get_by_role("button", name="Leave out: Periods:").click()

    expect(line).to_have_count(0)


def test_the_printed_notes_take_one_page(page: Page):
    open_form(page)
    for question in page.locator("fieldset.question").all():
        if question.is_visible():
            question.locator(".option:visible input").nth(1).check()
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_question_is_accessible_in_light_and_dark(
    new_page: NewPage, assert_accessible: Callable[[Page], None], scheme: str
):
    page = new_page(viewport=PHONE, bypass_csp=True, color_scheme=scheme)
    open_form(page)
    for step in STEPS:
        choose(page, step)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")

    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("path", ["emergency", "pregnant", "natural"])
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


def test_answers_travel_only_in_the_body_of_the_form(page: Page):
    sent = []
    page.on("request", lambda request: sent.append(request))
    send(page, {"fever": ["hot-shivery"], "blood-thinners": ["yes"], "age-band": ["prefer-not-to-say"]})
    page.get_by_role("button", name="Change my answers").click()
    expect(page.locator("#q-fever--hot-shivery")).to_be_checked()

    canaries = ("hot-shivery", "Hot and shivery", "blood-thinners", "prefer-not-to-say")
    told = [request for request in sent if any(word in (request.post_data or "") for word in canaries)]
    assert [(request.method, request.url.rpartition("/check/")[2]) for request in told] == [("POST", "")] * 2
    for request in sent:
        aloud = [request.url, *(f"{name}: {value}" for name, value in request.all_headers().items())]
        assert not [line for line in aloud for word in canaries if word in line], request.url


def test_nothing_is_left_in_the_browser_after_a_result(page: Page):
    send(page, {"fever": ["hot-shivery"], "danger-signs--list": ["none"]})

    left = page.evaluate(
        """async () => JSON.stringify([
            {...localStorage}, {...sessionStorage}, document.cookie, history.state, location.href, document.title,
            window.name, await caches.keys(), (await indexedDB.databases()).map((each) => each.name),
        ])"""
    )

    assert "shivery" not in left
    assert left.startswith('[{},{},"",null,"http')
    assert left.endswith('"",[],[]]')


@pytest.fixture
def guided(settings) -> None:
    """The site as a deployment that gives no personal result."""
    settings.CHECKER_MODE = "guided"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_guided_mode_shows_every_criterion_and_nothing_to_answer(
    guided: None, starter_edition: Edition, new_page: NewPage, script: bool
):
    page = new_page(java_script_enabled=script)
    page.goto("/")
    page.get_by_role("link", name="See how soon to be seen").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("How soon to be seen")
    assert page.locator("main :is(input, form, button)").count() == 0
    assert page.locator(".guide-rules > li").count() == len(starter_edition.safety_rules)
    levels = page.locator(".care-card h2").all_inner_texts()
    assert [level.strip() for level in levels] == [
        starter_edition.levels[urgency].title for urgency in reversed(list(Urgency))
    ]


def test_the_guided_page_is_accessible_and_fits_a_phone(
    guided: None, new_page: NewPage, assert_accessible: Callable[[Page], None]
):
    page = new_page(viewport=PHONE, bypass_csp=True)
    page.goto("/check/")

    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_same_answers_come_to_the_same_result_with_script_and_without(new_page: NewPage):
    def card(script: bool) -> str:
        page = new_page(java_script_enabled=script)
        page.goto("/check/")
        for step in STEPS:
            choose(page, step)
            if script and step is not STEPS[-1]:
                page.get_by_role("button", name="Next").click()
        page.get_by_role("button", name="Show my result").click()
        expect(page).to_have_title(re.compile("Your result"))
        return page.locator("main").text_content() or ""

    def without_buttons(text: str) -> str:
        return " ".join(re.sub(r"Leave out|Print these notes|Copy these notes", " ", text).split())

    assert without_buttons(card(script=True)) == without_buttons(card(script=False))
