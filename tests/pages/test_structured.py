"""What search engines read fits the schema.org vocabulary and claims no more than the page."""

import json
import re
from datetime import UTC, date, datetime

import pytest

from sitecontent.documents import Verdict
from sitecontent.edition.edition import Origin, Signature
from tests.pages.fixtures.cut_schema_org import EXCERPT, TYPES
from tests.pages.site import with_document

VOCABULARY = json.loads(EXCERPT.read_text(encoding="utf-8"))

SIGNED = Signature(
    name="Ada Example",
    role="Moderator",
    qualification="MBBS",
    registration="GMC 0000000",
    signed_at=datetime(2026, 2, 3, 10, 0, tzinfo=UTC),
    seen_sha256="0" * 64,
)


@pytest.fixture
def graph(visit):
    """The data of a page, by type."""

    def read(address):
        markup = visit(address).content.decode()
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', markup, re.DOTALL)
        assert len(blocks) == 1, address
        data = json.loads(blocks[0])
        assert data["@context"] == "https://schema.org"
        return {item["@type"]: item for item in data["@graph"]}

    return read


def test_every_record_has_data_that_fits_the_vocabulary(graph, starter_edition):
    addresses = [
        "/",
        "/emergency/",
        "/pregnancy/",
        "/privacy/",
        *(f"/causes/{cause.slug}/" for cause in starter_edition.causes),
        *(f"/findings/{finding.slug}/" for finding in starter_edition.findings),
        *(f"/claims/{claim.slug}/" for claim in starter_edition.claims),
    ]

    wrong = {
        (address, problem) for address in addresses for item in graph(address).values() for problem in misfits(item)
    }

    assert wrong == set()


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"@type": "MedicalWebPage", "colour": "red"}, "MedicalWebPage has no colour"),
        ({"@type": "MedicalWebPage", "dosage": "1"}, "MedicalWebPage has no dosage"),
        ({"@type": "MedicalWebPage", "lastReviewed": "soon"}, "MedicalWebPage.lastReviewed: 'soon'"),
        ({"@type": "MedicalWebPage", "about": {"@type": "Unicorn"}}, "MedicalWebPage.about: Unicorn"),
        ({"@type": "MedicalWebPage", "reviewedBy": {"@type": "Rating"}}, "MedicalWebPage.reviewedBy: Rating"),
        ({"@type": "MedicalCondition", "code": {"@type": "MedicalCode", "codeValue": 7}}, "MedicalCode.codeValue: 7"),
        ({"@type": "SearchAction", "colour-input": "required"}, "SearchAction has no colour-input"),
        ({"@type": "Unicorn"}, "no type Unicorn"),
    ],
)
def test_a_misfit_is_noticed(item, problem):
    assert problem in list(misfits(item))


def misfits(item):
    """What of one item the vocabulary does not know, or does not let it hold."""
    kind = item.get("@type")
    if kind is None:
        assert set(item) == {"@id"}
        return
    if kind not in VOCABULARY["types"]:
        yield f"no type {kind}"
        return
    for name, held in item.items():
        if name.startswith("@"):
            continue
        # "query-input" says how the property "query" of an action is filled in: schema.org/docs/actions.html.
        held_kinds = kinds_held(kind, name.removesuffix("-input"))
        if held_kinds is None:
            yield f"{kind} has no {name}"
            continue
        for value in held if isinstance(held, list) else [held]:
            if isinstance(value, dict):
                if "@type" in value and not any(is_a(value["@type"], wanted) for wanted in held_kinds):
                    yield f"{kind}.{name}: {value['@type']}"
                yield from misfits(value)
            elif not any(fits(value, wanted) for wanted in held_kinds):
                yield f"{kind}.{name}: {value!r}"


def kinds_held(kind, name):
    """What a property of a type may hold, or None when the type has no such property."""
    known = VOCABULARY["properties"].get(name)
    return known["holds"] if known and any(is_a(kind, owner) for owner in known["of"]) else None


def is_a(kind, wanted):
    return kind == wanted or any(is_a(parent, wanted) for parent in VOCABULARY["types"].get(kind, ()))


def fits(value, wanted):
    match wanted:
        case "Text":
            return isinstance(value, str) and bool(value.strip())
        case "URL":
            return isinstance(value, str) and value.startswith(("http://", "https://"))
        case "Boolean":
            return isinstance(value, bool)
        case "Integer" | "Number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Date" | "DateTime":
            try:
                return bool((date if wanted == "Date" else datetime).fromisoformat(value))
            except (ValueError, TypeError):
                return False
        case _:
            return False


def test_the_excerpt_is_no_larger_than_the_pages_need(graph, starter_edition):
    claim = starter_edition.claims[0]
    pages = ("/", "/causes/cervical-ectropion/", f"/claims/{claim.slug}/")
    used = {kind for address in pages for item in graph(address).values() for kind in types_in(item)}

    assert used | {"Person"} == set(TYPES)


def types_in(value):
    if isinstance(value, dict):
        yield from [value["@type"]] if "@type" in value else []
        for part in value.values():
            yield from types_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from types_in(part)


def test_a_cause_is_a_page_about_a_condition(graph, starter_edition, settings):
    cause = starter_edition.cause("cervical-ectropion")

    data = graph("/causes/cervical-ectropion/")

    page = data["MedicalWebPage"]
    assert page["url"] == f"{settings.SITE_URL}/causes/cervical-ectropion/"
    assert page["about"]["@type"] == "MedicalCondition"
    assert [code["codeValue"] for code in page["about"]["code"]] == list(cause.icd10)
    assert page["about"]["signOrSymptom"]
    assert [step["name"] for step in data["BreadcrumbList"]["itemListElement"]] == ["Causeway", "Cause", cause.title]


def test_unsigned_content_names_no_reviewer_and_no_review(graph):
    page = graph("/causes/chlamydia/")["MedicalWebPage"]

    assert "reviewedBy" not in page
    assert "lastReviewed" not in page


def test_signed_content_names_the_clinician(graph, serve, starter_edition):
    cause = starter_edition.cause("chlamydia")
    serve(with_document(starter_edition, cause, origin=Origin.REVIEW, signatures=(SIGNED,)))

    page = graph("/causes/chlamydia/")["MedicalWebPage"]

    assert page["lastReviewed"] == "2026-02-03"
    assert page["reviewedBy"] == [{"@type": "Person", "name": "Ada Example", "honorificSuffix": "MBBS"}]


def test_a_claim_carries_the_verdict_in_words_and_as_a_rating(graph, starter_edition):
    claim = next(claim for claim in starter_edition.claims if claim.verdict is Verdict.HARMFUL)

    review = graph(f"/claims/{claim.slug}/")["ClaimReview"]

    assert review["claimReviewed"] == claim.claim
    assert review["reviewRating"]["ratingValue"] == 1
    assert review["reviewRating"]["alternateName"] == "Could do harm"


def test_nothing_in_the_data_can_end_its_element(visit, serve, starter_edition):
    hostile = "</script><script>alert(1)</script>&<!--"
    cause = starter_edition.cause("chlamydia").model_copy(update={"summary": hostile, "clinical_name": hostile})
    serve(with_document(starter_edition, cause))

    markup = visit("/causes/chlamydia/").content.decode()

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', markup, re.DOTALL).group(1)
    assert json.loads(block)["@graph"][0]["description"] == hostile
    assert "<script>alert(1)" not in markup
