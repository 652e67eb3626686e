"""Find the Chromium in which the browser tests walk."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.tooling import MissingComponentError
from tests.tooling.packages import install, may_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It runs our own pages only, often as root in a container. It must not call home."""


@cache
def find_chromium() -> Path:
    """Find Chromium: `CHROMIUM`, else on the path, else root installs it where there is apt.

    Raises: MissingComponentError, with what to install.
    """
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        if not shutil.which(chosen):
            raise MissingComponentError(
                f"CHROMIUM is {chosen!r}, which is not a program. Set it to the path of Chromium."
            )
        return Path(chosen)
    found = _on_path()
    if found is None and may_install():
        install("chromium")
        found = _on_path()
    if found is None:
        raise MissingComponentError(
            "The browser tests need Chromium: install the package chromium, or set CHROMIUM to its path."
        )
    return found


def version_of(chromium: Path) -> str:
    """Ask it for its version, such as "Chromium 140.0.7339.80"."""
    told = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=False, timeout=60).stdout
    version = re.search(r"(\S+) (\d+(?:\.\d+)+)", told)
    if version is None:
        raise MissingComponentError(
            f"{chromium} does not tell its version, so it does not seem to be a working Chromium."
        )
    return f"{version[1]} {version[2]}"


def _on_path() -> Path | None:
    return next((Path(path) for path in map(shutil.which, NAMES) if path), None)
