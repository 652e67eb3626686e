"""A small site: few records, so that tests which publish again and again are quick, but one of most kinds."""

from collections.abc import Callable, Iterable

from sitecontent.documents import Document
from sitecontent.edition.compile import references_of

PAGES = ("about", "privacy", "how-we-review")


def small_documents(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The levels, three pages, the cause, claim and rule that name least, and all that these name in turn."""
    by_key = {document.key: document for document in documents}

    def closed(wanted: Callable[[Document], bool]) -> dict[tuple[str, str], Document]:
        found: dict[tuple[str, str], Document] = {}
        waiting = [document for document in by_key.values() if wanted(document)]
        while waiting:
            document = waiting.pop()
            if document.key not in found:
                found[document.key] = document
                named = ((kind, slug) for _, kind, slug in references_of(document))
                waiting += [by_key[key] for key in named if key in by_key]
        return found

    def least(kind: str) -> str:
        slugs = sorted(slug for k, slug in by_key if k == kind)
        return min(slugs, key=lambda slug: len(closed(lambda document: document.key == (kind, slug))))

    chosen = {*(("page", slug) for slug in PAGES), *((kind, least(kind)) for kind in KINDS)}
    found = closed(lambda document: document.kind == "urgency-level" or document.key in chosen)
    return tuple(document for key, document in by_key.items() if key in found)


KINDS = ("cause", "claim-review", "safety-rule")
