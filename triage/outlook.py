"""What could still change the level: answers that are open or unsure, and answers that would be new. Pure.

Nothing is guessed: every answer that could matter is tried.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
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
    asked = index.asked(said.everything)
    found = sorted(_raising(asked, said, nearby), key=lambda change: -change.urgency.rank)
    unknown = [change for change in found if change.is_open or change.is_unsure]
    unknown += _leading_on(index, asked, said, now, besides={change.finding for change in found})
    return Outlook(
        unknowns=tuple(sorted(unknown, key=lambda change: -change.urgency.rank)),
        changes=tuple(found[:MOST_CHANGES]),
    )


def _raising(asked: Iterable[Finding], said: Said, nearby: Nearby) -> Iterator[Change]:
    for finding in asked:
        yield from _if_higher(said, finding, dict(_levels(finding, said, nearby)), nearby.now)


def _levels(finding: Finding, said: Said, nearby: Nearby) -> Iterator[tuple[str, Urgency]]:
    """Each answer to a question that would be new, with its level, where it could raise it."""
    for answer in finding.answers:
        if _is_new(said, finding, answer.slug) and nearby.could_raise(finding, answer.slug):
            yield answer.slug, nearby.level_with(finding, answer.slug)


def _leading_on(
    index: Index, asked: Collection[Finding], said: Said, now: Urgency, *, besides: Collection[str]
) -> Iterator[Change]:
    """Questions left open of which an answer only leads on to another question, and that one could raise the level."""
    slugs = {finding.slug for finding in asked}
    for finding in asked:
        if finding.slug not in said.given and finding.slug not in besides:
            reached = {
                answer: _highest_after(index, said, finding, answer, now, slugs)
                for answer in finding.answer_slugs
                if (finding.slug, answer) in index.leads_on and answer != NOT_SURE
            }
            yield from _if_higher(said, finding, reached, now)


def _highest_after(
    index: Index, said: Said, finding: Finding, answer: str, now: Urgency, asked: Collection[str]
) -> Urgency:
    """The most urgent level that an answer to a question which this answer brings up could give."""
    then = read_answers(index.findings, {**said.given, finding.slug: {answer}})
    nearby = Nearby(index, then, now)
    levels = [
        level
        for brought_up in index.asked(then.everything)
        if brought_up.slug not in asked
        for _, level in _levels(brought_up, then, nearby)
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
