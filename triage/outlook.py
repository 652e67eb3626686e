"""What could still change the level: answers that are open or unsure, and answers that would be new. Pure.

Nothing is guessed: every answer that could matter is tried.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sitecontent.documents import NOT_SURE, Finding, Urgency
from sitecontent.edition.edition import Edition
from triage.answers import NOTHING, Said, read_answers
from triage.engine import weigh
from triage.index import Index, index_of
from triage.nearby import Nearby
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
    nearby = Nearby(index, said, now)
    for finding in index.asked(said.everything):
        tried = {
            answer.slug: nearby.level_with(finding, answer.slug)
            for answer in finding.answers
            if _is_new(said, finding, answer.slug) and nearby.could_raise(finding, answer.slug)
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
