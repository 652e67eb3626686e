"""What search engines read: the same facts as schema.org data. Pure, and it claims no more than the page does.

`lastReviewed` and `reviewedBy` are there only when a clinician has signed.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from sitecontent.documents import Cause, ClaimReview, Effect, Verdict
from sitecontent.edition.edition import Edition, Entry
from sitecontent.pages import words
from sitecontent.pages.addresses import address_of_document
from sitecontent.rendering import plain_text

Data = dict[str, Any]

RATINGS: Mapping[Verdict, int] = {
    Verdict.SUPPORTED: 5,
    Verdict.PARTLY: 3,
    Verdict.OUTDATED: 2,
    Verdict.UNSUPPORTED: 2,
    Verdict.HARMFUL: 1,
}
"""A verdict on the scale of ClaimReview: 5 is true, 1 is false."""

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def as_json(graph: Sequence[Data]) -> SafeString:
    """Write the data so that nothing in it can end the element that holds it."""
    text = json.dumps({"@context": "https://schema.org", "@graph": list(graph)}, ensure_ascii=False, sort_keys=True)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - nothing that means anything in HTML is left


def website(site_url: str) -> Data:
    """The site and its search."""
    return {
        "@type": "WebSite",
        "@id": f"{site_url}/#site",
        "name": "Causeway",
        "url": f"{site_url}/",
        "inLanguage": "en",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{site_url}/search/?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(site_url: str, *steps: tuple[str, str]) -> Data:
    """The way to a page: the title and address of each step below the first page."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": {"@id": site_url + address}}
            for position, (name, address) in enumerate((("Causeway", "/"), *steps), start=1)
        ],
    }


def medical_page(entry: Entry, *, title: str, description: str, site_url: str) -> Data:
    """A page of medical information, for patients, with who reviewed it when somebody did."""
    url = f"{site_url}{address_of_document(entry.document)}"
    page: Data = {
        "@type": "MedicalWebPage",
        "@id": url,
        "url": url,
        "name": title,
        "description": description,
        "inLanguage": entry.document.language,
        "dateModified": entry.changed_at.isoformat(),
        "isPartOf": {"@id": f"{site_url}/#site"},
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "isAccessibleForFree": True,
    }
    if entry.clinicians:
        page["lastReviewed"] = max(signature.signed_at for signature in entry.clinicians).date().isoformat()
        page["reviewedBy"] = [
            {"@type": "Person", "name": signature.name, "honorificSuffix": signature.qualification}
            for signature in entry.clinicians
        ]
    return page


def cause_data(edition: Edition, cause: Cause, entry: Entry, site_url: str) -> SafeString:
    """A cause: the page, the condition that it is about, and the way to it."""
    page = medical_page(entry, title=cause.title, description=cause.summary, site_url=site_url)
    return as_json(
        [
            {**page, "about": condition(edition, cause, site_url)},
            breadcrumbs(site_url, (str(words.KINDS["cause"]), "/causes/"), (cause.title, f"/causes/{cause.slug}/")),
        ]
    )


def condition(edition: Edition, cause: Cause, site_url: str) -> Data:
    """The condition itself: its names, codes, where it is, and the symptoms that speak for it."""
    symptoms = [
        {"@type": "MedicalSymptom", "name": finding.title, "url": f"{site_url}/findings/{finding.slug}/"}
        for link in cause.finding_links
        if link.effect is Effect.FOR and (finding := edition.finding(link.finding))
    ]
    names = [cause.clinical_name, *(name.name for name in cause.also_called)]
    return {
        "@type": "MedicalCondition",
        "name": cause.title,
        "alternateName": [name for name in names if name != cause.title],
        "description": cause.summary,
        "associatedAnatomy": [
            {"@type": "AnatomicalStructure", "name": str(words.SITES[site].word)} for site in cause.sites
        ],
        "code": [{"@type": "MedicalCode", "codeValue": code, "codingSystem": "ICD-10"} for code in cause.icd10],
        "signOrSymptom": symptoms,
    }


def claim_data(claim: ClaimReview, entry: Entry, site_url: str) -> SafeString:
    """A claim that was checked, with the verdict in words and as a rating."""
    term = words.VERDICTS[claim.verdict]
    url = f"{site_url}/claims/{claim.slug}/"
    return as_json(
        [
            {
                "@type": "ClaimReview",
                "@id": url,
                "url": url,
                "name": claim.title,
                "claimReviewed": claim.claim,
                "reviewBody": plain_text(claim.correction),
                "datePublished": entry.changed_at.date().isoformat(),
                "inLanguage": claim.language,
                "author": {"@type": "Organization", "name": "Causeway", "url": f"{site_url}/"},
                "itemReviewed": {"@type": "Claim", "name": claim.claim},
                "reviewRating": {
                    "@type": "Rating",
                    "ratingValue": RATINGS[claim.verdict],
                    "bestRating": 5,
                    "worstRating": 1,
                    "alternateName": str(term.word),
                },
            },
            breadcrumbs(
                site_url, (str(words.KINDS["claim-review"]), "/claims/"), (claim.title, f"/claims/{claim.slug}/")
            ),
        ]
    )


def page_data(entry: Entry, *, title: str, description: str, site_url: str) -> SafeString:
    """Any other page with medical content: a symptom, a guide."""
    return as_json([medical_page(entry, title=title, description=description, site_url=site_url)])


def home_data(site_url: str) -> SafeString:
    """The first page."""
    return as_json([website(site_url)])
