"""Charts as plain numbers: where each bar begins and how long it is. Pure; the template draws them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sitecontent.documents import Nature, Urgency
from sitecontent.pages import words
from sitecontent.pages.present import CauseCard, Level
from sitecontent.pages.words import Term

BEGINS = 110
WIDEST = 250
ROW_HEIGHT = 44


@dataclass(frozen=True)
class Bar:
    """The causes of one level and one nature."""

    nature: Term
    count: int
    x: int
    y: int
    width: int
    address: str


@dataclass(frozen=True)
class Row:
    """One level: its bars, side by side."""

    level: Level
    bars: tuple[Bar, ...]
    y: int
    ends: int

    @property
    def count(self) -> int:
        """How many causes the level has."""
        return sum(bar.count for bar in self.bars)

    @property
    def middle(self) -> int:
        """The line on which the row's words stand."""
        return self.y + 20


def causes_chart(cards: Iterable[CauseCard]) -> tuple[Row, ...]:
    """How many causes there are of each level, the most urgent first, and how many of them are natural."""
    levels: dict[Urgency, Level] = {}
    counts: Counter[tuple[Urgency, Nature]] = Counter()
    for card in cards:
        levels[card.cause.urgency] = card.level
        counts[card.cause.urgency, card.cause.nature] += 1
    longest = max((sum(counts[level, nature] for nature in Nature) for level in levels), default=1)
    rows = []
    for urgency in sorted(levels, key=lambda level: -level.rank):
        x, y = BEGINS, len(rows) * ROW_HEIGHT + 6
        bars = []
        for nature in (Nature.PATHOLOGICAL, Nature.NATURAL):
            count = counts[urgency, nature]
            if count:
                width = max(round(WIDEST * count / longest), 3)
                address = f"/causes/?urgency={urgency.value}&nature={nature.value}"
                bars.append(Bar(words.NATURE[nature], count, x, y, width, address))
                x += width
        rows.append(Row(levels[urgency], tuple(bars), y, x + 8))
    return tuple(rows)


def height_of(rows: tuple[Row, ...]) -> int:
    """How high the drawing is."""
    return len(rows) * ROW_HEIGHT + 6
