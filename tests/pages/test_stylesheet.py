"""The stylesheet keeps its promises: contrast in light and dark, no motion unasked, either direction."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.pages.test_markup import mistakes_in

LEVELS = ("emergency", "urgent", "soon", "routine", "self-care")

TEXT_ON = [
    *product(("ink", "quiet", "teal", "teal-deep"), ("paper", "sheet")),
    ("ink", "mark"),
    ("ink", "flesh"),
    ("ink", "flesh-strong"),
    ("ink", "teal-soft"),
    ("teal-deep", "teal-soft"),
    ("on-teal", "teal"),
    ("on-teal", "teal-deep"),
    ("paper", "ink"),
    ("emergency", "paper"),
    *((level, f"{level}-soft") for level in LEVELS),
    *(("ink", f"{level}-soft") for level in LEVELS),
    *(("on-level", level) for level in LEVELS),
    *((level, "paper") for level in LEVELS),
]
"""Each colour of words and what it stands on."""

SHAPE_ON = [
    ("focus", "paper"),
    ("focus", "sheet"),
    ("edge", "paper"),
    ("edge", "sheet"),
    ("blood", "paper"),
    ("blood", "sheet"),
    ("flesh-line", "flesh"),
    *((level, "sheet") for level in LEVELS),
]
"""Each colour of a line or shape that means something, and what it stands on."""


@pytest.fixture(scope="module")
def sheet() -> str:
    text = Path(str(finders.find("causeway.css"))).read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


@pytest.fixture(scope="module")
def schemes(sheet: str) -> dict[str, dict[str, str]]:
    """Light and dark -> name of each colour -> its hexadecimal digits."""
    light, dark, *_ = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block))
        for block in re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    )
    return {"light": light, "dark": {**light, **dark}}


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    digits = colour.lstrip("#")
    pairs = [digits[place : place + 2] for place in (0, 2, 4)] if len(digits) == 6 else [2 * digit for digit in digits]
    shares = [int(pair, 16) / 255 for pair in pairs]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_have_a_contrast_of_seven_to_one(schemes, scheme):
    colours = schemes[scheme]
    found = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT_ON}

    assert {pair: ratio for pair, ratio in found.items() if ratio < 7} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shapes_have_a_contrast_of_three_to_one(schemes, scheme):
    colours = schemes[scheme]
    found = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in SHAPE_ON}

    assert {pair: ratio for pair, ratio in found.items() if ratio < 3} == {}


def test_each_colour_is_given_for_dark_too(schemes, sheet):
    dark = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[1]

    assert {name for name in schemes["light"] if f"--{name}:" not in dark} == set()


def test_a_colour_is_named_once_and_used_by_its_name(sheet):
    rules = re.sub(r":root \{.*?\}", "", sheet, flags=re.DOTALL)

    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == []


def test_nothing_moves_unless_motion_is_welcome(sheet):
    welcome = re.search(r"@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}", sheet, re.DOTALL).group()

    assert "transition" in welcome
    assert not re.search(r"transition|animation|scroll-behavior", sheet.replace(welcome, ""))


def test_nothing_depends_on_left_or_right(sheet):
    sided = r"[;{]\s*((?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|float)\b"

    assert re.findall(sided, sheet) == []
    assert not re.search(r"text-align: (left|right)", sheet)


def test_forced_colours_and_paper_are_thought_of(sheet):
    for wanted in ("@media (forced-colors: active)", "@media print", "@media (prefers-color-scheme: dark)"):
        assert wanted in sheet


NOT_ON_THE_GUIDE = frozenset(
    {
        *("main-nav", "site-header", "site-footer", "wrap", "brand", "brand-mark", "leave", "skip", "seal"),
        *("hidden", "visually-hidden", "trap", "columns", "filters-first", "filters", "fields", "toc", "text", "head"),
        *("hero", "home", "pair", "group", "prose", "scroll", "table-scroll", "choice", "second", "care-facts"),
    }
)
"""Classes of the frame, of the layout of whole pages, and of what a guide can not show: what nobody is to see."""


def test_the_style_guide_shows_every_part_and_only_while_debugging(sheet, visit, settings):
    assert visit("/styleguide/").status_code == 404
    settings.DEBUG = True

    markup = visit("/styleguide/").content.decode()

    shown = {name for names in re.findall(r'class="([^"]*)"', markup) for name in names.split()}
    styled = set(re.findall(r"\.([a-z][a-z-]*)", re.sub(r"\d\.\d|url\(.*?\)", "", re.sub(r"\{[^{}]*\}", "", sheet))))
    assert styled - shown - NOT_ON_THE_GUIDE == set()
    assert mistakes_in(markup) == []
