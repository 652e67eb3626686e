"""What the proof is tried on: every edition taken apart into what can make a difference. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from sitecontent.documents import (
    NOT_SURE,
    PREFER_NOT_TO_SAY,
    Answers,
    Cause,
    Condition,
    Effect,
    Finding,
    Nature,
    Urgency,
)
from triage.answers import read_answers
from triage.engine import Weighed, weigh
from triage.index import Index
from triage.parts import Part, cause_alone, covering, rule_alone
from triage.witness import Atom, adding, everything_of, first_asked, raising, ways

MOST_EXPLANATIONS = 6
"""How many answer sets are looked at with which one natural cause earns self-care."""


@dataclass(frozen=True)
class Ground:
    """What the properties are tried on, prepared once for each edition."""

    index: Index

    def weigh(self, answers: Answers) -> Weighed:
        """The whole engine's level for these answers."""
        return weigh(self.index, read_answers(self.index.findings, answers))

    @cached_property
    def rules(self) -> Mapping[str, Part]:
        """Each rule alone."""
        return {rule.slug: rule_alone(self.index, rule) for rule in self.index.edition.safety_rules}

    @cached_property
    def causes(self) -> Mapping[str, Part]:
        """Each cause alone."""
        return {slug: cause_alone(self.index, cause) for slug, cause in self.index.causes.items()}

    @cached_property
    def ways(self) -> Mapping[str, tuple[Answers, ...]]:
        """Rule -> every way in which it can hold, one at least for every answer that it names."""
        return {rule.slug: tuple(ways(self.index, rule.when)) for rule in self.index.edition.safety_rules}

    @cached_property
    def different_ways(self) -> Mapping[str, tuple[Answers, ...]]:
        """The same without those that the rule can not tell apart."""
        return {slug: tuple(part.different(self.ways[slug])) for slug, part in self.rules.items()}

    @cached_property
    def raising(self) -> Mapping[str, tuple[Answers, ...]]:
        """Cause -> smallest answer sets with which it asks for a level."""
        found = {}
        for slug, cause in self.index.causes.items():
            sets = (answers for item in (None, *cause.escalations) for answers in raising(self.index, cause, item))
            found[slug] = tuple(self.causes[slug].different(sets))
        return found

    @cached_property
    def covering(self) -> tuple[Answers, ...]:
        """Full answer sets in which every two answers meet."""
        return covering(self.index)

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """Every answer to every question."""
        return tuple((slug, answer) for slug, finding in self.index.findings.items() for answer in finding.answer_slugs)

    @cached_property
    def limits(self) -> frozenset[Atom]:
        """The answers with which nobody is left to self-care."""
        return named_by(self.index.not_for_self_care)

    @cached_property
    def alarming(self) -> tuple[Atom, ...]:
        """Answers that make a rule fire all by themselves, the most urgent rule first."""
        rules = self.index.edition.safety_rules
        return tuple(
            dict.fromkeys(
                (slug, answer)
                for rule in rules
                for slug, answer in sorted(named_by(rule.when))
                if rule.when.holds({slug: frozenset({answer})})
            )
        )

    @cached_property
    def _alarm(self) -> Mapping[Atom, tuple[int, bool, bool]]:
        """How alarming an answer is: the most urgent rule that names it, then whether an escalation does, or a link."""
        rules = dict.fromkeys(self.atoms, -1)
        for atom in self.limits:
            rules[atom] = Urgency.ROUTINE.rank
        for rule in self.index.edition.safety_rules:
            for atom in named_by(rule.when):
                rules[atom] = max(rules[atom], rule.at_least.rank)
        causes = self.index.causes.values()
        escalating = {atom for cause in causes for item in cause.escalations for atom in named_by(item.when)}
        speaking = {
            (link.finding, answer)
            for cause in causes
            for link in cause.finding_links
            if link.effect is Effect.FOR
            for answer in link.answers
        }
        return {atom: (rank, atom in escalating, atom in speaking) for atom, rank in rules.items()}

    def safe(self, finding: Finding) -> tuple[str, ...]:
        """The safe answers to a question: those that no rule and no limit names, or the least urgent ones if all are.

        Of several, those that no escalation names and that speak for no cause.
        """
        real = [answer for answer in finding.answer_slugs if answer not in (NOT_SURE, PREFER_NOT_TO_SAY)]
        least = min((self._alarm[finding.slug, answer] for answer in real), default=None)
        return tuple(answer for answer in real if self._alarm[finding.slug, answer] == least)

    @cached_property
    def reassuring(self) -> tuple[Atom, ...]:
        """Answers that could tempt somebody to reassure: the safe ones, and all that speak against a cause."""
        found = {(finding.slug, answer) for finding in self.index.findings.values() for answer in self.safe(finding)}
        for cause in self.index.causes.values():
            found |= named_by(cause.not_when)
            for link in cause.finding_links:
                if link.effect is Effect.AGAINST:
                    found |= {(link.finding, answer) for answer in link.answers}
        return tuple(atom for atom in self.atoms if atom in found)

    @cached_property
    def explained(self) -> tuple[tuple[Cause, Answers], ...]:
        """Answers with which a natural cause earns self-care: it fits, and every question is answered safely."""
        natural = (
            cause
            for cause in self.index.causes.values()
            if cause.nature is Nature.NATURAL and cause.urgency is Urgency.SELF_CARE
        )
        return tuple(
            (cause, answers)
            for cause in natural
            for answers in islice(filter(self._earns_self_care, self._completed(cause)), MOST_EXPLANATIONS)
        )

    def _earns_self_care(self, answers: Answers) -> bool:
        return self.weigh(answers).urgency is Urgency.SELF_CARE

    def _completed(self, cause: Cause) -> Iterator[Answers]:
        """Ways in which a cause clearly fits, with every open safety question answered safely."""
        avoided = named_by(cause.not_when) | {
            (link.finding, answer)
            for link in cause.finding_links
            if link.effect is Effect.AGAINST
            for answer in link.answers
        }
        for start in raising(self.index, cause, None):
            answers = first_asked(self.index, [start])
            while answers is not None and (open_ := self._first_open(answers)):
                answers = adding(self.index, answers, (open_.slug, self._calm(open_, avoided)))
            if answers is not None:
                yield answers

    def _calm(self, finding: Finding, avoided: frozenset[Atom]) -> str:
        """The safest answer to a question that leaves a cause standing."""
        offered = [*self.safe(finding), *finding.answer_slugs]
        left = (answer for answer in offered if (finding.slug, answer) not in avoided | self.limits)
        return next(left, offered[0])

    def _first_open(self, answers: Answers) -> Finding | None:
        everything = everything_of(self.index, answers)
        questions = self.index.safety_questions(everything)
        return next((finding for finding in questions if finding.slug not in everything), None)


def weigh_alone(part: Part, answers: Answers) -> Weighed:
    """What the engine makes of these answers when the part is all there is."""
    return weigh(part.index, read_answers(part.index.findings, answers))


def named_by(condition: Condition | None) -> frozenset[Atom]:
    """The answers that a condition names."""
    matches = condition.matches if condition else ()
    return frozenset((match.finding, answer) for match in matches for answer in match.is_)
