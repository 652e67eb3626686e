"""The JSON API."""

import json

import pytest
from django.test import Client
from pydantic import TypeAdapter

from sitecontent.documents import ClaimReview, Finding, Source
from triage.api import CauseOut, CauseRowOut, CheckOut, EditionOut
from triage.forms import LARGEST_FORM_BYTES


@pytest.fixture
def site(served) -> Client:
    """A program that reads the API, on the starter content."""
    return Client()


def check(site: Client, body: object):
    return site.post("/api/v1/check", body, content_type="application/json")


def test_fainting_is_an_emergency_without_causes(site):
    response = check(site, {"answers": {"danger-signs": ["fainted"]}})

    assert response.status_code == 200
    said = response.json()
    assert said["urgency"] == "emergency"
    assert said["causes"] == []
    assert said["reasons"][0]["rule"] == "collapse-or-shock"


def test_bleeding_in_pregnancy_is_at_least_urgent(site):
    said = check(site, {"answers": {"pregnancy-status": "yes", "bleed-amount": "spots"}}).json()

    assert said["urgency"] in ("urgent", "emergency")
    assert "pregnant-any-bleeding" in {reason["rule"] for reason in said["reasons"]}


@pytest.mark.parametrize("body", [{}, {"answers": {}}, {"answers": {"fever": []}}, {"answers": {"fever": None}}])
def test_no_answers_give_a_safe_answer(site, body):
    response = check(site, body)

    assert response.status_code == 200
    said = response.json()
    assert said["urgency"] == "routine"
    assert said["next_steps"]


def test_the_answer_has_the_shape_that_is_promised(site, served):
    said = check(
        site,
        {
            "answers": {
                "sti-risk": ["new-partner", "no-condom"],
                "discharge-kind": "yellow-green",
                "bleed-pattern": "sometimes",
            }
        },
    ).json()

    CheckOut.model_validate(said)
    assert list(said) == ["edition", "urgency", "reasons", "causes", "next_steps", "tell_your_clinician"]
    assert all(set(reason) == {"rule", "tell"} for reason in said["reasons"])
    assert said["causes"]
    for cause in said["causes"]:
        assert set(cause) == {"slug", "fit", "urgency", "because"}
        assert served.cause(cause["slug"])
        assert all(set(item) == {"finding", "answer", "effect"} for item in cause["because"])
    assert {reason["rule"] for reason in said["reasons"]} <= {rule.slug for rule in served.safety_rules}
    assert any("yellow" in line.lower() for line in said["tell_your_clinician"])


def test_causes_come_best_fit_first(site):
    said = check(site, {"answers": {"sti-risk": "partner-has-sti", "discharge-kind": "yellow-green"}}).json()

    order = ["likely", "possible", "needs-ruling-out"]
    fits = [order.index(cause["fit"]) for cause in said["causes"]]
    assert fits == sorted(fits)


def test_one_answer_and_a_list_of_one_are_the_same(site):
    assert check(site, {"answers": {"fever": "no"}}).content == check(site, {"answers": {"fever": ["no"]}}).content


def test_an_unknown_question_is_named_with_those_that_exist(site, served):
    response = check(site, {"answers": {"feever": "yes"}})

    assert response.status_code == 422
    [wrong] = response.json()["detail"]
    assert wrong["finding"] == "feever"
    assert wrong["answer"] is None
    assert wrong["allowed"] == sorted(finding.slug for finding in served.findings)


def test_an_unknown_answer_is_named_with_those_that_are_allowed(site):
    response = check(site, {"answers": {"fever": ["perhaps"]}})

    assert response.status_code == 422
    [wrong] = response.json()["detail"]
    assert (wrong["finding"], wrong["answer"]) == ("fever", "perhaps")
    assert wrong["allowed"] == ["measured-38", "hot-shivery", "no"]


@pytest.mark.parametrize(
    "body",
    [
        {"answers": {"periods": ["regular", "irregular"]}},
        {"answers": {"fever": True}},
        {"answers": {"fever": 1}},
        {"answers": {"fever": [None]}},
        {"answers": {"fever": {"no": 1}}},
        {"answers": []},
        {"answers": None},
        {"answer": {"fever": "no"}},
        [],
        "fever",
    ],
)
def test_a_body_of_another_shape_is_refused_and_says_why(site, body):
    response = check(site, json.dumps(body))

    assert response.status_code == 422
    assert response.json()["detail"][0]["message"]


@pytest.mark.parametrize("body", [b"{", b"[" * 50_000, b'{"answers": {"fever": "\xff"}}'])
def test_what_is_not_json_is_refused(site, body):
    assert check(site, body).status_code == 400


def test_a_body_that_is_too_large_is_refused(site):
    response = check(site, b" " * (LARGEST_FORM_BYTES + 1))

    assert response.status_code == 413
    assert response["Cache-Control"] == "no-store"


def test_the_checker_needs_no_token_and_sets_no_cookie(served):
    program = Client(enforce_csrf_checks=True)

    response = check(program, {"answers": {"fever": "no"}})

    assert response.status_code == 200
    assert not response.cookies


def test_reading_gives_what_is_documented(site, served):
    documented = {
        "edition": EditionOut,
        "causes": list[CauseRowOut],
        "findings": list[Finding],
        "sources": list[Source],
        "claims": list[ClaimReview],
        f"causes/{served.causes[0].slug}": CauseOut,
    }

    for path, shape in documented.items():
        response = site.get(f"/api/v1/{path}")
        assert response.status_code == 200
        TypeAdapter(shape).validate_json(response.content)


def test_the_edition_says_its_number_seal_and_counts(site, served):
    said = site.get("/api/v1/edition").json()

    assert (said["number"], said["sha256"]) == (served.number, served.sha256)
    assert said["counts"]["cause"] == len(served.causes)
    assert said["counts"]["safety-rule"] == len(served.safety_rules)


def test_lists_are_complete(site, served):
    for path, records in (("causes", served.causes), ("findings", served.findings), ("claims", served.claims)):
        slugs = [item["slug"] for item in site.get(f"/api/v1/{path}").json()]
        assert slugs == [record.slug for record in records]


def test_a_cause_says_who_answers_for_it(site, served):
    said = site.get(f"/api/v1/causes/{served.causes[0].slug}").json()

    assert said["review"]["origin"] == "starter"
    assert said["review"]["clinicians"] == []
    assert said["review"]["sha256"] == served.causes[0].sha256


def test_a_cause_that_does_not_exist_is_not_found(site):
    response = site.get("/api/v1/causes/no-such-cause")

    assert response.status_code == 404
    assert "no-such-cause" in response.json()["detail"][0]["message"]


@pytest.mark.parametrize("path", ["edition", "causes", "findings", "questionnaire", "sources", "claims"])
def test_a_client_can_ask_whether_its_copy_still_holds(site, path):
    first = site.get(f"/api/v1/{path}")

    again = site.get(f"/api/v1/{path}", headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "public, max-age=60"
    assert again.status_code == 304
    assert again.content == b""


def test_openapi_names_every_address_of_the_design(site):
    paths = site.get("/api/v1/openapi.json").json()["paths"]

    assert set(paths) == {
        f"/api/v1/{path}"
        for path in ("edition", "causes", "causes/{slug}", "findings", "questionnaire", "sources", "claims", "check")
    }


def test_the_documentation_is_a_page_of_ours_that_lists_every_address(site):
    response = site.get("/api/v1/docs")

    body = response.content.decode()
    assert response.status_code == 200
    for path in site.get("/api/v1/openapi.json").json()["paths"]:
        assert path in body
    assert "<script" not in body


def test_without_an_edition_the_api_says_so(db):
    response = Client().get("/api/v1/causes")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert check(Client(), {"answers": {}}).status_code == 503
