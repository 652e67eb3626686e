"""What somebody typed, on a page that could not take it: nothing is lost, and it can be sent again."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.middleware.csrf import get_token

NEVER_SHOWN = ("csrfmiddlewaretoken", "password", "token")
"""Parts of the names of fields whose values no page repeats."""

SHORT = 20


def typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Every field of the form that was sent, but for what no page repeats."""
    for name, values in request.POST.lists():
        if not any(part in name.lower() for part in NEVER_SHOWN):
            for value in values:
                yield name, str(value).replace("\r\n", "\n")


def form_again(request: HttpRequest) -> dict[str, object]:
    """What `admin/_given_back.html` shows: where to send it, what is there to be read, and what is sent unseen."""
    fields = tuple(typed(request))
    return {
        "address": request.get_full_path(),
        "token": get_token(request),
        "to_read": [(name, value) for name, value in fields if _is_worth_reading(value)],
        "to_send": [(name, value) for name, value in fields if not _is_worth_reading(value)],
    }


def _is_worth_reading(value: str) -> bool:
    """True for a text that somebody wrote; what is short, such as a choice, is sent again unseen."""
    return len(value) > SHORT or "\n" in value
