"""How a text is taken apart for the checks: into statements, and into what was said for sure. Pure."""

import re
from collections.abc import Iterator

from sitecontent.documents import Cause, Document, Page
from sitecontent.edition.citations import CITATION, without_citations
from sitecontent.edition.compile import markdown_of
from sitecontent.edition.readability import sentences_of

ABOUT_THE_SITE = ("about", "glossary", "how-we-review", "privacy")
"""Pages that speak of the site and its words; nothing medical is claimed there without its own page."""


def statements_of(markdown: str) -> Iterator[str]:
    """The statements of a text: its bullets and paragraphs, without headings and lead-ins that end in a colon."""
    for block in re.split(r"\n\s*\n|\n(?=\s*[-*] )", markdown):
        statement = " ".join(block.split())
        if statement and not statement.startswith("#") and not statement.endswith(":"):
            yield statement


def medical_statements(document: Document) -> Iterator[tuple[str, str]]:
    """Field and statement of all that a document says with citations."""
    if isinstance(document, Page) and document.slug in ABOUT_THE_SITE:
        return
    for field, text in markdown_of(document):
        for statement in statements_of(text):
            yield field, statement


def sentences_in(document: Document) -> Iterator[tuple[str, str]]:
    """Field and sentence of all running text, the summary first, without citations."""
    summary = getattr(document, "summary", "")
    has_own_summary = all(field != "summary" for field, _ in markdown_of(document))
    for field, text in (*((("summary", str(summary)),) if summary and has_own_summary else ()), *markdown_of(document)):
        for sentence in sentences_of(text):
            yield field, sentence
    for field, text in told_by(document):
        for sentence in sentences_of(text):
            yield field, sentence


def told_by(document: Document) -> Iterator[tuple[str, str]]:
    """Field and words of what the checker tells a visitor."""
    if isinstance(document, Cause):
        for index, escalation in enumerate(document.escalations):
            yield f"escalations.{index}.tell", escalation.tell
    elif hasattr(document, "tell"):
        yield "tell", str(document.tell)


def whole_text(document: Document) -> str:
    """All running text of a document as one, without citations."""
    texts = [str(getattr(document, "summary", "")), *(text for _, text in markdown_of(document))]
    return without_citations("\n\n".join([*texts, *(text for _, text in told_by(document))]))


def number_is_cited(statement: str) -> bool:
    """True when a citation stands behind the last number of a statement, or when it has no number."""
    blanked = CITATION.sub(lambda found: " " * len(found.group()), statement)
    numbers = [found.start() for found in re.finditer(r"\d", blanked)]
    citations = [found.end() for found in CITATION.finditer(statement)]
    return not numbers or bool(citations and citations[-1] > numbers[-1])


def short(text: str) -> str:
    """The beginning of a text, as a problem quotes it."""
    plain = " ".join(without_citations(text).split())
    return plain if len(plain) <= 80 else f"{plain[:79]}…"
