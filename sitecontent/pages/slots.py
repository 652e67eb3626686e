"""Templates with slots: rendered once, filled often. The template stays the only place that says how a thing looks."""

import re
import secrets
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


class Slotted:
    """What a template makes, with slots left open. It is never changed once made.

    A slot is a variable that the template shows, once or several times; it may not look into it or filter it.
    """

    def __init__(self, template: str, context: Mapping[str, Any], slots: Iterable[str]) -> None:
        secret = secrets.token_hex(8)  # Nothing that somebody wrote can be taken for a slot.
        marks = {name: SafeString(f"{secret}:{name};") for name in slots}
        markup = render_to_string(template, {**context, **marks})
        self._pieces = re.split(rf"{secret}:(\w+);", markup)
        self._slots = tuple(enumerate(self._pieces))[1::2]

    def fill(self, **values: object) -> SafeString:
        """The markup with these values in its slots; what is not safe is escaped, as a template does."""
        pieces = self._pieces.copy()
        for place, name in self._slots:
            value = values[name]
            pieces[place] = value if isinstance(value, SafeString) else escape(str(value))
        return mark_safe("".join(pieces))  # noqa: S308 (each piece is from a template, or escaped)
