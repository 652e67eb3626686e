"""Submitting and deciding: the pages that a reviewer and a moderator walk through."""

from datetime import timedelta

import pytest

from sitecontent import review
from sitecontent.models import Cause, Decision, PublishedEdition, Revision, SafetyRule, State
from sitecontent.review.labels import Risk
from tests.admin.helpers import (
    MORE,
    address,
    cause,
    decide,
    edit,
    harmless,
    page_of,
    public_now,
    queries_for,
    save,
    signed_in,
    submit,
)
from tests.admin.pages import read
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published")


def dangerous(reviewer, slug="chlamydia"):
    """A change with a number, a negation and nothing that takes two approvals."""
    record = Cause.objects.get(slug=slug)
    words = record.summary + " Do not wait for 3 days."
    return submit(slug, reviewer, summary=words, clinical_name=record.clinical_name + " 2")


def lowered(reviewer):
    """A change that lowers safety and still builds: a link that speaks for a cause is gone."""
    record = Cause.objects.get(slug="chlamydia")
    record.finding_links.last().delete()
    return submit("chlamydia", reviewer, summary=record.summary + MORE)


# Submitting


def test_saving_and_submitting_leads_to_the_note_and_then_to_review(desk, reviewer):
    record = cause("chlamydia")
    response = save(desk, record, summary="It can be treated with antibiotics.", _continue=None, _submit="1")
    assert response.headers["Location"] == address(record, "submit")

    page = desk.get(address(record, "submit"))
    form = read(page).form()
    assert "It can be treated with antibiotics." in read(page).text
    response = desk.post(address(record, "submit"), form.sent(note="Says what helps."))

    revision = Revision.objects.of("cause", "chlamydia").first()
    assert response.status_code == 302
    assert (revision.author, revision.note, revision.state) == (reviewer, "Says what helps.", State.SUBMITTED)
    assert revision.document.summary == "It can be treated with antibiotics."


def test_a_note_is_needed_and_what_was_typed_stays(desk, reviewer):
    record = edit(cause("chlamydia"), reviewer, summary="New.")
    form = read(desk.get(address(record, "submit"))).form()

    response = desk.post(address(record, "submit"), form.sent(note="   "))

    assert response.status_code == 409
    assert "Say in a sentence what you changed and why." in read(response).text


def test_what_is_submitted_is_what_was_shown(desk, reviewer, second_reviewer):
    record = edit(cause("chlamydia"), reviewer, summary="New.")
    form = read(desk.get(address(record, "submit"))).form()
    edit(cause("chlamydia"), second_reviewer, summary="Newer.")

    response = desk.post(address(record, "submit"), form.sent(note="Mine."))

    assert response.status_code == 409
    assert "Somebody saved this draft since you opened this page." in read(response).text
    assert "Mine." in response.content.decode()
    assert not Revision.objects.filter(origin="review").exists()


def test_an_unfinished_draft_says_what_it_lacks(desk):
    record = cause("chlamydia")
    Cause.objects.filter(pk=record.pk).update(summary="")

    page = read(desk.get(address(record, "submit")))

    assert "Summary: this is still empty" in page.text
    assert desk.post(address(record, "submit"), {"note": "x"}).status_code == 409


def test_nothing_changed_is_refused_with_words(desk):
    record = cause("chlamydia")
    form = read(desk.get(address(record, "submit"))).form()

    response = desk.post(address(record, "submit"), form.sent(note="x"))

    assert "The draft says what is already published." in read(response).text


def test_a_second_submission_is_refused_with_words(desk, reviewer):
    harmless(reviewer)
    record = edit(cause("chlamydia"), reviewer, summary="Newer.")

    response = desk.post(address(record, "submit"), {"note": "x", "sha256": record.to_document().sha256})

    assert response.status_code == 409
    assert "waits for a decision" in read(response).text


# The queue


def test_the_most_dangerous_comes_first_then_the_oldest(bench, reviewer):
    newer = harmless(reviewer, "gonorrhoea", at=AT + timedelta(days=2))
    older = harmless(reviewer, "cervicitis", at=AT + timedelta(days=1))
    worst = dangerous(reviewer)

    page = bench.get("/admin/review/")

    assert [row["item"].revision for row in page.context["rows"]] == [worst, older, newer]
    assert [row["item"].worst for row in page.context["rows"]] == [Risk.NUMBER, Risk.WORDING, Risk.WORDING]


def test_the_queue_and_the_desk_ask_as_much_for_one_as_for_many(bench, reviewer):
    harmless(reviewer, "chlamydia")
    addresses = ("/admin/review/", "/admin/")
    one = [queries_for(bench, page) for page in addresses]
    for slug in ("cervicitis", "gonorrhoea", "endometriosis", "adenomyosis"):
        harmless(reviewer, slug)

    assert [queries_for(bench, page) for page in addresses] == one


def test_an_empty_queue_says_so_kindly(bench):
    assert "Everything that was submitted has been decided." in read(bench.get("/admin/review/")).text


# The decision page


def test_the_page_shows_the_whole_change_and_why(bench, reviewer):
    record = cause("chlamydia")
    record.finding_links.last().delete()
    revision = submit("chlamydia", reviewer, summary="Do not wait more than 3 days.", urgency="urgent")

    page = bench.get(page_of(revision))

    labels = [item.worst for item in page.context["comparison"].changes]
    assert labels == [Risk.NUMBER, Risk.LINK, Risk.URGENCY_RAISED]
    text = read(page).text
    assert "Better words." in text
    assert "Link to a question removed or weakened" in text
    assert "sign that speaks for it removed or weakened" in text
    assert "0 of 2 given." in text


def test_names_stand_in_place_of_slugs(bench, reviewer):
    revision = lowered(reviewer)
    link = Revision.objects.get(kind="cause", slug="chlamydia", number=1).document.finding_links[-1]
    question = public_now().finding(link.finding).question

    assert f"“{question}”" in read(bench.get(page_of(revision))).text


def test_the_page_says_what_the_build_would_refuse(bench, reviewer):
    record = SafetyRule.objects.filter(at_least="emergency").first()
    record = edit(record, reviewer, at_least="soon")
    revision = review.submit(record, author=reviewer, note="Lower.", at=AT)

    page = bench.get(page_of(revision))

    assert page.context["comparison"].changes[0].worst is Risk.URGENCY_LOWERED
    assert page.context["is_refused_by_build"] == bool(page.context["elsewhere"])


def test_a_decision_page_asks_the_same_whatever_changed(bench, reviewer):
    small = harmless(reviewer, "cervicitis")
    record = cause("chlamydia")
    record.finding_links.all().delete()
    record.escalations.all().delete()
    large = submit("chlamydia", reviewer, summary="3", what_it_is="4", signs="5", why_it_bleeds="6")

    assert queries_for(bench, page_of(large)) == queries_for(bench, page_of(small))


# Approving


def test_an_approval_publishes(bench, reviewer, moderator):
    revision = harmless(reviewer)

    response = decide(bench, revision, comment="Good.")

    decision = Decision.objects.get(revision=revision)
    assert response.status_code == 302
    assert (decision.by, decision.verdict, decision.comment) == (moderator, "approve", "Good.")
    assert public_now().cause("chlamydia").summary.endswith(MORE)
    assert "edition 2" in read(bench.get(response.headers["Location"])).text


def test_the_author_has_no_button_and_is_refused(reviewer, moderator):
    revision = harmless(reviewer)
    desk = signed_in(reviewer)

    page = read(desk.get(page_of(revision)))

    assert not any("Approve" in button for button in page.buttons)
    assert desk.post(f"{page_of(revision)}approve/", {"sha256": revision.sha256}).status_code == 403
    assert Revision.objects.get(pk=revision.pk).is_open


def test_a_moderator_who_wrote_it_has_no_button_and_is_refused(reviewer, moderator):
    moderator.groups.add(*reviewer.groups.all())
    edit(cause("chlamydia"), moderator, summary="Mine too.")
    revision = harmless(reviewer)
    bench = signed_in(moderator)

    page = read(bench.get(page_of(revision)))
    response = bench.post(
        f"{page_of(revision)}approve/", {"sha256": revision.sha256, "base_sha256": revision.base.sha256}
    )

    assert not any("Approve" in button for button in page.buttons)
    assert "You wrote or touched this" in page.text
    assert response.status_code == 409
    assert "somebody else must approve it" in read(response).text
    assert Revision.objects.get(pk=revision.pk).is_open


def test_every_dangerous_change_must_be_ticked(bench, reviewer):
    revision = dangerous(reviewer)
    page = bench.get(page_of(revision))
    ids = [item.change.id for item in page.context["comparison"].dangerous]
    assert len(ids) == 2

    for ticked in ([], ids[:1], ["made-up", ids[0]]):
        response = decide(bench, revision, seen=ticked, comment="Words I typed.")
        assert response.status_code == 409
        assert "Tick each dangerous change" in read(response).text
        assert read(response).form("approve").data["comment"].strip() == "Words I typed."
        assert response.context["ticked"] == set(ticked)
    assert Revision.objects.get(pk=revision.pk).is_open

    assert decide(bench, revision, seen=ids).status_code == 302
    assert not Revision.objects.get(pk=revision.pk).is_open


def test_lowered_safety_takes_two_people(reviewer, moderator, second_moderator):
    revision = lowered(reviewer)
    first, second = signed_in(moderator), signed_in(second_moderator)
    ids = [item.change.id for item in first.get(page_of(revision)).context["comparison"].dangerous]

    decide(first, revision, seen=ids)
    assert public_now().number == 1
    again = first.post(
        f"{page_of(revision)}approve/",
        {"sha256": revision.sha256, "base_sha256": revision.base.sha256, "seen": ids},
    )
    assert "it needs a second person" in read(again).text
    decide(second, revision, seen=ids)

    assert public_now().number == 2


def test_another_hash_is_refused(bench, reviewer):
    revision = harmless(reviewer)

    response = decide(bench, revision, sha256="0" * 64)

    assert response.status_code == 409
    assert "You approved another document than the one under review." in read(response).text


def test_when_something_else_was_published_meanwhile_the_moderator_looks_again(reviewer, moderator, second_moderator):
    revision = harmless(reviewer)
    bench = signed_in(moderator)
    form = read(bench.get(page_of(revision))).form("approve")

    response = bench.post(form.action, form.sent(base_sha256="0" * 64))

    assert response.status_code == 409
    assert "What is published has changed since you opened this page." in read(response).text


def test_a_decision_that_somebody_else_took_first_is_told(reviewer, moderator, second_moderator):
    revision = harmless(reviewer)
    bench = signed_in(moderator)
    form = read(bench.get(page_of(revision))).form("approve")
    review.request_changes(revision=revision, moderator=second_moderator, comment="Why?", at=AT + timedelta(hours=1))

    response = bench.post(form.action, form.sent())

    assert response.status_code == 409
    assert "second-moderator has decided this already: changes requested." in read(response).text


def test_a_build_that_fails_comes_back_with_its_words(bench, reviewer):
    record = edit(Cause.objects.get(slug="chlamydia"), reviewer, urgency_reason="")
    revision = review.submit(record, author=reviewer, note="x", at=AT)
    ids = [item.change.id for item in bench.get(page_of(revision)).context["comparison"].dangerous]

    response = decide(bench, revision, seen=ids)

    text = read(response).text
    assert response.status_code == 409
    assert "The build refuses this change." in text
    assert "an urgency needs its reason" in text
    assert PublishedEdition.objects.count() == 1
    assert Revision.objects.get(pk=revision.pk).is_open


@pytest.mark.parametrize("act", ["approve", "request-changes", "withdraw"])
def test_deciding_is_never_a_link(bench, reviewer, act):
    revision = harmless(reviewer)

    assert bench.get(f"{page_of(revision)}{act}/").status_code == 405


# Asking for changes


def test_asking_for_changes_needs_words_and_gives_them_to_the_author(bench, desk, reviewer):
    revision = harmless(reviewer)
    silent = bench.post(f"{page_of(revision)}request-changes/", {"comment": " "})
    assert (silent.status_code, "Say what should change." in read(silent).text) == (409, True)

    response = bench.post(f"{page_of(revision)}request-changes/", {"comment": "Name the antibiotic."})

    assert response.status_code == 302
    assert "Name the antibiotic." in read(desk.get("/admin/")).text
    assert "Name the antibiotic." in read(desk.get(address(cause("chlamydia")))).text


# Withdrawing


def test_the_author_can_withdraw(desk, reviewer):
    revision = harmless(reviewer)

    form = read(desk.get(page_of(revision))).form("withdraw/")
    response = desk.post(form.action, form.sent(comment="Too early."))

    assert response.status_code == 302
    assert Revision.objects.get(pk=revision.pk).state is State.WITHDRAWN


def test_nobody_else_can_withdraw(bench, reviewer):
    revision = harmless(reviewer)

    response = bench.post(f"{page_of(revision)}withdraw/")

    assert response.status_code == 409
    assert "Only somebody who wrote this revision can withdraw it." in read(response).text


# Taking down and putting back


def claim():
    from sitecontent.models import ClaimReview

    return ClaimReview.objects.first()


def test_a_moderator_takes_a_record_down_with_a_reason(bench):
    record = claim()
    form = read(bench.get(address(record, "take-down"))).form()
    assert bench.post(address(record, "take-down"), form.sent(reason=" ")).status_code == 409

    response = bench.post(address(record, "take-down"), form.sent(reason="It is wrong."))

    assert response.status_code == 302
    assert public_now().claim(record.slug) is None


def test_a_record_that_others_need_stays_and_says_why(bench):
    record = Cause.objects.get(slug="ectopic-pregnancy")

    response = bench.post(address(record, "take-down"), {"reason": "x"})

    assert response.status_code == 409
    assert public_now().cause("ectopic-pregnancy")
    assert "there is no cause called 'ectopic-pregnancy'" in read(response).text


def test_what_keeps_visitors_safe_is_not_taken_down_by_one(bench):
    record = SafetyRule.objects.first()

    response = bench.post(address(record, "take-down"), {"reason": "x"})

    assert "one person can not take it down" in read(response).text


def test_a_reviewer_takes_nothing_down(desk):
    assert desk.get(address(claim(), "take-down")).status_code == 403
    assert desk.post(address(claim(), "take-down"), {"reason": "x"}).status_code == 403


def test_an_old_revision_is_put_back_through_review(desk, bench, reviewer, moderator):
    approved = harmless(reviewer)
    decide(bench, approved)
    old = Revision.objects.get(kind="cause", slug="chlamydia", number=1)

    form = read(desk.get(f"{page_of(old)}restore/")).form()
    response = desk.post(f"{page_of(old)}restore/", form.sent(note="It was better."))

    newest = Revision.objects.of("cause", "chlamydia").first()
    assert response.headers["Location"] == page_of(newest)
    assert (newest.number, newest.sha256, newest.is_open) == (3, old.sha256, True)


def test_putting_back_needs_a_note(desk):
    old = Revision.objects.get(kind="cause", slug="chlamydia", number=1)

    response = desk.post(f"{page_of(old)}restore/", {"note": ""})

    assert response.status_code == 409


# Story and comparison


def test_the_story_tells_everything_that_happened(desk, bench, reviewer):
    revision = harmless(reviewer)
    bench.post(f"{page_of(revision)}request-changes/", {"comment": "Name the antibiotic."})

    text = read(desk.get(address(cause("chlamydia"), "story"))).text

    told = [
        "Changes requested: revision 2",
        "Submitted revision 2",
        "Edited the draft",
        "Published in edition 1",
        "Submitted revision 1",
    ]
    places = [text.index(words) for words in told]
    assert "Name the antibiotic." in text
    assert places[0] < places[1]
    assert places[3] > 0


def test_a_story_asks_as_much_for_many_revisions(desk, bench, reviewer):
    harmless(reviewer)
    before = queries_for(desk, address(cause("chlamydia"), "story"))
    for number in range(3):
        newest = Revision.objects.of("cause", "chlamydia").first()
        review.withdraw(revision=newest, by=reviewer, at=AT)
        submit("chlamydia", reviewer, at=AT + timedelta(days=number + 1), summary=f"Words {number} again.")

    assert queries_for(desk, address(cause("chlamydia"), "story")) == before


def test_any_two_revisions_can_be_compared(desk, reviewer):
    newer = harmless(reviewer)
    older = Revision.objects.get(kind="cause", slug="chlamydia", number=1)

    for query in (
        {"from": older.pk, "to": newer.pk},
        {"from": newer.pk, "to": older.pk},
        {"from": newer.pk, "to": newer.pk},
    ):
        page = desk.get("/admin/review/compare/", query)
        assert (page.context["old"], page.context["new"]) == (older, newer)
        assert [item.change.path for item in page.context["comparison"].changes] == ["summary"]


@pytest.mark.parametrize("query", [{}, {"from": "1"}, {"from": "x", "to": "1"}, {"from": "9" * 30, "to": "1"}])
def test_a_comparison_of_nothing_is_not_found(desk, query):
    assert desk.get("/admin/review/compare/", query).status_code == 404


def test_revisions_of_two_records_are_not_compared(desk):
    one, other = Revision.objects.filter(kind="cause")[:2]

    assert desk.get("/admin/review/compare/", {"from": one.pk, "to": other.pk}).status_code == 404


# Impact


def test_the_impact_shows_what_becomes_less_urgent(bench, reviewer):
    record = SafetyRule.objects.filter(at_least="emergency", when__all_of__isnull=False).order_by("slug").first()
    record = edit(record, reviewer, at_least="routine")
    revision = review.submit(record, author=reviewer, note="x", at=AT)

    page = bench.get(f"{page_of(revision)}impact/")

    assert page.status_code == 200
    assert page.context["impact"]["tried"] > 1000


def test_the_impact_of_words_is_none(bench, reviewer):
    page = bench.get(f"{page_of(harmless(reviewer))}impact/", headers={"X-Requested-With": "fetch"})

    assert "Every one of them comes out as it does today." in read(page).text
    assert "<html" not in page.content.decode()
