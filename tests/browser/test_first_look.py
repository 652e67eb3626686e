"""Each kind of page, seen in a real browser: no error, no call elsewhere, and nothing in a visitor's way."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

PUBLIC = (
    "/",
    "/causes/",
    "/causes/cervical-ectropion/",
    "/findings/",
    "/pregnancy/",
    "/emergency/",
    "/claims/",
    "/sources/",
    "/search/?q=coil",
    "/how-we-review/",
    "/editions/",
    "/editions/1/",
    "/check/",
    "/api/v1/docs",
    "/no-such-page/",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_accessible_and_leaves_no_cookie(
    page: Page, assert_accessible: Callable[[Page], None], address: str
) -> None:
    page.goto(address)

    assert page.get_by_role("heading", level=1).count() == 1
    assert_accessible(page)
    assert page.context.cookies() == []


def test_staff_can_sign_in_and_out(sign_in: Callable[[User], Page], reviewer: User) -> None:
    page = sign_in(reviewer)

    assert page.get_by_role("heading", level=1).count() == 1
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("Logged out").first.wait_for()


def test_the_desk_sends_no_cookie_with_a_public_page(sign_in: Callable[[User], Page], reviewer: User) -> None:
    page = sign_in(reviewer)

    with page.expect_request("**/causes/") as sent:
        page.goto("/causes/")

    assert "cookie" not in sent.value.all_headers()
