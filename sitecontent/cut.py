"""Pages that are rendered once, and cut where only a request can tell what stands there.

A template names its gaps, `{% gap "title" %}`, and its parts, `{% part "reason" %} … {% endpart %}`, each of which is
left out or stands there once or several times. Django renders it once, with all its words, translations and
includes; filling it in joins what lies between. What is kept is made of the edition alone: nothing that somebody
answered or asked for is in it.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

MARK = "mark_of_the_cut"
"""What the context calls the word that no text can hold, beside which the tags leave what they are."""

Values = Mapping[str, Any]
"""Gap -> what fills it, escaped unless it is markup. Part -> True, or a mapping for each time that it stands there."""


class Gap(NamedTuple):
    """A place for a text."""

    name: str


class Part(NamedTuple):
    """What may be left out, or stand there several times."""

    name: str
    pieces: tuple["Piece", ...]


Piece = str | Gap | Part


class CutWrong(ValueError):
    """The parts of a template do not lie within each other."""


@dataclass(frozen=True)
class Cut:
    """A page with gaps."""

    pieces: tuple[Piece, ...]

    def fill(self, values: Values) -> str:
        """Make the page. A part with True is filled with what is around it. Raises: KeyError, for what has no value."""
        written: list[str] = []
        _fill(self.pieces, values, written.append)
        return "".join(written)


def cut(template: str, context: Mapping[str, Any]) -> Cut:
    """Render a template and cut it. Raises: CutWrong."""
    mark = secrets.token_hex(16)
    return cut_at(mark, render_to_string(template, {**context, MARK: mark}))


def cut_at(mark: str, rendered: str) -> Cut:
    """Cut what was rendered with this mark in its context. Raises: CutWrong."""
    words = iter(re.split(rf"{mark}\((gap|part|end) ([^)]*)\)", rendered))
    return Cut(tuple(_pieces(words, "")))


def marked(mark: str, kind: str, name: str) -> SafeString:
    """What a tag leaves in the page for the cut."""
    return SafeString(f"{mark}({kind} {name})")


def _pieces(words: Iterator[str], inside: str) -> Iterator[Piece]:
    """What follows, up to the end of the part."""
    for text in words:
        if text:
            yield text
        kind, name = next(words, "end"), next(words, "")
        if kind == "gap":
            yield Gap(name)
        elif kind == "part":
            yield Part(name, tuple(_pieces(words, name)))
        elif name == inside:
            return
        else:
            raise CutWrong(f"{inside or 'the page'} holds the end of {name or 'the page'}")


def _fill(pieces: Iterable[Piece], values: Values, write: Callable[[str], object]) -> None:
    for piece in pieces:
        if isinstance(piece, str):
            write(piece)
        elif isinstance(piece, Gap):
            value = values[piece.name]
            write(value if isinstance(value, SafeString) else escape(str(value)))
        else:
            times = values[piece.name]
            for inside in (values,) if times is True else times or ():
                _fill(piece.pieces, inside, write)
