"""The list of causes and its filters. Pure: a value that nobody offers is as good as none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import compress
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from sitecontent.edition.edition import Edition
from sitecontent.pages.index import SiteIndex, index_of
from sitecontent.pages.present import CauseCard
from sitecontent.pages.search import LONGEST_QUERY
from sitecontent.pages.words import Words

FACETS: Mapping[str, Words] = {
    "category": _("Group"),
    "urgency": _("How soon"),
    "nature": _("Kind"),
    "pregnancy": _("Pregnancy"),
    "site": _("Where"),
}

SORTS: Mapping[str, Words] = {"urgency": _("Most urgent first"), "name": _("A to Z")}


@dataclass(frozen=True)
class Choice:
    """One value of a filter with how many causes it would leave."""

    value: str
    word: Words
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """One filter: its name in the address, its label and its values."""

    name: str
    label: Words
    choices: tuple[Choice, ...]

    @property
    def is_active(self) -> bool:
        """True when one of its values is chosen."""
        return any(choice.is_chosen for choice in self.choices)


@dataclass(frozen=True)
class Chosen:
    """A filter in force, in words, and the address of the list without it."""

    label: Words
    word: Words
    address_without: str


@dataclass(frozen=True)
class CauseFilter:
    """What a visitor narrowed the list to. An empty text is no filter."""

    category: str = ""
    urgency: str = ""
    nature: str = ""
    pregnancy: str = ""
    site: str = ""
    q: str = ""
    sort: str = "urgency"

    @classmethod
    def from_query(cls, query: Mapping[str, str], edition: Edition) -> "CauseFilter":
        """Read the filters off an address. What the edition does not offer is left out."""
        offered = index_of(edition).offered
        chosen = {name: query.get(name, "") for name in FACETS}
        kept = {name: value for name, value in chosen.items() if value in offered[name]}
        sort = query.get("sort", "")
        text = "".join(letter for letter in query.get("q", "") if letter.isprintable()).strip()[:LONGEST_QUERY]
        return cls(**kept, q=text, sort=sort if sort in SORTS else "urgency")

    @property
    def is_active(self) -> bool:
        """True when anything narrows the list."""
        return bool(self.q or any(getattr(self, name) for name in FACETS))

    @property
    def address(self) -> str:
        """The address of this very list."""
        given = {name: getattr(self, name) for name in (*FACETS, "q") if getattr(self, name)}
        if self.sort != "urgency":
            given["sort"] = self.sort
        return "/causes/" + (f"?{urlencode(given)}" if given else "")

    def select(self, index: SiteIndex) -> tuple[CauseCard, ...]:
        """The causes that are left, by title."""
        left = self._left(index, self._matching_text(index))
        return tuple(compress(index.cards.values(), map(int, reversed(f"{left:b}"))))

    def facets(self, index: SiteIndex) -> tuple[Facet, ...]:
        """Every filter with its values; counts are what choosing the value would leave."""
        matching = self._matching_text(index)
        facets = []
        for name, label in FACETS.items():
            left = self._left(index, matching, without=name)
            chosen, having = getattr(self, name), index.having[name]
            choices = tuple(
                Choice(value, word, (left & having[value]).bit_count(), value == chosen)
                for value, word in index.offered[name].items()
            )
            facets.append(Facet(name, label, choices))
        return tuple(facets)

    def chosen(self, index: SiteIndex) -> tuple[Chosen, ...]:
        """The filters in force."""
        found = [
            Chosen(label, index.offered[name][getattr(self, name)], replace(self, **{name: ""}).address)
            for name, label in FACETS.items()
            if getattr(self, name)
        ]
        if self.q:
            found.append(Chosen(_("Words"), self.q, replace(self, q="").address))
        return tuple(found)

    def _left(self, index: SiteIndex, left: int, *, without: str = "") -> int:
        """Of these causes those that the filters admit, all filters but one. Causes are bits, as in `having`."""
        for name in FACETS:
            value = getattr(self, name)
            if value and name != without:
                left &= index.having[name][value]
        return left

    def _matching_text(self, index: SiteIndex) -> int:
        """The causes that the words find, as bits."""
        if not self.q:
            return (1 << len(index.cards)) - 1
        addresses = {result.address for result in index.search.find(self.q, kinds=("cause",))}
        return sum(1 << place for place, card in enumerate(index.cards.values()) if card.address in addresses)
