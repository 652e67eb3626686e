"""Turn the Markdown of documents into HTML that is safe to show, with numbered citations.

Public pages and the preview of the review desk use the same function, so that what a
reviewer sees is what a visitor gets. Three walls stand between an author and the page: raw
HTML is never passed through, the result is cleaned against a short allow-list, and no
attribute but the address of a link comes from the text.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape, unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from sitecontent.documents import Source
from sitecontent.edition.citations import CITATION, keys_of, without_citations


@dataclass(frozen=True)
class Reference:
    """One source in the reference list of a page, with the number that its citations show."""

    number: int
    source: Source
    is_cited: bool = False
    """True when some text of the page cites it, so that a link back leads somewhere."""

    @property
    def anchor(self) -> str:
        """The fragment of its line in the reference list."""
        return f"ref-{self.number}"

    @property
    def card(self) -> str:
        """The fragment of the card that its citations open, on pages that have such cards."""
        return f"src-{self.number}"

    @property
    def first_citation(self) -> str:
        """The fragment of the first place in the text that cites it."""
        return f"cite-{self.number}"


class References:
    """The sources that one page cites, numbered in order of first appearance.

    Use one object for all the sections of a page, and render them in the order in which the
    page shows them. `unknown` collects the keys that no source answers. With `open_cards` a citation is
    a button that opens the card of its source, which needs no script; without, a link to the reference list.
    """

    def __init__(self, sources: Mapping[str, Source], *, open_cards: bool = False) -> None:
        self._sources = sources
        self.open_cards = open_cards
        self._cited: dict[str, Reference] = {}
        self._anchored: set[str] = set()
        self.unknown: list[str] = []

    def cite(self, slug: str) -> Reference | None:
        """Give the source its number, or None when there is no such source."""
        if slug not in self._cited:
            source = self._sources.get(slug)
            if source is None:
                if slug not in self.unknown:
                    self.unknown.append(slug)
                return None
            self._cited[slug] = Reference(number=len(self._cited) + 1, source=source)
        return self._cited[slug]

    def claim_anchor(self, slug: str) -> bool:
        """True the first time that it is asked for a source: that citation carries the anchor."""
        is_first = slug not in self._anchored
        self._anchored.add(slug)
        return is_first

    @property
    def listed(self) -> tuple[Reference, ...]:
        """The reference list, in the order of the numbers."""
        return tuple(replace(reference, is_cited=slug in self._anchored) for slug, reference in self._cited.items())


def render_markdown(text: str, references: References, *, top_heading: int = 3) -> SafeString:
    """Render Markdown as HTML that is safe to show.

    Citations become superscript links or buttons (see `References`); a key that no source answers shows as an
    error mark. `top_heading` is the level that the highest heading of the text gets.
    """
    return mark_safe(_clean(_convert(text, references, top_heading)))  # noqa: S308 (after nh3)


def render_citations(slugs: tuple[str, ...], references: References) -> SafeString:
    """Render the citations of a field that has a list of slugs and no Markdown."""
    if not slugs:
        return SafeString("")
    element = _citation_element(slugs, references)
    return mark_safe(_clean(ET.tostring(element, encoding="unicode", method="html")))  # noqa: S308 (after nh3)


@lru_cache(maxsize=1024)
def plain_text(text: str) -> str:
    """The words of some Markdown alone: for a description, a feed or the search."""
    markup = _convert(without_citations(text), References({}), 3)
    words = nh3.clean(markup.replace("</", " </"), tags=set())
    return re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"\s+", " ", unescape(words))).strip()


class _CitationProcessor(InlineProcessor):
    """`[@one; @two]` becomes links to the reference list. Code spans are taken before it runs."""

    def __init__(self, references: References) -> None:
        super().__init__(r"[ \n]?" + CITATION.pattern)
        self._references = references

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # noqa: N802
        """Replace one bracket."""
        return _citation_element(keys_of(m.group(0)), self._references), m.start(0), m.end(0)


class _HeadingLevels(Treeprocessor):
    """Two levels of headings are enough inside a page, and none is above its place."""

    def __init__(self, md: Markdown, top: int) -> None:
        super().__init__(md)
        self._top = top

    def run(self, root: ET.Element) -> None:
        """Rename the headings in place."""
        for element in root.iter():
            if element.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
                level = self._top if int(element.tag[1]) <= 2 else self._top + 1
                element.tag = f"h{level}"


class _Restrictions(Extension):
    """What our Markdown leaves out and adds: no raw HTML, no images; citations, heading levels."""

    def __init__(self, references: References, top_heading: int) -> None:
        super().__init__()
        self._references = references
        self._top_heading = top_heading

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Called by Python-Markdown."""
        md.preprocessors.deregister("html_block")
        for pattern in ("html", "entity", "image_link", "image_reference", "short_image_ref"):
            md.inlinePatterns.deregister(pattern)
        # After backticks (190) and escapes (180), so that code stays code; before links (160).
        md.inlinePatterns.register(_CitationProcessor(self._references), "citation", 175)
        md.treeprocessors.register(_HeadingLevels(md, self._top_heading), "heading_levels", 5)


_DEEPEST = 50
"""How many brackets may stand open in one paragraph. Nobody writes so many; some machines would."""


def _is_absurd(text: str) -> bool:
    """True when brackets are nested so deeply that matching them would take minutes."""
    square = round_ = 0
    for character in re.findall(r"[\[\]()]|\n\n", text):
        match character:
            case "[":
                square += 1
            case "]":
                square = max(square - 1, 0)
            case "(":
                round_ += 1
            case ")":
                round_ = max(round_ - 1, 0)
            case _:
                square = round_ = 0
        if square > _DEEPEST or round_ > _DEEPEST:
            return True
    return False


def _convert(text: str, references: References, top_heading: int) -> str:
    if _is_absurd(text):
        return f"<p>{escape(text)}</p>"
    markdown = Markdown(extensions=["sane_lists", _Restrictions(references, top_heading)], output_format="html")
    try:
        return markdown.convert(text)
    except RecursionError:
        # Thousands of nested marks mean nothing to a reader: show the text as it was written.
        return f"<p>{escape(text)}</p>"


def _citation_element(slugs: tuple[str, ...], references: References) -> ET.Element:
    sup = ET.Element("sup", {"class": "citation"})
    for slug in slugs:
        reference = references.cite(slug)
        if len(sup):
            sup[-1].tail = " "
        if reference is None:
            mark = ET.SubElement(sup, "mark", {"class": "citation-error"})
            mark.text = f"unknown source: {slug}"
            continue
        if references.open_cards:
            name = _("Source %(number)d") % {"number": reference.number}
            opens = {"type": "button", "popovertarget": reference.card, "aria-label": name}
            link = ET.SubElement(sup, "button", opens)
        else:
            link = ET.SubElement(sup, "a", {"href": f"#{reference.anchor}"})
        link.text = f"[{reference.number}]"
        if references.claim_anchor(slug):
            link.set("id", reference.first_citation)
    return sup


_TAGS = {
    *("p", "br", "hr", "ul", "ol", "li", "strong", "em", "blockquote", "code", "pre"),
    *("a", "button", "sup", "mark", "h2", "h3", "h4", "h5"),
}
_SCHEMES = {"http", "https", "mailto"}
_OUR_ID = re.compile(r"cite-[0-9]+")
_RELATIVE = re.compile(r"(?:[/?#]|[a-z0-9._-]+(?:[/?#]|$))(?!/)[^\\\s]*", re.IGNORECASE)
_ABSOLUTE = re.compile(r"(?:https?://|mailto:)[^\s\\]+", re.IGNORECASE)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep an address that leads to a page, and the anchors that we made; drop all else."""
    if name == "id":
        return value if _OUR_ID.fullmatch(value) else None
    if name == "href":
        return value if _ABSOLUTE.fullmatch(value) or _RELATIVE.fullmatch(value) else None
    return value if name in {"class", "start"} or tag == "button" else None  # Only our citations are buttons.


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "id"}, "button": {"type", "popovertarget", "aria-label", "id"}, "ol": {"start"}},
    attribute_filter=_attribute,
    allowed_classes={"sup": {"citation"}, "mark": {"citation-error"}},
    url_schemes=_SCHEMES,
    link_rel=None,
)


def _clean(markup: str) -> str:
    return _CLEANER.clean(markup)
