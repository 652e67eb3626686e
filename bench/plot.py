"""A plot as SVG, drawn by hand: two logarithmic axes and a line for each thing that grows."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 74, 200, 28, 52
COLOURS = ("#0b4a50", "#b3261e", "#7a5c00", "#4a3aa8", "#1b6e3c", "#8a2f6b", "#2f5fa8", "#6b4a2f")
DASHES = ("", "6 3", "2 3", "9 3 2 3")


def plot(series: Mapping[str, Sequence[tuple[float, float]]], *, x: str, y: str, title: str) -> str:
    """Draw lines through points; both axes grow by tens. Values of zero or less are left out."""
    points = [point for line in series.values() for point in line if min(point) > 0]
    x_from, x_to = _decades([point[0] for point in points])
    y_from, y_to = _decades([point[1] for point in points])

    def at(point: tuple[float, float]) -> tuple[float, float]:
        across = (math.log10(point[0]) - x_from) / (x_to - x_from)
        up = (math.log10(point[1]) - y_from) / (y_to - y_from)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"',
        f'     aria-label="{escape(title)}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        '<g font-family="system-ui, sans-serif" font-size="12" fill="#1c2b2d">',
        f'<text x="{LEFT}" y="16" font-weight="600">{escape(title)}</text>',
    ]
    for power in range(y_from, y_to + 1):
        _, height = at((10**x_from, 10**power))
        parts.append(f'<path d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}" stroke="#d9e1e2"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{_number(10**power)}</text>')
    for power in range(x_from, x_to + 1):
        across, _ = at((10**power, 10**y_from))
        parts.append(f'<path d="M{across:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#d9e1e2"/>')
        parts.append(
            f'<text x="{across:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_number(10**power)}</text>'
        )
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(x)}</text>')
    parts.append(
        f'<text transform="translate(16 {HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">{escape(y)}</text>'
    )
    labels: list[tuple[float, str, str]] = []
    for number, (name, line) in enumerate(series.items()):
        kept = [at(point) for point in line if min(point) > 0]
        colour = COLOURS[number % len(COLOURS)]
        dash = DASHES[number // 2 % len(DASHES)]
        path = "L".join(f"{across:.1f} {height:.1f}" for across, height in kept)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{h:.1f}" r="3" fill="{colour}"/>' for a, h in kept]
        labels.append((kept[-1][1], name, colour))
    for height, name, colour in _apart(labels):
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{height + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    lowest, highest = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return lowest, max(highest, lowest + 1)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _apart(labels: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Move labels down until none stands on another."""
    placed: list[tuple[float, str, str]] = []
    for height, name, colour in sorted(labels):
        free = max(height, placed[-1][0] + 15) if placed else height
        placed.append((free, name, colour))
    return placed
