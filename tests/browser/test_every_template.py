"""Every public template in each of its states: axe finds nothing, nothing sticks out, the keyboard leads everywhere.

One page walks through many addresses, so that the walk stays short.
"""

from collections.abc import Callable, Iterator

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from sitecontent.documents import Urgency
from sitecontent.edition.edition import Edition
from tests.browser.conftest import NewPage

pytestmark = pytest.mark.usefixtures("all_published")

NARROWEST = {"width": 320, "height": 640}
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

ADDRESSES = (
    "/",
    "/causes/",
    "/causes/?sort=name&urgency=soon",
    "/causes/?q=nothingfitsthisatall",
    "/categories/cervix/",
    "/findings/",
    "/findings/bleed-amount/",
    "/pregnancy/",
    "/emergency/",
    "/claims/",
    "/sources/",
    "/search/",
    "/search/?q=coil",
    "/search/?q=nothingfitsthisatall",
    "/how-we-review/",
    "/about/",
    "/pages/",
    "/pages/glossary/",
    "/editions/",
    "/editions/1/",
    "/check/",
    "/report/?page=/causes/",
    "/report/sent/",
    "/api/v1/docs",
    "/no-such-page/",
)
"""Each template and each state that an address alone can name; `addresses_of` adds those that the content decides."""

SIZE_AND_COLOUR = ("color-contrast-enhanced", "link-in-text-block", "scrollable-region-focusable", "target-size")
"""Rules of axe whose answer another window or another colour scheme can change. Text has a contrast of 7 to 1."""

ALONE = ("403.html", "500.html", "503.html")
"""Pages that stand without an edition."""


def addresses_of(edition: Edition) -> Iterator[str]:
    """The walk: fixed addresses, a cause of each level, and the record that fills its template most."""
    yield from ADDRESSES
    for level in Urgency:
        yield next(f"/causes/{cause.slug}/" for cause in edition.causes if cause.urgency is level)
    yield max((f"/claims/{claim.slug}/" for claim in edition.claims), key=len)
    yield max((f"/sources/{source.slug}/" for source in edition.sources), key=len)


def unfold(page: Page) -> None:
    """Open what is folded away, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")


def shorten(page: Page) -> None:
    """Keep the first rows of each long list: the hundredth is made like the tenth, and axe takes its time for each."""
    page.evaluate(
        """document.querySelectorAll("ul, ol, dl, tbody").forEach((list) =>
            [...list.children].slice(5).forEach((row) => row.remove()))"""
    )


def sticking_out(page: Page) -> list[str]:
    """What reaches beyond either edge of the window, unless it lies in a part that scrolls by itself."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .filter((part) => !part.closest(".scroll, pre"))
                .filter((part) => {
                    const box = part.getBoundingClientRect();
                    return box.right > width + 1 || box.left < -1;
                })
                .map((part) => part.outerHTML.slice(0, 120));
        }"""
    )


def too_small(page: Page) -> list[str]:
    """What is pressed or clicked and is smaller than 44 pixels, save for links in running text and citations."""
    return page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
            .filter((part) => part.checkVisibility() && getComputedStyle(part).display !== "inline")
            .filter((part) => !part.closest(".trap, .skip, .citation, svg"))
            .filter((part) => {
                const box = (part.closest(".option, label") || part).getBoundingClientRect();
                return box.width < 43.9 || box.height < 43.9;
            })
            .map((part) => part.outerHTML.slice(0, 120))"""
    )


def go(page: Page, address: str) -> None:
    """Open an address that must be there, or one that must not."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == (404 if address == "/no-such-page/" else 200), address


def test_axe_finds_nothing_on_a_phone(
    new_page: NewPage, published: Edition, assert_accessible: Callable[..., None]
) -> None:
    page = new_page(viewport=PHONE, color_scheme="light")

    for address in addresses_of(published):
        go(page, address)
        unfold(page)
        assert page.get_by_role("heading", level=1).count() == 1, address
        shorten(page)
        assert_accessible(page, also=("color-contrast-enhanced",))
    page.goto("/report/")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    for template in ALONE:
        page.set_content(render_to_string(template))
        assert_accessible(page)
    assert page.context.cookies() == []


def test_axe_finds_nothing_on_a_wide_dark_screen_that_size_and_colour_decide(
    new_page: NewPage, published: Edition, assert_accessible: Callable[..., None]
) -> None:
    page = new_page(viewport=DESKTOP, color_scheme="dark")

    for address in addresses_of(published):
        go(page, address)
        unfold(page)
        shorten(page)
        assert_accessible(page, rules=SIZE_AND_COLOUR)


def test_on_the_narrowest_screen_nothing_sticks_out_or_is_too_small_to_press(
    new_page: NewPage, published: Edition
) -> None:
    page = new_page(viewport=NARROWEST)

    found = {}
    for address in addresses_of(published):
        go(page, address)
        unfold(page)
        found[address] = sticking_out(page)
        found[f"{address} too small"] = too_small(page)
        page.evaluate("document.documentElement.dir = 'rtl'")
        found[f"{address} from right to left"] = sticking_out(page)

    assert {address: parts for address, parts in found.items() if parts} == {}


IN_ANOTHER_LANGUAGE = (
    "/",
    "/causes/",
    "/causes/chlamydia/",
    "/pregnancy/",
    "/search/?q=coil",
    "/check/",
    "/editions/1/",
)


@pytest.mark.parametrize("viewport", [NARROWEST, DESKTOP], ids=["narrow", "wide"])
def test_a_longer_language_from_right_to_left_fits_too(
    new_page: NewPage, translated_interface: None, viewport: dict[str, int]
) -> None:
    page = new_page(viewport=viewport)

    found = {}
    for address in IN_ANOTHER_LANGUAGE:
        go(page, address)
        assert page.locator("html").get_attribute("dir") == "rtl"
        unfold(page)
        found[address] = sticking_out(page)

    assert {address: parts for address, parts in found.items() if parts} == {}


def test_the_keyboard_finds_skip_link_focus_and_exit_on_every_page(new_page: NewPage) -> None:
    page = new_page(viewport=DESKTOP)

    # The frame of a page is the same in each of its states, so each template is walked once.
    for address in (*(address for address in ADDRESSES if "?" not in address), "/causes/cervical-ectropion/"):
        go(page, address)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_be_focused()
        leave = page.get_by_role("link", name="Leave this page")
        expect(leave).to_be_in_viewport()
        assert leave.get_attribute("rel") == "noreferrer noopener", address


@pytest.mark.parametrize("address", ["/", "/causes/", "/causes/cervical-ectropion/", "/search/?q=coil"])
def test_what_has_the_focus_shows_it_and_is_not_hidden(new_page: NewPage, address: str) -> None:
    page = new_page(viewport=DESKTOP)
    page.goto(address)
    seen, hidden = 0, []

    for _ in range(60):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => {
                const part = document.activeElement;
                if (part === document.body) return null;
                const looked = part.closest("label, .option") || part;
                const box = part.getBoundingClientRect();
                const [x, y] = [box.x + Math.min(box.width, 40) / 2, box.y + box.height / 2];
                const top = document.elementFromPoint(x, y);
                return {
                    outlined: getComputedStyle(looked).outlineStyle !== "none",
                    uncovered: !top || part.contains(top) || top.contains(part) || part.namespaceURI.endsWith("svg"),
                    part: part.outerHTML.slice(0, 100),
                };
            }"""
        )
        if state is None:
            break
        seen += 1
        if not (state["outlined"] and state["uncovered"]):
            hidden.append(state)

    assert seen > 10
    assert hidden == []


def test_a_citation_opens_its_source_and_closes_it_without_a_script(page_without_script: Page) -> None:
    page = page_without_script
    page.goto("/causes/cervical-ectropion/")

    page.get_by_role("button", name="Source 1", exact=True).first.press("Enter")
    expect(page.locator("#src-1")).to_be_visible()
    expect(page.locator("#src-1")).to_contain_text("No clinician has signed them yet.")
    page.keyboard.press("Escape")
    expect(page.locator("#src-1")).to_be_hidden()
    page.get_by_role("button", name="Source 1", exact=True).first.click()
    page.locator("#src-1").get_by_role("button", name="Close").click()
    expect(page.locator("#src-1")).to_be_hidden()
