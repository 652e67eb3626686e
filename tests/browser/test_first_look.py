"""The desk, seen in a real browser: in, out, and no cookie that follows somebody to the public pages."""

from collections.abc import Callable

from django.contrib.auth.models import User
from playwright.sync_api import Page

from tests.browser.conftest import PASSWORD


def test_staff_can_sign_in_and_out(page: Page, reviewer: User) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(reviewer.get_username())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")

    assert page.get_by_role("heading", level=1).count() == 1
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("Logged out").first.wait_for()


def test_the_desk_sends_no_cookie_with_a_public_page(sign_in: Callable[[User], Page], reviewer: User) -> None:
    page = sign_in(reviewer)

    with page.expect_request("**/causes/") as sent:
        page.goto("/causes/")

    assert "cookie" not in sent.value.all_headers()
