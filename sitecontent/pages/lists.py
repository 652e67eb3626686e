"""Lists of causes, joined of pieces that are made once for an edition.

A cause looks the same in every list, and so do headings, options, pictures and the frame of the page. There are more
lists than anybody would keep finished, so one that nobody has asked for before is joined of its pieces. Of these
there are only so many as the edition has causes and the filters have values; each is made when it is first needed.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from sitecontent.cut import cut
from sitecontent.edition.edition import Edition
from sitecontent.pages.charts import causes_chart, height_of
from sitecontent.pages.filters import SORTS, CauseFilter, Choice, Chosen, Facet
from sitecontent.pages.pieces import Pieces, pieces_of
from sitecontent.pages.present import CauseCard, Level, by_urgency, parts_of
from sitecontent.pages.search import LONGEST_QUERY


class CauseLists:
    """Makes the lists of one edition of its pieces."""

    def __init__(self, pieces: Pieces) -> None:
        self.index = pieces.index
        self._once = pieces.once
        self._groups = by_urgency(self.index.cards.values())

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

    def values_of(self, filters: CauseFilter, cards: Sequence[CauseCard]) -> dict[str, str]:
        """What this one list shows, in the gaps of its frame. `cards` is what the filters leave."""
        return {
            "query": filters.q,
            "facets": _joined(map(self._facet, filters.facets(self.index))),
            "found": self._found(len(cards)),
            "chosen": _joined(map(self._chosen, filters.chosen(self.index))),
            "list": self.by_level(cards, prefix="level") if filters.sort == "urgency" else self.by_name(cards),
            "body": self._body(filters.site),
        }

    def _card(self, card: CauseCard, *, hide_level: bool) -> SafeString:
        return self._once(
            ("card", card.cause.slug, hide_level),
            lambda: render_to_string("pages/_card.html", {"card": card, "hide_level": hide_level}),
        )

    def _group(self, level: Level, cards: list[CauseCard], prefix: str) -> str:
        group = self._once(
            ("group", level.slug, prefix),
            lambda: cut("pages/_group.html", {"level": level, "prefix": prefix}),
        )
        return group.fill({"count": len(cards), "cards": _joined(self._card(card, hide_level=True) for card in cards)})

    def _facet(self, facet: Facet) -> str:
        field = self._once(("facet", facet.name), lambda: cut("pages/_facet.html", {"facet": facet}))
        offered = (choice for choice in facet.choices if choice.count or choice.is_chosen)
        return field.fill({"options": _joined(self._option(facet.name, choice) for choice in offered)})

    def _option(self, name: str, choice: Choice) -> str:
        option = self._once(
            ("option", name, choice.value, choice.is_chosen),
            lambda: cut("pages/_option.html", {"choice": choice}),
        )
        return option.fill({"count": choice.count})

    def _found(self, count: int) -> SafeString:
        total = len(self.index.cards)
        return self._once(
            ("found", count), lambda: render_to_string("pages/_found.html", {"count": count, "total": total})
        )

    def _chosen(self, item: Chosen) -> str:
        chip = self._once(("chosen",), lambda: cut("pages/_chosen.html", {}))
        return chip.fill({"label": item.label, "word": item.word, "address": item.address_without})

    def _body(self, marked: str) -> SafeString:
        return self._once(
            ("body", marked),
            lambda: render_to_string(
                "pages/_body.html", {"parts": parts_of(self.index.edition.causes, marked=(marked,))}
            ),
        )


def lists_of(edition: Edition) -> CauseLists:
    """What makes the lists of this edition."""
    pieces = pieces_of(edition)
    return pieces.once(("lists",), lambda: CauseLists(pieces))


def _joined(pieces: Iterable[str]) -> SafeString:
    """Join markup that is safe already."""
    return SafeString("".join(pieces))
