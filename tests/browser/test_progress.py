"""A page of the desk that takes more than a second says so on the page that one is still on."""

import time

from playwright.sync_api import Page, Route, expect

REMEMBER = """() => {
    const place = document.querySelector(".on-its-way");
    new MutationObserver(() => {
        if (place.querySelector("progress")) {
            sessionStorage.setItem("said", `${place.getAttribute("role")}: ${place.textContent}`);
        }
    }).observe(place, { childList: true });
}"""
"""Keeps what a page says while the next one is on its way: by then the page itself is gone."""


def hold_back(page: Page, address: str) -> None:
    """Let the answer to this address take longer than a second, and remember what is said meanwhile."""

    def slowly(route: Route) -> None:
        time.sleep(1.6)
        route.continue_()

    page.route(f"**{address}", slowly)
    page.evaluate(REMEMBER)


def said_meanwhile(page: Page) -> str | None:
    """What the page said while the next one was on its way."""
    expect(page.locator(".on-its-way")).to_be_empty()
    return page.evaluate("sessionStorage.getItem('said')")


def test_a_slow_page_shows_progress_until_it_is_there(sign_in, moderator) -> None:
    desk = sign_in(moderator)
    hold_back(desk, "/admin/review/")

    desk.get_by_role("link", name="Waiting for review").first.click()
    desk.wait_for_url("**/admin/review/")

    assert said_meanwhile(desk) == "status: Working on it…"


def test_a_form_that_takes_long_shows_progress(sign_in, moderator) -> None:
    desk = sign_in(moderator)
    desk.goto("/admin/mail/")
    hold_back(desk, "/admin/mail/")

    with desk.expect_navigation():
        desk.locator("#content-main form button, #content form button").first.click()

    assert said_meanwhile(desk) == "status: Working on it…"
