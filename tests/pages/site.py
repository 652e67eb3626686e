"""What the tests of the public site share: an edition with one thing changed, and a reader of HTML."""

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

from sitecontent.documents import Document
from sitecontent.edition.edition import Edition, Entry, Origin
from sitecontent.pages.feeds import places_of

WITH_A_QUERY = (
    "/causes/?urgency=emergency&nature=pathological&pregnancy=only&site=placenta&sort=name&q=placenta",
    "/causes/?site=cervix",
    "/causes/?q=nothingfitsthisatall",
    "/claims/?verdict=harmful",
    "/search/?q=coil",
    "/search/?q=nothingfitsthisatall",
)


def every_address(edition: Edition) -> Iterator[str]:
    """Every public address of an edition, and some with a query."""
    yield from (place.address for place in places_of(edition) if place.address != "/check/")
    yield from ("/search/", "/feed.xml", "/sitemap.xml", "/robots.txt", "/favicon.ico")
    yield from ("/opensearch.xml", "/humans.txt")
    yield from WITH_A_QUERY


def with_document(edition: Edition, document: Document, **entry_fields: object) -> Edition:
    """The next edition, in which this document stands in place of the one of its key."""
    entry = Entry(document=document, origin=Origin.STARTER, revision=2, changed_at=edition.published_at)
    others = [other for other in edition.entries if other.document.key != document.key]
    return replace(
        edition,
        number=edition.number + 1,
        previous_sha256=edition.sha256,
        entries=tuple(
            sorted([*others, replace(entry, **entry_fields)], key=lambda item: item.document.key)  # type: ignore[arg-type]
        ),
    )


def without(edition: Edition, kind: str, slug: str) -> Edition:
    """The next edition, from which one record was taken down."""
    return replace(
        edition,
        number=edition.number + 1,
        entries=tuple(entry for entry in edition.entries if entry.document.key != (kind, slug)),
    )


class Reading(HTMLParser):
    """Reads a page: its elements, links, ids, headings and words."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "rect", "path", "ellipse", "circle"})

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.misnested: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.words: list[str] = []
        self.inline: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append((int(tag[1]), ""))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.misnested.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"}:
            if self.elements[-1][1].get("type") != "application/ld+json":
                self.inline.append(data)
            return
        self.words.append(data)
        if self.headings and any(tag[0] == "h" and tag[1:].isdigit() for tag in self.open):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    @property
    def text(self) -> str:
        """All its words, with single spaces."""
        return " ".join(" ".join(self.words).split())

    @property
    def links(self) -> list[str]:
        """The addresses of its links, in their order."""
        return [attrs["href"] or "" for tag, attrs in self.elements if tag == "a" and "href" in attrs]

    @property
    def ids(self) -> list[str]:
        """Every id, in its order."""
        return [attrs["id"] or "" for _, attrs in self.elements if "id" in attrs]

    def having(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """The attributes of each element of this tag that has these attributes; `class_` looks for one class."""
        cls = wanted.pop("class_", None)
        return [
            attrs
            for name, attrs in self.elements
            if name == tag
            and all(attrs.get(key.replace("_", "-")) == value for key, value in wanted.items())
            and (cls is None or cls in (attrs.get("class") or "").split())
        ]
