"""A small site: few records, so that tests which publish again and again are quick, but one of most kinds."""

from collections.abc import Iterable

from sitecontent.documents import Document
from tests.part import closed_over

PAGES = ("about", "privacy", "how-we-review")


def small_documents(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The levels, three pages, the cause, claim and rule that name least, and all that these name in turn."""
    by_key = {document.key: document for document in documents}

    def least(kind: str) -> str:
        slugs = sorted(slug for k, slug in by_key if k == kind)
        return min(slugs, key=lambda slug: len(closed_over(by_key, [(kind, slug)])))

    chosen = {*(("page", slug) for slug in PAGES), *((kind, least(kind)) for kind in KINDS)}
    found = closed_over(by_key, [*(key for key in by_key if key[0] == "urgency-level"), *chosen])
    return tuple(document for key, document in by_key.items() if key in found)


KINDS = ("cause", "claim-review", "safety-rule")
