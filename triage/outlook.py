"""What could still change the level: answers that are open or unsure, and answers that would be new. Pure.

Nothing is guessed: every answer that could matter is tried, and the engine is asked again.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sitecontent.documents import NOT_SURE, Effect, Finding, Urgency
from sitecontent.edition.edition import Edition
from triage.answers import NOTHING, Said, read_answers
from triage.engine import weigh
from triage.index import Index, index_of
from triage.notes import WITHHELD

MOST_CHANGES = 8
"""A longer list of what would change the level would not be read."""


@dataclass(frozen=True)
class Change:
    """A question whose other answers would raise the level, and the level of the most alarming of them."""

    finding: str
    question: str
    why_asked: str
    urgency: Urgency
    answers: tuple[str, ...]
    labels: tuple[str, ...]
    """The answers that would raise the level this far."""
    is_open: bool
    """True when the question was not answered."""
    is_unsure: bool
    """True when it was answered with "not sure"."""


@dataclass(frozen=True)
class Outlook:
    """What could still raise the level."""

    unknowns: tuple[Change, ...]
    """Questions left open or answered "not sure", of which some answer would raise the level."""
    changes: tuple[Change, ...]
    """The nearest single answers that would raise it, whatever was said before; the most urgent first."""


def outlook(edition: Edition, answers: Mapping[str, Collection[str]]) -> Outlook:
    """Try every other answer to every question that applies. Raises: UnknownAnswer, TooManyAnswers."""
    index = index_of(edition)
    said = read_answers(index.findings, answers)
    found = sorted(_raising(index, said), key=lambda change: -change.urgency.rank)
    return Outlook(
        unknowns=tuple(change for change in found if change.is_open or change.is_unsure),
        changes=tuple(found[:MOST_CHANGES]),
    )


def _raising(index: Index, said: Said) -> Iterator[Change]:
    now = weigh(index, said).urgency
    if now is Urgency.EMERGENCY:
        return
    above = _could_raise_above(index, now)
    for finding in index.asked(said.everything):
        tried = {
            answer.slug: _urgency_with(index, said, finding, answer.slug)
            for answer in finding.answers
            if _is_new(said, finding, answer.slug) and (finding.slug, answer.slug) in above
        }
        highest = max(tried.values(), key=lambda level: level.rank, default=now)
        if highest.rank > now.rank:
            raising = [answer for answer in finding.answers if tried.get(answer.slug) is highest]
            yield Change(
                finding=finding.slug,
                question=finding.question,
                why_asked=finding.why_asked,
                urgency=highest,
                answers=tuple(answer.slug for answer in raising),
                labels=tuple(answer.label for answer in raising),
                is_open=finding.slug not in said.given,
                is_unsure=NOT_SURE in said.given.get(finding.slug, NOTHING),
            )


def _is_new(said: Said, finding: Finding, answer: str) -> bool:
    return answer not in said.given.get(finding.slug, NOTHING) and answer not in (NOT_SURE, WITHHELD)


def _urgency_with(index: Index, said: Said, finding: Finding, answer: str) -> Urgency:
    """The level if this had been answered too, or in place of the one answer that the question takes."""
    before = said.given.get(finding.slug, NOTHING) - {NOT_SURE} if finding.multiple else NOTHING
    return weigh(index, read_answers(index.findings, {**said.given, finding.slug: before | {answer}})).urgency


def _could_raise_above(index: Index, now: Urgency) -> frozenset[tuple[str, str]]:
    """Answers that something above this level looks at, so that no others need be tried.

    An answer that implies another is always tried. From self-care every answer is.
    """
    if now is Urgency.SELF_CARE:
        return frozenset(
            (finding.slug, answer.slug) for finding in index.findings.values() for answer in finding.answers
        )
    by_rules = {pair for pair, rules in index.rules.items() if any(rule.at_least.rank > now.rank for rule in rules)}
    by_escalations = {
        pair
        for pair, causes in index.escalated.items()
        if any(e.urgency.rank > now.rank for slug in causes for e in index.causes[slug].escalations)
    }
    by_causes = {
        pair
        for pair, links in index.links.items()
        if any(_link_could_raise(index, slug, place, now) for slug, place in links)
    }
    implying = {
        (finding.slug, answer.slug)
        for finding in index.findings.values()
        for answer in finding.answers
        if answer.implies
    }
    return frozenset(by_rules | by_escalations | by_causes | implying)


def _link_could_raise(index: Index, slug: str, place: int, now: Urgency) -> bool:
    cause = index.causes[slug]
    levels = [cause.urgency, *(escalation.urgency for escalation in cause.escalations)]
    return cause.finding_links[place].effect is Effect.FOR and any(level.rank > now.rank for level in levels)
