"""Search over the current edition: what a question means, the index that is kept of an edition, and the answers."""

from sitecontent.pages.search.find import Piece, Result, SearchIndex
from sitecontent.pages.search.language import LONGEST_QUERY, terms_of

__all__ = ["LONGEST_QUERY", "Piece", "Result", "SearchIndex", "terms_of"]
