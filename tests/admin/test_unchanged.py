"""Signing a record as reviewed, on the desk."""

import pytest

from sitecontent import review
from sitecontent.models import ClaimReview, RecordReview
from tests.admin.helpers import address, cause, edit, public_now, signed_in
from tests.admin.pages import read
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published")


def page_of(record):
    return address(record, "reviewed")


def test_the_page_shows_all_that_is_public_and_not_the_draft(bench, reviewer):
    public = public_now().cause("chlamydia")
    edit(cause("chlamydia"), reviewer, summary="Only a draft.")

    text = read(bench.get(page_of(cause("chlamydia")))).text

    assert public.summary in text
    assert public.sha256 in text
    assert "Only a draft." not in text


def test_a_signature_gives_an_edition_and_is_told_in_the_story(bench):
    record = cause("chlamydia")
    form = read(bench.get(page_of(record))).form()

    response = bench.post(page_of(record), form.sent(note="Read against its sources."))

    assert response.status_code == 302
    assert public_now().number == 2
    assert public_now().entry("cause", "chlamydia").reviews[0].name == "moderator"
    story = read(bench.get(address(record, "story"))).text
    assert "Reviewed, no change (edition 2)" in story
    assert "Read against its sources." in story


def test_the_three_dates_stand_at_the_head_of_a_record(bench):
    record = cause("chlamydia")
    before = bench.get(address(record, "read"))
    assert before.context["dates"]["reviewed_at"] is None
    assert "not yet" in read(before).text

    bench.post(page_of(record), read(bench.get(page_of(record))).form().sent(note="Read."))
    public_now()

    dates = bench.get(address(record, "read")).context["dates"]
    assert dates["changed_at"] < dates["reviewed_at"]
    assert dates["due"].reason in read(bench.get(address(record, "read"))).text


def test_a_refusal_comes_back_with_what_was_typed(bench):
    record = cause("chlamydia")
    form = read(bench.get(page_of(record))).form()

    for wrong in ({"note": " "}, {"sha256": "0" * 64, "note": "My words."}):
        response = bench.post(page_of(record), form.sent(**wrong))
        assert response.status_code == 409
    assert read(response).form().data["note"].strip() == "My words."
    assert not RecordReview.objects.exists()


def test_a_reviewer_is_told_who_signs_starter_content_first(desk, moderator):
    record = cause("chlamydia")
    page = read(desk.get(page_of(record)))
    assert "The first signature is a moderator’s." in page.text
    assert "Sign: reviewed, no change" not in page.buttons

    bench = signed_in(moderator)
    bench.post(page_of(record), read(bench.get(page_of(record))).form().sent(note="Read."))

    assert "Sign: reviewed, no change" in read(desk.get(page_of(record))).buttons


def test_what_was_taken_down_can_not_be_signed(bench, moderator):
    record = ClaimReview.objects.first()
    form = read(bench.get(page_of(record))).form()
    review.retire(records=[record.key], by=moderator, reason="Wrong.", at=AT)

    response = bench.post(page_of(record), form.sent(note="My words."))

    assert response.status_code == 409
    assert "My words." in read(response).text
