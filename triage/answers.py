"""What a visitor said, read against the questions of an edition. Pure.

Safety looks at everything that was ticked or follows from it; only the fit of causes uses
the tidied answers. So no tidying can ever lower how soon somebody should be seen.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from sitecontent.documents import NOT_SURE, Answers, Finding

NOTHING: frozenset[str] = frozenset()

_Answers = dict[str, frozenset[str]]


class AnswersInvalid(ValueError):
    """The answers can not be read. `finding` names the question, `allowed` what it takes."""

    def __init__(self, message: str, *, finding: str, answer: str | None, allowed: tuple[str, ...]) -> None:
        self.finding = finding
        self.answer = answer
        self.allowed = allowed
        super().__init__(message)


class UnknownAnswer(AnswersInvalid):
    """There is no such question (then `answer` is None), or the question has no such answer."""


class TooManyAnswers(AnswersInvalid):
    """Several answers were given to a question that takes one."""


@dataclass(frozen=True)
class Said:
    """The answers in three readings, each in the order of the questions."""

    given: Answers
    """As given, without questions that were left open."""
    counted: Answers
    """For the fit of causes: no "none of these" beside a symptom, and what an answer implies in place of the rest."""
    everything: Answers
    """For safety: all that was given and all that it implies, together."""
    set_aside: tuple[tuple[str, str], ...]
    """Question and answer of each "none of these" that stood beside another answer."""

    def has(self, finding: str, *answers: str) -> bool:
        """True when one of these answers counts."""
        return not self.counted.get(finding, NOTHING).isdisjoint(answers)


@dataclass(frozen=True)
class _Question:
    """What reading needs of a question, looked up once for all its answers."""

    place: int
    offered: frozenset[str]
    exclusive: frozenset[str]
    """Answers that mean "none of these". `not-sure` is none of them."""
    implies: tuple[tuple[str, str, str], ...]
    """An answer, and the question and answer that follow from it."""


class _These:
    """Some questions, which are the same only as themselves: to compare them by what they say would take longer."""

    def __init__(self, findings: Mapping[str, Finding]) -> None:
        self.findings = findings

    def __hash__(self) -> int:
        return id(self.findings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _These) and other.findings is self.findings


@lru_cache(maxsize=16)
def _questions(these: _These) -> Mapping[str, _Question]:
    return {
        slug: _Question(
            place=place,
            offered=frozenset(finding.answer_slugs),
            exclusive=frozenset(a.slug for a in finding.answers if a.exclusive and a.slug != NOT_SURE),
            implies=tuple(
                (answer.slug, answer.implies.finding, answer.implies.answer)
                for answer in finding.answers
                if answer.implies and answer.implies.finding in these.findings
            ),
        )
        for place, (slug, finding) in enumerate(these.findings.items())
    }


def read_answers(findings: Mapping[str, Finding], answers: Mapping[str, Collection[str]]) -> Said:
    """Check answers against the questions and bring them into one order.

    A lone string is read as one answer; an empty collection as a question left open.
    Raises: UnknownAnswer, TooManyAnswers, for the first question (by slug) that is wrong.
    """
    questions = _questions(_These(findings))
    chosen = {slug: _chosen(findings, questions, slug, answers[slug]) for slug in sorted(answers)}
    given = _in_order(questions, {slug: picked for slug, picked in chosen.items() if picked})
    kept = {slug: _without_exclusive(questions[slug], picked) for slug, picked in given.items()}
    counted, everything = _with_implied(questions, given, kept)
    return Said(
        given=MappingProxyType(given),
        counted=MappingProxyType(counted),
        everything=MappingProxyType(everything),
        set_aside=tuple(
            (slug, answer)
            for slug, picked in given.items()
            if len(kept[slug]) < len(picked)
            for answer in findings[slug].answer_slugs
            if answer in picked and answer not in kept[slug]
        ),
    )


def _chosen(
    findings: Mapping[str, Finding], questions: Mapping[str, _Question], slug: str, value: Collection[str]
) -> frozenset[str]:
    if slug not in questions:
        raise UnknownAnswer(
            f"there is no question called {slug!r}", finding=slug, answer=None, allowed=tuple(sorted(findings))
        )
    picked = frozenset((value,) if isinstance(value, str) else value)
    if not picked <= questions[slug].offered:
        answer, allowed = min(picked - questions[slug].offered, key=str), findings[slug].answer_slugs
        message = f"{slug!r} has no answer {answer!r}; it has {', '.join(allowed)}"
        raise UnknownAnswer(message, finding=slug, answer=answer, allowed=allowed)
    if len(picked) > 1 and not findings[slug].multiple:
        message = f"{slug!r} takes one answer, and {len(picked)} were given"
        raise TooManyAnswers(message, finding=slug, answer=None, allowed=findings[slug].answer_slugs)
    return picked


def _in_order(questions: Mapping[str, _Question], answers: Answers) -> _Answers:
    return {slug: answers[slug] for slug in sorted(answers, key=lambda slug: questions[slug].place)}


def _without_exclusive(question: _Question, picked: frozenset[str]) -> frozenset[str]:
    """Drop "none of these" beside another answer: the symptom counts. `not-sure` stays: it is not "none"."""
    return picked - question.exclusive or picked if len(picked) > 1 else picked


def _with_implied(questions: Mapping[str, _Question], given: _Answers, kept: _Answers) -> tuple[_Answers, _Answers]:
    """What counts (an implied answer takes the place of the given one) and everything (it joins it).

    Everything only grows with each answer more: what one answer takes the place of stays in it.
    """
    if next(_implied_by(questions, given), None) is None:
        return kept, given
    implied: _Answers = {}
    counted = kept
    while (grown := _joined(implied, _implied_by(questions, counted))) != implied:
        implied = grown
        counted = {**kept, **implied}
    everything = given
    while (grown := _joined(everything, _implied_by(questions, everything))) != everything:
        everything = grown
    return _in_order(questions, counted), _in_order(questions, everything)


def _implied_by(questions: Mapping[str, _Question], answers: Answers) -> Iterator[tuple[str, frozenset[str]]]:
    for slug, picked in answers.items():
        for answer, finding, implied in questions[slug].implies:
            if answer in picked:
                yield (finding, frozenset({implied}))


def _joined(answers: Answers, more: Iterable[tuple[str, frozenset[str]]]) -> _Answers:
    joined = dict(answers)
    for slug, picked in more:
        joined[slug] = joined.get(slug, NOTHING) | picked
    return joined
