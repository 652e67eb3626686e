"""The level that is one answer away, found without weighing everything again. Pure.

Whatever asks for a level asks it of everything that was said, and of nothing that was not said. So one answer more
can only set off what lacks just that answer; of all that stands above the level at hand, only this is tried. From
self-care the level also rises when a reassurance is lost, which is nothing that asks for a level; where nothing else
raises it, the engine says there whether the reassurance stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

from sitecontent.documents import (
    NOT_SURE,
    PREFER_NOT_TO_SAY,
    Answers,
    Cause,
    Effect,
    Finding,
    PregnancyScope,
    Urgency,
)
from triage.answers import NOTHING, read_answers
from triage.bits import ALWAYS, Asks, Bits, bits_of
from triage.engine import CLEARLY, POSSIBLY, PREGNANCY_STATUS, RECENT_PREGNANCY_END, earns_self_care, is_met_now
from triage.index import UNWANTED_SEX, Index, Sealed, index_of

EVERY = -1
"""Every bit."""

NONE = 0

Links = tuple[tuple[int, int], ...]


class Asking(NamedTuple):
    """What asks for a level: a rule; or a cause, by itself or through an escalation, when enough speaks for it."""

    urgency: Urgency
    when: Asks
    looks_at: int
    """The bits of every answer that can make it ask."""
    alone: int
    """The answers of which any one makes it ask, whatever else was said."""
    enough: int
    """The sum of what must speak for the cause. For a rule, nought."""
    links: Links
    """The bits and the strength of each link that speaks for the cause."""
    adding: tuple[int, ...]
    """The answers that by themselves add nothing or more, one or more, two or more, and so on up to `enough`."""

    @classmethod
    def of(cls, urgency: Urgency, when: Asks, enough: int = 0, links: Links = ()) -> "Asking":
        """Prepare one."""
        looks_at = NONE
        for bits in (*when.parts, *(bits for bits, _ in links)):
            looks_at |= bits
        unsaid = cls(urgency, when, looks_at, NONE, enough, links, _adding(links, enough))
        return unsaid._replace(alone=unsaid._lacks(NONE))

    def holds(self, said: int) -> bool:
        """True when it asks for its level of somebody who said this."""
        return self.when.holds(said) and self._speaks_for(said) >= self.enough

    def lacks(self, said: int) -> int:
        """The bits of the answers of which any one may be all that it lacks; none where it lacks more than one."""
        return self._lacks(said) if self.looks_at & said else self.alone

    def _lacks(self, said: int) -> int:
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


class Choice(NamedTuple):
    """An answer to try."""

    slug: str
    bit: int
    follows: int
    """Its bit and those of all that it implies."""
    implies: bool
    is_open: bool
    """True for "not sure" and "rather not say"."""

    @classmethod
    def of(cls, bits: Bits, finding: str, answer: str) -> "Choice":
        """Prepare one."""
        bit, follows = bits.of[finding, answer], bits.follows[finding, answer]
        return cls(answer, bit, follows, follows != bit, answer in (NOT_SURE, PREFER_NOT_TO_SAY))


@dataclass(frozen=True)
class Kit:
    """What an edition asks, and what of it asks for more than a level, in bits."""

    bits: Bits
    above: tuple[Asking, ...]
    """The most urgent first."""
    questions: tuple[tuple[Finding, Asks], ...]
    """Those of the sequence, and when each is asked."""
    choices: Mapping[str, Mapping[str, Choice]]
    """Finding -> its answers."""


class Nearby:
    """The levels around what was said: one more answer at a time."""

    def __init__(self, index: Index, given: Answers, now: Urgency, *, among: Iterable[Finding] | None = None) -> None:
        """Prepare for these answers. Where only some questions are to be tried, `among` names them."""
        self.index = index
        self.given = given
        self.now = now
        self._kit = _kit(Sealed.of(index.edition), now)
        self._before = self._kit.bits.following(given)
        self._chosen = self._kit.bits.of_all(given)
        tried = EVERY if among is None else self._bits_of(among)
        before = self._before
        self._near = [
            (lacking, asking)
            for asking in self._kit.above
            if asking.looks_at & tried and (lacking := asking.lacks(before))
        ]
        """What lacks one answer, with those that would do, the most urgent first."""
        lacking_at = [NONE] * len(Urgency)
        for lacking, asking in self._near:
            lacking_at[asking.urgency.rank] |= lacking
        self._levels = [(level, lacking_at[level.rank]) for level in reversed(Urgency) if lacking_at[level.rank]]
        """The levels, the most urgent first, with the answers of which an open question lacks just one."""
        self._raising = reduce(or_, lacking_at)

    def asked(self) -> tuple[Finding, ...]:
        """The questions of the sequence that concern somebody who said this, in their order."""
        return tuple([finding for finding, when in self._kit.questions if when.holds(self._before)])

    def brought_up_by(self, finding: Finding, answer: str) -> tuple[Finding, ...]:
        """The questions that this answer to an open question would bring up."""
        then = self._before | self._kit.choices[finding.slug][answer].follows
        return tuple([one for one, when in self._kit.questions if when.holds(then) and not when.holds(self._before)])

    def followed_by(self, finding: Finding, answer: str, among: Iterable[Finding]) -> "Nearby":
        """The levels around what was said and this answer to an open question, where only some questions are tried."""
        return Nearby(self.index, {**self.given, finding.slug: frozenset({answer})}, self.now, among=among)

    def raised_by(self, finding: Finding) -> dict[str, Urgency]:
        """The answers to a question that would be new and would raise the level, each with that level."""
        found = {}
        for answer, choice in self._kit.choices[finding.slug].items():
            if not (choice.bit & self._chosen or choice.is_open):
                level = self._level_with(finding, choice)
                if level is not self.now:
                    found[answer] = level
        return found

    def level_with(self, finding: Finding, answer: str) -> Urgency:
        """The level if this had been answered too, or in place of the one answer that the question takes.

        One that would be lower is not told apart from the level at hand.
        """
        return self._level_with(finding, self._kit.choices[finding.slug][answer])

    def _level_with(self, finding: Finding, choice: Choice) -> Urgency:
        highest = None
        if choice.implies:
            near = [asking for asking in self._kit.above if asking.looks_at & choice.follows]
            highest = self._asked_with(finding, choice, near)
        elif choice.bit & self._raising:
            if finding.slug not in self.given:
                return self._level_of_what_lacks(choice.bit)
            # A link counts once, and what was said may go: so what lacked just this need not hold then.
            near = [asking for lacking, asking in self._near if lacking & choice.bit]
            highest = self._asked_with(finding, choice, near)
        if highest is None and self.now is Urgency.SELF_CARE:
            return self._reassured_with(finding, choice)
        return highest or self.now

    def _takes_the_place_of_another(self, finding: Finding) -> bool:
        """False when an answer to a question joins all that was given to it."""
        given = self.given.get(finding.slug, NOTHING)
        return NOT_SURE in given if finding.multiple else bool(given)

    def _level_of_what_lacks(self, bit: int) -> Urgency:
        for level, lacking in self._levels:
            if lacking & bit:
                return level
        return self.now

    def _asked_with(self, finding: Finding, choice: Choice, above: Iterable[Asking]) -> Urgency | None:
        """What some of what asks for more, the most urgent first, asks for then."""
        everything = self._everything_with(finding, choice)
        return next((asking.urgency for asking in above if asking.holds(everything)), None)

    def _reassured_with(self, finding: Finding, choice: Choice) -> Urgency:
        """The level then, where nothing asks for more: self-care or, when the reassurance is lost, routine."""
        said = read_answers(self.index.findings, {**self.given, finding.slug: self._picked(finding, choice.slug)})
        return Urgency.SELF_CARE if earns_self_care(self.index, said) else Urgency.ROUTINE

    def _everything_with(self, finding: Finding, choice: Choice) -> int:
        """The bits of everything said then."""
        if not self._takes_the_place_of_another(finding):
            return self._before | choice.follows
        return self._kit.bits.following({**self.given, finding.slug: self._picked(finding, choice.slug)})

    def _picked(self, finding: Finding, answer: str) -> frozenset[str]:
        before = self.given.get(finding.slug, NOTHING) - {NOT_SURE} if finding.multiple else NOTHING
        return before | {answer}

    def _bits_of(self, findings: Iterable[Finding]) -> int:
        bits = NONE
        for finding in findings:
            for choice in self._kit.choices[finding.slug].values():
                bits |= choice.bit
        return bits


@lru_cache(maxsize=32)
def _kit(sealed: Sealed, now: Urgency) -> Kit:
    edition, bits = sealed.edition, bits_of(sealed)
    asking = [Asking.of(rule.at_least, bits.asks(rule.when)) for rule in edition.safety_rules]
    for cause in edition.causes:
        asking += _asked_by(index_of(edition), bits, cause)
    above = (one for one in asking if one.urgency.rank > now.rank)
    return Kit(
        bits=bits,
        above=tuple(sorted(above, key=lambda one: -one.urgency.rank)),
        questions=tuple(
            (finding, bits.asks(finding.ask_if) if finding.ask_if else ALWAYS)
            for finding in edition.findings
            if finding.slug not in UNWANTED_SEX
        ),
        choices={
            finding.slug: {slug: Choice.of(bits, finding.slug, slug) for slug in finding.answer_slugs}
            for finding in edition.findings
        },
    )


def _asked_by(index: Index, bits: Bits, cause: Cause) -> Iterator[Asking]:
    """What `raises_of` of the engine says of a cause, in bits."""
    links = tuple(
        (bits.any_of(link.finding, link.answers), link.strength)
        for link in cause.finding_links
        if link.effect is Effect.FOR
    )
    met = _met(index, bits, cause)
    yield Asking.of(cause.urgency, met, CLEARLY, links)
    for escalation in cause.escalations:
        when = Asks((*met.parts, *bits.asks(escalation.when).parts))
        yield Asking.of(escalation.urgency, when, POSSIBLY, links)


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


def _adding(links: Links, enough: int) -> tuple[int, ...]:
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
