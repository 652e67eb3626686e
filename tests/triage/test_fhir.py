"""Questions and answers as FHIR R4: valid, true to the conditions, and read back as they were meant."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from sitecontent.documents import Answer, Answers, Condition, Implication, Match, Step
from sitecontent.edition.edition import Edition
from tests.triage.factories import all_of, any_of, edition_of, finding
from triage.engine import assess
from triage.fhir import ResponseInvalid, answers_of, questionnaire
from triage.index import UNWANTED_SEX, index_of
from triage.witness import everything_of, is_asked

SITE = "https://www.example.org"

ITEM_TYPES = {"group", "display", "choice"}
"""Those of FHIR R4 that we use; the library that validates takes any word for a type."""


def conditional_edition() -> Edition:
    """Questions whose conditions need every form that FHIR has for them."""
    positive = Answer(slug="positive", label="Positive", implies=Implication(finding="pregnant", answer="yes"))
    both = Condition(
        all_of=(Match(finding="pain", is_=("mild", "strong")), Match(finding="fever", is_=("yes",))),
        any_of=(Match(finding="signs", is_=("rash", "sore")), Match(finding="pregnant", is_=("yes",))),
    )
    return edition_of(
        finding("pain", "none", "mild", "strong", step=Step.EMERGENCY),
        finding("fever", "yes", "no", step=Step.EMERGENCY),
        finding("signs", "rash", "sore", Answer(slug="none", label="None", exclusive=True), multiple=True),
        finding("pregnant", "yes", "maybe", "no", help="Or if you think so."),
        finding("test", positive, "negative"),
        finding("one", "yes", "no", ask_if=any_of(fever="yes")),
        finding("either", "yes", "no", ask_if=any_of(fever="yes", signs=("rash", "sore"))),
        finding("every", "yes", "no", ask_if=all_of(fever="yes", pain="strong")),
        finding("implied", "yes", "no", ask_if=all_of(pregnant="yes")),
        finding("both", "yes", "no", ask_if=both),
        finding("no-consent", "yes", "no"),
        finding("safe-now", "yes", "no", ask_if=any_of(no_consent="yes")),
    )


def items_of(holder: Mapping[str, Any], around: tuple[Mapping[str, Any], ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every item of a questionnaire with the items around it."""
    for item in holder.get("item", ()):
        yield item, around
        yield from items_of(item, (*around, item))


def question_of(resource: Mapping[str, Any], link_id: str) -> dict[str, Any]:
    return next(item for item, _ in items_of(resource) if item["linkId"] == link_id)


def response_of(answers: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """A response as a form filler would write it: one item a question, one answer a code."""
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": [
            {"linkId": slug, "answer": [{"valueCoding": {"code": code}} for code in sorted(codes)]}
            for slug, codes in answers.items()
        ],
        **fields,
    }


def is_enabled(item: Mapping[str, Any], answers: Answers) -> bool:
    """What FHIR R4 says of `enableWhen`: a question with several answers compares by any of them."""
    held = [
        comparison["answerCoding"]["code"] in answers.get(comparison["question"], frozenset())
        for comparison in item.get("enableWhen", ())
    ]
    if len(held) > 1:
        return all(held) if item["enableBehavior"] == "all" else any(held)
    return all(held)


def shown(resource: Mapping[str, Any], answers: Answers) -> set[str]:
    """The questions that a form filler shows: they, and all groups around them, are enabled."""
    return {
        item["linkId"]
        for item, around in items_of(resource)
        if item["type"] == "choice" and all(is_enabled(one, answers) for one in (*around, item))
    }


# The questionnaire


def test_the_questionnaire_of_the_starter_content_is_valid_fhir(starter_edition: Edition) -> None:
    resource = questionnaire(starter_edition, site_url=SITE)

    validated = Questionnaire.model_validate(resource)

    assert validated.version == "1"
    assert validated.url == "https://www.example.org/api/v1/questionnaire"


def test_a_questionnaire_with_every_form_of_condition_is_valid_fhir() -> None:
    Questionnaire.model_validate(questionnaire(conditional_edition(), site_url=SITE))


@pytest.mark.parametrize("which", ["starter", "conditional"])
def test_the_invariants_hold_that_the_library_does_not_check(which: str, starter_edition: Edition) -> None:
    edition = starter_edition if which == "starter" else conditional_edition()
    items = [item for item, _ in items_of(questionnaire(edition, site_url=SITE))]
    link_ids = [item["linkId"] for item in items]

    assert len(link_ids) == len(set(link_ids))
    assert {item["type"] for item in items} <= ITEM_TYPES
    for item in items:
        assert item["type"] != "group" or item["item"]
        assert item["type"] != "display" or not {"item", "required", "repeats", "answerOption"} & item.keys()
        assert len(item.get("enableWhen", ())) < 2 or item["enableBehavior"] in ("all", "any")
        for comparison in item.get("enableWhen", ()):
            compared = next(one for one in items if one["linkId"] == comparison["question"])
            offered = [option["valueCoding"] for option in compared["answerOption"]]
            assert comparison["answerCoding"] in [{k: one[k] for k in ("system", "code")} for one in offered]


def test_every_question_and_answer_is_there_once_and_none_is_required(starter_edition: Edition) -> None:
    items = items_of(questionnaire(starter_edition, site_url=SITE))
    questions = {item["linkId"]: item for item, _ in items if item["type"] == "choice"}

    assert set(questions) == {one.slug for one in starter_edition.findings}
    for one in starter_edition.findings:
        options = questions[one.slug]["answerOption"]
        assert [option["valueCoding"]["code"] for option in options] == list(one.answer_slugs)
        assert [option["valueCoding"]["display"] for option in options] == [answer.label for answer in one.answers]
        assert questions[one.slug]["repeats"] is one.multiple
        assert questions[one.slug]["required"] is False


def test_an_answer_that_stands_alone_says_so() -> None:
    options = question_of(questionnaire(conditional_edition(), site_url=SITE), "signs")["answerOption"]

    assert [bool(option.get("extension")) for option in options] == [False, False, True]
    assert options[2]["extension"] == [
        {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive", "valueBoolean": True}
    ]


def test_help_and_the_reason_for_asking_stand_beside_a_question() -> None:
    question = question_of(questionnaire(conditional_edition(), site_url=SITE), "pregnant")

    assert [(item["linkId"], item["type"], item["text"]) for item in question["item"]] == [
        ("pregnant.help", "display", "Or if you think so."),
        ("pregnant.why", "display", "Because pregnant matters."),
    ]


def test_one_comparison_needs_no_behavior_and_several_say_any_or_all() -> None:
    resource = questionnaire(conditional_edition(), site_url=SITE)

    assert "enableBehavior" not in question_of(resource, "one")
    assert question_of(resource, "either")["enableBehavior"] == "any"
    assert question_of(resource, "every")["enableBehavior"] == "all"


def test_an_answer_that_implies_the_one_asked_for_enables_too() -> None:
    comparisons = question_of(questionnaire(conditional_edition(), site_url=SITE), "implied")["enableWhen"]

    assert [(one["question"], one["answerCoding"]["code"]) for one in comparisons] == [
        ("pregnant", "yes"),
        ("test", "positive"),
    ]


def test_a_condition_of_several_clauses_becomes_groups_around_the_question() -> None:
    resource = questionnaire(conditional_edition(), site_url=SITE)
    around = next(around for item, around in items_of(resource) if item["linkId"] == "both")

    assert [item["linkId"] for item in around] == ["step-bleeding", "both.when-1", "both.when-2"]
    assert [item.get("enableBehavior") for item in around] == [None, "any", "any"]
    assert [one["question"] for one in question_of(resource, "both")["enableWhen"]] == ["fever"]


def test_the_box_about_unwanted_sex_is_a_group_of_its_own_that_is_always_there() -> None:
    resource = questionnaire(conditional_edition(), site_url=SITE)

    assert resource["item"][-1]["linkId"] == "unwanted-sex"
    assert [item["linkId"] for item in resource["item"][-1]["item"]] == ["no-consent", "safe-now"]
    assert {"no-consent", "safe-now"} <= shown(resource, {})


def test_a_list_is_a_group_of_its_questions_that_answers_nothing_itself() -> None:
    edition = edition_of(
        finding("ache", "none", "mild", order=1, asked_in="ache", list_question="Any?", box="An ache", unticked="none"),
        finding("sore", "yes", "no", order=2, asked_in="ache", unticked="no"),
    )
    resource = questionnaire(edition, site_url=SITE)

    [group] = [item for item, _ in items_of(resource) if item["linkId"] == "ache.list"]
    assert (group["type"], group["text"]) == ("group", "Any?")
    assert [item["linkId"] for item in group["item"]] == ["ache", "sore"]
    assert answers_of(edition, response_of({"sore": ["yes"]}, item=[{"linkId": "ache.list"}])) == {}


@st.composite
def some_answers(draw: st.DrawFn, edition: Edition) -> dict[str, frozenset[str]]:
    picked = {}
    for one in draw(st.lists(st.sampled_from(edition.findings), unique_by=lambda one: one.slug, max_size=20)):
        most = 3 if one.multiple else 1
        picked[one.slug] = draw(st.frozensets(st.sampled_from(one.answer_slugs), min_size=1, max_size=most))
    return picked


@pytest.mark.parametrize("which", ["starter", "conditional"])
@with_settings(max_examples=60)
@given(data=st.data())
def test_a_form_filler_shows_the_questions_that_the_checker_asks(
    which: str, starter_edition: Edition, data: st.DataObject
) -> None:
    edition = starter_edition if which == "starter" else conditional_edition()
    index = index_of(edition)
    answers = data.draw(some_answers(edition))

    everything = everything_of(index, answers)

    assert shown(questionnaire(edition, site_url=SITE), answers) == {
        slug for slug, one in index.findings.items() if is_asked(index, one, everything)
    }


def test_it_is_experimental_while_no_clinician_has_signed_it(starter_edition: Edition) -> None:
    assert questionnaire(starter_edition, site_url=SITE)["experimental"] is True


def test_the_box_is_left_out_where_its_questions_are() -> None:
    resource = questionnaire(edition_of(finding("fever", "yes", "no")), site_url=SITE)

    assert not set(UNWANTED_SEX) & {item["linkId"] for item, _ in items_of(resource)}
    Questionnaire.model_validate(resource)


# The response


def test_every_vignette_comes_out_the_same_as_a_response(starter_edition: Edition) -> None:
    for vignette in starter_edition.vignettes:
        said = {given_.finding: frozenset(given_.answers) for given_ in vignette.answers}
        response = response_of(said)
        QuestionnaireResponse.model_validate(response)

        read = answers_of(starter_edition, response)

        assert {slug: frozenset(codes) for slug, codes in read.items()} == said
        assert assess(starter_edition, read) == assess(starter_edition, said)


def test_answers_are_found_in_groups_and_below_other_answers() -> None:
    deep = {
        "linkId": "step-emergency",
        "item": [
            {
                "linkId": "fever",
                "answer": [
                    {
                        "valueCoding": {"code": "yes"},
                        "item": [{"linkId": "signs", "answer": [{"valueCoding": {"code": "rash"}}]}],
                    }
                ],
            },
            {"linkId": "both.when-1", "item": [{"linkId": "both", "answer": [{"valueBoolean": False}]}]},
        ],
    }

    response = response_of({}, item=[deep])

    QuestionnaireResponse.model_validate(response)
    assert answers_of(conditional_edition(), response) == {"fever": ("yes",), "signs": ("rash",), "both": ("no",)}


def test_a_question_given_in_two_items_keeps_both_answers() -> None:
    response = response_of({})
    response["item"] = [
        {"linkId": "signs", "answer": [{"valueCoding": {"code": code}}]} for code in ("rash", "sore", "rash")
    ]

    assert answers_of(conditional_edition(), response) == {"signs": ("rash", "sore")}


@pytest.mark.parametrize("item", [[], [{"linkId": "fever"}], [{"linkId": "fever", "answer": []}]])
def test_a_question_without_an_answer_was_not_answered(item: list[dict[str, Any]]) -> None:
    assert answers_of(conditional_edition(), response_of({}, item=item)) == {}


def test_groups_and_help_that_come_back_are_passed_over() -> None:
    item = [{"linkId": name} for name in ("step-pain", "unwanted-sex", "fever.help", "fever.why", "both.when-2")]

    assert answers_of(conditional_edition(), response_of({}, item=item)) == {}


@pytest.mark.parametrize("link_id", ["feverish", "fever.whatever", "nothing.help", "step-somewhere"])
def test_a_question_that_is_not_ours_is_handed_on_for_the_engine_to_refuse(link_id: str) -> None:
    assert answers_of(conditional_edition(), response_of({}, item=[{"linkId": link_id}])) == {link_id: ()}


@pytest.mark.parametrize(
    ("response", "where"),
    [
        ({}, "resourceType"),
        ({"resourceType": "Questionnaire"}, "resourceType"),
        (response_of({}, status="entered-in-error"), "status"),
        (response_of({}, item={}), "item"),
        (response_of({}, item=["fever"]), "item[0]"),
        (response_of({}, item=[{}]), "item[0].linkId"),
        (response_of({}, item=[{"linkId": 3}]), "item[0].linkId"),
        (response_of({}, item=[{"linkId": "fever", "answer": "yes"}]), "item[0].answer"),
        (response_of({}, item=[{"linkId": "fever", "answer": ["yes"]}]), "item[0].answer[0]"),
        (response_of({}, item=[{"linkId": "fever", "answer": [{"valueString": "yes"}]}]), "item[0].answer[0]"),
        (response_of({}, item=[{"linkId": "fever", "answer": [{"valueCoding": {}}]}]), "item[0].answer[0]"),
        (response_of({}, item=[{"linkId": "a", "item": [{"linkId": "b", "item": 1}]}]), "item[0].item[0].item"),
    ],
)
def test_a_response_that_is_not_made_as_fhir_says_names_the_place(response: dict[str, Any], where: str) -> None:
    with pytest.raises(ResponseInvalid) as caught:
        answers_of(conditional_edition(), response)

    assert caught.value.where == where
    assert str(caught.value) == f"{where}: {caught.value.reason}"


def test_a_response_as_deep_as_a_well_is_read_to_the_ground() -> None:
    item: dict[str, Any] = {"linkId": "fever", "answer": [{"valueBoolean": True}]}
    for _ in range(5000):
        item = {"linkId": "step-pain", "item": [item]}

    assert answers_of(conditional_edition(), response_of({}, item=[item])) == {"fever": ("yes",)}


# Over the API


def sent(body: object, *, content_type: str = "application/fhir+json") -> Any:
    return Client().post("/api/v1/check", body, content_type=content_type)


def test_the_api_gives_the_questionnaire(served: Edition) -> None:
    response = Client().get("/api/v1/questionnaire")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/fhir+json"
    assert response.json() == questionnaire(served, site_url=django_settings.SITE_URL)
    Questionnaire.model_validate_json(response.content)


@pytest.mark.parametrize("content_type", ["application/fhir+json", "application/json"])
def test_the_api_answers_a_response_as_it_answers_plain_answers(served: Edition, content_type: str) -> None:
    answers = {"pregnancy-status": ["maybe"], "bleed-amount": ["spots"], "danger-signs": ["dizzy", "vomiting"]}

    plain = sent({"answers": answers}, content_type="application/json")
    fhir = sent(response_of(answers), content_type=content_type)

    assert fhir.status_code == 200
    assert fhir.json() == plain.json()
    assert fhir["Cache-Control"] == "no-store"


def test_the_api_refuses_a_question_or_an_answer_that_does_not_exist(served: Edition) -> None:
    question = sent(response_of({"feverish": ["no"]}))
    answer = sent(response_of({"fever": ["high"]}))

    fever = served.finding("fever")
    assert fever is not None
    assert (question.status_code, answer.status_code) == (422, 422)
    assert question.json()["detail"][0]["finding"] == "feverish"
    assert answer.json()["detail"][0]["allowed"] == list(fever.answer_slugs)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"resourceType": "Patient"}, "resourceType: must be QuestionnaireResponse"),
        (response_of({}, item=["a-secret"]), "item[0]: must be an object"),
        (response_of({}, status="entered-in-error"), "status: says that it was entered in error"),
    ],
)
def test_the_api_says_what_is_wrong_with_a_response_and_repeats_none_of_it(
    served: Edition, body: object, message: str
) -> None:
    response = sent(body)

    assert response.status_code == 422
    assert [item["message"] for item in response.json()["detail"]] == [f"body: {message}"]


def test_the_documentation_names_the_response_as_another_body(served: Edition) -> None:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]

    assert set(paths["/api/v1/check"]["post"]["requestBody"]["content"]) == {
        "application/json",
        "application/fhir+json",
    }
