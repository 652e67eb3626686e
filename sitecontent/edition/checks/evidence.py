"""Checks of what statements rest on. Pure."""

import re

from sitecontent.documents import Cause, Document, Page, Source, SourceKind
from sitecontent.edition.checks.around import Around, Found
from sitecontent.edition.checks.texts import medical_statements, number_is_cited, short
from sitecontent.edition.citations import CITATION, cited_in, without_citations
from sitecontent.edition.compile import markdown_of, references_of

SOURCES_AT_LEAST = 2
OLD_AFTER_YEARS = 10
"""Guidance that was not looked at for so long is seldom still in force. This project's own choice."""

WEAK_KINDS = (SourceKind.CASE_REPORT,)
"""What one patient had says little about others."""

_STRONG = re.compile(
    r"\b(always|never|all (?:women|people|patients)|everybody|everyone|nobody|no one|certain(?:ly)?|proves?|proven"
    r"|cures?|prevents?|without exception)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_PERCENTAGE = re.compile(r"\d\s?(?:%|per ?cent\b)", re.IGNORECASE)
_ONE_IN_N = re.compile(
    r"\b(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten) (?:in|of|out of) (?:every )?(?:about )?\d",
    re.IGNORECASE,
)


def uncited_statements(document: Document, around: Around) -> Found:
    """A statement without a source. Editorial pages also explain themselves; there only numbers need one."""
    if isinstance(document, Page):
        return
    for field, statement in medical_statements(document):
        if field != "nature_note" and not CITATION.search(statement):
            yield field, f"no source is cited for “{short(statement)}”"


def uncited_links(document: Document, around: Around) -> Found:
    """An escalation or a link to a question that rests on nothing."""
    if isinstance(document, Cause):
        for index, escalation in enumerate(document.escalations):
            if not escalation.citations:
                yield f"escalations.{index}", f"no source is cited for “{short(escalation.tell)}”"
        for index, link in enumerate(document.finding_links):
            if not link.citations:
                yield f"finding_links.{index}", f"no source says what {link.finding} tells of this cause"


def uncited_numbers(document: Document, around: Around) -> Found:
    """A number with no source behind it, in the same bullet or paragraph."""
    for field, statement in medical_statements(document):
        if not number_is_cited(statement):
            yield field, f"no source stands behind the number in “{short(statement)}”"


def few_sources(document: Document, around: Around) -> Found:
    """A cause with fewer than two sources."""
    if isinstance(document, Cause) and len(document.sources) < SOURCES_AT_LEAST:
        yield "sources", f"a cause needs at least {SOURCES_AT_LEAST} independent sources"


def one_publisher(document: Document, around: Around) -> Found:
    """Several sources, all of one publisher: they are not independent of each other."""
    if isinstance(document, Cause) and len(document.sources) >= SOURCES_AT_LEAST:
        sources = around.sources(document.sources)
        publishers = {source.publisher.casefold() for source in sources}
        if len(sources) == len(document.sources) and len(publishers) == 1:
            yield "sources", f"all {len(sources)} sources are of {sources[0].publisher}; one must be independent"


def source_list(document: Document, around: Around) -> Found:
    """A list of sources that is not what the text cites."""
    if isinstance(document, Cause):
        cited = set(cited_in(*(text for _, text in markdown_of(document))))
        cited.update(slug for link in document.finding_links for slug in link.citations)
        cited.update(slug for escalation in document.escalations for slug in escalation.citations)
        for slug in sorted(cited - set(document.sources)):
            yield "sources", f"{slug} is cited but not listed"
        for slug in sorted(set(document.sources) - cited):
            yield "sources", f"{slug} is listed but cited nowhere"


def low_authority(document: Document, around: Around) -> Found:
    """A statement that rests on nothing but sources of low authority."""
    for field, statement in medical_statements(document):
        cited = cited_in(statement)
        sources = around.sources(cited)
        if cited and len(sources) == len(cited) and all(source.low_authority for source in sources):
            yield field, f"only sources of low authority stand under “{short(statement)}”"


def strong_words(document: Document, around: Around) -> Found:
    """ "Always", "never" or "proves", said of what only single patients or sources of low authority show."""
    for field, statement in medical_statements(document):
        said = _STRONG.search(_QUOTED.sub("", without_citations(statement)))
        if not said:
            continue
        cited = cited_in(statement)
        sources = around.sources(cited)
        if cited and len(sources) == len(cited) and all(map(_is_weak, sources)):
            yield field, f"“{said.group()}” is strong for what it rests on, in “{short(statement)}”"


def _is_weak(source: Source) -> bool:
    return source.low_authority or source.source_kind in WEAK_KINDS


def superseded_sources(document: Document, around: Around) -> Found:
    """A source that something newer has replaced."""
    if isinstance(document, Source):
        return
    for source in _cited_by(document, around):
        if source.superseded_by:
            yield "sources", f"“{source.title}” has been replaced by {source.superseded_by}"


def all_sources_old(document: Document, around: Around) -> Found:
    """Every source has a year, and the newest is older than the limit."""
    years = [source.year for source in _cited_by(document, around)]
    if isinstance(document, Source) or not years or None in years:
        return
    newest = max(year for year in years if year)
    if around.year - newest > OLD_AFTER_YEARS:
        yield "sources", f"the newest source is of {newest}; look for a newer one"


def old_sources(document: Document, around: Around) -> Found:
    """Each source that is older than the limit."""
    if isinstance(document, Source):
        return
    for source in _cited_by(document, around):
        if source.year and around.year - source.year > OLD_AFTER_YEARS:
            yield "sources", f"“{source.title}” is of {source.year}"


def percent_alone(document: Document, around: Around) -> Found:
    """A percentage in a statement that does not also say it as so many in so many."""
    for field, statement in medical_statements(document):
        plain = without_citations(statement)
        if _PERCENTAGE.search(plain) and not _ONE_IN_N.search(plain):
            yield field, f"also say it as “1 in N”: “{short(statement)}”"


def _cited_by(document: Document, around: Around) -> tuple[Source, ...]:
    return around.sources(cited_sources(document))


def cited_sources(document: Document) -> tuple[str, ...]:
    """Slugs of every source that a document names, each once."""
    return tuple(dict.fromkeys(slug for _, kind, slug in references_of(document) if kind == "source"))
