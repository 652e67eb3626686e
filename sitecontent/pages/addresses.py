"""Where each record is found on the public site. These addresses are in people's bookmarks: they never change."""

from collections.abc import Mapping

from sitecontent.documents import Document

_FOLDERS: Mapping[str, str] = {
    "category": "/categories/",
    "source": "/sources/",
    "finding": "/findings/",
    "cause": "/causes/",
    "claim-review": "/claims/",
    "page": "/pages/",
}

PAGES_WITH_THEIR_OWN_ADDRESS = ("emergency", "pregnancy", "how-we-review", "privacy", "about")
"""Slugs of the editorial pages that answer at the top of the site."""


def address_of(kind: str, slug: str) -> str | None:
    """The address of a record, or None for a kind that has no page of its own."""
    if kind == "page" and slug in PAGES_WITH_THEIR_OWN_ADDRESS:
        return f"/{slug}/"
    if (kind, slug) == ("urgency-level", "emergency"):
        return "/emergency/"
    folder = _FOLDERS.get(kind)
    return f"{folder}{slug}/" if folder else None


def address_of_document(document: Document) -> str | None:
    """The address of a document, or None for a kind that has no page of its own."""
    return address_of(document.kind, document.slug)


def anchor_of(kind: str, slug: str) -> str:
    """The fragment of a record on the page of an edition that changed it."""
    return f"{kind}-{slug}"
