"""Content checks: what a build says about the text itself. Pure.

Each check is a named rule of the `catalogue` and one function from a document, and what stands around it, to its
problems. A build is refused only by `block`; a `warn` needs a typed reason from whoever approves; a `note` is shown.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from sitecontent.documents import NOT_SURE, Document, Finding, Source
from sitecontent.edition.checks import evidence, safety, shape
from sitecontent.edition.checks.around import Around, Found
from sitecontent.edition.checks.catalogue import RULES, Rule, rule_of
from sitecontent.edition.checks.texts import statements_of
from sitecontent.edition.compile import Problem, Severity, conditions_of, document_problems, reference_problems
from sitecontent.edition.due import review_due
from sitecontent.edition.edition import Edition

__all__ = [
    "CHECKS",
    "RULES",
    "Around",
    "Rule",
    "check_document",
    "check_edition",
    "check_record",
    "rule_of",
    "statements_of",
]

CHECKS: tuple[tuple[str, Callable[[Document, Around], Found]], ...] = (
    ("uncited-statement", evidence.uncited_statements),
    ("uncited-link", evidence.uncited_links),
    ("uncited-number", evidence.uncited_numbers),
    ("few-sources", evidence.few_sources),
    ("one-publisher", evidence.one_publisher),
    ("source-list", evidence.source_list),
    ("low-authority", evidence.low_authority),
    ("strong-words", evidence.strong_words),
    ("superseded-source", evidence.superseded_sources),
    ("all-sources-old", evidence.all_sources_old),
    ("old-source", evidence.old_sources),
    ("percent-alone", evidence.percent_alone),
    ("urgency-reason", safety.no_reason),
    ("silent-cause", safety.silent),
    ("red-flags", safety.no_red_flags),
    ("emergency-action", safety.emergency_action),
    ("emergency-reading", safety.emergency_reading),
    ("promise", safety.promises),
    ("diagnosis", safety.diagnoses),
    ("harmless", safety.harmless),
    ("no-summary", shape.no_summary),
    ("long-summary", shape.long_summary),
    ("missing-section", shape.missing_sections),
    ("pregnancy-scope", shape.pregnancy_scope),
    ("audience", shape.audience),
    ("heading-order", shape.heading_order),
    ("glossary-term", shape.glossary_terms),
    ("reading-grade", shape.reading_grade),
    ("long-sentence", shape.long_sentences),
)
"""The rules that look at one document, in the order in which they run."""

MOST_REMEMBERED = 20_000
_remembered: dict[tuple[Any, ...], tuple[Problem, ...]] = {}
"""What was found in a document, by its hash and by all that stood around it. It is the same for ever."""


def check_edition(
    edition: Edition, *, on: date | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[Problem, ...]:
    """Run every check on every document of an edition, in a fixed order.

    `on` is the day by which a review is overdue; the edition's own day unless given. `progress` hears how much is done,
    and of how much.
    """
    around = Around.of(edition)
    problems: list[Problem] = []
    for done, entry in enumerate(edition.entries, start=1):
        problems.extend(_remembering(entry.document, entry.document_sha256, around))
        if progress:
            progress(done, len(edition.entries))
    problems.extend(_unsure_answers(edition))
    problems.extend(_lists(edition))
    problems.extend(_overdue(edition, on or edition.published_at.date()))
    return tuple(sorted(problems))


def check_document(document: Document, around: Around) -> Iterator[Problem]:
    """Run every check of one document on it."""
    for check, find in CHECKS:
        severity = RULES[check].severity
        for field, message in find(document, around):
            yield Problem(document.kind, document.slug, field, check, severity, message)


def check_record(document: Document, around: Around) -> tuple[Problem, ...]:
    """All that can be said of one document without building an edition."""
    references = reference_problems(document, around.documents)
    return tuple(sorted({*check_document(document, around), *document_problems(document), *references}))


def _remembering(document: Document, sha256: str, around: Around) -> tuple[Problem, ...]:
    key = (sha256, around.year, *around.key, _answer_to(document, around))
    if key not in _remembered:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[key] = tuple(check_document(document, around))
    return _remembered[key]


def _answer_to(document: Document, around: Around) -> tuple[Any, ...]:
    """What the checks of a document ask of its surroundings, as values that can be compared."""
    sources, findings = _leaning_of(document)
    return (
        tuple(map(_what_matters_of, around.sources(sources))),
        tuple(around.finding(slug) for slug in findings),
    )


def _leaning_of(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    only_when = getattr(document, "only_when", None)
    return evidence.cited_sources(document), tuple(sorted(only_when.findings)) if only_when else ()


def _what_matters_of(source: Source) -> tuple[Any, ...]:
    return (
        source.slug,
        source.title,
        source.publisher,
        source.source_kind,
        source.year,
        source.low_authority,
        source.superseded_by,
    )


def _unsure_answers(edition: Edition) -> Iterator[Problem]:
    """Rules look at a question that offers "not sure", none lists it, and nobody has said why not."""
    for finding in edition.findings:
        if NOT_SURE not in finding.answer_slugs or finding.unsure_raises_nothing_because:
            continue
        if _is_looked_at(finding, edition) and not _is_unsure_heeded(finding, edition):
            message = "rules depend on this question but none heeds “not sure”; list it, or say why it raises nothing"
            yield Problem(finding.kind, finding.slug, "answers", "not-sure-ignored", Severity.BLOCK, message)


def _is_looked_at(finding: Finding, edition: Edition) -> bool:
    return any(finding.slug in rule.when.findings for rule in edition.safety_rules)


def _is_unsure_heeded(finding: Finding, edition: Edition) -> bool:
    conditions = [
        condition
        for record in (*edition.safety_rules, *edition.levels.values())
        for _, condition in conditions_of(record)
    ]
    return any(
        match.finding == finding.slug and NOT_SURE in match.is_
        for condition in conditions
        for match in condition.matches
    )


def _lists(edition: Edition) -> Iterator[Problem]:
    """Questions that are to be asked in a list that nobody opens, or only after no tick in a list."""
    findings = {finding.slug: finding for finding in edition.findings}
    for finding in edition.findings:
        opener = findings.get(finding.asked_in)
        if finding.asked_in and not (opener and opener.list_question):
            message = f"{finding.asked_in} opens no list, so this question is asked by itself"
            severity = RULES["list-not-opened"].severity
            yield Problem(finding.kind, finding.slug, "asked_in", "list-not-opened", severity, message)
        for match in finding.ask_if.matches if finding.ask_if else ():
            named = findings.get(match.finding)
            if named and named.unticked in match.is_:
                message = (
                    f"asked after {named.slug}: {named.unticked}, which is no tick, so a form can not show it in time"
                )
                severity = RULES["asked-after-no-tick"].severity
                yield Problem(finding.kind, finding.slug, "ask_if", "asked-after-no-tick", severity, message)


def _overdue(edition: Edition, on: date) -> Iterator[Problem]:
    """What was signed too long ago for how much hangs on it. What nobody signed yet is no review grown old."""
    for entry in edition.entries:
        due = review_due(edition, entry) if entry.signed else None
        if due and due.due_on < on:
            message = f"last reviewed on {due.reviewed_on}, due on {due.due_on} ({due.reason})"
            yield Problem(due.kind, due.slug, "(review)", "review-overdue", RULES["review-overdue"].severity, message)
