"""The level that is one answer away, found without weighing everything again. Pure.

Every condition holds for what was said and for nothing that was not said. So one answer more can only set off what
looks at that answer, and of that only what stands above the level at hand is tried. From self-care the level also
rises when a reassurance is lost, which is no condition that holds; there the engine weighs everything.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sitecontent.documents import NOT_SURE, Answers, Cause, Effect, Finding, PregnancyScope, SafetyRule, Urgency
from sitecontent.edition.edition import Edition
from triage.answers import NOTHING, Said, read_answers
from triage.engine import CLEARLY, POSSIBLY, PREGNANCY_STATUS, RECENT_PREGNANCY_END, raises_of, weigh
from triage.index import Index, Sealed, index_of

Pair = tuple[str, str]


@dataclass(frozen=True)
class Above:
    """What can ask for more than a level, by each question and answer that it looks at."""

    rules: Mapping[Pair, tuple[SafetyRule, ...]]
    """The most urgent first."""
    causes: Mapping[Pair, tuple[tuple[Cause, int], ...]]
    """With what the answer adds to what speaks for the cause, where its question was open."""


class Nearby:
    """The levels around what was said: one more answer at a time."""

    def __init__(self, index: Index, said: Said, now: Urgency) -> None:
        self.index = index
        self.said = said
        self.now = now
        self._above = _above(Sealed.of(index.edition), now)
        self._speaks_for: dict[str, int] = {}

    def could_raise(self, finding: Finding, answer: str) -> bool:
        """False when nothing above the level looks at the answer, and it implies no other."""
        if self.now is Urgency.SELF_CARE:
            return True
        pair = (finding.slug, answer)
        return pair in self._above.rules or pair in self._above.causes or _implies(finding, answer)

    def level_with(self, finding: Finding, answer: str) -> Urgency:
        """The level if this had been answered too, or in place of the one answer that the question takes.

        One that would be lower is not told apart from the level at hand.
        """
        if self.now is Urgency.SELF_CARE:
            return weigh(self.index, _said_with(self.index, self.said, finding, answer)).urgency
        before = self.said.everything
        if finding.slug in before or _implies(finding, answer):
            after = _said_with(self.index, self.said, finding, answer).everything
            return self._highest(after, _new_pairs(before, after), is_open=False)
        after = {**before, finding.slug: frozenset({answer})}
        return self._highest(after, ((finding.slug, answer),), is_open=True)

    def _highest(self, after: Answers, new: Iterable[Pair], *, is_open: bool) -> Urgency:
        highest = self.now
        for pair in new:
            for rule in self._above.rules.get(pair, ()):
                if rule.at_least.rank <= highest.rank:
                    break
                if rule.when.holds(after):
                    highest = rule.at_least
            if highest is Urgency.EMERGENCY:
                break
            for cause, gain in self._above.causes.get(pair, ()):
                speaks_for = self._before(cause) + gain if is_open else _speaks_for(cause, after)
                if speaks_for >= POSSIBLY and _most(cause, speaks_for) > highest.rank:
                    levels = (item.urgency for item in raises_of(cause, speaks_for, after))
                    highest = max((highest, *levels), key=lambda level: level.rank)
        return highest

    def _before(self, cause: Cause) -> int:
        known = self._speaks_for.get(cause.slug)
        if known is None:
            known = self._speaks_for[cause.slug] = _speaks_for(cause, self.said.everything)
        return known


def _most(cause: Cause, speaks_for: int) -> int:
    """The rank that the cause could ask for at most."""
    own = (cause.urgency,) if speaks_for >= CLEARLY else ()
    return max((level.rank for level in (*own, *(e.urgency for e in cause.escalations))), default=-1)


def _said_with(index: Index, said: Said, finding: Finding, answer: str) -> Said:
    before = said.given.get(finding.slug, NOTHING) - {NOT_SURE} if finding.multiple else NOTHING
    return read_answers(index.findings, {**said.given, finding.slug: before | {answer}})


def _implies(finding: Finding, answer: str) -> bool:
    return any(offered.implies is not None and offered.slug == answer for offered in finding.answers)


def _new_pairs(before: Answers, after: Answers) -> Iterator[Pair]:
    for slug, picked in after.items():
        was = before.get(slug, NOTHING)
        if picked != was:
            for answer in picked - was:
                yield slug, answer


def _speaks_for(cause: Cause, everything: Answers) -> int:
    return sum(
        link.strength
        for link in cause.finding_links
        if link.effect is Effect.FOR and not everything.get(link.finding, NOTHING).isdisjoint(link.answers)
    )


@lru_cache(maxsize=32)
def _above(sealed: Sealed, now: Urgency) -> Above:
    edition: Edition = sealed.edition
    rules: dict[Pair, dict[str, SafetyRule]] = {}
    for rule in sorted(edition.safety_rules, key=lambda rule: -rule.at_least.rank):
        if rule.at_least.rank > now.rank:
            for match in rule.when.matches:
                for answer in match.is_:
                    rules.setdefault((match.finding, answer), {})[rule.slug] = rule
    causes: dict[Pair, dict[str, tuple[Cause, int]]] = {}
    for cause in edition.causes:
        levels = (cause.urgency, *(escalation.urgency for escalation in cause.escalations))
        if any(level.rank > now.rank for level in levels):
            for finding, answer in _looked_at(index_of(edition), cause):
                gain = _speaks_for(cause, {finding: frozenset({answer})})
                causes.setdefault((finding, answer), {})[cause.slug] = (cause, gain)
    return Above(
        rules={pair: tuple(found.values()) for pair, found in rules.items()},
        causes={pair: tuple(found.values()) for pair, found in causes.items()},
    )


def _looked_at(index: Index, cause: Cause) -> Iterator[Pair]:
    """Every answer that can make this cause ask for something: links for it, escalations, and when it is met."""
    for link in cause.finding_links:
        if link.effect is Effect.FOR:
            yield from ((link.finding, answer) for answer in link.answers)
    conditions = [escalation.when for escalation in cause.escalations]
    conditions += [cause.only_when] if cause.only_when else []
    for condition in conditions:
        for match in condition.matches:
            yield from ((match.finding, answer) for answer in match.is_)
    if cause.pregnancy is PregnancyScope.ONLY:
        yield from _answers_of(index, (PREGNANCY_STATUS, RECENT_PREGNANCY_END))


def _answers_of(index: Index, slugs: Iterable[str]) -> Iterator[Pair]:
    for slug in slugs:
        finding = index.findings.get(slug)
        if finding is not None:
            yield from ((slug, answer) for answer in finding.answer_slugs)
