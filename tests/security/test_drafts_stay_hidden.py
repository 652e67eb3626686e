"""A draft that could leak is made first; then nothing public shows it."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import WORKING_RECORDS
from sitecontent.pages.addresses import address_of_document
from tests.fixtures import AT

CANARY = "zugunruhe"
"""A word that no public page would ever use. Pages that search are asked for it."""
SECRET = "kummerspeck"
"""Another, which stands beside it in every draft and is never asked for."""

TEXT_OF = {
    "category": "summary",
    "source": "publisher",
    "finding": "why_asked",
    "urgency-level": "what_to_do",
    "safety-rule": "tell",
    "cause": "what_it_is",
    "vignette": "story",
    "claim-review": "correction",
    "page": "body",
}

FIXED = [
    "/",
    "/causes/",
    f"/causes/?q={CANARY}",
    "/causes/?urgency=emergency",
    "/findings/",
    "/pages/",
    "/pregnancy/",
    "/emergency/",
    "/claims/",
    "/sources/",
    f"/search/?q={CANARY}",
    "/how-we-review/",
    "/privacy/",
    "/about/",
    "/editions/",
    "/editions/1/",
    "/feed.xml",
    "/sitemap.xml",
    "/robots.txt",
    "/favicon.ico",
    "/opensearch.xml",
    "/humans.txt",
    "/check/",
    f"/report/?page={CANARY}",
    "/report/sent/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/v1/edition",
    "/api/v1/causes",
    "/api/v1/findings",
    "/api/v1/sources",
    "/api/v1/claims",
    "/api/v1/questionnaire",
    "/api/v1/openapi.json",
    "/api/v1/docs",
]


@pytest.fixture
def drafts(published, reviewer):
    """Of each kind: one edited draft, one submitted revision, one new record that was never published."""
    for kind, model in WORKING_RECORDS.items():
        edited, submitted = model.objects.order_by("pk")[:2]
        for record in (edited, submitted):
            setattr(record, TEXT_OF[kind], f"{getattr(record, TEXT_OF[kind])} {CANARY} {SECRET}")
            record.save()
            review.record_edit(record, by=reviewer, at=AT)
        review.submit(model.objects.get(pk=submitted.pk), author=reviewer, note=f"Add {CANARY} {SECRET}.", at=AT)
        new = edited.to_document().model_copy(update={"slug": f"new-{CANARY}"})
        if kind != "urgency-level":
            model.apply_document(new)
    current.forget()
    assert all(
        model.objects.filter(**{f"{TEXT_OF[kind]}__contains": SECRET}).count() >= 2
        for kind, model in WORKING_RECORDS.items()
    ), "the drafts that could leak were not made"


def addresses(edition):
    """Every public address of the edition."""
    details = (address_of_document(entry.document) for entry in edition.entries)
    api = (f"/api/v1/causes/{cause.slug}" for cause in edition.causes)
    pages = tuple(dict.fromkeys(address for address in details if address))
    as_they_were = (f"/editions/{edition.number}{address}" for address in pages[:3])
    return [*FIXED, *pages, *as_they_were, *api]


def style_of_the_questions(client):
    """The address of the edition's own style sheet, which the questionnaire names."""
    return re.search(r"/check/questions-[^\"]+\.css", client.get("/check/").content.decode()).group()


def test_no_public_address_shows_a_draft(all_published, drafts, client):
    shown = []
    for address in [*addresses(all_published), style_of_the_questions(client)]:
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        if SECRET in response.content.decode("utf-8", "replace"):
            shown.append(address)

    assert shown == []


def test_a_record_that_was_never_published_has_no_address(drafts, client):
    statuses = {
        kind: client.get(f"/{folder}/new-{CANARY}/").status_code
        for kind, folder in {
            "category": "categories",
            "source": "sources",
            "finding": "findings",
            "cause": "causes",
            "claim-review": "claims",
            "page": "pages",
        }.items()
    }

    assert set(statuses.values()) == {404}


@pytest.mark.parametrize(
    "answers", [{}, {"danger-signs": ["fainted"]}, {"bleed-amount": "spots", "pregnancy-status": "yes"}]
)
def test_the_checker_weighs_only_what_is_published(published, client, drafts, answers):
    response = client.post("/api/v1/check", {"answers": answers}, content_type="application/json")

    assert response.status_code == 200
    assert SECRET not in response.content.decode()


def test_every_public_route_is_among_the_addresses_tried(published, client):
    tried = [*addresses(published), style_of_the_questions(client)]
    routes = [route for route in _routes(get_resolver()) if not route.startswith(("^admin/", "admin/"))]
    missed = [route for route in routes if not any(re.fullmatch(_as_regex(route), address[1:]) for address in tried)]

    assert set(missed) == UNTRIED


UNTRIED = {".well-known/security.txt", "api/v1/", "api/v1/check", "styleguide/"}
"""The first shows a setting alone; the second only names the API for links; the third answers to POST and is tried
above; the last is not public."""


def _routes(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _as_regex(route):
    inner = re.sub(r"(?<!\\)[\^$]", "", route)
    return re.sub(r"(?<!\?P)<(?:\w+:)?\w+>", "[^/]+", inner) + r"(\?.*)?"
