"""Markdown becomes HTML: numbered citations, and nothing that an author could use against a reader."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitecontent.documents import Source, SourceKind
from sitecontent.rendering import References, plain_text, render_citations, render_markdown
from tests.pages.site import Reading


def source(slug):
    return Source(
        slug=slug,
        title=f"Title of {slug}",
        publisher="A publisher",
        url=f"https://example.org/{slug}",
        source_kind=SourceKind.GUIDELINE,
        region="international",
    )


SOURCES = {slug: source(slug) for slug in ("one", "two", "number-3")}


def references():
    return References(SOURCES)


def rendered(text):
    return str(render_markdown(text, references()))


# Citations


def test_a_citation_is_a_numbered_link_to_the_reference_list():
    assert rendered("It heals [@one].") == (
        '<p>It heals<sup class="citation"><a href="#ref-1" id="cite-1">[1]</a></sup>.</p>'
    )


def test_on_a_page_with_cards_a_citation_is_a_button_that_opens_one_without_a_script():
    shared = References(SOURCES, open_cards=True)

    assert str(render_markdown("It heals [@one].", shared)) == (
        '<p>It heals<sup class="citation"><button aria-label="Source 1" id="cite-1" popovertarget="src-1" '
        'type="button">[1]</button></sup>.</p>'
    )
    assert [item.card for item in shared.listed] == ["src-1"]


def test_an_author_can_write_no_button():
    assert "<button" not in rendered('<button type="submit" popovertarget="src-1">x</button>')


def test_numbers_follow_the_first_appearance_across_sections():
    shared = references()

    first = render_markdown("A [@two]. B [@one; @two].", shared)
    second = render_markdown("C [@number-3; @one].", shared)

    assert [item.source.slug for item in shared.listed] == ["two", "one", "number-3"]
    assert [item.number for item in shared.listed] == [1, 2, 3]
    assert Reading(first).links == ["#ref-1", "#ref-2", "#ref-1"]
    assert Reading(second).links == ["#ref-3", "#ref-2"]


def test_only_the_first_citation_of_a_source_carries_its_anchor():
    shared = references()

    pages = [render_markdown("A [@one]. B [@one].", shared), render_markdown("C [@one].", shared)]

    assert [Reading(page).ids for page in pages] == [["cite-1"], []]


def test_a_source_that_no_text_cites_has_no_way_back():
    shared = references()
    render_markdown("A [@one].", shared)
    shared.cite("two")

    assert [(item.source.slug, item.is_cited) for item in shared.listed] == [("one", True), ("two", False)]


def test_an_unknown_key_shows_as_an_error_and_breaks_nothing():
    shared = references()

    markup = render_markdown("A [@nobody; @one].", shared)

    assert '<mark class="citation-error">unknown source: nobody</mark>' in markup
    assert shared.unknown == ["nobody"]
    assert [item.source.slug for item in shared.listed] == ["one"]


@pytest.mark.parametrize("text", ["`[@one]`", "``[@one]``", "    [@one]\n", r"\[@one]"])
def test_code_and_escapes_are_not_citations(text):
    shared = references()

    markup = render_markdown(text, shared)

    assert "[@one]" in markup
    assert shared.listed == ()


def test_a_list_of_slugs_renders_as_the_same_citations():
    assert str(render_citations(("one", "two"), references())) == (
        '<sup class="citation"><a href="#ref-1" id="cite-1">[1]</a> <a href="#ref-2" id="cite-2">[2]</a></sup>'
    )
    assert str(render_citations((), references())) == ""


# What does not get through

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<div onclick='x'>\nblock\n</div>",
    "<style>body{display:none}</style>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x73;cript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "![x](https://evil.example/pixel.png)",
    "![x][y]\n\n[y]: javascript:alert(1)",
    '[x](https://example.org/"onmouseover="alert(1))',
    "<javascript:alert(1)>",
    '[x](https://example.org "title" onclick="x")',
    "# <b id=main>heading</b>",
    "[@one](javascript:alert(1))",
    "[a [@one]](javascript:alert(1))",
    "\x02wzxhzdk:0\x03",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- comment --><?php ?><![CDATA[x]]>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_neutralised(text):
    assert_harmless(rendered(text))


@given(st.text(alphabet="[]()@<>one;`*_#!&:/\\\"'\n \x02\x03javscript", max_size=80))
def test_no_text_gets_through_or_breaks_it(text):
    assert_harmless(rendered(text))


def assert_harmless(markup):
    page = Reading(markup)
    for tag, attributes in page.elements:
        assert tag in {
            *("p", "br", "hr", "ul", "ol", "li", "strong", "em", "blockquote", "code", "pre"),
            *("a", "sup", "mark", "h3", "h4"),
        }
        assert set(attributes) <= {"href", "id", "class", "start"}
        href = attributes.get("href") or "/"
        assert href.lower().startswith(("https://", "http://", "mailto:", "/", "#")) or ":" not in href
        assert not href.startswith(("//", "/\\"))
        assert (attributes.get("id") or "cite-1").startswith("cite-")


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("[x](https://example.org/a?b=c)", "https://example.org/a?b=c"),
        ("[x](/causes/)", "/causes/"),
        ("[x](#signs)", "#signs"),
        ("[x](mailto:somebody@example.org)", "mailto:somebody@example.org"),
    ],
)
def test_ordinary_links_stay(text, href):
    assert Reading(rendered(text)).links == [href]


@pytest.mark.parametrize(
    "text",
    [
        ">" * 5_000 + "x",
        "[" * 20_000,
        "[](" * 8_000,
        "[@one; " * 5_000,
        "[a" * 5_000 + "]" * 5_000,
        "*" * 20_000,
        "**a " * 4_000,
        "`" * 20_000,
        " " * 20_000 + "[@one]",
        "\n".join(" " * depth + "- x" for depth in range(300)),
    ],
    ids=lambda text: text[:6].strip() or "blanks",
)
def test_absurd_text_is_shown_in_reasonable_time(text):
    started = time.perf_counter()

    markup = rendered(text)

    assert time.perf_counter() - started < 5
    assert_harmless(markup)


# Headings and plain words


@pytest.mark.parametrize(("top", "tags"), [(2, ["h2", "h2", "h3", "h3"]), (3, ["h3", "h3", "h4", "h4"])])
def test_headings_take_their_place_on_the_page(top, tags):
    markup = render_markdown("# A\n\n## B\n\n### C\n\n###### D", references(), top_heading=top)

    assert [tag for tag, _ in Reading(markup).elements] == tags


def test_plain_text_keeps_the_words_alone():
    text = "Hello **there** [@one]. See [this](https://example.org) & `that`.\n\n- a < b\n- c"

    assert plain_text(text) == "Hello there. See this & that. a < b c"
