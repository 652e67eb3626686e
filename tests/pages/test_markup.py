"""Every page is valid HTML by the parser of the standard, and reads in a sensible order when no stylesheet comes.

A text browser shows a page in the order of its elements: what it says, and in which order, is looked at here.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import html5lib
import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client

from sitecontent.edition import current
from sitecontent.edition.edition import Edition

BESIDE = ("/check/", "/report/?page=/causes/", "/report/sent/", "/no-such-page/")
BLOCKS = frozenset(
    (
        *("p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "legend", "label", "summary", "th", "td"),
        *("option", "text", "q", "article", "section", "div"),
    )
)


@pytest.fixture(scope="module")
def pages(starter_edition: Edition, public_answers: Mapping[str, HttpResponse]) -> dict[str, str]:
    """Address -> markup, for every page of the site and those that stand alone."""
    with current.pinned(starter_edition):
        client = Client()
        found = {**public_answers, **{address: client.get(address) for address in BESIDE}}
    markup = {
        address: answer.content.decode()
        for address, answer in found.items()
        if answer["Content-Type"].startswith("text/html")
    }
    return markup | {template: render_to_string(template) for template in ("403.html", "500.html", "503.html")}


def mistakes_in(markup: str) -> list[str]:
    """What a parser that follows the HTML standard has to mend."""
    parser = html5lib.HTMLParser()
    parser.parse(markup)
    return [f"{position}: {html5lib.constants.E[code] % data}" for position, code, data in parser.errors]


class Spoken(HTMLParser):
    """The lines that a text browser shows of a page, in their order. A form control stands as its type in brackets."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.muted = 0
        self.feed(markup)
        self.close()
        self.lines = [" ".join(line.split()) for line in self.lines if line.strip()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "head"):
            self.muted += 1
        if tag in BLOCKS:
            self.lines.append("")
        if tag in ("input", "select", "textarea") and dict(attrs).get("type") != "hidden":
            self.lines[-1] += f"[{dict(attrs).get('type') or tag}]"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head"):
            self.muted -= 1
        if tag in BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.muted:
            self.lines[-1] += data


def in_order(text: str, *pieces: str) -> bool:
    places = [text.find(piece) for piece in pieces]
    return -1 not in places and places == sorted(places)


def test_the_parser_finds_a_mistake_where_there_is_one():
    assert mistakes_in("<!doctype html><title>x</title><p><div></p>") != []


def without_its_frame(markup: str) -> str:
    """The page without its header and footer, which are the same on every page of a template."""
    return re.sub(r"<(header|footer) class=.*?</\1>", "", markup, flags=re.DOTALL)


def test_every_page_is_valid_html(pages):
    found, seen = {}, set()
    for address, markup in pages.items():
        folder = address.strip("/").partition("/")[0]
        found[address] = mistakes_in(without_its_frame(markup) if folder in seen else markup)
        seen.add(folder)

    assert {address: mistakes for address, mistakes in found.items() if mistakes} == {}


def test_without_a_stylesheet_a_cause_says_what_matters_first(pages, starter_edition):
    for cause in starter_edition.causes:
        text = "\n".join(Spoken(pages[f"/causes/{cause.slug}/"]).lines)
        level = starter_edition.levels[cause.urgency]
        main = text[text.index(cause.summary[:40]) - len(cause.title) - 2 :]
        assert in_order(
            main, cause.title, cause.summary, "No clinician has signed", level.title, "At a glance", "What it is"
        ), cause.slug
        assert text.index("Skip to the content") < text.index("Leave this page") < text.index(cause.summary)


def test_without_a_stylesheet_home_answers_the_emergency_before_all_else(pages):
    text = "\n".join(Spoken(pages["/"]).lines)

    assert in_order(text, "Bleeding after sex?", "Is this an emergency?", "Check what it may be", "Read about a cause")


def test_without_a_stylesheet_each_field_stands_beside_its_name(pages):
    for address in ("/search/", "/causes/", "/report/?page=/causes/"):
        lines = Spoken(pages[address]).lines
        for place, line in enumerate(lines):
            if re.search(r"\[(search|text|select|textarea)\]", line):
                assert re.search(r"\w", line.partition("[")[0] or lines[place - 1]), (address, line)
