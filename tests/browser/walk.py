"""A walk through pages of the desk: what on each of them would keep somebody out."""

from collections.abc import Callable, Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import Watch

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 720}

COLOURS = ("color-contrast", "link-in-text-block")
"""Rules of axe whose answer another colour scheme can change."""

FEWER_PARTS = """() => {
    document.querySelectorAll("ul, ol, dl, tbody").forEach((list) =>
        [...list.children].slice(5).forEach((row) => row.remove()));
    document.querySelectorAll(".inline-related:nth-of-type(n+4)").forEach((part) => part.remove());
}"""
"""Keep the first rows of each list and the first parts of each form: the tenth is made like the third."""


def serious(page: Page, *, only: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> list[str]:
    """What axe finds that keeps somebody out, in all that is not the inside of Django's own search box."""
    context = {"exclude": [[".select2-container"]]}
    options: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
    if only:
        options["runOnly"] = list(only)
    else:
        options["rules"] = {rule: {"enabled": False} for rule in without}
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{page.url}: {page.viewport_size}: {item['id']}: {node['html'][:200]}"
        for item in found
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """Says so when a page is wider than its window."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"{page.url} is {width} wide"] if page.viewport_size and width > page.viewport_size["width"] else []


def what_keeps_out(
    page: Page,
    watch: Watch,
    places: Iterable[str],
    *,
    unfold: Callable[[Page], None] = lambda _: None,
    dark: bool = False,
) -> list[str]:
    """Open each place once; look at it in a wide window and on a phone, there also in dark colours if it has any."""
    found = []
    for place in places:
        page.set_viewport_size(DESKTOP)
        page.goto(place)
        unfold(page)
        settle(page)
        assert watch.wrongs == [], place
        found += too_wide(page)
        page.set_viewport_size(PHONE)
        found += too_wide(page)
        page.evaluate(FEWER_PARTS)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            found += serious(page)
        if dark:
            page.emulate_media(color_scheme="dark")
            found += serious(page, only=COLOURS)
            page.emulate_media(color_scheme="light")
        watch.wrongs.clear()  # What axe itself does to a page is not the page's doing.
    return found


def settle(page: Page) -> None:
    """Wait until the parts that some pages ask for later are in their places."""
    if page.locator("[data-impact], textarea[data-list], textarea.vConditionField").count():
        page.wait_for_load_state("networkidle")
