"""What pages of the desk show of documents: a draft's report, a comparison, an outcome. Reads only."""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from sitecontent.admin.names import drafts_behind, edition_or_none, names_for
from sitecontent.documents import Document, DocumentInvalid
from sitecontent.edition.checks import Around, Rule, check_record, rule_of
from sitecontent.edition.compile import Problem
from sitecontent.models import WorkingRecord
from sitecontent.review.diff import Names, label_of
from sitecontent.review.labels import RatedChange, rate_documents


@dataclass(frozen=True)
class Remark:
    """One thing that a check says, with the field as people know it."""

    where: str
    message: str
    severity: str
    check: str = ""
    """The id of the rule; empty for what makes no document at all."""

    @property
    def blocks(self) -> bool:
        """True when it keeps the document from being published."""
        return self.severity == "block"

    @property
    def rule(self) -> Rule | None:
        """What the check asks for, and whose standard that is."""
        return rule_of(self.check) if self.check else None


@dataclass(frozen=True)
class DraftReport:
    """What a draft makes, and what is still wrong with it."""

    document: Document | None
    remarks: tuple[Remark, ...]

    @property
    def is_complete(self) -> bool:
        """True when it can be submitted."""
        return self.document is not None


def draft_report(record: WorkingRecord) -> DraftReport:
    """Freeze a draft for a look, and run the checks that need no build on it."""
    try:
        document = record.to_document()
    except DocumentInvalid as error:
        return DraftReport(None, remarks_on_invalid(error))
    edition = edition_or_none()
    drafts = drafts_behind([document], edition)
    if edition:
        around = Around.of(edition, drafts)
    else:
        around = Around({draft.key: draft for draft in drafts}, timezone.now().year)
    return DraftReport(document, remarks_of(check_record(document, around)))


def remarks_on_invalid(error: DocumentInvalid) -> tuple[Remark, ...]:
    """Why a draft makes no document, field by field."""
    return tuple(Remark(place_of(problem.field), _plainly(problem.reason), "block") for problem in error.problems)


def _plainly(reason: str) -> str:
    """Say in plain words what the reader of documents says of an empty field."""
    return "this is still empty" if re.search(r"at least 1 (item|character)", reason) else reason


def remarks_of(problems: Any) -> tuple[Remark, ...]:
    """Problems of a build, what blocks first, each once."""
    order = ["block", "warn", "note"]
    ordered = sorted(problems, key=lambda problem: order.index(problem.severity))
    rows = (
        Remark(place_of(problem.field), problem.message, str(problem.severity), problem.check) for problem in ordered
    )
    return tuple(dict.fromkeys(rows))


def remarks_elsewhere(problems: tuple[Problem, ...]) -> tuple[Remark, ...]:
    """Problems of several records, each with the record that has it."""
    return tuple(
        Remark(
            f"{problem.kind} “{problem.slug}”, {place_of(problem.field)}",
            problem.message,
            str(problem.severity),
            problem.check,
        )
        for problem in problems
    )


def place_of(field: str) -> str:
    """A field as people know it: `escalations.0.when` is "Escalation 1: When"."""
    parts = field.split(".")
    numbers = [int(part) + 1 for part in parts if part.isdigit()]
    words = [part for part in parts if not part.isdigit()]
    if numbers and len(words) > 1:
        return f"{label_of(words[0])} {numbers[0]}: {label_of('.'.join(words))}"
    return f"{label_of('.'.join(words))} {numbers[0]}" if numbers else label_of(field)


@dataclass(frozen=True)
class Comparison:
    """Two documents side by side: everything that differs, the most dangerous first."""

    old: Document | None
    new: Document | None
    changes: tuple[RatedChange, ...]

    @property
    def is_new(self) -> bool:
        """True when there is nothing to compare with."""
        return self.old is None

    @property
    def dangerous(self) -> tuple[RatedChange, ...]:
        """What must be ticked one by one."""
        return tuple(item for item in self.changes if item.is_dangerous)


def comparison(old: Document | None, new: Document | None, names: Names | None = None) -> Comparison:
    """Compare two documents, with the names that their records have now, unless these are given."""
    known = names or names_for([old, new], edition_or_none())
    return Comparison(old, new, rate_documents(old, new, known))


def page(request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the desk."""
    request.current_app = site.name  # type: ignore[attr-defined]
    whole = {**site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"admin/{template}", whole, status=status)
