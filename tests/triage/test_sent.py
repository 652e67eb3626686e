"""What a form says: ticks, lists, and what was left open on purpose."""

import pytest

from sitecontent.documents import Answer
from tests.triage.factories import any_of, edition_of, finding
from triage.index import index_of
from triage.sent import Sent, read_sent

EDITION = edition_of(
    finding(
        "signs", "faint", "pale", "none", order=1, multiple=True, step="emergency",
        asked_in="signs", list_question="Any of these?", unticked="none",
    ),
    finding("shoulder", Answer(slug="yes", label="Yes", box="A sore shoulder"), "no", "not-sure", order=2,
            asked_in="signs", unticked="no"),
    finding("pain", "none", "mild", "strong", order=3, asked_in="signs", box="Pain", unticked="none"),
    finding("side", order=4, asked_in="signs", ask_if=any_of(pain="strong"), box="On one side", unticked="no"),
    finding("placenta", "yes", "no", order=5, asked_in="signs", box="Told of it"),
    finding("age", "young", "old", order=6),
)  # fmt: skip


def read(**fields: str | list[str]) -> Sent:
    data = {name.replace("__", "--"): [value] if isinstance(value, str) else value for name, value in fields.items()}
    return read_sent(index_of(EDITION), data)


def test_answers_alone_are_read_as_they_are():
    assert read(signs="faint", age="old").answers == {"signs": ("faint",), "age": ("old",)}


def test_a_list_that_was_shown_and_passed_over_says_nothing():
    sent = read(signs__list="shown")

    assert sent.answers == {}
    assert sent.is_empty


def test_none_of_these_answers_what_was_asked_in_the_list():
    sent = read(signs__list=["shown", "none"])

    assert sent.answers == {"signs": ("none",), "shoulder": ("no",), "pain": ("none",)}
    assert not sent.is_empty


def test_a_tick_answers_the_rest_of_the_list_too():
    assert read(signs__list="shown", signs="pale").answers == {
        "signs": ("pale",),
        "shoulder": ("no",),
        "pain": ("none",),
    }


def test_what_was_ticked_is_kept_apart_from_what_no_tick_says():
    assert read(signs__list="shown", signs="pale").ticked == {"signs": ("pale",)}


def test_a_question_that_did_not_apply_is_not_answered_by_no_tick():
    assert "side" not in read(signs__list=["shown", "pain"], pain="mild").answers
    assert read(signs__list=["shown", "pain"], pain="strong").answers["side"] == ("no",)


def test_a_box_whose_question_was_not_answered_is_not_sure():
    sent = read(signs__list=["shown", "pain", "side"])

    assert sent.answers["side"] == ("not-sure",)
    assert "pain" not in sent.answers
    assert sent.unsure == ("pain",)


def test_not_sure_about_a_list_is_not_sure_about_each_question_without_a_tick():
    sent = read(signs__list=["shown", "not-sure"], signs="pale")

    assert sent.answers == {"signs": ("pale",), "shoulder": ("not-sure",)}
    assert sent.unsure == ("pain", "placenta")


def test_not_sure_wins_over_none_of_these():
    assert read(signs__list=["shown", "none", "not-sure"]).answers == {"shoulder": ("not-sure",)}


def test_rather_not_say_leaves_a_list_open_and_is_remembered():
    sent = read(signs__list=["shown", "prefer-not-to-say"], age="prefer-not-to-say")

    assert sent.answers == {}
    assert sent.withheld == ("signs", "shoulder", "pain", "placenta", "age")
    assert not sent.is_empty


def test_a_symptom_beside_rather_not_say_counts():
    assert read(age=["prefer-not-to-say", "old"]).answers == {"age": ("old",)}


@pytest.mark.parametrize("ticked", [{"signs": "pale"}, {"signs__list": ["shown", "none", "pain"], "pain": "mild"}])
def test_a_tick_beside_none_of_these_is_a_contradiction(ticked):
    sent = read(**{"signs__list": ["shown", "none"], **ticked})

    assert sent.contradicted == ("signs",)
    assert sent.answers["shoulder"] == ("no",)


def test_fields_that_nobody_asks_for_are_passed_over():
    assert read(something="yes", age="").fields == {}


def test_an_answer_that_is_not_offered_is_left_for_the_engine_to_refuse():
    assert read(signs__list="shown", age="middling", signs="pale").answers["age"] == ("middling",)
