"""Every package has its reason on the page, its hash in the files, and no address of where it was fetched."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def asked_for(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {re.split(r"[\[<>=!~ ]", line)[0].lower() for line in lines if line and not line.startswith(("#", "-"))}


def reasons() -> dict[str, str]:
    text = (ROOT / "docs/dependencies.md").read_text()
    return dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", text, re.MULTILINE))


def test_each_package_has_its_reason_and_each_reason_its_package() -> None:
    assert set(reasons()) == asked_for("requirements.in") | asked_for("requirements-dev.in")
    assert all(len(reason) > 10 for reason in reasons().values())


def test_no_package_is_asked_for_twice() -> None:
    assert not asked_for("requirements.in") & asked_for("requirements-dev.in")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_file_of_every_package_is_pinned_by_its_hash_and_none_by_its_address(name: str) -> None:
    text = (ROOT / name).read_text()
    pinned = re.findall(r"^([a-z0-9._-]+)==(\S+) \\\n((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE)
    packages = re.findall(r"^[a-zA-Z0-9][^ #\n]*", text, re.MULTILINE)

    assert len(pinned) == len(packages) > 20
    assert "://" not in text
    assert not re.search(r"^--(extra-)?index-url|^--find-links|^--trusted-host", text, re.MULTILINE)


def test_the_development_file_pins_the_same_versions_as_the_site() -> None:
    versions = [
        dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    ]

    assert versions[0].items() <= versions[1].items()
