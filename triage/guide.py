"""The guided page: every criterion of an edition in words, the same for everybody. Nothing here sees an answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from sitecontent.documents import Cause, Condition, Document, Match, SafetyRule, UrgencyLevel
from sitecontent.edition.edition import Edition
from triage.present import RegionContact, contacts_of, icon_of


@dataclass(frozen=True)
class Reply:
    """A question and those of its answers that count."""

    question: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Criterion:
    """One thing that is true of somebody; any one of the replies says it."""

    replies: tuple[Reply, ...]


@dataclass(frozen=True)
class Criteria:
    """A condition in words: all of the one and, where there are any, at least one of the other."""

    all_of: tuple[Criterion, ...]
    any_of: tuple[Criterion, ...]


@dataclass(frozen=True)
class GuidedRule:
    """A safety rule: what makes it, and what to do."""

    rule: SafetyRule
    criteria: Criteria


@dataclass(frozen=True)
class GuidedLevel:
    """One level with its words, its rules, and the causes that should be seen so soon."""

    level: UrgencyLevel
    contacts: tuple[RegionContact, ...]
    rules: tuple[GuidedRule, ...]
    not_for: Criteria | None
    """With any of this the level is never given."""
    causes: tuple[Cause, ...]

    @property
    def icon(self) -> str:
        """The template of its icon."""
        return icon_of(self.level.urgency)


def guide(edition: Edition, *, region: str) -> tuple[GuidedLevel, ...]:
    """Every level of an edition, the most urgent first; the contacts of `region` come first."""
    return tuple(
        GuidedLevel(
            level=level,
            contacts=contacts_of(level, region),
            rules=tuple(
                GuidedRule(rule, criteria_of(edition, rule.when))
                for rule in edition.safety_rules
                if rule.at_least is urgency
            ),
            not_for=criteria_of(edition, level.not_for) if level.not_for else None,
            causes=tuple(cause for cause in edition.causes if cause.urgency is urgency),
        )
        for urgency, level in edition.levels.items()
    )


def made_of(edition: Edition) -> tuple[Document, ...]:
    """The records that the guided page is made of."""
    return (*edition.levels.values(), *edition.safety_rules)


def criteria_of(edition: Edition, condition: Condition) -> Criteria:
    """A condition in the words of the questions. One thing of which "any" must be true must simply be true."""
    all_of = tuple(_criterion(edition, match) for match in condition.all_of)
    any_of = tuple(_criterion(edition, match) for match in condition.any_of)
    return Criteria((*all_of, *any_of), ()) if len(any_of) == 1 else Criteria(all_of, any_of)


def _criterion(edition: Edition, match: Match) -> Criterion:
    return Criterion(tuple(_replies(edition, match)))


def _replies(edition: Edition, match: Match) -> Iterator[Reply]:
    """The answers that a match names, and those to other questions that imply one of them.

    Raises: KeyError, when there is no such question or answer; a compiled edition without problems rules that out.
    """
    findings = {finding.slug: finding for finding in edition.findings}
    asked = findings[match.finding]
    yield Reply(asked.question, tuple(asked.answer(slug).label for slug in match.is_))
    for finding in edition.findings:
        implying = tuple(
            answer.label
            for answer in finding.answers
            if answer.implies and answer.implies.finding == match.finding and answer.implies.answer in match.is_
        )
        if implying:
            yield Reply(finding.question, implying)
