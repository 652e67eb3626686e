"""What stands around a document while it is checked: the sources that it cites, the names, the day. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sitecontent.documents import Document, Finding, Source
from sitecontent.edition.edition import Edition
from sitecontent.edition.readability import glossary_words, names_in

Found = Iterator[tuple[str, str]]
"""Field and message of each problem."""


@dataclass(frozen=True)
class Around:
    """The rest of the content, as far as a check of one document asks for it."""

    documents: Mapping[tuple[str, str], Document]
    year: int
    """The year of the edition: what is old is old by then."""
    names: frozenset[str] = frozenset()
    """What conditions are called, in lower case."""
    explained: frozenset[str] = frozenset()
    """The words that the glossary explains, in lower case."""

    @classmethod
    def of(cls, edition: Edition, also: Iterable[Document] = ()) -> "Around":
        """What an edition puts around its documents, and around some that are not published yet."""
        documents = {entry.document.key: entry.document for entry in edition.entries}
        documents.update((document.key, document) for document in also)
        return cls(documents, edition.published_at.year, names_in(edition), glossary_words(edition))

    @cached_property
    def key(self) -> tuple[int, int]:
        """Stands for the names and the words, where answers are remembered."""
        return (hash(self.names), hash(self.explained))

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Every word that the glossary or the name of a condition has."""
        return frozenset(word for known in (*self.explained, *self.names) for word in known.split())

    def sources(self, slugs: Iterable[str]) -> tuple[Source, ...]:
        """Those of these sources that are known, in their order."""
        found = (self.documents.get(("source", slug)) for slug in slugs)
        return tuple(source for source in found if isinstance(source, Source))

    def finding(self, slug: str) -> Finding | None:
        """The question of that slug, or None."""
        found = self.documents.get(("finding", slug))
        return found if isinstance(found, Finding) else None
