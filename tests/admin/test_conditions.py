"""The line language for conditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitecontent.admin.conditions import ConditionUnreadable, read_condition, write_condition
from sitecontent.documents import Condition
from sitecontent.edition.compile import conditions_of

VOCABULARY = {"pain-now": ["none", "mild", "severe"], "danger-signs": ["fainted", "dizzy"], "fever": ["yes", "no"]}


def match(finding, *answers):
    return {"finding": finding, "is": list(answers)}


def problems(text):
    with pytest.raises(ConditionUnreadable) as caught:
        read_condition(text, VOCABULARY)
    return list(caught.value.problems)


def test_every_condition_of_the_starter_content_survives(starter_documents, starter_edition):
    vocabulary = {finding.slug: finding.answer_slugs for finding in starter_edition.findings}
    conditions = [condition for document in starter_documents for _, condition in conditions_of(document)]

    again = [read_condition(write_condition(condition.model_dump(mode="json")), vocabulary) for condition in conditions]

    assert len(conditions) > 100
    assert [Condition.model_validate(data) for data in again] == conditions


matches = st.sampled_from(sorted(VOCABULARY)).flatmap(
    lambda finding: st.lists(st.sampled_from(VOCABULARY[finding]), min_size=1, unique=True).map(
        lambda answers: match(finding, *answers)
    )
)


@given(st.lists(matches, max_size=4), st.lists(matches, max_size=4))
def test_writing_and_reading_undo_each_other(all_of, any_of):
    data = {"all_of": all_of, "any_of": any_of}

    assert read_condition(write_condition(data), VOCABULARY) == (data if all_of or any_of else None)


def test_both_parts_read_as_they_are_written():
    text = "all of:\n  pain-now: severe\nany of:\n  danger-signs: fainted, dizzy\n  fever: yes"

    assert read_condition(text, VOCABULARY) == {
        "all_of": [match("pain-now", "severe")],
        "any_of": [match("danger-signs", "fainted", "dizzy"), match("fever", "yes")],
    }


@pytest.mark.parametrize(
    "text",
    ["pain-now: severe", "- pain-now: severe", "ALL OF\n\n  pain-now:severe  ", "All of :\n• pain-now: severe"],
)
def test_it_is_generous_about_how_it_is_typed(text):
    assert read_condition(text, VOCABULARY) == {"all_of": [match("pain-now", "severe")], "any_of": []}


def test_answers_may_be_told_with_or():
    assert read_condition("pain-now: mild or severe", VOCABULARY)["all_of"] == [match("pain-now", "mild", "severe")]


def test_nothing_is_no_condition():
    assert read_condition(" \n ", VOCABULARY) is None
    assert write_condition(None) == ""


def test_an_unknown_question_is_named_with_what_may_be_meant():
    assert problems("all of:\n  pain-no: severe") == [
        "Line 2: there is no question called “pain-no”. Did you mean “pain-now”?"
    ]


def test_an_unknown_answer_is_named_with_those_that_there_are():
    assert problems("pain-now: sever") == ["Line 1: “pain-now” has no answer “sever”; it has none, mild, severe."]


def test_each_line_that_is_wrong_is_told():
    found = problems("pain-now\npain-now:\n: severe\nfever: yes, yes\nfever: yes")

    assert [problem.partition(":")[0] for problem in found] == ["Line 1", "Line 2", "Line 3", "Line 4"]


def test_a_heading_alone_is_not_nothing():
    assert problems("any of:") == ["There is a heading and no question below it."]
