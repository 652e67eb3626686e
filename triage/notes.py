"""What was said, in words: the visitor's own answers and the notes for the clinician. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sitecontent.documents import NOT_SURE, Answers, Finding, Step
from triage.answers import NOTHING, Said
from triage.index import Index

WITHHELD = "prefer-not-to-say"
"""The answer of somebody who would rather not say. It is not passed on."""

NOTED_WHEN_OPEN = (Step.EMERGENCY, Step.PREGNANCY)
"""Steps whose open questions are worth a line of their own in the notes."""


@dataclass(frozen=True)
class Reply:
    """A question and what was answered."""

    finding: str
    question: str
    step: Step
    answers: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def text(self) -> str:
        """Question and answer on one line."""
        return f"{self.question} {'; '.join(self.labels)}"


class NoteKind(StrEnum):
    """What a line tells the clinician; the lines come in this order."""

    UNKNOWN = "unknown"
    ABSENT = "absent"
    PRESENT = "present"


@dataclass(frozen=True)
class Note:
    """One line for the clinician."""

    kind: NoteKind
    finding: str
    text: str


def replies_of(index: Index, answers: Answers) -> tuple[Reply, ...]:
    """Answers with their words, in the order of the questions."""
    return tuple(
        _reply(finding, answers[slug]) for slug, finding in index.findings.items() if answers.get(slug, NOTHING)
    )


def clinician_notes(index: Index, said: Said) -> tuple[Note, ...]:
    """Lines for the clinician: what is not known, then important negatives, then all else.

    An answer that no rule looks at, to a question of the emergency step, is an important negative.
    """
    notes = [*_open_questions(index, said), *_answered(index, said)]
    order = list(NoteKind)
    return tuple(sorted(notes, key=lambda note: order.index(note.kind)))


def _reply(finding: Finding, picked: frozenset[str]) -> Reply:
    chosen = [answer for answer in finding.answers if answer.slug in picked]
    return Reply(
        finding=finding.slug,
        question=finding.question,
        step=finding.step,
        answers=tuple(answer.slug for answer in chosen),
        labels=tuple(answer.label for answer in chosen),
    )


def _open_questions(index: Index, said: Said) -> Iterator[Note]:
    if not said.given:
        return
    for finding in index.safety_questions(said.everything):
        if finding.step in NOTED_WHEN_OPEN and finding.slug not in said.everything:
            yield Note(NoteKind.UNKNOWN, finding.slug, f"{finding.question} Not answered")


def _answered(index: Index, said: Said) -> Iterator[Note]:
    for reply in replies_of(index, said.given):
        if reply.answers != (WITHHELD,):
            yield Note(_kind_of(index, reply), reply.finding, reply.text)


def _kind_of(index: Index, reply: Reply) -> NoteKind:
    if NOT_SURE in reply.answers:
        return NoteKind.UNKNOWN
    alarming = index.named_by_rules.get(reply.finding, NOTHING)
    if reply.step is Step.EMERGENCY and alarming.isdisjoint(reply.answers):
        return NoteKind.ABSENT
    return NoteKind.PRESENT
