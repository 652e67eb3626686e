"""Sending a change set back with a remark on single records, in words and on its page."""

import pytest

from sitecontent import review
from sitecontent.models import Decision, Reason, Remark
from sitecontent.review.letters import on_decision
from tests.admin.helpers import signed_in
from tests.admin.pages import read
from tests.fixtures import AT
from tests.review.family import drafts

pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture
def change_set(published, reviewer):
    """A change set of a new source, a new question and a new cause."""
    return review.submit_together(drafts(published, reviewer), author=reviewer, note="They go together.", at=AT)


def by_kind(change_set):
    return {row.kind: row for row in review.members_of(change_set)}


def asked():
    """Every remark: the kind of its record, why, and the words."""
    rows = Remark.objects.select_related("decision__revision").order_by("pk")
    return {(row.decision.revision.kind, row.reason, row.text) for row in rows}


def test_a_remark_on_one_record_stands_on_that_record_alone(change_set, moderator):
    cause = by_kind(change_set)["cause"]

    decisions = review.request_changes_together(
        change_set=change_set,
        moderator=moderator,
        comment="",
        remarks={cause.pk: review.NewRemark("", "", Reason.UNSAFE, "It sends nobody anywhere.")},
        at=AT,
    )

    assert asked() == {("cause", "unsafe", "It sends nobody anywhere.")}
    assert [decision.closes for decision in decisions] == [True, True, True]


def test_words_on_all_of_it_stand_on_each_record_beside_its_own(change_set, moderator):
    cause = by_kind(change_set)["cause"]

    review.request_changes_together(
        change_set=change_set,
        moderator=moderator,
        comment="Shorter, please.",
        reason=Reason.UNCLEAR,
        remarks={cause.pk: review.NewRemark("", "", Reason.WRONG, "Not this one.")},
        at=AT,
    )

    whole = {(kind, "unclear", "Shorter, please.") for kind in ("source", "finding", "cause")}
    assert asked() == whole | {("cause", "wrong", "Not this one.")}


@pytest.mark.parametrize(
    ("remark", "words"),
    [
        (review.NewRemark("", "", Reason.WRONG, "  "), "Say in words what each remark asks for."),
        (review.NewRemark("", "", "", "Why?"), "Choose a reason for your remark on A new cause."),
    ],
)
def test_a_remark_needs_words_and_a_reason(change_set, moderator, remark, words):
    with pytest.raises(review.ReasonMissing, match=words):
        review.request_changes_together(
            change_set=change_set,
            moderator=moderator,
            comment="",
            remarks={by_kind(change_set)["cause"].pk: remark},
            at=AT,
        )
    assert Decision.objects.count() == 0


def test_nothing_is_sent_back_without_any_words(change_set, moderator):
    with pytest.raises(review.ReasonMissing, match="of all of them, or of one"):
        review.request_changes_together(change_set=change_set, moderator=moderator, comment=" ", at=AT)


def test_a_remark_on_a_stranger_is_refused(change_set, moderator):
    remark = review.NewRemark("", "", Reason.WRONG, "Wrong.")

    with pytest.raises(review.TogetherRefused, match="does not belong here"):
        review.request_changes_together(
            change_set=change_set, moderator=moderator, comment="", remarks={10**6: remark}, at=AT
        )


def test_the_letter_tells_each_remark_once(change_set, reviewer, moderator):
    reviewer.email = "reviewer@example.org"
    reviewer.save()
    decisions = review.request_changes_together(
        change_set=change_set,
        moderator=moderator,
        comment="Shorter, please.",
        remarks={by_kind(change_set)["cause"].pk: review.NewRemark("", "", Reason.WRONG, "Not this one.")},
        at=AT,
    )

    [letter] = on_decision(decisions, edition=None)

    assert letter.text.count("Shorter, please.") == 1
    assert "A new cause\n- The whole record: Not this one." in letter.text


# On its page


def test_the_page_sends_a_remark_on_one_record(change_set, moderator):
    cause = by_kind(change_set)["cause"]
    desk = signed_in(moderator)
    form = read(desk.get(f"/admin/review/set/{change_set.pk}/")).form("approve")

    desk.post(
        f"/admin/review/set/{change_set.pk}/request-changes/",
        form.sent(**{f"remark-{cause.pk}": "It sends nobody anywhere.", f"reason-{cause.pk}": "unsafe"}),
    )

    assert asked() == {("cause", "unsafe", "It sends nobody anywhere.")}
    assert "It sends nobody anywhere." in read(desk.get(f"/admin/review/{cause.pk}/")).text


def test_a_refusal_gives_back_what_was_typed_beside_a_record(change_set, moderator):
    cause = by_kind(change_set)["cause"]
    desk = signed_in(moderator)
    form = read(desk.get(f"/admin/review/set/{change_set.pk}/")).form("approve")

    answer = desk.post(
        f"/admin/review/set/{change_set.pk}/request-changes/", form.sent(**{f"remark-{cause.pk}": "Why so?"})
    )

    assert answer.status_code == 409
    assert "Choose a reason for your remark on A new cause." in read(answer).text
    assert ">\nWhy so?</textarea>" in answer.content.decode()
    assert Decision.objects.count() == 0


def test_a_set_is_not_approved_over_a_remark_that_was_typed(change_set, moderator):
    cause = by_kind(change_set)["cause"]
    desk = signed_in(moderator)
    form = read(desk.get(f"/admin/review/set/{change_set.pk}/")).form("approve")

    answer = desk.post(form.action, form.sent(**{f"remark-{cause.pk}": "Why so?"}))

    assert "Ask for changes to send them, or empty them to approve." in read(answer).text
    assert Decision.objects.count() == 0
