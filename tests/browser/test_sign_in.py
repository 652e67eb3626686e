"""Signing in by hand at a desk that asks for a second step: setting up, coming back, and being locked out."""

import re
from base64 import b32decode

import pytest
from playwright.sync_api import Page, expect

from sitecontent.sign_in import views
from tests.browser.conftest import PASSWORD, NewPage
from tests.security.helpers import code_of, next_code

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def _real_desk(settings):
    settings.SECOND_STEP_REQUIRED = True
    views.tries.forget()
    yield
    views.tries.forget()


def give_password(page: Page, password: str = PASSWORD) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill("reviewer")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def fits(page: Page) -> bool:
    """True when nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize(("viewport", "colours"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_a_reviewer_sets_up_an_app_and_comes_back_with_it(
    new_page: NewPage, reviewer, assert_accessible, viewport, colours
):
    page = new_page(viewport=viewport, color_scheme=colours)
    give_password(page)

    expect(page.get_by_role("heading", name="Set up your second step")).to_be_visible()
    expect(page.get_by_role("img", name="QR code with the secret for your app")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
    secret = b32decode(page.locator("code.secret").inner_text().replace(" ", ""))
    page.get_by_label("Type the six digits that it shows").fill("000 000")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("alert")).to_contain_text("does not fit")
    page.get_by_label("Type the six digits that it shows").fill(code_of(secret))
    page.get_by_role("button", name="Set it up").click()

    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name=re.compile("I have kept them")).click()
    page.wait_for_url("**/admin/")
    page.get_by_role("link", name="Your sign-in").click()
    expect(page.get_by_text("An app is set up.")).to_be_visible()
    assert_accessible(page)
    assert fits(page)

    again = new_page(viewport=viewport, color_scheme=colours)
    give_password(again)
    expect(again.get_by_role("heading", name="Your code")).to_be_visible()
    assert_accessible(again)
    again.get_by_label("The code that your app shows now").fill(next_code(reviewer))
    again.keyboard.press("Enter")
    again.wait_for_url("**/admin/")

    without_phone = new_page(viewport=viewport, color_scheme=colours)
    give_password(without_phone)
    without_phone.get_by_label("The code that your app shows now").fill(recovery)
    without_phone.keyboard.press("Enter")
    expect(without_phone.get_by_text("9 are left")).to_be_visible()


def test_too_many_wrong_passwords_lock_out_in_words(new_page: NewPage, reviewer, assert_accessible):
    page = new_page(viewport=PHONE)
    for attempt in range(6):
        give_password(page, f"wrong-{attempt}")

    expect(page.get_by_role("alert")).to_contain_text("nobody gets in under it for 15 minutes")
    assert_accessible(page)
    assert fits(page)
