"""Score the checker against cases that somebody else has judged. Pure.

The cases come in the format of `docs/vignette-format.md`. What comes out describes the checker on
these cases and on nothing else: it is no measure of how well it would do for the people who use it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BeforeValidator, ValidationError, model_validator

from sitecontent.documents import Line, Slug, Text, Urgency, Value
from sitecontent.edition.edition import Edition
from triage.answers import AnswersInvalid, read_answers
from triage.engine import assess
from triage.index import index_of

Z_OF_95_PERCENT = 1.959963984540054
"""How many standard deviations hold the middle 95 % of a normal distribution."""


def _as_slugs(value: Any) -> Any:
    """One answer or several; an unquoted yes or no, which YAML reads as true or false, is what it says."""
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(("yes" if item else "no") if isinstance(item, bool) else item for item in values)


PLAIN: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is no field of this format",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping of fields",
    "string_type": "must be a word or text",
}
"""What pydantic calls an error, in words for whoever wrote the file."""


class Case(Value):
    """One case: what the person answers, and what was judged right."""

    id: Line
    story: Text = ""
    source: Text = ""
    answers: dict[Slug, Annotated[tuple[Slug, ...], BeforeValidator(_as_slugs)]]
    gold: Urgency
    """The right level."""
    minimum_safe: Urgency | None = None
    """The least urgent level that would still be safe; the right one where nothing is said."""
    causes: tuple[Slug, ...] = ()
    """Causes of which any one would be right. Empty: the case says nothing about causes."""

    @model_validator(mode="after")
    def _safe_is_not_above_gold(self) -> Self:
        if not self.gold.is_at_least(self.safe_from):
            raise ValueError(f"minimum_safe is {self.minimum_safe}, which is more urgent than gold, {self.gold}")
        return self

    @property
    def safe_from(self) -> Urgency:
        """The least urgent level that is safe."""
        return self.minimum_safe or self.gold


def _at_least_one(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Only after each case was read: a bound on the length would be complained of beside a case that is wrong."""
    if not cases:
        raise ValueError("must hold at least one case")
    return cases


class CaseFile(Value):
    """A file of cases."""

    format: Literal[1]
    title: Text = ""
    source: Text = ""
    cases: Annotated[tuple[Case, ...], AfterValidator(_at_least_one)]


@dataclass(frozen=True)
class CaseProblem:
    """One thing that is wrong with a file: in which case, in which field, and why."""

    case: str
    field: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.case, self.field, self.reason) if part)


class CasesInvalid(ValueError):
    """The cases can not be used. `problems` names every one that is wrong, not only the first."""

    def __init__(self, problems: Sequence[CaseProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    count: int
    total: int

    @property
    def percent(self) -> float | None:
        """The share in percent; None of nothing."""
        return 100 * self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval by Wilson, in percent; None of nothing.

        Source: Wilson EB. J Am Stat Assoc 1927;22:209-12. It stays between 0 and 100 and is
        usable for few cases, which the simpler interval is not.
        """
        if not self.total:
            return None
        rate, z = self.count / self.total, Z_OF_95_PERCENT
        scale = 1 + z * z / self.total
        middle = (rate + z * z / (2 * self.total)) / scale
        reach = z * sqrt(rate * (1 - rate) / self.total + z * z / (4 * self.total**2)) / scale
        return max(0.0, 100 * (middle - reach)), min(100.0, 100 * (middle + reach))

    def __str__(self) -> str:
        if self.percent is None or self.interval is None:
            return "none"
        low, high = self.interval
        return f"{self.count}/{self.total} = {self.percent:.1f} % ({low:.1f} to {high:.1f})"


@dataclass(frozen=True)
class Outcome:
    """What one case came to."""

    case: Case
    urgency: Urgency
    place: int | None
    """Place of the first acceptable cause on the list, from 1; None when none is listed, or none was named."""

    @property
    def is_exact(self) -> bool:
        """True when the level is the right one."""
        return self.urgency is self.case.gold

    @property
    def is_safe(self) -> bool:
        """True when the level is one that the case calls safe."""
        return self.urgency.is_at_least(self.case.safe_from)

    @property
    def is_over(self) -> bool:
        """True when the level is more urgent than the right one."""
        return self.urgency.rank > self.case.gold.rank

    @property
    def is_under(self) -> bool:
        """True when the level is less urgent than the right one."""
        return self.urgency.rank < self.case.gold.rank

    def lists_by(self, place: int | None) -> bool:
        """True when an acceptable cause stands on the list, at this place or before; anywhere for None."""
        return self.place is not None and (place is None or self.place <= place)


@dataclass(frozen=True)
class Scores:
    """What a set of cases came to."""

    outcomes: tuple[Outcome, ...]

    @property
    def exact(self) -> Share:
        """Cases with the right level."""
        return self._share(outcome.is_exact for outcome in self.outcomes)

    @property
    def safe(self) -> Share:
        """Cases with a safe level."""
        return self._share(outcome.is_safe for outcome in self.outcomes)

    @property
    def over(self) -> Share:
        """Cases with a level more urgent than the right one."""
        return self._share(outcome.is_over for outcome in self.outcomes)

    @property
    def under(self) -> Share:
        """Cases with a level less urgent than the right one."""
        return self._share(outcome.is_under for outcome in self.outcomes)

    def listed(self, place: int | None) -> Share:
        """Of the cases that name causes, those with one of them at this place or before; anywhere for None."""
        return self._share(outcome.lists_by(place) for outcome in self.outcomes if outcome.case.causes)

    @property
    def by_level(self) -> Mapping[Urgency, "Scores"]:
        """The cases of each right level, the most urgent first; levels without cases are left out."""
        grouped = {
            level: tuple(outcome for outcome in self.outcomes if outcome.case.gold is level)
            for level in reversed(Urgency)
        }
        return {level: Scores(outcomes) for level, outcomes in grouped.items() if outcomes}

    @property
    def misses(self) -> tuple[Outcome, ...]:
        """Cases with another level than the right one, or without any acceptable cause; the unsafe ones first."""
        missed = (
            outcome
            for outcome in self.outcomes
            if not outcome.is_exact or (outcome.case.causes and not outcome.lists_by(None))
        )
        return tuple(sorted(missed, key=lambda outcome: (outcome.is_safe, outcome.is_exact)))

    @staticmethod
    def _share(held: Iterable[bool]) -> Share:
        answers = list(held)
        return Share(sum(answers), len(answers))


def read_cases(text: str, *, is_json: bool = False) -> CaseFile:
    """Read a file of cases. Raises: CasesInvalid, with every case and field that is wrong."""
    data = _parsed(text, is_json=is_json)
    try:
        file = CaseFile.model_validate(data)
    except ValidationError as error:
        raise CasesInvalid([_problem(data, item) for item in error.errors(include_url=False)]) from error
    problems = list(_given_twice(file.cases))
    if problems:
        raise CasesInvalid(problems)
    return file


def score(edition: Edition, cases: Sequence[Case]) -> Scores:
    """Put cases to the checker. Raises: CasesInvalid, when they name what the edition does not have.

    Causes count where they are listed as likely, possible or to be ruled out, beside an
    emergency too, where visitors are not shown them.
    """
    problems = [problem for case in cases for problem in _unknown(edition, case)]
    if problems:
        raise CasesInvalid(problems)
    return Scores(tuple(_outcome(edition, case) for case in cases))


def _outcome(edition: Edition, case: Case) -> Outcome:
    assessment = assess(edition, case.answers)
    places = (place for place, fit in enumerate(assessment.fits, start=1) if fit.slug in case.causes)
    return Outcome(case, assessment.urgency, next(places, None))


def _unknown(edition: Edition, case: Case) -> Iterator[CaseProblem]:
    """What a case names and the edition does not have."""
    index = index_of(edition)
    for finding, answers in case.answers.items():
        try:
            read_answers(index.findings, {finding: answers})
        except AnswersInvalid as error:
            yield CaseProblem(f"case {case.id}", f"answers.{finding}", str(error))
    for slug in case.causes:
        if slug not in index.causes:
            yield CaseProblem(f"case {case.id}", "causes", f"there is no cause called {slug!r}")


def _given_twice(cases: Sequence[Case]) -> Iterator[CaseProblem]:
    ids = [case.id for case in cases]
    for slug in dict.fromkeys(slug for slug in ids if ids.count(slug) > 1):
        places = ", ".join(str(place) for place, held in enumerate(ids, start=1) if held == slug)
        yield CaseProblem(f"case {slug}", "id", f"is given to several cases, numbers {places}")


def _problem(data: Any, error: Any) -> CaseProblem:
    """Say one of pydantic's errors with the id of its case."""
    where = [str(part) for part in error["loc"]]
    reason = PLAIN.get(error["type"], error["msg"].removeprefix("Value error, "))
    if len(where) < 2 or where[0] != "cases":
        return CaseProblem("", ".".join(where) or "(whole file)", reason)
    return CaseProblem(_name_of(data, int(where[1])), ".".join(where[2:]) or "(whole case)", reason)


def _name_of(data: Any, number: int) -> str:
    """What to call a case that can not be read: its id if it has one, else its number, from 1."""
    case = data["cases"][number]
    named = case.get("id") if isinstance(case, dict) else None
    return f"case {named}" if isinstance(named, str) and named else f"case number {number + 1}"


def _parsed(text: str, *, is_json: bool) -> Any:
    try:
        if is_json:
            return json.loads(text, object_pairs_hook=_once)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        kind = "JSON" if is_json else "YAML"
        raise CasesInvalid(
            [CaseProblem("", "(whole file)", f"is not {kind}: {' '.join(str(error).split())}")]
        ) from error


def _once(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    """A mapping in which no key is given twice. Raises: ValueError."""
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"the key {key!r} is given twice")
    return dict(pairs)


class _Loader(yaml.SafeLoader):
    """YAML in which a key given twice is an error, where YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key, (mark, _) in zip(keys, node.value, strict=True):
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is given twice", mark.start_mark)
        return super().construct_mapping(node, deep)
