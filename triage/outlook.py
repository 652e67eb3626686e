"""What could still change the level: answers that are open or unsure, and answers that would be new. Pure.

Nothing is guessed: every answer that could matter is tried.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from sitecontent.documents import NOT_SURE, Finding, Urgency, most_urgent
from sitecontent.edition.edition import Edition
from triage.answers import NOTHING, Said, read_answers
from triage.engine import weigh
from triage.index import Index, index_of
from triage.nearby import Nearby

MOST_CHANGES = 8
"""A longer list of what would change the level would not be read."""


_RANK = attrgetter("urgency.rank")


class Change(NamedTuple):
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


def outlook(edition: Edition, answers: Mapping[str, Collection[str]], now: Urgency | None = None) -> Outlook:
    """Try every other answer to every question that applies.

    `now` is the level that `assess` finds for these answers, where that is known already.
    Raises: UnknownAnswer, TooManyAnswers.
    """
    index = index_of(edition)
    said = read_answers(index.findings, answers)
    now = now or weigh(index, said).urgency
    if now is Urgency.EMERGENCY:
        return Outlook((), ())
    nearby = Nearby(index, said.given, now)
    asked = nearby.asked()
    found = sorted(_raising(asked, said, nearby), key=_RANK, reverse=True)
    unknown = [change for change in found if change.is_open or change.is_unsure]
    unknown += _leading_on(index, asked, said, nearby, besides={change.finding for change in found})
    return Outlook(
        unknowns=tuple(sorted(unknown, key=_RANK, reverse=True)),
        changes=tuple(found[:MOST_CHANGES]),
    )


def _raising(asked: Iterable[Finding], said: Said, nearby: Nearby) -> Iterator[Change]:
    for finding in asked:
        levels = nearby.raised_by(finding)
        if levels:
            yield _change(said, finding, levels)


def _leading_on(
    index: Index, asked: Iterable[Finding], said: Said, nearby: Nearby, *, besides: Collection[str]
) -> Iterator[Change]:
    """Questions left open of which an answer only leads on to another question, and that one could raise the level."""
    for finding in asked:
        if finding.slug not in said.given and finding.slug not in besides:
            leading_on = (one for one in finding.answer_slugs if (finding.slug, one) in index.leads_on)
            levels = {answer: _levels_after(nearby, finding, answer) for answer in leading_on if answer != NOT_SURE}
            reached = {answer: most_urgent(found) for answer, found in levels.items() if found}
            if reached:
                yield _change(said, finding, reached)


def _levels_after(nearby: Nearby, finding: Finding, answer: str) -> tuple[Urgency, ...]:
    """The levels, above the one at hand, of the answers to the questions which this answer brings up."""
    brought_up = nearby.brought_up_by(finding, answer)
    then = nearby.followed_by(finding, answer, brought_up)
    return tuple(level for one in brought_up for level in then.raised_by(one).values())


def _change(said: Said, finding: Finding, levels: Mapping[str, Urgency]) -> Change:
    """What these answers would change, of which only those that raise the level furthest are named."""
    urgency = most_urgent(levels.values())
    answers = [answer for answer in finding.answers if levels.get(answer.slug) is urgency]
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
