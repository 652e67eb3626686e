"""README.md is kept true: it names every setting, command and place that there is."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLED = set(re.findall(r"^\| `([^`]+)`", README, re.MULTILINE))


def names_read_by(*paths: str) -> set[str]:
    """Every environment variable that these files read by name."""
    text = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in paths)
    return set(re.findall(r"""(?:env_\w+|environ\.get)\(\s*"([A-Z_]+)\"""", text))


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    read = names_read_by("config/settings.py", "tests/settings.py", "tests/tooling/chromium.py")

    assert {name for name in TABLED if name.isupper()} == read


@pytest.mark.parametrize("place", sorted(name for name in TABLED if "/" in name or name.endswith(".py")))
def test_every_place_in_the_table_is_there(place: str) -> None:
    assert (ROOT / place).exists()


@pytest.mark.parametrize("room", sorted(path.parent.name for path in (ROOT / "sitecontent").glob("*/__init__.py")))
def test_every_room_of_the_content_is_in_the_table(room: str) -> None:
    unseen = {"management", "migrations", "templatetags"}

    assert room in unseen or f"sitecontent/{room}/" in TABLED


@pytest.mark.parametrize("command", sorted(set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))))
def test_every_make_command_that_is_named_exists(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{command}:.*## ", makefile, re.MULTILINE)
