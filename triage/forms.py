"""Reading the form. Nothing of it is kept: answers live in the request and nowhere else."""

from django.http import HttpRequest

from sitecontent.edition.edition import Edition
from sitecontent.privacy import is_larger_than
from triage.index import index_of
from triage.sent import Sent, read_sent

LARGEST_FORM_BYTES = 64 * 1024
"""Every answer to every question is a few kilobytes."""


def sent_in(edition: Edition, request: HttpRequest) -> Sent:
    """What the form of a request says."""
    return read_sent(index_of(edition), dict(request.POST.lists()))


def is_too_large(request: HttpRequest) -> bool:
    """True when a body says that it is larger than any honest one."""
    return is_larger_than(request, LARGEST_FORM_BYTES)
