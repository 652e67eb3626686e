"""Take the picture of the home page that README.md shows."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.tooling import MissingComponentError
from tests.tooling.chromium import ARGUMENTS, find_chromium
from tests.tooling.demo import ROOT, running_demo

PICTURE = ROOT / "docs" / "screenshot.png"
WIDTH, HEIGHT = 1200, 900


def take(picture: Path) -> None:
    """Start the demo in a folder of its own, open its home page and save what is seen first."""
    with (
        tempfile.TemporaryDirectory(prefix="causeway-screenshot-") as folder,
        running_demo(Path(folder) / "var") as demo,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", color_scheme="light")
        page.goto(f"http://127.0.0.1:{demo.port}/")
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    try:
        take(PICTURE)
    except MissingComponentError as missing:
        sys.exit(f"No picture was taken. {missing}")
    print(f"Saved {PICTURE.relative_to(ROOT)}")
