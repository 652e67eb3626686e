"""What a visitor said, read against the questions of an edition. Pure.

Safety looks at everything that was ticked or follows from it; only the fit of causes uses
the tidied answers. So no tidying can ever lower how soon somebody should be seen.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sitecontent.documents import NOT_SURE, Answers, Finding

NOTHING: frozenset[str] = frozenset()


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


def read_answers(findings: Mapping[str, Finding], answers: Mapping[str, Collection[str]]) -> Said:
    """Check answers against the questions and bring them into one order.

    A lone string is read as one answer; an empty collection as a question left open.
    Raises: UnknownAnswer, TooManyAnswers, for the first question (by slug) that is wrong.
    """
    chosen = {slug: _chosen(findings, slug, answers[slug]) for slug in sorted(answers)}
    given = {slug: chosen[slug] for slug in findings if chosen.get(slug)}
    kept = {slug: _without_exclusive(findings[slug], picked) for slug, picked in given.items()}
    counted, everything = _with_implied(findings, given, kept)
    return Said(
        given=MappingProxyType(given),
        counted=MappingProxyType({slug: counted[slug] for slug in findings if slug in counted}),
        everything=MappingProxyType({slug: everything[slug] for slug in findings if slug in everything}),
        set_aside=tuple(
            (slug, answer)
            for slug in given
            if len(kept[slug]) < len(given[slug])
            for answer in findings[slug].answer_slugs
            if answer in given[slug] and answer not in kept[slug]
        ),
    )


def _chosen(findings: Mapping[str, Finding], slug: str, value: Collection[str]) -> frozenset[str]:
    finding = findings.get(slug)
    if finding is None:
        raise UnknownAnswer(
            f"there is no question called {slug!r}", finding=slug, answer=None, allowed=tuple(sorted(findings))
        )
    picked = frozenset((value,) if isinstance(value, str) else value)
    unknown = [answer for answer in picked if all(answer != offered.slug for offered in finding.answers)]
    if unknown:
        answer, allowed = min(unknown, key=str), finding.answer_slugs
        message = f"{slug!r} has no answer {answer!r}; it has {', '.join(allowed)}"
        raise UnknownAnswer(message, finding=slug, answer=answer, allowed=allowed)
    if len(picked) > 1 and not finding.multiple:
        message = f"{slug!r} takes one answer, and {len(picked)} were given"
        raise TooManyAnswers(message, finding=slug, answer=None, allowed=finding.answer_slugs)
    return picked


def _without_exclusive(finding: Finding, picked: frozenset[str]) -> frozenset[str]:
    """Drop "none of these" beside another answer: the symptom counts. `not-sure` stays: it is not "none"."""
    if len(picked) == 1:
        return picked
    exclusive = {answer.slug for answer in finding.answers if answer.exclusive and answer.slug != NOT_SURE}
    return picked - exclusive or picked


def _with_implied(
    findings: Mapping[str, Finding], given: Answers, kept: Answers
) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """What counts (an implied answer takes the place of the given one) and everything (it joins it).

    Everything only grows with each answer more: what one answer takes the place of stays in it.
    """
    if next(_implied_by(findings, given), None) is None:
        return dict(kept), dict(given)
    implied: dict[str, frozenset[str]] = {}
    counted = dict(kept)
    while (grown := _joined(implied, _implied_by(findings, counted))) != implied:
        implied = grown
        counted = {**kept, **implied}
    everything = dict(given)
    while (grown := _joined(everything, _implied_by(findings, everything))) != everything:
        everything = grown
    return counted, everything


def _implied_by(findings: Mapping[str, Finding], answers: Answers) -> Iterator[tuple[str, frozenset[str]]]:
    for slug, picked in answers.items():
        for answer in findings[slug].answers:
            if answer.implies and answer.slug in picked and answer.implies.finding in findings:
                yield (answer.implies.finding, frozenset({answer.implies.answer}))


def _joined(answers: Answers, more: Iterable[tuple[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    joined = dict(answers)
    for slug, picked in more:
        joined[slug] = joined.get(slug, NOTHING) | picked
    return joined
