"""Reading the form. Nothing of it is kept: answers live in the request and nowhere else."""

from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.http.request import split_domain_port

from sitecontent.edition.edition import Edition

LARGEST_FORM_BYTES = 64 * 1024
"""Every answer to every question is a few kilobytes."""

SAME_SITE = ("same-origin", "none")
"""What browsers put in `Sec-Fetch-Site` for a form of ours, and for a page that somebody reloads."""


def answers_from(edition: Edition, data: QueryDict) -> dict[str, tuple[str, ...]]:
    """The answers in a form, by question. Fields that are no question, and empty values, are passed over."""
    posted = ((finding.slug, data.getlist(finding.slug)) for finding in edition.findings)
    chosen = ((slug, tuple(value for value in values if value)) for slug, values in posted)
    return {slug: values for slug, values in chosen if values}


def is_too_large(request: HttpRequest) -> bool:
    """True when a body says that it is larger than any honest one."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > LARGEST_FORM_BYTES


def is_from_elsewhere(request: HttpRequest) -> bool:
    """True when another site made the browser send this form.

    `Sec-Fetch-Site` says so in every current browser. Older ones send `Origin`; under our
    `no-referrer` policy it is "null" even for our own form, so that tells nothing, and the
    host alone is compared because a proxy may have ended the encryption.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site not in SAME_SITE
    origin = request.headers.get("Origin")
    if not origin or origin == "null":
        return False
    host, _ = split_domain_port(request.get_host())
    return urlsplit(origin).hostname != host.strip("[]")
