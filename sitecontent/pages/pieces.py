"""Pieces that many pages of an edition share, each made once, when it is first needed.

A key must have few values, such as records, levels and filters have: never what somebody typed.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import get_language

from sitecontent.edition.edition import Edition
from sitecontent.pages.index import HELD_AT_ONCE, SiteIndex, index_of

P = TypeVar("P")


class Pieces:
    """The pieces of one edition."""

    def __init__(self, index: SiteIndex) -> None:
        self.index = index
        self._made: dict[tuple[object, ...], Any] = {}

    def __len__(self) -> int:
        return len(self._made)

    def once(self, key: tuple[object, ...], make: Callable[[], P]) -> P:
        """The piece of that key. Nobody waits for another's: two who need it at the same moment make the same."""
        piece = self._made.get(key)
        if piece is None:
            piece = self._made[key] = make()
        return piece  # type: ignore[no-any-return]


def pieces_of(edition: Edition) -> Pieces:
    """The pieces of this edition: held, but not while DEBUG is on and templates change under the hand."""
    index = index_of(edition)
    if settings.DEBUG:
        return Pieces(index)
    return _held(index, get_language(), settings.SITE_URL, settings.CHECKER_MODE)


@lru_cache(maxsize=HELD_AT_ONCE)
def _held(index: SiteIndex, *_shown: str | None) -> Pieces:
    """What is named besides the edition are the settings that the pieces show."""
    return Pieces(index)
