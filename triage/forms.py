"""Reading the form. Nothing of it is kept: answers live in the request and nowhere else."""

from django.http import HttpRequest, QueryDict

from sitecontent.edition.edition import Edition
from sitecontent.privacy import is_larger_than

LARGEST_FORM_BYTES = 64 * 1024
"""Every answer to every question is a few kilobytes."""


def answers_from(edition: Edition, data: QueryDict) -> dict[str, tuple[str, ...]]:
    """The answers in a form, by question. Fields that are no question, and empty values, are passed over."""
    posted = ((finding.slug, data.getlist(finding.slug)) for finding in edition.findings)
    chosen = ((slug, tuple(value for value in values if value)) for slug, values in posted)
    return {slug: values for slug, values in chosen if values}


def is_too_large(request: HttpRequest) -> bool:
    """True when a body says that it is larger than any honest one."""
    return is_larger_than(request, LARGEST_FORM_BYTES)
