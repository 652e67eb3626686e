"""What the checker looks up in an edition, prepared once for each edition. Pure.

Every lookup starts from an answer, so the work of one assessment grows with what was said
and hardly with the number of causes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from sitecontent.documents import (
    Answers,
    Cause,
    Condition,
    Effect,
    Finding,
    FindingLink,
    Nature,
    SafetyRule,
    Urgency,
    UrgencyLevel,
)
from sitecontent.edition.edition import Edition
from triage.lists import AskedList, lists_of

UNWANTED_SEX = ("no-consent", "assault-when", "safe-now")
"""The questions that live in the box "if sex was not something you wanted".

They are never asked in sequence: left open they hold nothing back, answered they count
like every other.
"""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Index:
    """An edition as the engine looks things up in it."""

    edition: Edition
    findings: Mapping[str, Finding]
    """In the order in which they are asked."""
    places: Mapping[str, int]
    """The place of each question in that order."""
    rules: Mapping[tuple[str, str], tuple[SafetyRule, ...]]
    """Finding and answer -> the rules to look at when it is given.

    A rule stands under the answers of one part of its condition only, the one that fewest rules name: it can
    not hold without one of them.
    """
    links: Mapping[tuple[str, str], tuple[tuple[str, int], ...]]
    """Finding and answer -> slug of the cause and place of the link in it."""
    strengths: Mapping[str, tuple[int, ...]]
    """Cause -> the strength of each of its links in their order, below nought where the link speaks against it."""
    escalated: Mapping[tuple[str, str], tuple[str, ...]]
    """Finding and answer -> slugs of the causes with an escalation that names it."""
    causes: Mapping[str, Cause]
    """By slug, in the order of the slugs."""
    serious: tuple[Cause, ...]
    """Pathological causes that should be seen soon or faster, the most urgent first."""
    named_by_rules: Mapping[str, frozenset[str]]
    """Finding -> the answers that a rule, an escalation or the limits of self-care name."""
    alarming: frozenset[tuple[str, str]]
    """Finding and answer that by themselves ask to be seen today or at once."""
    not_for_self_care: Condition | None
    leads_on: frozenset[tuple[str, str]]
    """Finding and answer that some question waits for."""
    lists: Mapping[str, AskedList]
    """The lists in which several questions are asked as one, by the slug of the finding that opens them."""

    def level(self, urgency: Urgency) -> UrgencyLevel:
        """The words for a level. Raises: KeyError, which a compiled edition without problems rules out."""
        return self.edition.levels[urgency]

    def applies(self, finding: Finding, everything: Answers) -> bool:
        """True when a question concerns somebody who said all this."""
        return finding.ask_if is None or finding.ask_if.holds(everything)

    def asked(self, everything: Answers) -> tuple[Finding, ...]:
        """The questions of the sequence that concern somebody who said all this, in their order."""
        return tuple(
            finding
            for slug, finding in self.findings.items()
            if slug not in UNWANTED_SEX and self.applies(finding, everything)
        )

    def safety_questions(self, everything: Answers) -> tuple[Finding, ...]:
        """Those of the questions asked on which safety depends."""
        return tuple(finding for finding in self.asked(everything) if finding.slug in self.named_by_rules)

    def unwanted_sex_rules(self) -> tuple[SafetyRule, ...]:
        """The rules whose words belong in the box, the most urgent first.

        Those that also ask for something else, an injury say, are no words for everybody who reads the box.
        """
        box = frozenset(UNWANTED_SEX)
        return tuple(
            rule
            for rule in self.edition.safety_rules
            if UNWANTED_SEX[0] in rule.when.findings and rule.when.findings <= box
        )


@dataclass(frozen=True)
class Sealed:
    """An edition that compares by its seal alone, so that a cache need not hash all of it."""

    sha256: str
    edition: Edition = field(compare=False, repr=False)

    @classmethod
    def of(cls, edition: Edition) -> "Sealed":
        """Wrap an edition."""
        return cls(edition.sha256, edition)


def index_of(edition: Edition) -> Index:
    """The index of an edition; those of the last few editions are kept."""
    return _index(Sealed.of(edition))


@lru_cache(maxsize=8)
def _index(sealed: Sealed) -> Index:
    edition = sealed.edition
    self_care = edition.levels.get(Urgency.SELF_CARE)
    not_for = self_care.not_for if self_care else None
    causes = sorted(edition.causes, key=lambda cause: cause.slug)
    conditions = [rule.when for rule in edition.safety_rules]
    conditions += [escalation.when for cause in causes for escalation in cause.escalations]
    conditions += [not_for] if not_for else []
    return Index(
        edition=edition,
        findings=MappingProxyType({finding.slug: finding for finding in edition.findings}),
        places=MappingProxyType({finding.slug: place for place, finding in enumerate(edition.findings)}),
        rules=_gathered(_watched(edition.safety_rules)),
        links=_gathered(
            (pair, (cause.slug, place))
            for cause in causes
            for place, link in enumerate(cause.finding_links)
            for pair in _pairs_of_link(link)
        ),
        strengths=MappingProxyType(
            {
                cause.slug: tuple(
                    link.strength if link.effect is Effect.FOR else -link.strength for link in cause.finding_links
                )
                for cause in causes
            }
        ),
        escalated=_gathered(
            (pair, cause.slug)
            for cause in causes
            for escalation in cause.escalations
            for pair in _pairs_of(escalation.when)
        ),
        causes=MappingProxyType({cause.slug: cause for cause in causes}),
        serious=tuple(
            sorted(
                (c for c in causes if c.nature is Nature.PATHOLOGICAL and c.urgency.is_at_least(Urgency.SOON)),
                key=lambda cause: (-cause.urgency.rank, cause.slug),
            )
        ),
        named_by_rules=MappingProxyType(
            {
                finding: frozenset(answers)
                for finding, answers in _gathered(
                    pair for condition in conditions for pair in _pairs_of(condition)
                ).items()
            }
        ),
        alarming=frozenset(
            (finding, answer)
            for rule in edition.safety_rules
            for finding, answer in _pairs_of(rule.when)
            if rule.at_least.is_at_least(Urgency.URGENT) and rule.when.holds({finding: frozenset({answer})})
        ),
        not_for_self_care=not_for,
        leads_on=frozenset(
            pair for finding in edition.findings if finding.ask_if for pair in _pairs_of(finding.ask_if)
        ),
        lists=MappingProxyType(dict(lists_of(edition.findings))),
    )


def _pairs_of(condition: Condition) -> tuple[tuple[str, str], ...]:
    return tuple((match.finding, answer) for match in condition.matches for answer in match.is_)


def _watched(rules: Iterable[SafetyRule]) -> Iterator[tuple[tuple[str, str], SafetyRule]]:
    """Each rule with the answers of that part of its condition that fewest rules name."""
    held = tuple(rules)
    named = Counter(pair for rule in held for pair in set(_pairs_of(rule.when)))
    for rule in held:
        parts = [_pairs_of(Condition(all_of=(match,))) for match in rule.when.all_of]
        parts += [_pairs_of(Condition(any_of=rule.when.any_of))] if rule.when.any_of else []
        for pair in min(parts, key=lambda pairs: sum(named[pair] for pair in pairs)):
            yield pair, rule


def _pairs_of_link(link: FindingLink) -> tuple[tuple[str, str], ...]:
    return tuple((link.finding, answer) for answer in link.answers)


def _gathered(pairs: Iterable[tuple[K, V]]) -> Mapping[K, tuple[V, ...]]:
    """Everything that stands beside each key, each once and in its first order."""
    gathered: defaultdict[K, dict[V, None]] = defaultdict(dict)
    for key, value in pairs:
        gathered[key][value] = None
    return MappingProxyType({key: tuple(values) for key, values in gathered.items()})
