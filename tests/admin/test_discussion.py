"""The discussion and the claim on the page of a revision, in the queue and in the story."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sitecontent import review
from sitecontent.models import Audience, Comment
from tests.admin.helpers import address, cause, harmless, page_of, queries_for, signed_in
from tests.admin.pages import read
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published", "quick_page")

SECRET = "Between us moderators."


@pytest.fixture
def revision(reviewer):
    return harmless(reviewer)


def post(client, revision, act, **data):
    return client.post(f"{page_of(revision)}{act}/", data)


def test_comments_stand_in_order_with_the_decisions(bench, desk, revision, moderator):
    for by, text, hours in ((moderator, "First words.", 1), (moderator, "Last words.", 3)):
        review.comment(revision=revision, by=by, text=text, at=AT + timedelta(hours=hours))
    review.request_changes(revision=revision, moderator=moderator, comment="Sent back.", at=AT + timedelta(hours=2))

    talk = desk.get(page_of(revision)).context["talk"]

    assert [said.text for said in talk] == ["First words.", "Sent back.", "Last words."]


def test_a_comment_is_sent_from_the_page(desk, revision):
    form = read(desk.get(page_of(revision))).form("comment/")

    response = desk.post(form.action, form.sent(said="Is it enough?"))

    assert response.headers["Location"] == f"{page_of(revision)}#talk"
    assert "Is it enough?" in read(desk.get(page_of(revision))).text
    assert "Comment: revision 2" in read(desk.get(address(cause("chlamydia"), "story"))).text


def test_a_refused_comment_comes_back_as_it_was_typed(desk, revision):
    response = post(desk, revision, "comment", said="For their eyes.", audience="moderators")

    assert response.status_code == 409
    assert read(response).form("comment/").data["said"].strip() == "For their eyes."
    assert not Comment.objects.exists()


def test_what_is_for_moderators_is_on_no_page_of_the_others(
    published, bench, revision, reviewer, second_reviewer, moderator, administrator
):
    review.comment(revision=revision, by=moderator, text=SECRET, audience=Audience.MODERATORS, at=AT)
    pages = (page_of(revision), address(cause("chlamydia"), "story"), "/admin/", "/admin/review/")

    for user in (reviewer, second_reviewer, administrator):
        client = signed_in(user)
        assert not any(SECRET in client.get(page).content.decode() for page in pages), user
    assert [SECRET in bench.get(page).content.decode() for page in pages] == [True, True, False, False]


def test_only_moderators_are_offered_to_write_among_themselves(bench, desk, revision):
    assert "audience" in read(bench.get(page_of(revision))).form("comment/").data
    assert "audience" not in read(desk.get(page_of(revision))).form("comment/").data


def test_a_claim_shows_on_the_page_in_the_queue_and_on_the_desk(bench, desk, revision, second_moderator):
    form = read(bench.get(page_of(revision))).form("claim/")
    day = timezone.localdate() + timedelta(days=7)
    assert form.data["due_on"] == day.isoformat()

    assert bench.post(form.action, form.sent()).status_code == 302

    told = f"moderator is on it, by {day:%-d %B %Y}"
    other = signed_in(second_moderator)
    assert told in read(other.get("/admin/review/")).text
    assert told in read(other.get("/admin/")).text
    assert f"moderator is on this review, by {day:%-d %B %Y}" in read(other.get(page_of(revision))).text
    assert "Approve" in read(other.get(page_of(revision))).buttons
    assert "You are on it" in read(bench.get("/admin/review/")).text


def test_a_claim_is_let_go_from_the_page(bench, revision):
    post(bench, revision, "claim", due_on=timezone.localdate().isoformat())

    assert post(bench, revision, "release").status_code == 302

    assert "Nobody has said so." in read(bench.get(page_of(revision))).text


def test_an_overdue_claim_is_told_and_taken_over_with_words(bench, revision, second_moderator):
    review.claim(revision=revision, by=second_moderator, due_on=AT.date(), at=AT)
    assert "overdue" in read(bench.get("/admin/review/")).text
    page = read(bench.get(page_of(revision)))
    assert "Take it over" in page.buttons

    refused = post(bench, revision, "claim", due_on=timezone.localdate().isoformat(), claim_words=" ")
    taken = post(bench, revision, "claim", due_on=timezone.localdate().isoformat(), claim_words="They are away.")

    assert (refused.status_code, taken.status_code) == (409, 302)
    assert "They are away." in read(bench.get(address(cause("chlamydia"), "story"))).text


@pytest.mark.parametrize("due_on", ["", "soon", "2026-02-31"])
def test_a_date_that_is_none_is_refused_with_words(bench, revision, due_on):
    response = post(bench, revision, "claim", due_on=due_on)

    assert (response.status_code, "Choose a date." in read(response).text) == (409, True)


def test_the_pages_ask_as_much_for_many_words_as_for_one(bench, reviewer, moderator):
    one, many = harmless(reviewer, "gonorrhoea"), harmless(reviewer)
    for row, times in ((one, 1), (many, 5)):
        for _ in range(times):
            review.comment(revision=row, by=moderator, text="Words.", at=AT)
            review.claim(revision=row, by=moderator, due_on=AT.date(), at=AT)

    assert queries_for(bench, page_of(many)) == queries_for(bench, page_of(one))
    stories = [address(cause(slug), "story") for slug in ("chlamydia", "gonorrhoea")]
    assert queries_for(bench, stories[0]) == queries_for(bench, stories[1])
