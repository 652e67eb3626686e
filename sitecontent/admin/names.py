"""What to call records on the desk: as they are published, else as their drafts are called."""

from collections import defaultdict
from collections.abc import Iterable

from sitecontent.documents import Document, DocumentInvalid
from sitecontent.edition.compile import references_of
from sitecontent.edition.current import NoEdition, current_edition
from sitecontent.edition.edition import Edition
from sitecontent.models import WORKING_RECORDS
from sitecontent.review.diff import Names


def edition_or_none() -> Edition | None:
    """The current edition, or None on a site that has not published anything yet."""
    try:
        return current_edition()
    except NoEdition:
        return None


def names_for(documents: Iterable[Document | None], edition: Edition | None) -> Names:
    """The names of all that these documents refer to."""
    known = _names_of(edition) if edition else Names()
    return known.also(drafts_behind([document for document in documents if document], edition))


_held: dict[str, Names] = {}


def _names_of(edition: Edition) -> Names:
    names = _held.get(edition.sha256)
    if names is None:
        names = Names.of(entry.document for entry in edition.entries)
        _held.clear()
        _held[edition.sha256] = names
    return names


def drafts_behind(documents: Iterable[Document], edition: Edition | None) -> tuple[Document, ...]:
    """Drafts of the records that these documents refer to and that are not published, however far away."""
    found: dict[tuple[str, str], Document | None] = {document.key: None for document in documents}
    waiting = list(documents)
    while waiting:
        wanted: dict[str, set[str]] = defaultdict(set)
        for document in waiting:
            for _, kind, slug in references_of(document):
                if (kind, slug) not in found and not (edition and edition.entry(kind, slug)):
                    wanted[kind].add(slug)
        waiting = []
        for kind, slugs in wanted.items():
            found.update(((kind, slug), None) for slug in slugs)
            for record in WORKING_RECORDS[kind].objects.filter(slug__in=slugs):
                try:
                    found[kind, record.slug] = record.to_document()
                except DocumentInvalid:
                    continue
                waiting.append(found[kind, record.slug])
    return tuple(document for document in found.values() if document)
