"""Lists of causes, joined of pieces that are made once for an edition.

A cause looks the same in every list, and so do headings, options, pictures and the frame of the page. There are more
lists than anybody would keep finished, so one that nobody has asked for before is joined of its pieces. Of these
there are only so many as the edition has causes and the filters have values; each is made when it is first needed.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from sitecontent.edition.edition import Edition
from sitecontent.pages.charts import causes_chart, height_of
from sitecontent.pages.filters import SORTS, CauseFilter, Choice, Chosen, Facet
from sitecontent.pages.index import HELD_AT_ONCE, SiteIndex, index_of
from sitecontent.pages.present import CauseCard, Level, by_urgency, parts_of
from sitecontent.pages.search import LONGEST_QUERY
from sitecontent.pages.slots import Slotted

P = TypeVar("P")


class CauseLists:
    """The pieces of the lists of one edition."""

    def __init__(self, index: SiteIndex) -> None:
        self.index = index
        self._groups = by_urgency(index.cards.values())
        self._pieces: dict[tuple[object, ...], Any] = {}

    def once(self, key: tuple[object, ...], make: Callable[[], P]) -> P:
        """The piece of that key. Nobody waits for another's: two who need it at the same moment make the same."""
        piece = self._pieces.get(key)
        if piece is None:
            piece = self._pieces[key] = make()
        return piece  # type: ignore[no-any-return]

    def by_name(self, cards: Iterable[CauseCard]) -> SafeString:
        """Causes in the order in which they come, each with the mark of its level."""
        return _joined(self._card(card, hide_level=False) for card in cards)

    def by_level(self, cards: Iterable[CauseCard], *, prefix: str) -> SafeString:
        """Causes under the headings of their levels, the most urgent first. `prefix` keeps the ids of these apart."""
        left = {card.cause.slug for card in cards}
        groups = ((group.level, [card for card in group.cards if card.cause.slug in left]) for group in self._groups)
        return _joined(self._group(level, held, prefix) for level, held in groups if held)

    def shape_of(self, filters: CauseFilter, cards: Sequence[CauseCard]) -> dict[str, str | bool]:
        """What decides which of the few frames of `pages/cause_list.html` a list has."""
        return {"is_active": filters.is_active, "sort": filters.sort, "is_empty": not cards}

    def frame(self) -> dict[str, Any]:
        """What all frames show."""
        chart = causes_chart(self.index.cards.values())
        return {
            "sorts": SORTS.items(),
            "chart": chart,
            "chart_height": height_of(chart),
            "longest_query": LONGEST_QUERY,
            "nav": "causes",
        }

    def slots_of(self, filters: CauseFilter, cards: Sequence[CauseCard]) -> dict[str, str]:
        """What this one list shows, in the slots of its frame. `cards` is what the filters leave."""
        return {
            "query": filters.q,
            "facets": _joined(map(self._facet, filters.facets(self.index))),
            "found": self._found(len(cards)),
            "chosen": _joined(map(self._chosen, filters.chosen(self.index))),
            "list": self.by_level(cards, prefix="level") if filters.sort == "urgency" else self.by_name(cards),
            "body": self._body(filters.site),
        }

    def _card(self, card: CauseCard, *, hide_level: bool) -> SafeString:
        return self.once(
            ("card", card.cause.slug, hide_level),
            lambda: render_to_string("pages/_card.html", {"card": card, "hide_level": hide_level}),
        )

    def _group(self, level: Level, cards: list[CauseCard], prefix: str) -> SafeString:
        group = self.once(
            ("group", level.slug, prefix),
            lambda: Slotted("pages/_group.html", {"level": level, "prefix": prefix}, ("count", "cards")),
        )
        return group.fill(count=len(cards), cards=_joined(self._card(card, hide_level=True) for card in cards))

    def _facet(self, facet: Facet) -> SafeString:
        field = self.once(("facet", facet.name), lambda: Slotted("pages/_facet.html", {"facet": facet}, ("options",)))
        offered = (choice for choice in facet.choices if choice.count or choice.is_chosen)
        return field.fill(options=_joined(self._option(facet.name, choice) for choice in offered))

    def _option(self, name: str, choice: Choice) -> SafeString:
        option = self.once(
            ("option", name, choice.value, choice.is_chosen),
            lambda: Slotted("pages/_option.html", {"choice": choice}, ("count",)),
        )
        return option.fill(count=choice.count)

    def _found(self, count: int) -> SafeString:
        total = len(self.index.cards)
        return self.once(
            ("found", count), lambda: render_to_string("pages/_found.html", {"count": count, "total": total})
        )

    def _chosen(self, item: Chosen) -> SafeString:
        chip = self.once(("chosen",), lambda: Slotted("pages/_chosen.html", {}, ("label", "word", "address")))
        return chip.fill(label=item.label, word=item.word, address=item.address_without)

    def _body(self, marked: str) -> SafeString:
        return self.once(
            ("body", marked),
            lambda: render_to_string(
                "pages/_body.html", {"parts": parts_of(self.index.edition.causes, marked=(marked,))}
            ),
        )


def lists_of(edition: Edition) -> CauseLists:
    """The pieces of this edition: held, but not while DEBUG is on and templates change under the hand."""
    index = index_of(edition)
    if settings.DEBUG:
        return CauseLists(index)
    return _held(index, get_language(), settings.SITE_URL, settings.CHECKER_MODE)


@lru_cache(maxsize=HELD_AT_ONCE)
def _held(index: SiteIndex, *_shown: str | None) -> CauseLists:
    """What is named besides the edition are the settings that the pieces show."""
    return CauseLists(index)


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(pieces))  # noqa: S308 (all of them are safe)
