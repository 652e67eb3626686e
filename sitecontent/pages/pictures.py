"""Pictures of what records say: the cycle, how much blood is a lot, the weeks of a pregnancy. Pure.

The templates draw them. Every word beside a picture comes from a record, so that nothing is said here that nobody
reviewed; a record that the edition does not hold leaves its part of the picture out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sitecontent.documents import Effect, Trimester, Urgency
from sitecontent.edition.edition import Edition
from sitecontent.pages import words
from sitecontent.pages.index import SiteIndex
from sitecontent.pages.present import CauseCard, Level, level_of
from sitecontent.pages.words import Term

CYCLE_FINDING = "cycle-time"
AMOUNT_FINDINGS = ("blood-loss-now", "bleed-amount")
AMOUNT_DRAWN = "blood-loss-now"
"""The finding whose answers can be drawn as a pad."""

_PLACES: Mapping[str, int] = {"period-ending": 82, "middle": 200, "period-due": 302, "overdue": 376}
"""How far along the line each moment of the cycle is drawn, of 400. Only the order means something."""
_MARKS_A_MOMENT = 3
"""The strength that a link needs: an answer that only hints at a cause does not place it."""

_PADS = frozenset({"spotting", "light", "pad-every-few-hours", "steady-flow", "pad-an-hour"})
"""The answers that have a drawing."""

_WEEKS: Mapping[Trimester, int] = {
    Trimester.FIRST: 12,
    Trimester.SECOND: 15,
    Trimester.THIRD: 13,
    Trimester.AFTER: 12,
}
"""How many weeks each part is drawn as long: up to 12, 13 to 27, 28 to 40, and twelve after the end."""


@dataclass(frozen=True)
class Moment:
    """One moment of the cycle at which a known cause may bleed."""

    number: int
    label: str
    x: int
    cards: tuple[CauseCard, ...]
    is_marked: bool


@dataclass(frozen=True)
class Cycle:
    """A cycle as a line, with the moments on it."""

    question: str
    address: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Amount:
    """One amount of blood: what it is called, how it is told, how it looks and what it asks for."""

    label: str
    help: str
    drawing: str
    level: Level | None
    """The level that this answer alone asks for, or None when none of the rules looks at it alone."""


@dataclass(frozen=True)
class Stretch:
    """One part of the line of a pregnancy."""

    term: Term
    x: int
    width: int
    is_met: bool


@dataclass(frozen=True)
class Span:
    """When in a pregnancy, or after it, one cause is met."""

    card: CauseCard
    stretches: tuple[Stretch, ...]

    @property
    def met(self) -> tuple[Term, ...]:
        """The parts in which it is met, in words."""
        return tuple(stretch.term for stretch in self.stretches if stretch.is_met)


def cycle_of(index: SiteIndex, *, marked: str = "") -> Cycle | None:
    """When in the cycle causes that follow it are met; None when the edition has no such question.

    `marked` is the slug of a cause whose moments stand out.
    """
    finding = index.edition.finding(CYCLE_FINDING)
    if finding is None:
        return None
    cards: dict[str, list[CauseCard]] = {}
    for clue in index.clues.get(CYCLE_FINDING, ()):
        if clue.link.effect is Effect.FOR and clue.link.strength >= _MARKS_A_MOMENT:
            for answer in clue.link.answers:
                cards.setdefault(answer, []).append(clue.card)
    labels = {answer.slug: answer.label for answer in finding.answers}
    found = [slug for slug in _PLACES if slug in labels and slug in cards]
    moments = tuple(
        Moment(
            number=number,
            label=labels[slug],
            x=_PLACES[slug],
            cards=tuple(cards[slug]),
            is_marked=any(card.cause.slug == marked for card in cards[slug]),
        )
        for number, slug in enumerate(found, start=1)
    )
    return Cycle(finding.title, f"/findings/{finding.slug}/", moments) if moments else None


def cycle_of_cause(index: SiteIndex, slug: str) -> Cycle | None:
    """The cycle for the page of a cause; None for a cause that does not follow it."""
    cycle = cycle_of(index, marked=slug)
    return cycle if cycle and any(moment.is_marked for moment in cycle.moments) else None


def amounts_of(index: SiteIndex) -> tuple[Amount, ...]:
    """How much blood is a lot: each amount that can be drawn, the least first, with the level that it asks for."""
    finding = index.edition.finding(AMOUNT_DRAWN)
    if finding is None:
        return ()
    amounts = [
        Amount(
            label=answer.label,
            help=_first_sentence(answer.help),
            drawing=f"pages/amounts/{answer.slug}.svg",
            level=_level_alone(index.edition, answer.slug),
        )
        for answer in finding.answers
        if answer.slug in _PADS
    ]
    return tuple(reversed(amounts))


def _level_alone(edition: Edition, answer: str) -> Level | None:
    given = {AMOUNT_DRAWN: frozenset({answer})}
    levels: list[Urgency] = [rule.at_least for rule in edition.safety_rules if rule.when.holds(given)]
    return level_of(edition, max(levels, key=lambda level: level.rank)) if levels else None


def _first_sentence(text: str) -> str:
    """What an answer means. What follows helps to choose among the answers, and is for the form."""
    sentence, stop, _ = text.partition(". ")
    return sentence + stop.strip()


def spans_of(cards: Iterable[CauseCard]) -> tuple[Span, ...]:
    """When in a pregnancy each of these causes is met; those that name no time are left out."""
    return tuple(
        Span(card, tuple(_stretches(frozenset(card.cause.trimesters)))) for card in cards if card.cause.trimesters
    )


def parts_of_a_pregnancy() -> tuple[Stretch, ...]:
    """The line itself, to head the spans."""
    return tuple(_stretches(frozenset()))


def _stretches(met: frozenset[Trimester]) -> Iterable[Stretch]:
    x = 0
    for trimester, weeks in _WEEKS.items():
        yield Stretch(words.TRIMESTERS[trimester], x, weeks, trimester in met)
        x += weeks
