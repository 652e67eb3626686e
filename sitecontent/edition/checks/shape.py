"""Checks of how a record is made up and how hard it is to read. Pure."""

import re

from sitecontent.documents import Cause, Document, Finding, Page, PregnancyScope
from sitecontent.edition.checks.around import Around, Found
from sitecontent.edition.checks.texts import short, told_by, whole_text
from sitecontent.edition.citations import without_citations
from sitecontent.edition.compile import markdown_of
from sitecontent.edition.readability import GLOSSARY, GRADE_AT_MOST, reading_of, sentences_of, texts_of

SUMMARY_WORDS = 60
SENTENCE_WORDS = 25
"""Hardly any sentence of ours is longer: docs/writing-style.md."""

REQUIRED_SECTIONS = ("what_it_is", "signs", "what_you_can_do", "what_a_clinician_may_do")
"""With `get_help_sooner_if`, for which there is a rule of its own."""

FIRST_HEADING = {"page": 2, "claim-review": 3}
"""The level at which the headings of a text begin. In the section of a cause there are none."""

_HEADING = re.compile(r"^(#{1,6})\s+(.*)$", re.MULTILINE)
_PREGNANCY = re.compile(r"pregnan|\bbirth|\bbaby|\bmidwife|\bmaternity", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)
_MEDICAL_WORD = re.compile(
    r"\b[a-z]*(?:itis|osis|iasis|ectomy|oscopy|otomy|plasty|plasia|orrhoea|orrhagia|uria|aemia|pathy|opia|algia|oma)\b",
    re.IGNORECASE,
)
_EVERYDAY = frozenset(
    {"coma", "aroma", "diploma", "diagnosis", "prognosis", "arthritis", "anaemia", "biopsy", "utopia"}
)


def no_summary(document: Document, around: Around) -> Found:
    """A symptom without a summary; other kinds can not be without one."""
    if isinstance(document, Finding) and not document.summary:
        yield "summary", "this is empty, so its page says nothing before the list"


def long_summary(document: Document, around: Around) -> Found:
    """A summary that is none."""
    summary = without_citations(getattr(document, "summary", ""))
    if len(summary.split()) > SUMMARY_WORDS:
        yield "summary", f"has {len(summary.split())} words; {SUMMARY_WORDS} are enough"


def missing_sections(document: Document, around: Around) -> Found:
    """A section of a cause that is empty."""
    if isinstance(document, Cause):
        for name in REQUIRED_SECTIONS:
            if not getattr(document.sections, name):
                yield f"sections.{name}", "this section is empty"


def pregnancy_scope(document: Document, around: Around) -> Found:
    """A cause that may be met in pregnancy and whose text does not say so, or not when."""
    if not isinstance(document, Cause) or document.pregnancy is PregnancyScope.NEVER:
        return
    if document.pregnancy is PregnancyScope.ONLY and not document.trimesters:
        yield "trimesters", "say in which part of the pregnancy"
    if document.pregnancy is PregnancyScope.ONLY and not _PREGNANCY.search(document.summary):
        yield "summary", "say that this concerns people who are pregnant"
    if document.pregnancy is PregnancyScope.POSSIBLE and not _PREGNANCY.search(whole_text(document)):
        yield "pregnancy", "it is possible in pregnancy, but the text says nothing of it"


def audience(document: Document, around: Around) -> Found:
    """A cause that exists in one circumstance only, and whose first words do not name it."""
    if not isinstance(document, Cause) or not document.only_when:
        return
    first = f"{document.title} {document.summary} {document.sections.what_it_is}".lower()
    findings = [found for slug in sorted(document.only_when.findings) if (found := around.finding(slug))]
    words = {
        word.lower()[:6]
        for finding in findings
        for match in document.only_when.matches
        if match.finding == finding.slug
        for text in (finding.title, *(answer.label for answer in finding.answers if answer.slug in match.is_))
        for word in _WORD.findall(text)
    }
    if findings and not any(word in first for word in words):
        yield "summary", f"say whom it concerns: it needs an answer to “{findings[0].question}”"


def heading_order(document: Document, around: Around) -> Found:
    """A heading at a level that no heading leads to."""
    for field, text in markdown_of(document):
        last = FIRST_HEADING.get(document.kind, 0) - 1
        for marks, title in _HEADING.findall(text):
            level = len(marks)
            if last < 0:
                yield field, f"no heading belongs here: “{short(title)}”"
            elif level > last + 1 or level < FIRST_HEADING[document.kind]:
                yield field, f"“{short(title)}” is a heading of level {level}; level {last + 1} is next"
            else:
                last = level


def glossary_terms(document: Document, around: Around) -> Found:
    """A medical word that neither the glossary nor the text itself explains."""
    if not around.explained or (isinstance(document, Page) and document.slug == GLOSSARY):
        return
    text = whole_text(document)
    for word in sorted({found.group().lower() for found in _MEDICAL_WORD.finditer(text)} - _EVERYDAY):
        if word not in around.known_words and not re.search(rf"\b{word}\b[^.]*[(,:]|\({word}\)", text, re.IGNORECASE):
            yield "(text)", f"“{word}” is explained neither here nor in the glossary"


def reading_grade(document: Document, around: Around) -> Found:
    """How hard the text is, where it is harder than we aim for."""
    grade = reading_of("\n\n".join(texts_of(document)), around.names).grade
    if grade > GRADE_AT_MOST:
        yield "(text)", f"reads at school year {grade:.1f} of the United States; {GRADE_AT_MOST:.0f} is the aim"


def long_sentences(document: Document, around: Around) -> Found:
    """The sentences that have too many words."""
    texts = (*((("summary", str(getattr(document, "summary", ""))),)), *markdown_of(document), *told_by(document))
    for field, text in dict(texts).items():
        for sentence in sentences_of(text):
            words = len(sentence.split())
            if words > SENTENCE_WORDS:
                yield field, f"a sentence of {words} words: “{short(sentence)}”"
