"""Content checks: what a build says about the text itself. Pure.

Each check has a name, a severity and one function from a document to its problems. A build is
refused only by `block`; the rest is shown to whoever writes and whoever approves.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sitecontent.documents import NOT_SURE, Cause, Document, Finding
from sitecontent.edition.citations import CITATION, cited_in, without_citations
from sitecontent.edition.compile import Problem, Severity, conditions_of, markdown_of
from sitecontent.edition.edition import Edition

SUMMARY_WORDS = 60
SOURCES_AT_LEAST = 2

REQUIRED_SECTIONS = ("what_it_is", "signs", "what_you_can_do", "what_a_clinician_may_do", "get_help_sooner_if")

_PROMISE = re.compile(
    r"\b(you (?:probably|clearly|surely|certainly|definitely|must) have|don't worry|do not worry"
    r"|nothing to worry about|completely harmless|definitely|guarantee\w*|100 ?%)",
    re.IGNORECASE,
)

_Found = Iterator[tuple[str, str]]
"""Field and message of each problem."""


class Check(NamedTuple):
    """One rule about content: its name, how much it weighs, and what it looks for."""

    name: str
    severity: Severity
    find: Callable[[Document], _Found]


def check_edition(edition: Edition) -> tuple[Problem, ...]:
    """Run every check on every document of an edition, in a fixed order."""
    problems = [problem for entry in edition.entries for problem in check_document(entry.document)]
    problems.extend(_unsure_answers(edition))
    problems.extend(_low_authority_alone(edition))
    return tuple(sorted(problems))


def check_document(document: Document) -> Iterator[Problem]:
    """Run every check that needs no other record on one document."""
    for check in CHECKS:
        for field, message in check.find(document):
            yield Problem(document.kind, document.slug, field, check.name, check.severity, message)


def statements_of(markdown: str) -> Iterator[str]:
    """The statements of a text: its bullets and paragraphs, without headings and lead-ins that end in a colon."""
    for block in re.split(r"\n\s*\n|\n(?=\s*[-*] )", markdown):
        statement = " ".join(block.split())
        if statement and not statement.startswith("#") and not statement.endswith(":"):
            yield statement


def _uncited(document: Document) -> _Found:
    for field, text in markdown_of(document):
        if document.kind == "page" or field == "nature_note":
            continue
        for statement in statements_of(text):
            if not CITATION.search(statement):
                yield field, f"no source is cited for “{statement[:80]}”"


def _few_sources(document: Document) -> _Found:
    if isinstance(document, Cause) and len(document.sources) < SOURCES_AT_LEAST:
        yield "sources", f"a cause needs at least {SOURCES_AT_LEAST} independent sources"


def _sources_disagree(document: Document) -> _Found:
    if isinstance(document, Cause):
        cited = set(cited_in(*(text for _, text in markdown_of(document))))
        cited.update(slug for link in document.finding_links for slug in link.citations)
        cited.update(slug for escalation in document.escalations for slug in escalation.citations)
        for slug in sorted(cited - set(document.sources)):
            yield "sources", f"{slug} is cited but not listed"
        for slug in sorted(set(document.sources) - cited):
            yield "sources", f"{slug} is listed but cited nowhere"


def _no_reason(document: Document) -> _Found:
    if isinstance(document, Cause) and not document.urgency_reason:
        yield "urgency_reason", "an urgency needs its reason"


def _missing_sections(document: Document) -> _Found:
    if isinstance(document, Cause):
        for name in REQUIRED_SECTIONS:
            if not getattr(document.sections, name):
                yield f"sections.{name}", "this section is empty"


def _long_summary(document: Document) -> _Found:
    summary = without_citations(getattr(document, "summary", ""))
    if len(summary.split()) > SUMMARY_WORDS:
        yield "summary", f"has {len(summary.split())} words; {SUMMARY_WORDS} are enough"


def _promises(document: Document) -> _Found:
    texts = {**dict(markdown_of(document)), "summary": str(getattr(document, "summary", ""))}
    for field, text in texts.items():
        match = _PROMISE.search(text)
        if match:
            yield field, f"“{match.group(0).strip()}” sounds like a diagnosis or a promise"


CHECKS: tuple[Check, ...] = (
    Check("uncited-statement", Severity.WARN, _uncited),
    Check("few-sources", Severity.WARN, _few_sources),
    Check("source-list", Severity.WARN, _sources_disagree),
    Check("urgency-reason", Severity.BLOCK, _no_reason),
    Check("missing-section", Severity.WARN, _missing_sections),
    Check("long-summary", Severity.NOTE, _long_summary),
    Check("promise", Severity.WARN, _promises),
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


def _low_authority_alone(edition: Edition) -> Iterator[Problem]:
    """A statement that rests on nothing but sources of low authority."""
    low = {source.slug for source in edition.sources if source.low_authority}
    for entry in edition.entries if low else ():
        for field, text in markdown_of(entry.document):
            for statement in statements_of(text):
                cited = set(cited_in(statement))
                if cited and cited <= low:
                    message = f"only sources of low authority stand under “{statement[:80]}”"
                    yield Problem(
                        entry.document.kind, entry.document.slug, field, "low-authority", Severity.WARN, message
                    )
