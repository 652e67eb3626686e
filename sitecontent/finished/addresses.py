"""Which pages an edition has, and under which one name each is kept. Pure."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from django.http import QueryDict
from django.urls.resolvers import RoutePattern

from sitecontent.documents import Nature, Verdict
from sitecontent.edition.edition import Edition
from sitecontent.pages import urls
from sitecontent.pages.addresses import address_of
from sitecontent.pages.charts import causes_chart
from sitecontent.pages.feeds import places_of
from sitecontent.pages.filters import CauseFilter
from sitecontent.pages.index import index_of
from sitecontent.pages.present import parts_of

NEVER_KEPT = frozenset({"/.well-known/security.txt", "/styleguide/"})
"""Plain addresses that are not pages of the edition: one says something else tomorrow, one is there in DEBUG only."""

FIRST = ("/emergency/", "/", "/check/", "/causes/", "/pregnancy/")
"""What frightened people open first is finished first."""

_ORDER_OF_FOLDERS = ("", "pages", "causes", "findings", "claims", "categories", "editions", "sources")


def addresses_of(edition: Edition) -> tuple[str, ...]:
    """Every address that is finished ahead: what is needed most, then what the edition changed, then the rest."""
    found = dict.fromkeys((*FIRST, *(place.address for place in places_of(edition)), *fixed_addresses()))
    found.update(dict.fromkeys(f"/claims/?verdict={verdict.value}" for verdict in Verdict))
    found.update(dict.fromkeys(lists_to_choose(edition)))
    changed = set(changed_addresses(edition))
    return tuple(sorted(found, key=lambda address: (address not in FIRST, address not in changed, _place(address))))


@lru_cache(maxsize=1)
def fixed_addresses() -> tuple[str, ...]:
    """The public addresses that name no record: every plain route of the pages, so that none can be forgotten."""
    plain = (pattern.pattern for pattern in urls.urlpatterns if isinstance(pattern.pattern, RoutePattern))
    found = (f"/{route}" for route in plain if not route.converters)
    return tuple(address for address in found if address not in NEVER_KEPT)


def lists_to_choose(edition: Edition) -> Iterator[str]:
    """The lists of causes to which pages lead: by kind, by part of the body, by level and kind; and from A to Z."""
    yield from (CauseFilter(nature=nature.value).address for nature in Nature)
    yield from (part.address for part in parts_of(edition.causes) if part.count)
    yield from (bar.address for row in causes_chart(index_of(edition).cards.values()) for bar in row.bars)
    yield CauseFilter(sort="name").address


def changed_addresses(edition: Edition) -> Iterator[str]:
    """The addresses of the records that this edition published; what it took down has none any more."""
    for summary in edition.history[:1]:
        for change in summary.changes:
            address = address_of(change.kind, change.slug)
            if address and edition.entry(change.kind, change.slug):
                yield address


def past_addresses(edition: Edition) -> Iterator[str]:
    """The pages as they were before each change, of records that are still there."""
    for item in edition.superseded:
        address = address_of(item.kind, item.slug)
        if address and edition.entry(item.kind, item.slug):
            yield f"/editions/{item.until - 1}{address}"


def _place(address: str) -> int:
    if address in FIRST:
        return FIRST.index(address)
    if "?" in address:
        return len(_ORDER_OF_FOLDERS)
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
