"""The questions as a form: steps, fieldsets and the stylesheet that shows only what applies. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sitecontent.documents import NOT_SURE, PREFER_NOT_TO_SAY, Answer, Condition, Finding, Match, Step
from sitecontent.edition.edition import Edition
from triage import words
from triage.answers import NOTHING
from triage.index import UNWANTED_SEX, Index, index_of
from triage.lists import AskedList, list_field, steps_of
from triage.sent import NONE_OF_THESE
from triage.words import Words

FORM_CLASS = "check-form"

ANSWERED = "input:checked:not(.open-answer)"
"""A field that holds an answer; "not sure" and "rather not say" that no question lists hold none."""

DRAWN: Mapping[tuple[str, str], str] = {
    ("blood-loss-now", "pad-an-hour"): "pad-an-hour",
    ("blood-loss-now", "steady-flow"): "steady-flow",
    ("blood-loss-now", "pad-every-few-hours"): "pad-every-few-hours",
    ("blood-loss-now", "light"): "light",
    ("blood-loss-now", "spotting"): "spotting",
    ("bleed-amount", "spots"): "spotting",
    ("bleed-amount", "less-than-period"): "light",
    ("bleed-amount", "like-period"): "pad-every-few-hours",
    ("bleed-amount", "more-than-period"): "pad-an-hour",
}
"""The amounts of blood that have a drawing, and its name."""

Given = Mapping[str, Collection[str]]
"""Name of the field -> values: findings by their slug, lists by `list_field`."""


@dataclass(frozen=True)
class Option:
    """One answer as a radio button or a box to tick."""

    id: str
    value: str
    label: str
    help: str
    is_chosen: bool
    is_exclusive: bool
    drawing: str = ""
    """The template of a drawing of it, which says no more than the words beside it."""


@dataclass(frozen=True)
class Leave:
    """A way to leave a question open on purpose, or to say none of a list: its field and whether it is chosen."""

    id: str
    value: str
    is_chosen: bool


@dataclass(frozen=True)
class Question:
    """One finding as a fieldset."""

    slug: str
    legend: str
    help: str
    why_asked: str
    multiple: bool
    options: tuple[Option, ...]
    not_sure: Leave | None
    """"I am not sure", where the question has no such answer of its own."""
    withheld: Leave | None
    """"I would rather not say", where the question has no such answer of its own."""
    is_conditional: bool
    is_list: bool = False

    @property
    def id(self) -> str:
        """The id of the fieldset."""
        return question_id(self.slug)

    @property
    def fields(self) -> Iterator[Option | Leave]:
        """Every field of it."""
        yield from self.options
        yield from (leave for leave in (self.not_sure, self.withheld) if leave)

    @property
    def first_id(self) -> str:
        """The id of its first field, for a link from an error summary."""
        return self.options[0].id


@dataclass(frozen=True)
class Rows:
    """The boxes of one question in a list."""

    slug: str
    name: str
    """The name of their field: the question's own, or that of the list for a box that opens the question."""
    opens: bool
    """True for the one box of a question that is asked when it is ticked."""
    options: tuple[Option, ...]

    @property
    def id(self) -> str:
        """The id of what holds them: of the question itself, unless a fieldset of its own has that."""
        return f"b-{self.slug}" if self.opens else question_id(self.slug)


@dataclass(frozen=True)
class ListQuestion:
    """Several findings as one fieldset, and the questions that its boxes open."""

    slug: str
    legend: str
    help: str
    why_asked: str
    groups: tuple[tuple[Words, tuple[Rows, ...]], ...]
    """The boxes by the step of their questions, with its heading; one group needs none."""
    none: Leave
    not_sure: Leave
    withheld: Leave
    opened: tuple[Question, ...]
    is_list: bool = True

    @property
    def name(self) -> str:
        """The name of its own field."""
        return list_field(self.slug)

    @property
    def id(self) -> str:
        """The id of the fieldset."""
        return list_id(self.slug)

    @property
    def fields(self) -> Iterator[Option | Leave]:
        """Every field of it, and of the questions that its boxes open."""
        yield from (option for _, held in self.groups for rows in held for option in rows.options)
        yield from (self.none, self.not_sure, self.withheld)
        yield from (field for question in self.opened for field in question.fields)

    @property
    def first_id(self) -> str:
        """The id of its first field."""
        return self.groups[0][1][0].options[0].id


@dataclass(frozen=True)
class StepFields:
    """The questions of one step."""

    step: Step
    questions: tuple[Question | ListQuestion, ...]

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
    def chosen(self) -> Iterator[str]:
        """The ids of the fields that are chosen."""
        for question in (*self.unwanted_sex, *(question for step in self.steps for question in step.questions)):
            yield from (field.id for field in question.fields if field.is_chosen)

    @property
    def box_is_open(self) -> bool:
        """True when something in the box was answered."""
        return any(option.is_chosen for question in self.unwanted_sex for option in question.options)

    def field_of(self, finding: str) -> tuple[str, str] | None:
        """The legend and the id of the first field where a finding is asked; None where it is not."""
        for question in (*self.unwanted_sex, *(question for step in self.steps for question in step.questions)):
            opened = question.opened if isinstance(question, ListQuestion) else (question,)
            for own in opened:
                if own.slug == finding:
                    return own.legend, own.first_id
            if isinstance(question, ListQuestion):
                for rows in (rows for _, held in question.groups for rows in held if rows.slug == finding):
                    return question.legend, rows.options[0].id
        return None


def questionnaire(edition: Edition, given: Given | None = None) -> Questionnaire:
    """The form of an edition, filled in with what was given. Unknown answers are left out."""
    index = index_of(edition)
    fields = given or {}
    asked = (finding for finding in index.findings.values() if finding.slug not in UNWANTED_SEX)
    boxed = (index.findings[slug] for slug in UNWANTED_SEX if slug in index.findings)
    return Questionnaire(
        steps=tuple(
            StepFields(
                step,
                tuple(
                    _list(item, fields) if isinstance(item, AskedList) else _question(item, fields) for item in items
                ),
            )
            for step, items in steps_of(asked)
        ),
        unwanted_sex=tuple(_question(finding, fields) for finding in boxed),
    )


def _question(finding: Finding, given: Given) -> Question:
    chosen = given.get(finding.slug, NOTHING)
    return Question(
        slug=finding.slug,
        legend=finding.question,
        help=finding.help,
        why_asked=finding.why_asked,
        multiple=finding.multiple,
        options=tuple(_option(finding, answer, answer.label, chosen) for answer in finding.answers),
        not_sure=_unless_own(finding, NOT_SURE, chosen),
        withheld=_unless_own(finding, PREFER_NOT_TO_SAY, chosen),
        is_conditional=finding.ask_if is not None and finding.slug not in UNWANTED_SEX,
    )


def _option(finding: Finding, answer: Answer, label: str, chosen: Collection[str]) -> Option:
    return Option(
        id=option_id(finding.slug, answer.slug),
        value=answer.slug,
        label=label,
        help=answer.help,
        is_chosen=answer.slug in chosen,
        is_exclusive=answer.exclusive,
        drawing=f"pages/amounts/{DRAWN[finding.slug, answer.slug]}.svg" if (finding.slug, answer.slug) in DRAWN else "",
    )


def _unless_own(finding: Finding, value: str, chosen: Collection[str]) -> Leave | None:
    if value in finding.answer_slugs:
        return None
    return Leave(option_id(finding.slug, value), value, value in chosen)


def _list(asked: AskedList, given: Given) -> ListQuestion:
    opener = asked.opener
    chosen = given.get(asked.field, NOTHING)
    steps = dict.fromkeys(member.step for member in asked.members)
    return ListQuestion(
        slug=opener.slug,
        legend=opener.list_question,
        help=opener.list_help,
        why_asked=opener.list_why or opener.why_asked,
        groups=tuple(
            (
                words.STEPS[step] if len(steps) > 1 else "",
                tuple(_rows(asked, member, given) for member in asked.members if member.step is step),
            )
            for step in steps
        ),
        none=_leave(asked, NONE_OF_THESE, chosen),
        not_sure=_leave(asked, NOT_SURE, chosen),
        withheld=_leave(asked, PREFER_NOT_TO_SAY, chosen),
        opened=tuple(_question(member, given) for member in asked.members if member.box),
    )


def _leave(asked: AskedList, value: str, chosen: Collection[str]) -> Leave:
    return Leave(option_id(asked.field, value), value, value in chosen)


def _rows(asked: AskedList, member: Finding, given: Given) -> Rows:
    if member.box:
        box = Option(
            id=option_id(asked.field, member.slug),
            value=member.slug,
            label=member.box,
            help="",
            is_chosen=_opens(asked, member, given),
            is_exclusive=False,
        )
        return Rows(member.slug, asked.field, True, (box,))
    chosen = given.get(member.slug, NOTHING)
    options = tuple(_option(member, answer, answer.box or answer.label, chosen) for answer in member.boxed_answers)
    return Rows(member.slug, member.slug, False, options)


def _opens(asked: AskedList, member: Finding, given: Given) -> bool:
    """True when a box was ticked, or its question holds an answer that no tick would not have given."""
    said = set(given.get(member.slug, NOTHING)) - {member.unticked}
    return member.slug in given.get(asked.field, NOTHING) or bool(said)


def question_id(finding: str) -> str:
    """The id of what holds the fields of a question."""
    return f"q-{finding}"


def list_id(opener: str) -> str:
    """The id of the fieldset of a list."""
    return f"l-{opener}"


def option_id(field: str, answer: str) -> str:
    """The id of one field: of an answer to a finding, or of a box of a list."""
    return f"q-{field}--{answer}"


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
        if finding.slug not in UNWANTED_SEX
        for rule in _rules_of(index, finding, implying)
    ]
    rules += [rule for asked in index.lists.values() for rule in _hiding_list(asked, implying)]
    return "".join([f"/* Questions of edition {edition.number}: which is shown when. */\n", *rules])


Implying = Mapping[tuple[str, str], tuple[tuple[str, str], ...]]


def _implying(index: Index) -> Implying:
    """For each answer that others imply, those others."""
    implying: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for finding in index.findings.values():
        for answer in finding.answers:
            if answer.implies:
                target = (answer.implies.finding, answer.implies.answer)
                implying[target] = (*implying.get(target, ()), (finding.slug, answer.slug))
    return implying


def _rules_of(index: Index, finding: Finding, implying: Implying) -> Iterator[str]:
    """Hide a question, or its box, while it does not apply; and a question with a box until that is ticked."""
    condition = _clauses(finding.ask_if, implying) if finding.ask_if else ()
    if finding.asked_in in index.lists and finding.box:
        yield from (_hide(fields, f"#b-{finding.slug}") for fields in condition)
        box = f"#{option_id(list_field(finding.asked_in), finding.slug)}:checked"
        yield _hide(box, f"#{question_id(finding.slug)}")
    else:
        yield from (_hide(fields, f"#{question_id(finding.slug)}") for fields in condition)


def _hiding_list(asked: AskedList, implying: Implying) -> Iterator[str]:
    """Hide a list while none of its questions applies."""
    if all(member.ask_if for member in asked.members):
        first = [_parts(member.ask_if)[0] for member in asked.members if member.ask_if]
        yield _hide(_fields((match for part in first for match in part), implying), f"#{list_id(asked.opener.slug)}")


def _clauses(condition: Condition, implying: Implying) -> tuple[str, ...]:
    """The fields of which one must be chosen, for each part of a condition."""
    return tuple(_fields(matches, implying) for matches in _parts(condition))


def _parts(condition: Condition) -> tuple[tuple[Match, ...], ...]:
    parts: list[tuple[Match, ...]] = [(match,) for match in condition.all_of]
    parts += [condition.any_of] if condition.any_of else []
    return tuple(parts)


def _fields(matches: Iterable[Match], implying: Implying) -> str:
    wanted = dict.fromkeys((match.finding, answer) for match in matches for answer in match.is_)
    wanted |= dict.fromkeys(pair for target in wanted for pair in implying.get(target, ()))
    return ", ".join(f"#{option_id(*pair)}:checked" for pair in wanted)


def _hide(unless: str, what: str) -> str:
    return f".{FORM_CLASS}:not(:has({unless})) {what}:not(:has({ANSWERED})) {{ display: none; }}\n"
