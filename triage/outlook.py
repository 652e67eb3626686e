"""What could still change the level: answers that are open or unsure, and answers that would be new. Pure.

Nothing is guessed: every answer that could matter is tried.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sitecontent.documents import NOT_SURE, PREFER_NOT_TO_SAY, Finding, Urgency
from sitecontent.edition.edition import Edition
from triage.answers import NOTHING, Said, read_answers
from triage.engine import weigh
from triage.index import Index, index_of
from triage.nearby import Nearby

MOST_CHANGES = 8
"""A longer list of what would change the level would not be read."""


@dataclass(frozen=True)
class Change:
    """A question whose other answers would raise the level, and the level of the most alarming of them."""

    finding: str
    question: str
    why_asked: str
    how: str
    """How to find out, where the question says it."""
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
    now = weigh(index, said).urgency
    if now is Urgency.EMERGENCY:
        return Outlook((), ())
    nearby = Nearby(index, said, now)
    found = sorted(_raising(index, said, nearby), key=lambda change: -change.urgency.rank)
    unknown = [change for change in found if change.is_open or change.is_unsure]
    unknown += _leading_on(index, said, nearby, besides={change.finding for change in found})
    return Outlook(
        unknowns=tuple(sorted(unknown, key=lambda change: -change.urgency.rank)),
        changes=tuple(found[:MOST_CHANGES]),
    )


def _raising(index: Index, said: Said, nearby: Nearby) -> Iterator[Change]:
    for finding in index.asked(said.everything):
        tried = {
            answer.slug: nearby.level_with(finding, answer.slug)
            for answer in finding.answers
            if _is_new(said, finding, answer.slug) and nearby.could_raise(finding, answer.slug)
        }
        yield from _if_higher(said, finding, tried, nearby.now)


def _leading_on(index: Index, said: Said, nearby: Nearby, *, besides: Collection[str]) -> Iterator[Change]:
    """Questions left open of which an answer only leads on to another question, and that one could raise the level."""
    asked = index.asked(said.everything)
    for finding in asked:
        if finding.slug not in said.given and finding.slug not in besides:
            reached = {
                answer.slug: _highest_after(index, said, finding, answer.slug, nearby.now, asked)
                for answer in finding.answers
                if (finding.slug, answer.slug) in index.leads_on and answer.slug != NOT_SURE
            }
            yield from _if_higher(said, finding, reached, nearby.now)


def _highest_after(
    index: Index, said: Said, finding: Finding, answer: str, now: Urgency, asked: Collection[Finding]
) -> Urgency:
    """The most urgent level that an answer to a question which this answer brings up could give."""
    then = read_answers(index.findings, {**said.given, finding.slug: {answer}})
    nearby = Nearby(index, then, now)
    levels = [
        nearby.level_with(brought_up, one.slug)
        for brought_up in index.asked(then.everything)
        if brought_up not in asked
        for one in brought_up.answers
        if _is_new(then, brought_up, one.slug) and nearby.could_raise(brought_up, one.slug)
    ]
    return max([now, *levels], key=lambda level: level.rank)


def _if_higher(said: Said, finding: Finding, levels: Mapping[str, Urgency], now: Urgency) -> Iterator[Change]:
    highest = max(levels.values(), key=lambda level: level.rank, default=now)
    if highest.rank > now.rank:
        yield _change(said, finding, highest, {slug for slug, level in levels.items() if level is highest})


def _change(said: Said, finding: Finding, urgency: Urgency, raising: Collection[str]) -> Change:
    answers = [answer for answer in finding.answers if answer.slug in raising]
    return Change(
        finding=finding.slug,
        question=finding.question,
        why_asked=finding.why_asked,
        how=_how_to_find_out(finding),
        urgency=urgency,
        answers=tuple(answer.slug for answer in answers),
        labels=tuple(answer.label for answer in answers),
        is_open=finding.slug not in said.given,
        is_unsure=NOT_SURE in said.given.get(finding.slug, NOTHING),
    )


def _how_to_find_out(finding: Finding) -> str:
    """What the question itself says to whoever is not sure."""
    unsure = [answer.help for answer in finding.answers if answer.slug == NOT_SURE]
    return next((text for text in (*unsure, finding.help) if text), "")


def _is_new(said: Said, finding: Finding, answer: str) -> bool:
    return answer not in said.given.get(finding.slug, NOTHING) and answer not in (NOT_SURE, PREFER_NOT_TO_SAY)
