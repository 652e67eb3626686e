"""Every interface word can be translated: a translation is a catalogue and not a rewrite."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from tests.pages.site import Reading
from tests.tooling.translation import BEGINS, ENDS, LANGUAGE, ROOT, gather_messages, translate

FOR_STAFF = ("admin", "styleguide.html", "_api_body.html")
NAMES = frozenset({"Causeway", "ICD-10", "UTC", "openapi.json"})
"""Words that are the same in every language."""

_NOT_WORDS = re.compile(
    r"\{% comment %\}.*?\{% endcomment %\}|\{% blocktranslate.*?\{% endblocktranslate %\}"
    r"|\{% block main_class %\}.*?\{% endblock.*?%\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
_SPOKEN = re.compile(r'(?:aria-label|title|alt|placeholder)="([^"]*)"')


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with the catalogue of all sources, and what the tool said while it made it."""
    folder = tmp_path_factory.mktemp("translation")
    return folder, gather_messages(folder)


@pytest.fixture
def translated(gathered, settings, tmp_path) -> Iterator[int]:
    """Let the interface speak that language, and give the number of its messages."""
    folder, _ = gathered
    shutil.copytree(folder / "locale", tmp_path / "locale")
    count = translate(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGE_CODE = LANGUAGE
    return count


def public_templates() -> list[Path]:
    found = (ROOT / "templates").rglob("*.html")
    return sorted(path for path in found if not set(path.relative_to(ROOT / "templates").parts) & set(FOR_STAFF))


def words_outside(text: str) -> list[str]:
    """What a template says itself, outside of every tag for translation."""
    markup = _NOT_WORDS.sub("", text)
    said = [*_SPOKEN.findall(markup), *re.sub(r"<[^>]*>", "\n", markup).splitlines()]
    lines = (re.sub("|".join(NAMES), "", line) for line in said)
    return [line.strip() for line in lines if re.search(r"[A-Za-z]{2}", line)]


def test_words_outside_are_found():
    assert words_outside('<p>Words</p>{% translate "x" %}<a title="A title">Causeway</a>') == ["A title", "Words"]


@pytest.mark.parametrize("path", public_templates(), ids=lambda path: path.name)
def test_no_public_template_says_a_word_that_no_catalogue_can_change(path):
    assert words_outside(path.read_text(encoding="utf-8")) == []


def test_the_words_are_gathered_without_a_complaint(gathered):
    folder, said = gathered

    assert said.strip() == f"processing locale {LANGUAGE}"
    catalogue = (folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    assert "python-format" in catalogue
    assert catalogue.count("fuzzy") == 1  # The head of every new catalogue says so.


@pytest.mark.parametrize(
    "address", ["/", "/causes/", "/causes/chlamydia/", "/search/?q=coil", "/editions/1/", "/check/"]
)
def test_a_catalogue_changes_the_interface_and_its_direction(translated, visit, address):
    assert translated > 300

    markup = visit(address).content.decode()

    page = Reading(markup)
    assert page.having("html", lang=LANGUAGE, dir="rtl")
    links = re.findall(r"<nav[^>]*>(.*?)</nav>", markup, re.DOTALL)
    assert all(BEGINS in words and ENDS in words for words in links)
    assert f"{BEGINS}Skip to the content" in page.text


def test_what_records_say_stays_in_their_own_language(translated, visit, starter_edition):
    page = Reading(visit("/causes/chlamydia/").content.decode())

    assert page.having("article", lang="en")
    assert starter_edition.cause("chlamydia").summary in page.text


def test_pages_for_when_all_is_broken_are_translated_too(translated):
    for template in ("403.html", "500.html", "503.html"):
        assert re.search(rf"<h1>{BEGINS}.*{ENDS}</h1>", render_to_string(template)), template
