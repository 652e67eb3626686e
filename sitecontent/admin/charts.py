"""Small charts, drawn on the server as SVG. Pure: numbers in, lengths out; the template draws them."""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 100
"""Length of the longest bar, in the chart's own units."""


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for, how many, and how long it is drawn."""

    label: str
    count: int
    length: float


def bars_of(rows: Iterable[tuple[str, int]]) -> tuple[Bar, ...]:
    """Bars whose lengths stand to each other as the counts; the longest is `WIDTH` long."""
    counted = list(rows)
    most = max((count for _, count in counted), default=0)
    return tuple(Bar(label, count, round(WIDTH * count / most, 2) if most else 0.0) for label, count in counted)
