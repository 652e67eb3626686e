"""Compile documents into an Edition: resolve every reference, collect every problem.

Pure: the same entries give the same edition and the same problems, in the same order.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sitecontent.documents import (
    Cause,
    ClaimReview,
    Condition,
    Document,
    Finding,
    Page,
    SafetyRule,
    Source,
    Urgency,
    UrgencyLevel,
    Vignette,
)
from sitecontent.edition.citations import cited_in
from sitecontent.edition.edition import Edition, Entry


class Severity(StrEnum):
    """`block` refuses the build, `warn` is shown to whoever approves, `note` is for information."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: in which record, in which field, found by which check."""

    kind: str
    slug: str
    field: str
    check: str
    severity: Severity
    message: str

    @property
    def blocks(self) -> bool:
        """True when no edition may be published with it."""
        return self.severity is Severity.BLOCK

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}: {self.field}: {self.message}"


@dataclass(frozen=True)
class Compilation:
    """What a build came to: the edition, and all that is wrong with it."""

    edition: Edition
    problems: tuple[Problem, ...]

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems for which it can not be published."""
        return tuple(problem for problem in self.problems if problem.blocks)


def compile_edition(
    entries: Iterable[Entry],
    *,
    number: int,
    previous_sha256: str,
    published_at: datetime,
    note: str,
    published_by: str = "",
) -> Compilation:
    """Make edition `number` of these entries and say what is wrong with it.

    The content checks of `checks` and the vignettes are run by whoever publishes; this
    looks at identity and references alone. Nothing is raised for bad content: it is listed.
    """
    ordered = tuple(sorted(entries, key=lambda entry: entry.document.key))
    edition = Edition(
        number=number,
        published_at=published_at,
        note=note,
        published_by=published_by,
        previous_sha256=previous_sha256,
        entries=ordered,
    )
    return Compilation(edition=edition, problems=tuple(sorted(set(_problems(ordered)))))


def reference_problems(document: Document, documents: Mapping[tuple[str, str], Document]) -> Iterator[Problem]:
    """References of one document that nothing among `documents` answers."""
    for field, kind, slug in references_of(document):
        if (kind, slug) not in documents:
            yield _block(document, field, "reference", f"there is no {kind} called {slug!r}")
    for field, finding_slug, answer_slug in answers_named_by(document):
        finding = documents.get(("finding", finding_slug))
        if isinstance(finding, Finding) and answer_slug not in finding.answer_slugs:
            allowed = ", ".join(finding.answer_slugs)
            message = f"{finding_slug!r} has no answer {answer_slug!r}; it has {allowed}"
            yield _block(document, field, "reference", message)


def references_of(document: Document) -> Iterator[tuple[str, str, str]]:
    """Every reference of a document, as field, kind and slug of what it names."""
    for slug in getattr(document, "citations", ()):
        yield ("citations", "source", slug)
    for field, text in markdown_of(document):
        for slug in cited_in(text):
            yield (field, "source", slug)
    for field, condition in conditions_of(document):
        for slug in sorted(condition.findings):
            yield (field, "finding", slug)
    match document:
        case Source(superseded_by=str(slug)):
            yield ("superseded_by", "source", slug)
        case Finding():
            for answer in document.answers:
                if answer.implies:
                    yield (f"answers.{answer.slug}.implies", "finding", answer.implies.finding)
        case Cause():
            yield ("category", "category", document.category)
            for slug in document.sources:
                yield ("sources", "source", slug)
            for index, link in enumerate(document.finding_links):
                yield (f"finding_links.{index}", "finding", link.finding)
                for slug in link.citations:
                    yield (f"finding_links.{index}", "source", slug)
            for index, escalation in enumerate(document.escalations):
                for slug in escalation.citations:
                    yield (f"escalations.{index}", "source", slug)
        case Vignette():
            for given in document.answers:
                yield ("answers", "finding", given.finding)
            for slug in document.must_list:
                yield ("must_list", "cause", slug)
        case ClaimReview():
            for slug in document.sources:
                yield ("sources", "source", slug)
            for slug in document.causes:
                yield ("causes", "cause", slug)


def answers_named_by(document: Document) -> Iterator[tuple[str, str, str]]:
    """Every answer that a document names, as field, slug of the finding, slug of the answer."""
    for field, condition in conditions_of(document):
        for match in condition.matches:
            for answer_slug in match.is_:
                yield (field, match.finding, answer_slug)
    match document:
        case Finding():
            for answer in document.answers:
                if answer.implies:
                    yield (f"answers.{answer.slug}.implies", answer.implies.finding, answer.implies.answer)
        case Cause():
            for index, link in enumerate(document.finding_links):
                for answer_slug in link.answers:
                    yield (f"finding_links.{index}", link.finding, answer_slug)
        case Vignette():
            for given in document.answers:
                for answer_slug in given.answers:
                    yield ("answers", given.finding, answer_slug)


def conditions_of(document: Document) -> Iterator[tuple[str, Condition]]:
    """Every condition of a document with the field that holds it."""
    match document:
        case SafetyRule():
            yield ("when", document.when)
        case Finding(ask_if=Condition() as condition):
            yield ("ask_if", condition)
        case UrgencyLevel(not_for=Condition() as condition):
            yield ("not_for", condition)
        case Cause():
            if document.only_when:
                yield ("only_when", document.only_when)
            if document.not_when:
                yield ("not_when", document.not_when)
            for index, escalation in enumerate(document.escalations):
                yield (f"escalations.{index}.when", escalation.when)


def markdown_of(document: Document) -> Iterator[tuple[str, str]]:
    """Every Markdown text of a document with its field, in the order in which a page shows them."""
    match document:
        case Cause():
            yield ("urgency_reason", document.urgency_reason)
            yield ("nature_note", document.nature_note)
            yield ("how_common", document.how_common.text)
            for field in type(document.sections).model_fields:
                yield (f"sections.{field}", getattr(document.sections, field))
        case Finding():
            yield ("summary", document.summary)
        case ClaimReview():
            yield ("correction", document.correction)
        case Page():
            yield ("body", document.body)


def _problems(entries: tuple[Entry, ...]) -> Iterator[Problem]:
    documents: dict[tuple[str, str], Document] = {}
    for entry in entries:
        if entry.document.key in documents:
            yield _block(entry.document, "slug", "identity", "two records have this kind and slug")
        documents[entry.document.key] = entry.document
    for document in documents.values():
        yield from reference_problems(document, documents)
        yield from document_problems(document)
    for level in Urgency:
        if ("urgency-level", level.value) not in documents:
            yield Problem("urgency-level", level, "(whole)", "levels", Severity.BLOCK, "this level has no words")


def document_problems(document: Document) -> Iterator[Problem]:
    """What is wrong with the shape of one document, whatever else is published."""
    for rule in _RULES:
        yield from rule(document)


def _escalations_raise(document: Document) -> Iterator[Problem]:
    if isinstance(document, Cause):
        for index, escalation in enumerate(document.escalations):
            if escalation.urgency.rank <= document.urgency.rank:
                # Harmless, and it must not stand in the way of somebody who raises the level at once.
                message = f"{escalation.urgency} does not raise the cause's own level, {document.urgency}"
                field = f"escalations.{index}.urgency"
                yield Problem(document.kind, document.slug, field, "escalation", Severity.WARN, message)


def _self_care_has_limits(document: Document) -> Iterator[Problem]:
    if isinstance(document, UrgencyLevel) and document.urgency is Urgency.SELF_CARE and not document.not_for:
        yield _block(document, "not_for", "levels", "self-care needs its list of whom it is not for")


def _single_answers(document: Document) -> Iterator[Problem]:
    """An exclusive answer means something only where several may be chosen."""
    if isinstance(document, Finding):
        for answer in document.answers:
            if answer.exclusive and not document.multiple:
                message = "only a question with several answers can have an exclusive one"
                yield _block(document, f"answers.{answer.slug}.exclusive", "answers", message)


_RULES: tuple[Callable[[Document], Iterator[Problem]], ...] = (
    _escalations_raise,
    _self_care_has_limits,
    _single_answers,
)


def _block(document: Document, field: str, check: str, message: str) -> Problem:
    return Problem(document.kind, document.slug, field, check, Severity.BLOCK, message)
