"""What search engines read fits the schema.org vocabulary and claims no more than the page."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sitecontent.documents import Verdict
from sitecontent.edition.edition import Origin, Signature
from tests.pages.site import with_document

VOCABULARY = json.loads((Path(__file__).parent / "fixtures" / "schema-org-excerpt.json").read_text())

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


def test_a_misfit_is_noticed():
    assert list(misfits({"@type": "MedicalWebPage", "colour": "red"})) == ["MedicalWebPage has no colour"]
    assert list(misfits({"@type": "MedicalWebPage", "lastReviewed": "soon"})) == ["MedicalWebPage.lastReviewed: 'soon'"]
    assert list(misfits({"@type": "Unicorn"})) == ["no type Unicorn"]


def misfits(item):
    """What of one item the vocabulary does not know."""
    kind = item.get("@type")
    if kind is None:
        assert set(item) == {"@id"}
        return
    if kind not in VOCABULARY:
        yield f"no type {kind}"
        return
    properties = properties_of(kind)
    for name, held in item.items():
        if name.startswith("@"):
            continue
        if name not in properties:
            yield f"{kind} has no {name}"
            continue
        for value in held if isinstance(held, list) else [held]:
            if isinstance(value, dict):
                if "@type" in value and not any(is_a(value["@type"], wanted) for wanted in properties[name]):
                    yield f"{kind}.{name}: {value['@type']}"
                yield from misfits(value)
            elif not any(fits(value, wanted) for wanted in properties[name]):
                yield f"{kind}.{name}: {value!r}"


def properties_of(kind):
    inherited = {}
    for parent in VOCABULARY[kind]["is"]:
        inherited |= properties_of(parent)
    return inherited | VOCABULARY[kind]["has"]


def is_a(kind, wanted):
    return kind == wanted or any(is_a(parent, wanted) for parent in VOCABULARY.get(kind, {"is": []})["is"])


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
            except ValueError:
                return False
        case _:
            return False


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
