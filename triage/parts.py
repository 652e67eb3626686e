"""The parts that the level is made of: each rule alone, each cause alone. Pure.

The level is the most urgent of what its parts ask for, and each part looks at few questions. So
what has to be shown of the whole can be shown of each part, over all that the part can see.
`triage.proof` checks both halves of that sentence on real answers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sitecontent.documents import Answers, Cause, Condition, Finding, SafetyRule, Urgency, most_urgent
from triage.engine import (
    PREGNANCY_STATUS,
    PREGNANCY_WEEKS,
    RECENT_PREGNANCY_END,
    TRIMESTERS_OF_WEEKS,
    Weighed,
)
from triage.index import Index
from triage.witness import Atom, adding


@dataclass(frozen=True)
class Part:
    """A rule or a cause, and an index in which it is the only one."""

    record: SafetyRule | Cause
    index: Index

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of the record."""
        if isinstance(self.record, SafetyRule):
            return (self.record.when,)
        limits = (self.record.only_when, self.record.not_when)
        return (*(item.when for item in self.record.escalations), *(limit for limit in limits if limit))

    @cached_property
    def support(self) -> tuple[Finding, ...]:
        """The questions that the part can depend on: those it names, and those whose answers imply one."""
        named = {slug for condition in self.conditions for slug in condition.findings}
        if isinstance(self.record, Cause):
            named |= {link.finding for link in self.record.finding_links}
            named |= {PREGNANCY_STATUS, PREGNANCY_WEEKS, RECENT_PREGNANCY_END}
        while implying := {slug for slug in self.index.findings if slug not in named and self._implies(slug, named)}:
            named |= implying
        return tuple(finding for slug, finding in self.index.findings.items() if slug in named)

    def _implies(self, slug: str, named: Iterable[str]) -> bool:
        answers = self.index.findings[slug].answers
        return any(answer.implies and answer.implies.finding in named for answer in answers)

    @cached_property
    def classes(self) -> Mapping[Atom, Atom]:
        """Each answer in sight -> the first answer to the same question that the part can not tell from it."""
        first: dict[object, Atom] = {}
        found = {}
        for finding in self.support:
            for answer in finding.answers:
                atom = (finding.slug, answer.slug)
                look = (finding.slug, self._named_by(atom), answer.implies, answer.exclusive, _constants(atom))
                found[atom] = first.setdefault(look, atom)
        return found

    def _named_by(self, atom: Atom) -> tuple[int, ...]:
        matches = [match for condition in self.conditions for match in condition.matches]
        named = [(match.finding, match.is_) for match in matches]
        if isinstance(self.record, Cause):
            named += [(link.finding, link.answers) for link in self.record.finding_links]
        return tuple(place for place, (slug, answers) in enumerate(named) if slug == atom[0] and atom[1] in answers)

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """One answer of each class."""
        return tuple(dict.fromkeys(self.classes.values()))

    def seen(self, answers: Answers) -> Answers:
        """Those of the answers that the part can see."""
        slugs = {finding.slug for finding in self.support}
        return {slug: held for slug, held in answers.items() if slug in slugs}

    def different(self, candidates: Iterable[Answers]) -> Iterator[Answers]:
        """Of answer sets that the part can not tell apart, the first."""
        met = set()
        for answers in candidates:
            look = frozenset((s, self.classes.get((s, a), (s, a))) for s, held in answers.items() for a in held)
            if look not in met:
                met.add(look)
                yield answers


def _constants(atom: Atom) -> object:
    """What the engine itself reads off an answer, beside the records."""
    slug, answer = atom
    if slug == PREGNANCY_STATUS:
        return answer if answer in ("yes", "no") else None
    if slug == RECENT_PREGNANCY_END:
        return answer == "no"
    return TRIMESTERS_OF_WEEKS.get(answer) if slug == PREGNANCY_WEEKS else None


def rule_alone(index: Index, rule: SafetyRule) -> Part:
    """A rule without any other, and without causes."""
    only = {pair: (rule,) for pair, rules in index.rules.items() if rule in rules}
    return Part(rule, replace(index, rules=only, links={}, escalated={}, causes={}, serious=(), not_for_self_care=None))


def cause_alone(index: Index, cause: Cause) -> Part:
    """A cause without any other, and without rules."""
    links = {pair: tuple(link for link in links if link[0] == cause.slug) for pair, links in index.links.items()}
    escalated = {pair: (cause.slug,) for pair, slugs in index.escalated.items() if cause.slug in slugs}
    return Part(
        cause,
        replace(
            index,
            rules={},
            links={pair: held for pair, held in links.items() if held},
            escalated=escalated,
            causes={cause.slug: cause},
            serious=(),
            not_for_self_care=None,
        ),
    )


def asked_for(weighed: Weighed) -> Urgency:
    """The level that rules and causes ask for, before the floor of the topic; `self-care` when nothing does."""
    return most_urgent([*(rule.at_least for rule in weighed.fired), *(item.urgency for item in weighed.raises)])


def covering(index: Index) -> tuple[Answers, ...]:
    """Full answer sets in which every two answers to different questions stand together at least once.

    A question left open, and all the answers of a question that takes several, count as answers
    too. Each set is filled greedily, always with what meets most others for the first time.
    """
    columns = [_choices(finding) for finding in index.findings.values()]
    places = [(column, row) for column, choices in enumerate(columns) for row in range(len(choices))]
    bits = {place: 1 << number for number, place in enumerate(places)}
    own = [sum(bits[column, row] for row in range(len(choices))) for column, choices in enumerate(columns)]
    every = sum(bits.values())
    missing = {(column, row): every & ~own[column] for column, row in places}
    rows = []
    while any(missing.values()):
        picked = _row(columns, bits, missing)
        together = sum(bits[place] for place in picked)
        for place in picked:
            missing[place] &= ~together
        rows.append({slug: held for column, row in sorted(picked) for slug, held in columns[column][row].items()})
    return tuple(rows)


def _choices(finding: Finding) -> tuple[Answers, ...]:
    choices: list[Answers] = [{}]
    choices += [{finding.slug: frozenset({answer})} for answer in finding.answer_slugs]
    if finding.multiple:
        choices.append({finding.slug: frozenset(answer.slug for answer in finding.answers if not answer.exclusive)})
    return tuple(choices)


_Place = tuple[int, int]
"""A column and a choice in it."""


def _row(
    columns: Sequence[Sequence[Answers]], bits: Mapping[_Place, int], missing: Mapping[_Place, int]
) -> list[_Place]:
    """One more row: first the choice that lacks most, then in each column what is new beside the rest."""
    start = max(bits, key=lambda place: missing[place].bit_count())
    picked, together = [start], bits[start]
    for column, choices in enumerate(columns):
        if column != start[0]:
            places = [(column, row) for row in range(len(choices))]
            best = max(places, key=lambda place: ((missing[place] & together).bit_count(), missing[place].bit_count()))
            picked.append(best)
            together |= bits[best]
    return picked


def overlaid(index: Index, below: Answers, above: Answers) -> Answers:
    """A full answer set in which some questions are answered otherwise."""
    return {
        slug: above.get(slug, below.get(slug, frozenset())) for slug in index.findings if slug in above or slug in below
    }


def one_more(index: Index, answers: Answers, atoms: Iterable[Atom]) -> Iterator[tuple[Atom, Answers]]:
    """The answers with each one that can stand beside them."""
    for atom in atoms:
        more = adding(index, answers, atom)
        if more is not None and more is not answers:
            yield atom, more
