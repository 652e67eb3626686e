"""The questions as a form: steps, fieldsets and the stylesheet that shows only what applies. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sitecontent.documents import Condition, Finding, Match, Step
from sitecontent.edition.edition import Edition
from triage.answers import NOTHING
from triage.index import UNWANTED_SEX, Index, index_of, steps_of
from triage.notes import WITHHELD

FORM_CLASS = "check-form"

Given = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Option:
    """One answer as a radio button or a box to tick. An empty value takes an answer back."""

    id: str
    value: str
    label: str
    help: str
    is_chosen: bool
    is_exclusive: bool


@dataclass(frozen=True)
class Question:
    """One finding as a fieldset."""

    slug: str
    legend: str
    help: str
    why_asked: str
    multiple: bool
    options: tuple[Option, ...]
    can_skip: bool
    """True where the form adds "I would rather not say": one answer is taken, and none of them says so."""
    is_conditional: bool

    @property
    def id(self) -> str:
        """The id of the fieldset."""
        return f"q-{self.slug}"

    @property
    def first_id(self) -> str:
        """The id of its first field, for a link from an error summary."""
        return self.options[0].id

    @property
    def skip_id(self) -> str:
        """The id of "I would rather not say"."""
        return f"{self.id}--"


@dataclass(frozen=True)
class StepFields:
    """The questions of one step."""

    step: Step
    questions: tuple[Question, ...]

    @property
    def id(self) -> str:
        """The id of the section."""
        return f"step-{self.step.value}"

    @property
    def is_emergency(self) -> bool:
        """True for the step that comes first and can be sent by itself."""
        return self.step is Step.EMERGENCY


@dataclass(frozen=True)
class Questionnaire:
    """Everything that is asked, with what was answered already."""

    steps: tuple[StepFields, ...]
    unwanted_sex: tuple[Question, ...]
    """The questions inside the box "if sex was not something you wanted"."""

    @property
    def first_id(self) -> str:
        """The id of the very first field, or of nothing where nothing is asked."""
        return next((question.first_id for step in self.steps for question in step.questions), "")

    @property
    def box_is_open(self) -> bool:
        """True when something in the box was answered."""
        return any(option.is_chosen for question in self.unwanted_sex for option in question.options)


def questionnaire(edition: Edition, given: Given | None = None) -> Questionnaire:
    """The form of an edition, filled in with the answers given. Unknown answers are left out."""
    index = index_of(edition)
    answers = given or {}
    asked = (finding for finding in index.findings.values() if finding.slug not in UNWANTED_SEX)
    boxed = (index.findings[slug] for slug in UNWANTED_SEX if slug in index.findings)
    return Questionnaire(
        steps=tuple(
            StepFields(step, tuple(_question(finding, answers) for finding in findings))
            for step, findings in steps_of(asked)
        ),
        unwanted_sex=tuple(_question(finding, answers) for finding in boxed),
    )


def _question(finding: Finding, given: Given) -> Question:
    chosen = given.get(finding.slug, NOTHING)
    return Question(
        slug=finding.slug,
        legend=finding.question,
        help=finding.help,
        why_asked=finding.why_asked,
        multiple=finding.multiple,
        options=tuple(
            Option(
                id=option_id(finding.slug, answer.slug),
                value=answer.slug,
                label=answer.label,
                help=answer.help,
                is_chosen=answer.slug in chosen,
                is_exclusive=answer.exclusive,
            )
            for answer in finding.answers
        ),
        can_skip=not finding.multiple and WITHHELD not in finding.answer_slugs,
        is_conditional=finding.ask_if is not None and finding.slug not in UNWANTED_SEX,
    )


def option_id(finding: str, answer: str) -> str:
    """The id of the field for one answer."""
    return f"q-{finding}--{answer}"


def stylesheet_key(edition: Edition) -> str:
    """What names the stylesheet of an edition: enough of its seal."""
    return edition.sha256[:16]


def stylesheet(edition: Edition) -> str:
    """CSS that hides each question until its condition holds.

    A question with an answer in it is never hidden, so nobody sends an answer unseen. A
    browser that does not know `:has()` drops these rules and shows every question.
    """
    index = index_of(edition)
    implying = _implying(index)
    rules = [
        rule
        for finding in index.findings.values()
        if finding.ask_if and finding.slug not in UNWANTED_SEX
        for rule in _hiding(finding, finding.ask_if, implying)
    ]
    return "".join([f"/* Questions of edition {edition.number}: which is shown when. */\n", *rules])


def _implying(index: Index) -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
    """For each answer that others imply, those others."""
    implying: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for finding in index.findings.values():
        for answer in finding.answers:
            if answer.implies:
                target = (answer.implies.finding, answer.implies.answer)
                implying[target] = (*implying.get(target, ()), (finding.slug, answer.slug))
    return implying


def _hiding(
    finding: Finding, condition: Condition, implying: Mapping[tuple[str, str], tuple[tuple[str, str], ...]]
) -> Iterator[str]:
    """Hide the question while a part of its condition does not hold and it holds no answer itself."""
    parts: list[tuple[Match, ...]] = [(match,) for match in condition.all_of]
    parts += [condition.any_of] if condition.any_of else []
    for matches in parts:
        wanted = dict.fromkeys((match.finding, answer) for match in matches for answer in match.is_)
        wanted |= dict.fromkeys(pair for target in wanted for pair in implying.get(target, ()))
        fields = ", ".join(f"#{option_id(*pair)}:checked" for pair in wanted)
        hidden = f'#q-{finding.slug}:not(:has(input:checked:not([value=""])))'
        yield f".{FORM_CLASS}:not(:has({fields})) {hidden} {{ display: none; }}\n"
