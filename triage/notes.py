"""What was said, in words: the visitor's own answers and the notes for the clinician. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sitecontent.documents import NOT_SURE, PREFER_NOT_TO_SAY, Answers, Finding, Step
from triage.answers import NOTHING, Said
from triage.index import Index

NOTHING_TO_TELL = frozenset({"no", "none", "usual", "fine", "as-usual"})
"""Answers that say that there is nothing of the kind. Outside the emergency step one line names them all."""

NOTED_WHEN_OPEN = (Step.EMERGENCY, Step.PREGNANCY)
"""Steps whose open questions are worth a line of their own in the notes."""


@dataclass(frozen=True)
class Reply:
    """A question and what was answered."""

    finding: str
    question: str
    title: str
    step: Step
    answers: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def text(self) -> str:
        """What was asked about and the answer, on one line, to be said or noted."""
        return f"{_before_an_answer(self.title)} {'; '.join(self.labels)}"


class NoteKind(StrEnum):
    """What a line tells the clinician; the lines come in this order."""

    ALARMING = "alarming"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    PRESENT = "present"
    NOTHING = "nothing"
    OPEN = "open"


@dataclass(frozen=True)
class Note:
    """One line for the clinician."""

    kind: NoteKind
    text: str


def replies_of(index: Index, answers: Answers) -> tuple[Reply, ...]:
    """Answers with their words, in the order of the questions."""
    return tuple(_reply(index.findings[slug], answers[slug]) for slug in sorted(answers, key=index.places.__getitem__))


def clinician_notes(index: Index, said: Said, replies: Iterable[Reply]) -> tuple[Note, ...]:
    """Lines for the clinician: danger signs, then what is not known, then important negatives, then all else.

    `replies` is what was said, in words. What was asked and is not there, as far as it is no important negative, makes
    one line. A danger sign is an answer that by itself asks to be seen today or at once; an important negative one to a
    question of the emergency step that no rule looks at. What was left open comes last, in one line.
    """
    notes = [*_answered(index, replies), *_open_questions(index, said)]
    order = list(NoteKind)
    return tuple(sorted(notes, key=lambda note: order.index(note.kind)))


def _reply(finding: Finding, picked: frozenset[str]) -> Reply:
    chosen = [answer for answer in finding.answers if answer.slug in picked]
    return Reply(
        finding=finding.slug,
        question=finding.question,
        title=finding.note_title,
        step=finding.step,
        answers=tuple(answer.slug for answer in chosen),
        labels=tuple(answer.label for answer in chosen),
    )


def _before_an_answer(title: str) -> str:
    """The words before an answer: a question ends them by itself."""
    return title if title.endswith("?") else f"{title}:"


def _answered(index: Index, replies: Iterable[Reply]) -> Iterator[Note]:
    nothing = []
    for reply in replies:
        if reply.answers == (PREFER_NOT_TO_SAY,):
            continue
        kind = _kind_of(index, reply)
        if kind is NoteKind.PRESENT and _is_nothing(index.findings[reply.finding], reply):
            nothing.append(index.findings[reply.finding].noted_as or index.findings[reply.finding].title)
        else:
            yield Note(kind, reply.text)
    if nothing:
        yield Note(NoteKind.NOTHING, "; ".join(nothing))


def _is_nothing(finding: Finding, reply: Reply) -> bool:
    """True for no tick in a list, where that says that there is nothing of the kind."""
    return reply.answers == (finding.unticked,) and finding.unticked in NOTHING_TO_TELL


def _kind_of(index: Index, reply: Reply) -> NoteKind:
    if any((reply.finding, answer) in index.alarming for answer in reply.answers if answer != NOT_SURE):
        return NoteKind.ALARMING
    if NOT_SURE in reply.answers:
        return NoteKind.UNKNOWN
    looked_at = index.named_by_rules.get(reply.finding, NOTHING)
    is_absent = reply.step is Step.EMERGENCY and looked_at.isdisjoint(reply.answers)
    return NoteKind.ABSENT if is_absent else NoteKind.PRESENT


def _open_questions(index: Index, said: Said) -> Iterator[Note]:
    open_ones = [
        finding.note_title
        for finding in index.safety_questions(said.everything)
        if finding.step in NOTED_WHEN_OPEN and finding.slug not in said.everything
    ]
    if open_ones and said.given:
        yield Note(NoteKind.OPEN, f"Not answered: {'; '.join(open_ones)}")
