"""The list of causes and its filters. Pure: a value that nobody offers is as good as none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from sitecontent.documents import BodySite, Nature, PregnancyScope, Urgency
from sitecontent.edition.edition import Edition
from sitecontent.pages import words
from sitecontent.pages.index import SiteIndex
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
        offered = values_offered(edition)
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
        return tuple(card for card in _matching_text(self, index) if _admits(self, card))

    def facets(self, index: SiteIndex) -> tuple[Facet, ...]:
        """Every filter with its values; counts are what choosing the value would leave."""
        cards = _matching_text(self, index)
        offered = values_offered(index.edition)
        facets = []
        for name, label in FACETS.items():
            others = replace(self, **{name: ""})
            left = [card for card in cards if _admits(others, card)]
            choices = tuple(
                Choice(
                    value=value,
                    word=word,
                    count=sum(1 for card in left if value in _values_of(card)[name]),
                    is_chosen=value == getattr(self, name),
                )
                for value, word in offered[name].items()
            )
            facets.append(Facet(name, label, choices))
        return tuple(facets)

    def chosen(self, edition: Edition) -> tuple[Chosen, ...]:
        """The filters in force."""
        offered = values_offered(edition)
        found = [
            Chosen(label, offered[name][getattr(self, name)], replace(self, **{name: ""}).address)
            for name, label in FACETS.items()
            if getattr(self, name)
        ]
        if self.q:
            found.append(Chosen(_("Words"), self.q, replace(self, q="").address))
        return tuple(found)


def values_offered(edition: Edition) -> Mapping[str, Mapping[str, Words]]:
    """Name of each filter -> its values with their words, in the order in which they are offered."""
    return {
        "category": {category.slug: category.title for category in edition.categories},
        "urgency": {level.value: words.URGENCY[level] for level in reversed(Urgency)},
        "nature": {nature.value: words.NATURE[nature].word for nature in Nature},
        "pregnancy": {scope.value: words.PREGNANCY[scope].word for scope in PregnancyScope},
        "site": {site.value: words.SITES[site].word for site in BodySite},
    }


def _values_of(card: CauseCard) -> Mapping[str, tuple[str, ...]]:
    cause = card.cause
    return {
        "category": (cause.category,),
        "urgency": (cause.urgency.value,),
        "nature": (cause.nature.value,),
        "pregnancy": (cause.pregnancy.value,),
        "site": tuple(site.value for site in cause.sites),
    }


def _admits(filters: CauseFilter, card: CauseCard) -> bool:
    values = _values_of(card)
    return all(not getattr(filters, name) or getattr(filters, name) in values[name] for name in FACETS)


def _matching_text(filters: CauseFilter, index: SiteIndex) -> Iterable[CauseCard]:
    if not filters.q:
        return tuple(index.cards.values())
    addresses = {result.address for result in index.search.find(filters.q, kinds=("cause",))}
    return tuple(card for card in index.cards.values() if card.address in addresses)
