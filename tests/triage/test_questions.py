"""How many questions people meet, and that the form as they fill it in gives them what it must."""

from statistics import median

import pytest

from bench.questions import AIM, filled_in, seen, seen_by
from sitecontent.documents import Answer
from tests.triage.factories import any_of, edition_of, finding
from triage.engine import assess
from triage.index import UNWANTED_SEX, index_of
from triage.lists import AskedList, lists_of
from triage.sent import read_sent

LEAVES_OPEN = {"first-time-fever-question-skipped"}
"""Test cases about a question that was left open. In a list only the whole list can be."""


def names(questions) -> list[str]:
    return [f"list of {item.opener.slug}" if isinstance(item, AskedList) else item.slug for item in questions]


@pytest.fixture
def small():
    return edition_of(
        finding("age", "young", "old", step="emergency", order=1),
        finding("job", step="emergency", order=2, ask_if=any_of(age="old")),
        finding("ache", "none", "mild", order=3, step="emergency",
                asked_in="ache", list_question="Any?", box="An ache", unticked="none"),
        finding("sore", Answer(slug="yes", label="Yes"), "no", order=4, step="emergency",
                asked_in="ache", unticked="no"),
    )  # fmt: skip


def test_a_list_counts_as_one_question_and_what_it_opens_as_another(small):
    assert names(seen(index_of(small), {})) == ["age", "list of ache", "limit"]
    assert names(seen(index_of(small), {"ache": ["mild"], "sore": ["yes"]})) == ["age", "list of ache", "ache", "limit"]


def test_a_question_that_does_not_apply_is_not_met(small):
    assert "job" not in names(seen(index_of(small), {"age": ["young"], "job": ["yes"]}))
    assert "job" in names(seen(index_of(small), {"age": ["old"]}))


def test_a_form_is_filled_in_as_its_boxes_are(small):
    index = index_of(small)

    assert filled_in(index, {"age": ["old"]}) == {"age": ["old"], "ache--list": ["shown", "none"]}
    assert filled_in(index, {"ache": ["mild"], "sore": ["yes"]}) == {
        "ache--list": ["shown", "ache"],
        "ache": ["mild"],
        "sore": ["yes"],
    }


def test_the_people_of_the_vignettes_meet_eight_to_twelve_questions(starter_edition):
    counts = [len(seen_by(starter_edition, vignette)) for vignette in starter_edition.vignettes]

    assert AIM[0] <= median(counts) <= AIM[1]


def test_somebody_without_anything_unusual_meets_at_most_ten(starter_edition):
    said = {"blood-loss-now": ["stopped"], "bleed-amount": ["spots"], "bleed-pattern": ["once"],
            "pregnancy-status": ["no"], "periods": ["regular"], "age-band": ["age-25-34"]}  # fmt: skip

    assert len(seen(index_of(starter_edition), said)) == 10


def test_the_form_as_filled_in_gives_each_vignette_an_outcome_that_is_accepted(starter_edition):
    index = index_of(starter_edition)
    wrong = {}
    for vignette in starter_edition.vignettes:
        said = {given.finding: given.answers for given in vignette.answers}
        answers = read_sent(index, filled_in(index, said)).answers
        outcome = assess(starter_edition, answers).urgency
        if vignette.slug in LEAVES_OPEN:
            continue
        if not (outcome.is_at_least(vignette.least) and vignette.most.is_at_least(outcome)):
            wrong[vignette.slug] = (outcome, {slug: said[slug] for slug in said if slug not in answers})

    assert wrong == {}


def test_every_question_of_the_starter_is_asked_by_itself_in_a_list_or_in_the_box(starter_edition):
    lists = lists_of(starter_edition.findings)
    listed = [member.slug for asked in lists.values() for member in asked.members]

    assert len(listed) == len(set(listed))
    assert set(listed).isdisjoint(UNWANTED_SEX)
    assert {finding.asked_in for finding in starter_edition.findings if finding.asked_in} == set(lists)


def test_no_tick_in_a_list_never_stands_for_an_alarming_answer(starter_edition):
    alarming = index_of(starter_edition).alarming

    assert [f.slug for f in starter_edition.findings if (f.slug, f.unticked) in alarming] == []


def test_every_question_has_few_words_for_the_notes(starter_edition):
    assert [asked.slug for asked in starter_edition.findings if not 0 < len(asked.noted_as) <= 60] == []
