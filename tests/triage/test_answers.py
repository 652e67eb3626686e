"""Reading answers against the questions."""

import pytest

from sitecontent.documents import Answer, Implication
from tests.triage.factories import edition_of, finding
from triage.answers import Said, TooManyAnswers, UnknownAnswer, read_answers
from triage.index import index_of

SYMPTOMS = finding(
    "symptoms",
    "dizzy",
    "sick",
    Answer(slug="none", label="None of these", exclusive=True),
    Answer(slug="not-sure", label="Not sure", exclusive=True),
    multiple=True,
    order=2,
)
STATUS = finding("status", "yes", "maybe", "no", order=3)
TEST = finding(
    "test",
    Answer(slug="positive", label="Positive", implies=Implication(finding="status", answer="yes")),
    "negative",
    order=4,
)
EDITION = edition_of(SYMPTOMS, STATUS, TEST, finding("fever", order=1))


def read(**answers: object) -> Said:
    return read_answers(index_of(EDITION).findings, answers)  # type: ignore[arg-type]


def test_answers_come_in_the_order_of_the_questions():
    said = read(test=["negative"], fever=["no"], status=["no"])

    assert list(said.given) == ["fever", "status", "test"]


def test_a_lone_string_is_one_answer():
    assert read(fever="yes").given == {"fever": frozenset({"yes"})}


def test_an_empty_collection_is_a_question_left_open():
    assert read(fever=[]).given == {}


def test_an_unknown_question_is_named_with_those_that_exist():
    with pytest.raises(UnknownAnswer) as refused:
        read(feever=["yes"])

    assert refused.value.finding == "feever"
    assert refused.value.answer is None
    assert refused.value.allowed == ("fever", "limit", "status", "symptoms", "test")
    assert str(refused.value) == "there is no question called 'feever'"


def test_an_unknown_answer_is_named_with_those_that_are_allowed():
    with pytest.raises(UnknownAnswer) as refused:
        read(fever=["perhaps"])

    assert (refused.value.finding, refused.value.answer) == ("fever", "perhaps")
    assert refused.value.allowed == ("yes", "no", "not-sure")


def test_several_answers_to_a_question_that_takes_one_are_refused():
    with pytest.raises(TooManyAnswers) as refused:
        read(fever=["yes", "no"])

    assert refused.value.finding == "fever"


def test_the_same_answer_twice_is_one_answer():
    assert read(fever=["yes", "yes"]).given == {"fever": frozenset({"yes"})}


def test_none_of_these_beside_a_symptom_is_set_aside():
    said = read(symptoms=["dizzy", "none"])

    assert said.counted == {"symptoms": frozenset({"dizzy"})}
    assert said.set_aside == (("symptoms", "none"),)


def test_what_is_set_aside_still_counts_for_safety():
    said = read(symptoms=["dizzy", "none"])

    assert said.everything == {"symptoms": frozenset({"dizzy", "none"})}


def test_none_of_these_alone_stays():
    said = read(symptoms=["none"])

    assert said.counted == {"symptoms": frozenset({"none"})}
    assert said.set_aside == ()


def test_not_sure_is_never_set_aside():
    said = read(symptoms=["dizzy", "not-sure"])

    assert said.counted == {"symptoms": frozenset({"dizzy", "not-sure"})}


def test_an_implied_answer_takes_the_place_of_the_given_one():
    said = read(status=["no"], test=["positive"])

    assert said.counted["status"] == {"yes"}
    assert said.given["status"] == {"no"}


def test_an_implied_answer_joins_the_given_one_for_safety():
    said = read(status=["maybe"], test=["positive"])

    assert said.everything["status"] == {"maybe", "yes"}


def test_an_answer_can_imply_one_that_implies_another():
    chain = edition_of(
        finding("a", Answer(slug="yes", label="Yes", implies=Implication(finding="b", answer="yes")), "no", order=1),
        finding("b", Answer(slug="yes", label="Yes", implies=Implication(finding="c", answer="yes")), "no", order=2),
        finding("c", "yes", "no", order=3),
    )

    said = read_answers(index_of(chain).findings, {"a": ["yes"]})

    assert said.counted == {"a": {"yes"}, "b": {"yes"}, "c": {"yes"}}
