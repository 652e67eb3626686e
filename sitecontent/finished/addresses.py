"""Which pages an edition has, and under which one name each is kept. Pure."""

from collections.abc import Callable, Iterator, Mapping

from django.http import QueryDict

from sitecontent.documents import Verdict
from sitecontent.edition.edition import Edition
from sitecontent.pages.addresses import address_of
from sitecontent.pages.feeds import places_of
from sitecontent.pages.filters import CauseFilter

BESIDE_THE_SITEMAP = ("/search/", "/feed.xml", "/sitemap.xml", "/robots.txt", "/favicon.ico")
"""Public addresses that the sitemap does not list."""

FIRST = ("/emergency/", "/", "/check/", "/causes/", "/pregnancy/")
"""What frightened people open first is finished first."""

_ORDER_OF_FOLDERS = ("", "pages", "causes", "findings", "claims", "categories", "editions", "sources")


def addresses_of(edition: Edition) -> tuple[str, ...]:
    """Every address that is finished ahead: what is needed most, then what the edition changed, then the rest."""
    found = dict.fromkeys((*FIRST, *(place.address for place in places_of(edition)), *BESIDE_THE_SITEMAP))
    found.update(dict.fromkeys(f"/claims/?verdict={verdict.value}" for verdict in Verdict))
    changed = set(changed_addresses(edition))
    return tuple(sorted(found, key=lambda address: (address not in FIRST, address not in changed, _place(address))))


def changed_addresses(edition: Edition) -> Iterator[str]:
    """The addresses of the records that this edition published; what it took down has none any more."""
    for summary in edition.history[:1]:
        for change in summary.changes:
            address = address_of(change.kind, change.slug)
            if address and edition.entry(change.kind, change.slug):
                yield address


def _place(address: str) -> int:
    if address in FIRST:
        return FIRST.index(address)
    folder = address.split("/")[1] if address.count("/") > 2 else ""
    return _ORDER_OF_FOLDERS.index(folder) if folder in _ORDER_OF_FOLDERS else 0


def _causes(query: QueryDict, edition: Edition) -> str | None:
    filters = CauseFilter.from_query(query, edition)
    return None if filters.q else filters.address


def _claims(query: QueryDict, edition: Edition) -> str | None:
    verdict = query.get("verdict", "")
    return f"/claims/?verdict={verdict}" if verdict in list(Verdict) else "/claims/"


def _search(query: QueryDict, edition: Edition) -> str | None:
    return None if query.get("q", "").strip() else "/search/"


READ_THEIR_QUERY: Mapping[str, Callable[[QueryDict, Edition], str | None]] = {
    "/causes/": _causes,
    "/claims/": _claims,
    "/search/": _search,
}
"""The pages that say something else for another query. To all others a query means nothing."""


def canonical(path: str, query: str, edition: Edition) -> str | None:
    """The one name of what this address shows; None for free text, which only Django answers.

    What nobody offers is left out, so that no query that is made up can name a page of its own.
    Raises: what Django raises for a query that it refuses to read.
    """
    read = READ_THEIR_QUERY.get(path) if query else None
    return read(QueryDict(query), edition) if read else path
