"""What is typed at the desk, without the characters that nobody types.

A text copied out of a PDF or a letter can bring control characters along. No browser shows them, PostgreSQL refuses one
of them, and XML all: they are taken out at the door, so that no view has to think of it.
"""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

from config.headers import DESK

UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Control characters but for tab and the ends of lines, halves of characters, and what is none."""

NEVER_EMPTY = "_to_field"
"""The field by which Django's admin looks a record up. Empty, it would name none, and the admin would fail on it."""


class TypedMiddleware:
    """Clean forms and query strings that are sent to the desk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Take out what nobody can have typed, before any view reads it."""
        if request.path.startswith(DESK):
            request.GET = cleaned(request.GET)  # type: ignore[assignment]
            if request.method == "POST":
                request.POST = cleaned(request.POST)  # type: ignore[assignment]


def cleaned(form: QueryDict) -> QueryDict:
    """The same form, or a copy without these characters, and without a name of a field that is empty."""
    has_unseen = any(UNSEEN.search(value) for _, values in form.lists() for value in values)
    if not has_unseen and form.get(NEVER_EMPTY, "a name"):
        return form
    copy = form.copy()
    for name, values in form.lists():
        copy.setlist(name, [UNSEEN.sub("", value) for value in values])
    if not copy.get(NEVER_EMPTY):
        copy.pop(NEVER_EMPTY, None)
    copy._mutable = False
    return copy
