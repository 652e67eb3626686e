"""The documents: what a Cause, a Finding, a SafetyRule and every other record *is*.

A document is the typed, frozen content of one record. It knows nothing of Django, of a
database or of a clock. Two documents with the same content have the same canonical JSON
and so the same SHA-256; that hash is what a moderator signs.

Slugs are the identity of every record and the only way in which one record names another.
"""

import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

NOT_SURE = "not-sure"
"""The answer of somebody who does not know. It is never read as "no"."""

PREFER_NOT_TO_SAY = "prefer-not-to-say"
"""The answer of somebody who would rather not say. It is not passed on."""


def _clean_text(value: str) -> str:
    """Give one spelling to text that looks the same: NFC, Unix line ends, no trailing blanks."""
    lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


Text = Annotated[str, AfterValidator(_clean_text)]
"""Text that may be empty."""

RequiredText = Annotated[str, AfterValidator(_clean_text), Field(min_length=1)]
"""Text that must say something."""

Line = Annotated[str, AfterValidator(_clean_text), Field(min_length=1, max_length=300, pattern=r"^[^\r\n]*$")]
"""One line of text: a title, a label."""

OptionalLine = Annotated[str, AfterValidator(_clean_text), Field(max_length=300, pattern=r"^[^\r\n]*$")]
"""One line of text that may be empty."""

Markdown = Annotated[str, AfterValidator(_clean_text)]
"""Markdown with pandoc-style citations, `[@source-slug]` or `[@one; @two]`."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80), AfterValidator(sys.intern)]
"""The identity of something. The same slug stands in thousands of places and is held once."""

OptionalSlug = Annotated[str, Field(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=80)]
"""The slug of something, or nothing."""


def _sorted_set(values: tuple[str, ...]) -> tuple[str, ...]:
    """One spelling for a set of slugs, so that the order of ticking boxes changes no hash."""
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value} is given twice")
    return tuple(sorted(values))


SlugSet = Annotated[tuple[Slug, ...], AfterValidator(_sorted_set)]
"""Slugs whose order means nothing; kept sorted."""


class Urgency(StrEnum):
    """How soon somebody should be seen. Compare with `rank`; larger is more urgent."""

    SELF_CARE = "self-care"
    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    rank: int
    """0 (self-care) to 4 (emergency)."""

    def __new__(cls, value: str) -> Self:
        """Count the levels as they are named: the rank is asked for so often that looking it up would take too long."""
        level = str.__new__(cls, value)
        level._value_ = value
        level.rank = len(cls.__members__)
        return level

    def is_at_least(self, other: "Urgency") -> bool:
        """True when this level is as urgent as `other`, or more."""
        return self.rank >= other.rank


_RANK = attrgetter("rank")


def most_urgent(levels: Iterable[Urgency]) -> Urgency:
    """The most urgent of some levels; `self-care` when there are none."""
    return max(levels, key=_RANK, default=Urgency.SELF_CARE)


class Nature(StrEnum):
    """Whether a cause is part of how bodies work, or an illness or injury."""

    NATURAL = "natural"
    PATHOLOGICAL = "pathological"


class PregnancyScope(StrEnum):
    """Whether a cause is met in pregnancy: never, possibly, or only there."""

    NEVER = "never"
    POSSIBLE = "possible"
    ONLY = "only"


class Trimester(StrEnum):
    """When in a pregnancy; `after` is the twelve weeks after it ended."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    AFTER = "after"


class BodySite(StrEnum):
    """Where the blood or the discharge comes from."""

    VULVA = "vulva"
    VAGINA = "vagina"
    CERVIX = "cervix"
    WOMB = "womb"
    TUBES_AND_OVARIES = "tubes-and-ovaries"
    PLACENTA = "placenta"
    BLADDER = "bladder"
    BOWEL = "bowel"
    PARTNER = "partner"
    WHOLE_BODY = "whole-body"


class Frequency(StrEnum):
    """How common the condition is, in words; never a chance for one person."""

    VERY_COMMON = "very-common"
    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    UNKNOWN = "unknown"


class Step(StrEnum):
    """The parts of the questionnaire, in the order in which they are asked."""

    EMERGENCY = "emergency"
    ABOUT_YOU = "about-you"
    PREGNANCY = "pregnancy"
    BLEEDING = "bleeding"
    PAIN = "pain"
    DISCHARGE = "discharge"
    CONTRACEPTION = "contraception"
    HISTORY = "history"
    PARTNER = "partner"


class Route(StrEnum):
    """Where a safety rule sends somebody."""

    AMBULANCE = "ambulance"
    EMERGENCY_DEPARTMENT = "emergency-department"
    MATERNITY_UNIT = "maternity-unit"
    EARLY_PREGNANCY_UNIT = "early-pregnancy-unit"
    SEXUAL_ASSAULT_SERVICE = "sexual-assault-service"
    DOCTOR = "doctor"
    SEXUAL_HEALTH_CLINIC = "sexual-health-clinic"
    PRESCRIBER = "prescriber"


class Effect(StrEnum):
    """Whether an answer speaks for a cause or against it."""

    FOR = "for"
    AGAINST = "against"


class Basis(StrEnum):
    """`guideline`: a source says so. `cautious`: our stricter choice where sources differ or are silent."""

    GUIDELINE = "guideline"
    CAUTIOUS = "cautious"


class SourceKind(StrEnum):
    """What sort of publication a source is."""

    GUIDELINE = "guideline"
    PATIENT_INFORMATION = "patient-information"
    REVIEW_ARTICLE = "review-article"
    COHORT_STUDY = "cohort-study"
    CASE_REPORT = "case-report"
    TEXTBOOK = "textbook"


class Verdict(StrEnum):
    """What we make of a claim that circulates."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    OUTDATED = "outdated"
    UNSUPPORTED = "unsupported"
    HARMFUL = "harmful"


def _is_empty(text: str) -> bool:
    """For fields that came after the first release: left out of a document where they are empty.

    So what was signed before there was such a field keeps its hash, and an edition its seal.
    """
    return not text


_GIVEN: dict[frozenset[str], set[str]] = {}


class Value(BaseModel):
    """A frozen part of a document. Unknown fields are refused, so that nothing is lost unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    def model_post_init(self, context: Any, /) -> None:
        """Hold the names of the fields that were given once for all values alike. They take a quarter of an edition."""
        given = self.model_fields_set
        object.__setattr__(self, "__pydantic_fields_set__", _GIVEN.setdefault(frozenset(given), given))


Answers = Mapping[str, frozenset[str]]
"""What a visitor said: slug of the finding -> slugs of the chosen answers. Unanswered findings are absent."""


class Match(Value):
    """True when any of the named answers was given to the finding. Unanswered never matches."""

    finding: Slug
    is_: tuple[Slug, ...] = Field(alias="is", min_length=1)

    def holds(self, answers: Answers) -> bool:
        """True when one of `is` was chosen. `not-sure` holds only where it is listed."""
        given = answers.get(self.finding)
        return given is not None and not given.isdisjoint(self.is_)


class Condition(Value):
    """Every one of `all_of` and, where there is an `any_of`, at least one of it."""

    all_of: tuple[Match, ...] = ()
    any_of: tuple[Match, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.all_of and not self.any_of:
            raise ValueError("a condition needs all_of or any_of")
        return self

    def holds(self, answers: Answers) -> bool:
        """True when the answers given satisfy the condition. Plain loops: the proof asks it millions of times."""
        for match in self.all_of:
            if not match.holds(answers):
                return False
        for match in self.any_of:
            if match.holds(answers):
                return True
        return not self.any_of

    @property
    def matches(self) -> tuple[Match, ...]:
        """Every match the condition is made of, `all_of` first."""
        return self.all_of + self.any_of

    @property
    def findings(self) -> frozenset[str]:
        """Slugs of the findings that the condition looks at."""
        return frozenset(match.finding for match in self.matches)


class Document(Value):
    """What all records have in common: an identity, a language and the version of this schema."""

    kind: str
    schema_version: Literal[1] = 1
    slug: Slug
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"

    @property
    def key(self) -> tuple[str, str]:
        """The identity of the record: its kind and its slug."""
        return (self.kind, self.slug)

    @property
    def name(self) -> str:
        """What to call this record in a list; the title where it has one."""
        return str(getattr(self, "title", self.slug))

    def canonical_json(self) -> str:
        """The one spelling of this document: JSON with sorted keys, no spaces, UTF-8 text."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON, 64 hexadecimal digits. This is what an approval signs."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()


class Category(Document):
    """A group in which causes are listed."""

    kind: Literal["category"] = "category"
    title: Line
    summary: RequiredText
    order: int = Field(ge=0, le=1000)


class Source(Document):
    """A publication that statements rest on."""

    kind: Literal["source"] = "source"
    title: Line
    publisher: Line
    url: Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$", max_length=500)]
    year: int | None = Field(default=None, ge=1900, le=2100)
    source_kind: SourceKind
    region: Annotated[str, Field(pattern=r"^([a-z]{2}|international)$")]
    last_checked: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    low_authority: bool = False
    superseded_by: Slug | None = None
    note: Text = ""


class Implication(Value):
    """An answer that settles another question too: a positive test means pregnant."""

    finding: Slug
    answer: Slug


class Answer(Value):
    """One answer that a question offers."""

    slug: Slug
    label: Line
    help: Text = ""
    implies: Implication | None = None
    exclusive: bool = False
    """True for "none of these": it cannot stand beside another answer."""
    box: OptionalLine = Field(default="", exclude_if=_is_empty)
    """How it reads as one box of a list that asks several questions; its label where this is empty."""


class Finding(Document):
    """One question of the vocabulary, and the symptom that it asks about."""

    kind: Literal["finding"] = "finding"
    title: Line
    """The symptom in plain words, for its public page: "Bleeding every time after sex"."""
    summary: Markdown = ""
    question: Line
    noted_as: OptionalLine = Field(default="", exclude_if=_is_empty)
    """What it asks about in a few words, before an answer: "Bleeding now". The question itself where this is empty."""
    help: Text = ""
    step: Step
    order: int = Field(ge=0, le=10000)
    multiple: bool = False
    answers: tuple[Answer, ...] = Field(min_length=2)
    ask_if: Condition | None = None
    why_asked: RequiredText
    unsure_raises_nothing_because: Text = ""
    """Why `not-sure` fires no rule here, where rules look at this finding and none lists it."""
    list_question: OptionalLine = Field(default="", exclude_if=_is_empty)
    """Set on the finding that opens a list: several questions asked as one, each by a box or a few."""
    list_help: Text = Field(default="", exclude_if=_is_empty)
    list_why: Text = Field(default="", exclude_if=_is_empty)
    asked_in: OptionalSlug = Field(default="", exclude_if=_is_empty)
    """The finding that opens the list in which this one is asked; itself, for the one that opens it."""
    box: OptionalLine = Field(default="", exclude_if=_is_empty)
    """Its one box in the list: ticked, the question itself is asked. Without it, its answers are boxes of the list."""
    unticked: OptionalSlug = Field(default="", exclude_if=_is_empty)
    """The answer that no tick stands for, once the list was answered; without it, no tick leaves it unanswered."""
    citations: SlugSet = Field(min_length=1)

    @model_validator(mode="after")
    def _answers_differ(self) -> Self:
        _no_repeats("answers", [answer.slug for answer in self.answers])
        return self

    @model_validator(mode="after")
    def _list_is_whole(self) -> Self:
        if bool(self.list_question) != (self.asked_in == self.slug):
            raise ValueError("a finding that opens a list has a list_question and is asked_in itself")
        if (self.box or self.unticked) and not self.asked_in:
            raise ValueError("box and unticked are for findings that are asked_in a list")
        if self.unticked and self.unticked not in self.answer_slugs:
            raise ValueError(f"unticked names no answer: {self.unticked}")
        if self.asked_in and not self.box and not self.multiple and len(self.boxed_answers) != 1:
            raise ValueError("a question that takes one answer, and has several to tick, needs a box of its own")
        return self

    @property
    def note_title(self) -> str:
        """What it asks about, as short as there are words for it."""
        return self.noted_as or self.question

    @property
    def boxed_answers(self) -> tuple[Answer, ...]:
        """The answers that are boxes of a list, where the question has no box of its own."""
        kept = (NOT_SURE, PREFER_NOT_TO_SAY, self.unticked)
        return tuple(answer for answer in self.answers if answer.slug not in kept)

    @property
    def answer_slugs(self) -> tuple[str, ...]:
        """Slugs of the answers, in the order in which they are offered."""
        return tuple(answer.slug for answer in self.answers)

    def answer(self, slug: str) -> Answer:
        """The answer of that slug. Raises: KeyError."""
        for answer in self.answers:
            if answer.slug == slug:
                return answer
        raise KeyError(slug)


class AlsoCalled(Value):
    """Another name by which people know a cause."""

    name: Line
    outdated: bool = False


class HowCommon(Value):
    """How common the condition is: a word, and what is known."""

    level: Frequency
    text: Markdown = ""


class Escalation(Value):
    """In this context, at least this level: spotting with pain in early pregnancy is not spotting without."""

    when: Condition
    urgency: Urgency
    tell: RequiredText
    citations: SlugSet = ()


class FindingLink(Value):
    """Which answers to one finding speak for or against a cause, and how strongly (1 weak to 3 strong)."""

    finding: Slug
    answers: tuple[Slug, ...] = Field(min_length=1)
    effect: Effect
    strength: int = Field(ge=1, le=3)
    because: Text = ""
    citations: SlugSet = ()


class Sections(Value):
    """The body of a cause page, each part in Markdown with citations."""

    what_it_is: Markdown = ""
    signs: Markdown = ""
    why_it_bleeds: Markdown = ""
    what_you_can_do: Markdown = ""
    what_a_clinician_may_do: Markdown = ""
    get_help_sooner_if: Markdown = ""
    misconceptions: Markdown = ""


class Cause(Document):
    """What may lie behind bleeding or unusual discharge after sex: the page, and how the checker weighs it."""

    kind: Literal["cause"] = "cause"
    title: Line
    clinical_name: Line
    also_called: tuple[AlsoCalled, ...] = ()
    category: Slug
    nature: Nature
    nature_note: Markdown = ""
    pregnancy: PregnancyScope
    trimesters: tuple[Trimester, ...] = ()
    urgency: Urgency
    urgency_reason: Markdown = ""
    escalations: tuple[Escalation, ...] = ()
    only_when: Condition | None = None
    """Circumstances without which it cannot be the explanation: after a birth, with a coil. Unanswered is without."""
    not_when: Condition | None = None
    """Answers with which this cause cannot be the explanation; it is then not listed."""
    never_likely_because: Text = Field(default="", exclude_if=_is_empty)
    """Why no answer speaks for this cause, so that the checker never calls it likely: it is a page alone.

    Left out of the document where it is empty, so that what was signed before this field existed keeps its hash.
    """
    how_common: HowCommon
    sites: tuple[BodySite, ...] = Field(min_length=1)
    icd10: tuple[Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}(\.[0-9A-Z]{1,4})?$")], ...] = ()
    summary: RequiredText
    sections: Sections = Sections()
    finding_links: tuple[FindingLink, ...] = ()
    sources: SlugSet = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.trimesters and self.pregnancy is PregnancyScope.NEVER:
            raise ValueError("trimesters are given though pregnancy is never")
        for field in ("trimesters", "sites", "icd10"):
            _no_repeats(field, getattr(self, field))
        return self


class SafetyRule(Document):
    """When these answers are given, at least this urgency. Rules only ever raise."""

    kind: Literal["safety-rule"] = "safety-rule"
    title: Line
    when: Condition
    at_least: Urgency
    route: Route
    tell: RequiredText
    why: RequiredText
    basis: Basis
    guidance_note: Text = ""
    citations: SlugSet = Field(min_length=1)


class Contact(Value):
    """Whom to turn to at one level of urgency in one region."""

    region: Annotated[str, Field(pattern=r"^([a-z]{2}|international)$")]
    text: RequiredText


class Equivalent(Value):
    """What somebody else's scale calls the same level."""

    scale: Slug
    text: RequiredText


class UrgencyLevel(Document):
    """The words that belong to one level: what to do, by when, and whom to ask. Its slug is the level."""

    kind: Literal["urgency-level"] = "urgency-level"
    title: Line
    short: Line
    what_to_do: RequiredText
    timescale: Line
    never_say: RequiredText
    not_for: Condition | None = None
    """Answers with which this level is never given; the next more urgent one is."""
    contacts: tuple[Contact, ...] = Field(min_length=1)
    equivalents: tuple[Equivalent, ...] = ()
    citations: SlugSet = Field(min_length=1)

    @model_validator(mode="after")
    def _slug_is_a_level(self) -> Self:
        if self.slug not in list(Urgency):
            raise ValueError(f"slug must be one of {', '.join(Urgency)}")
        return self

    @property
    def urgency(self) -> Urgency:
        """The level that this record describes."""
        return Urgency(self.slug)


class GivenAnswer(Value):
    """What the person of a vignette answers to one question."""

    finding: Slug
    answers: tuple[Slug, ...] = Field(min_length=1)


class Vignette(Document):
    """A clinical test case: a story, its answers, and the outcomes that are acceptable."""

    kind: Literal["vignette"] = "vignette"
    title: Line
    story: RequiredText
    answers: tuple[GivenAnswer, ...] = ()
    least: Urgency
    """The least urgent outcome that is still acceptable."""
    most: Urgency
    """The most urgent outcome that is still acceptable."""
    must_list: SlugSet = ()
    citations: SlugSet = Field(min_length=1)

    @model_validator(mode="after")
    def _range_is_ordered(self) -> Self:
        if not self.most.is_at_least(self.least):
            raise ValueError("most must be at least as urgent as least")
        _no_repeats("answers", [given.finding for given in self.answers])
        return self


class ClaimReview(Document):
    """A claim that circulates, what we make of it, and what is known."""

    kind: Literal["claim-review"] = "claim-review"
    title: Line
    claim: RequiredText
    verdict: Verdict
    correction: Markdown = Field(min_length=1)
    theme: Slug
    causes: SlugSet = ()
    order: int = Field(default=0, ge=0, le=10000)
    sources: SlugSet = Field(min_length=1)


class Page(Document):
    """An editorial page: emergency, pregnancy, how we review, privacy, about."""

    kind: Literal["page"] = "page"
    title: Line
    summary: RequiredText
    body: Markdown = Field(min_length=1)
    order: int = Field(default=0, ge=0, le=1000)


KINDS: Mapping[str, type[Document]] = {
    "category": Category,
    "source": Source,
    "finding": Finding,
    "urgency-level": UrgencyLevel,
    "safety-rule": SafetyRule,
    "cause": Cause,
    "vignette": Vignette,
    "claim-review": ClaimReview,
    "page": Page,
}
"""Every kind of record, in an order in which each comes after the kinds that it refers to."""


@dataclass(frozen=True)
class FieldProblem:
    """One thing that is wrong with a document: where (`sections.signs`) and why."""

    field: str
    reason: str


class DocumentInvalid(ValueError):
    """A document does not validate. `record` names it, `problems` say which field and why."""

    def __init__(self, record: str, problems: tuple[FieldProblem, ...]) -> None:
        self.record = record
        self.problems = problems
        super().__init__("; ".join(f"{record}: {problem.field}: {problem.reason}" for problem in problems))


def canonical_json(value: Any) -> str:
    """One spelling for a JSON value: sorted keys, no spaces, text as UTF-8 rather than escapes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def load_document(data: Any, *, record: str = "") -> Document:
    """Read a document from JSON-like data.

    `record` is what errors call it (a file name, say); without it they use kind and slug.
    Raises: DocumentInvalid, naming the record, each field that is wrong and why.
    """
    if not isinstance(data, Mapping):
        raise DocumentInvalid(record or "document", (FieldProblem("(whole)", "must be a mapping of fields"),))
    record = record or f"{data.get('kind', '?')}/{data.get('slug', '?')}"
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        reason = f"{kind!r} is not one of {', '.join(KINDS)}"
        raise DocumentInvalid(record, (FieldProblem("kind", reason),))
    try:
        return KINDS[kind].model_validate(data)
    except ValidationError as error:
        raise DocumentInvalid(record, problems_of(error)) from error


def problems_of(error: ValidationError) -> tuple[FieldProblem, ...]:
    """Say pydantic's errors as field and reason, in the order of the fields."""
    return tuple(
        FieldProblem(".".join(str(part) for part in item["loc"]) or "(whole)", item["msg"])
        for item in error.errors(include_url=False)
    )


def _no_repeats(field: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{field}: {value} is given twice")
        seen.add(value)
