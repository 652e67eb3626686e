"""The level that is one answer away, found without weighing everything again. Pure.

Whatever asks for a level asks it of everything that was said, and of nothing that was not said. So one answer more
can only set off what lacks just that answer; of all that stands above the level at hand, only this is tried. From
self-care the level also rises when a reassurance is lost, which is nothing that asks for a level; where nothing else
raises it, the engine weighs everything there.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sitecontent.documents import NOT_SURE, Cause, Effect, Finding, PregnancyScope, Urgency
from triage.answers import NOTHING, Said, read_answers
from triage.bits import ALWAYS, Asks, Bits, bits_of
from triage.engine import CLEARLY, POSSIBLY, PREGNANCY_STATUS, RECENT_PREGNANCY_END, is_met_now, weigh
from triage.index import Index, Sealed, index_of


class Asking(NamedTuple):
    """What asks for a level: a rule; or a cause, by itself or through an escalation, when enough speaks for it."""

    urgency: Urgency
    when: Asks
    enough: int = 0
    """The sum of what must speak for the cause. For a rule, nought."""
    links: tuple[tuple[int, int], ...] = ()
    """The bits and the strength of each link that speaks for the cause."""
    adding: tuple[int, ...] = ()
    """The answers that by themselves add nothing or more, one or more, two or more, and so on up to `enough`."""

    def holds(self, said: int) -> bool:
        """True when it asks for its level of somebody who said this."""
        return self.when.holds(said) and self._speaks_for(said) >= self.enough

    def lacks(self, said: int) -> int:
        """The bits of the answers of which any one may be all that it lacks; none where it lacks more than one."""
        lacking = EVERY
        for part in self.when.parts:
            if not part & said:
                lacking &= part
                if not lacking:
                    return NONE
        missing = self.enough - self._speaks_for(said)
        return lacking & self.adding[missing] if missing > 0 else lacking

    def _speaks_for(self, said: int) -> int:
        speaks_for = 0
        for bits, strength in self.links:
            if bits & said:
                speaks_for += strength
        return speaks_for


EVERY = -1
"""Every bit."""

NONE = 0


class Nearby:
    """The levels around what was said: one more answer at a time."""

    def __init__(self, index: Index, said: Said, now: Urgency) -> None:
        self.index = index
        self.said = said
        self.now = now
        sealed = Sealed.of(index.edition)
        self._bits = bits_of(sealed)
        self._before = self._bits.of_all(said.everything)
        self._near = tuple(
            (lacking, asking) for asking in _above(sealed, now) if (lacking := asking.lacks(self._before))
        )
        self._raising = NONE
        for lacking, _ in self._near:
            self._raising |= lacking

    def could_raise(self, finding: Finding, answer: str) -> bool:
        """False when nothing above the level lacks just this answer, and it implies no other."""
        if self.now is Urgency.SELF_CARE:
            return True
        bit = self._bits.of[finding.slug, answer]
        return bool(self._raising & bit) or self._bits.follows[finding.slug, answer] != bit

    def level_with(self, finding: Finding, answer: str) -> Urgency:
        """The level if this had been answered too, or in place of the one answer that the question takes.

        One that would be lower is not told apart from the level at hand.
        """
        bit = self._bits.of[finding.slug, answer]
        if self._bits.follows[finding.slug, answer] != bit:
            return self._weighed_with(finding, answer)
        if self._raising & bit:
            everything = self._everything_with(finding, answer)
            for lacking, asking in self._near:
                if lacking & bit and asking.holds(everything):
                    return asking.urgency
        return self._weighed_with(finding, answer) if self.now is Urgency.SELF_CARE else self.now

    def _weighed_with(self, finding: Finding, answer: str) -> Urgency:
        said = read_answers(self.index.findings, {**self.said.given, finding.slug: self._picked(finding, answer)})
        return max(self.now, weigh(self.index, said).urgency, key=lambda level: level.rank)

    def _everything_with(self, finding: Finding, answer: str) -> int:
        """The bits of everything said then."""
        if finding.slug not in self.said.given:
            return self._before | self._bits.follows[finding.slug, answer]
        return self._bits.following({**self.said.given, finding.slug: self._picked(finding, answer)})

    def _picked(self, finding: Finding, answer: str) -> frozenset[str]:
        before = self.said.given.get(finding.slug, NOTHING) - {NOT_SURE} if finding.multiple else NOTHING
        return before | {answer}


@lru_cache(maxsize=32)
def _above(sealed: Sealed, now: Urgency) -> tuple[Asking, ...]:
    """All that asks for more than a level, the most urgent first."""
    edition, bits = sealed.edition, bits_of(sealed)
    asking = [Asking(rule.at_least, bits.asks(rule.when)) for rule in edition.safety_rules]
    for cause in edition.causes:
        asking += _asked_by(index_of(edition), bits, cause)
    above = (one for one in asking if one.urgency.rank > now.rank)
    return tuple(sorted(above, key=lambda one: -one.urgency.rank))


def _asked_by(index: Index, bits: Bits, cause: Cause) -> Iterator[Asking]:
    """What `raises_of` of the engine says of a cause, in bits."""
    links = tuple(
        (bits.any_of(link.finding, link.answers), link.strength)
        for link in cause.finding_links
        if link.effect is Effect.FOR
    )
    met = _met(index, bits, cause)
    yield Asking(cause.urgency, met, CLEARLY, links, _adding(links, CLEARLY))
    for escalation in cause.escalations:
        when = Asks((*met.parts, *bits.asks(escalation.when).parts))
        yield Asking(escalation.urgency, when, POSSIBLY, links, _adding(links, POSSIBLY))


def _met(index: Index, bits: Bits, cause: Cause) -> Asks:
    """When a cause is met at all. Of the answers about a pregnancy one is enough."""
    met = bits.asks(cause.only_when) if cause.only_when else ALWAYS
    if cause.pregnancy is not PregnancyScope.ONLY:
        return met
    pregnant = NONE
    for slug in (PREGNANCY_STATUS, RECENT_PREGNANCY_END):
        if slug in index.findings:
            answers = index.findings[slug].answer_slugs
            pregnant |= bits.any_of(slug, (one for one in answers if is_met_now(cause, {slug: frozenset({one})})))
    return Asks((*met.parts, pregnant))


def _adding(links: tuple[tuple[int, int], ...], enough: int) -> tuple[int, ...]:
    adding = [EVERY] + [NONE] * enough
    everything = NONE
    for bits, _ in links:
        everything |= bits
    while everything:
        bit = everything & -everything
        gain = sum(strength for bits, strength in links if bits & bit)
        for at_least in range(1, min(gain, enough) + 1):
            adding[at_least] |= bit
        everything ^= bit
    return tuple(adding)
