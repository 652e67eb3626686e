"""Trying the checker on the proposed edition, side by side with today's."""

import pytest

from sitecontent import review
from sitecontent.documents import Urgency
from tests.admin.helpers import cause, edit, page_of, public_now
from tests.admin.pages import read
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published")

CASE = "bleeding-disorder"


@pytest.fixture
def raised(reviewer):
    """A revision that raises the level of a cause."""
    record = edit(cause(CASE), reviewer, urgency="soon")
    return review.submit(record, author=reviewer, note="Raise the level.", at=AT)


def sides_of(answer):
    return {side["name"]: side for side in answer.context["sides"]}


def test_the_page_asks_every_question_and_answers_nothing_by_itself(bench, raised):
    page = bench.get(f"{page_of(raised)}try/")

    assert len(page.context["questions"]) == len(public_now().findings)
    assert page.context["sides"] == ()


def test_answers_are_given_to_both_and_what_differs_is_marked(bench, raised):
    answers = {
        "answer-pregnancy-status": "no",
        "answer-periods": "regular",
        "answer-bleeding-tendency": "yes",
        "answer-period-trouble": "very-heavy",
    }

    page = bench.post(f"{page_of(raised)}try/", answers)

    sides = sides_of(page)
    assert (sides["Today"]["level"], sides["Proposed"]["level"]) == tuple(
        public_now().levels[level].title for level in (Urgency.ROUTINE, Urgency.SOON)
    )
    assert all(side["is_level_new"] for side in sides.values())
    assert "differs" in read(page).text


def test_the_answers_of_a_test_case_are_taken_into_the_form(bench, raised):
    case = public_now().vignettes[0]

    page = bench.post(f"{page_of(raised)}try/", {"case": case.slug, "take": "1"})

    answered = {question["slug"] for question in page.context["questions"] if question["is_answered"]}
    assert answered == {given.finding for given in case.answers}
    assert case.story.split(".")[0] in read(page).text
    assert sides_of(page)["Today"]["level"] == sides_of(page)["Proposed"]["level"]


def test_answers_that_nobody_knows_are_left_out(bench, raised):
    page = bench.post(f"{page_of(raised)}try/", {"answer-no-such": "yes", "answer-periods": "no-such"})

    assert page.context["sides"] == ()


def test_the_decision_leads_to_it_and_to_the_page_of_today(bench, raised):
    html = bench.get(page_of(raised)).content.decode()

    assert f'href="{page_of(raised)}try/"' in html
    assert f'href="/causes/{CASE}/"' in html
