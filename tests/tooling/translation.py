"""A catalogue of a language that nobody speaks: every interface word longer and marked, to see what is translatable."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.tooling.programs import find_program

ROOT = Path(__file__).parents[2]
LANGUAGE = "he"
"""Any language that Django knows and that is written from right to left."""
BEGINS, ENDS = "⟦", "⟧"
"""Around everything that came out of the catalogue."""

_HOLES = re.compile(r"%\([a-z_]+\)[sd]|%%|<[^>]+>|&[a-z]+;")


def gather_messages(folder: Path) -> str:
    """Let Django's makemessages write `locale/he/LC_MESSAGES/django.po` below a copy of the sources.

    Gives what it said, complaints too. Raises: MissingComponentError.
    """
    for name in ("xgettext", "msguniq", "msgmerge"):
        find_program(name, package="gettext", needed_by="Gathering the words for translation")
    for room in ("config", "sitecontent", "templates", "triage"):
        only_code = shutil.ignore_patterns("*.yaml", "__pycache__", "migrations")
        shutil.copytree(ROOT / room, folder / room, ignore=only_code)
    (folder / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--locale", LANGUAGE, "--no-location"]
    # Without settings it gathers into the folder `locale` where it stands.
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    made = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False, timeout=60)
    return made.stdout + made.stderr


def translate(folder: Path) -> int:
    """Fill the gathered catalogue and compile it. Gives the number of its messages."""
    path = folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=LANGUAGE)
    messages = [message for message in catalogue if message.id]
    for message in messages:
        message.string = _translated(message, catalogue.num_plurals)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return len(messages)


def _translated(message: Message, plurals: int) -> str | tuple[str, ...]:
    if isinstance(message.id, tuple):
        return tuple(longer(message.id[-1]) for _ in range(plurals))
    return longer(message.id)


def longer(text: str) -> str:
    """The text with marks and, as in many languages, a third more of it. What is filled in later stays as it is."""
    words = _HOLES.sub("", text).strip()
    return f"{BEGINS}{text} {words[: max(len(words) // 3, 2)]}{ENDS}"
