"""What a search found, in the gaps of its page."""

from collections.abc import Iterable, Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from sitecontent.cut import Values
from sitecontent.edition.edition import Edition
from sitecontent.pages.pieces import pieces_of
from sitecontent.pages.present import Level
from sitecontent.pages.search import Piece, Result


def values_of_search(edition: Edition, query: str, results: Sequence[Result]) -> Values:
    """What was looked for and found, for `pages/search.html`."""
    return {
        "query": query,
        "found": render_to_string("pages/_found_for.html", {"query": query, "count": len(results)}) if query else "",
        "results": [_values_of(edition, result) for result in results],
    }


def _values_of(edition: Edition, result: Result) -> Values:
    return {
        "kind": result.kind,
        "address": result.address,
        "title": _marked(result.title_pieces),
        "other_name": [{"also": result.also}] if result.also else (),
        "excerpt": _marked(result.excerpt),
        "urgency": [{"level": _mark_of(edition, result.level)}] if result.level else (),
    }


def _marked(pieces: Iterable[Piece]) -> list[Values]:
    return [{"text": piece.text, "hit": piece.is_hit, "plain": not piece.is_hit} for piece in pieces]


def _mark_of(edition: Edition, level: Level) -> SafeString:
    return pieces_of(edition).once(
        ("level", level.slug), lambda: render_to_string("pages/_level.html", {"level": level})
    )
