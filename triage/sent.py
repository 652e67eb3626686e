"""What a form says: the answers, and what was left open on purpose. Pure.

A list asks several questions as one. Once something in it was ticked, or "none of these", a question of
it without a tick has the answer that its document names for that; a box that was ticked without
its own question being answered is "not sure". Nothing of this happens to a list that was passed over.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sitecontent.documents import NOT_SURE, PREFER_NOT_TO_SAY, Answers, Finding
from triage.answers import AnswersInvalid, read_answers
from triage.index import Index
from triage.lists import AskedList

NONE_OF_THESE = "none"

SHOWN = "shown"
"""What the field of a list always holds when the form sends it, so that answers alone are told from a form."""

Fields = Mapping[str, Collection[str]]
"""A form as it was sent: name of the field -> values."""


@dataclass(frozen=True)
class Sent:
    """A form, read."""

    fields: Mapping[str, tuple[str, ...]]
    """What was chosen, field by field, to fill the form in again."""
    ticked: Mapping[str, tuple[str, ...]]
    """The answers that were chosen themselves, by question."""
    answers: Mapping[str, tuple[str, ...]]
    """Those, and what the lists say by no tick."""
    unsure: tuple[str, ...]
    """Questions without a "not sure" of their own that were answered so. They count as left open."""
    withheld: tuple[str, ...]
    """Questions that somebody would rather not answer. They count as left open."""
    contradicted: tuple[str, ...]
    """Openers of the lists in which "none of these" stood beside a tick. The tick counts."""

    @property
    def is_empty(self) -> bool:
        """True when nothing at all was chosen, not even "I would rather not say"."""
        return all(value == SHOWN for values in self.fields.values() for value in values)


def read_sent(index: Index, data: Fields) -> Sent:
    """Read a form. Fields that are no question and no list, and empty values, are passed over.

    Whether the answers exist is for the engine to say.
    """
    fields = dict(_fields(index, data))
    ticked: dict[str, tuple[str, ...]] = {}
    marks = {}
    for slug, finding in index.findings.items():
        values = fields.get(slug, ())
        answers = tuple(value for value in values if not _is_mark(finding, value))
        if answers:
            ticked[slug] = answers
        elif values:
            marks[slug] = NOT_SURE if NOT_SURE in values else PREFER_NOT_TO_SAY
    answers = dict(ticked)
    contradicted = []
    for opener, asked in index.lists.items():
        chosen = frozenset(fields.get(asked.field, ()))
        if not chosen:
            continue
        touched = {member.slug for member in asked.members if _is_touched(member, chosen, answers, marks)}
        if NONE_OF_THESE in chosen and touched:
            contradicted.append(opener)
        for member in _left(index, asked, chosen, answers, marks):
            said = _said_by_no_tick(member, chosen, is_answered=bool(touched) or NONE_OF_THESE in chosen)
            if said is None:
                continue
            if _is_mark(member, said):
                marks[member.slug] = said
            else:
                answers[member.slug] = (said,)
    return Sent(
        fields=fields,
        ticked=ticked,
        answers=answers,
        unsure=_marked(index, marks, NOT_SURE),
        withheld=_marked(index, marks, PREFER_NOT_TO_SAY),
        contradicted=tuple(contradicted),
    )


def _fields(index: Index, data: Fields) -> Iterator[tuple[str, tuple[str, ...]]]:
    names = [*index.findings, *(asked.field for asked in index.lists.values())]
    for name in names:
        values = tuple(value for value in data.get(name, ()) if value)
        if values:
            yield name, values


def _is_mark(finding: Finding, value: str) -> bool:
    """True for "not sure" and "rather not say" where the question has no such answer of its own."""
    return value in (NOT_SURE, PREFER_NOT_TO_SAY) and value not in finding.answer_slugs


def _is_touched(
    member: Finding, chosen: Collection[str], answers: Mapping[str, object], marks: Mapping[str, str]
) -> bool:
    return member.slug in chosen or member.slug in answers or member.slug in marks


def _left(
    index: Index,
    asked: AskedList,
    chosen: Collection[str],
    answers: Mapping[str, tuple[str, ...]],
    marks: Mapping[str, str],
) -> tuple[Finding, ...]:
    """The questions of a list that were asked and not answered themselves."""
    everything = _everything(index, answers)
    return tuple(
        member
        for member in asked.members
        if member.slug not in answers
        and member.slug not in marks
        and (member.slug in chosen or index.applies(member, everything))
    )


def _everything(index: Index, answers: Mapping[str, tuple[str, ...]]) -> Answers:
    """All that was said so far; of a form that nobody can read, the answers as they stand."""
    try:
        return read_answers(index.findings, answers).everything
    except AnswersInvalid:
        return {slug: frozenset(said) for slug, said in answers.items()}


def _said_by_no_tick(member: Finding, chosen: Collection[str], *, is_answered: bool) -> str | None:
    if member.slug in chosen or NOT_SURE in chosen:
        return NOT_SURE
    if PREFER_NOT_TO_SAY in chosen:
        return PREFER_NOT_TO_SAY
    return member.unticked or None if is_answered else None


def _marked(index: Index, marks: Mapping[str, str], mark: str) -> tuple[str, ...]:
    return tuple(slug for slug in index.findings if marks.get(slug) == mark)
