"""Make static/share.png anew from docs/share.svg: the picture beside a link that somebody shares."""

import sys

from playwright.sync_api import sync_playwright

from tests.tooling import MissingComponentError
from tests.tooling.chromium import ARGUMENTS, find_chromium
from tests.tooling.demo import ROOT

DRAWING = ROOT / "docs" / "share.svg"
PICTURE = ROOT / "static" / "share.png"
WIDTH, HEIGHT = 1200, 630


def make() -> None:
    """Let Chromium draw it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(DRAWING.as_uri())
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    try:
        make()
    except MissingComponentError as missing:
        sys.exit(f"No picture was made. {missing}")
    print(f"Saved {PICTURE.relative_to(ROOT)}")
