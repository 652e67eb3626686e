"""Remarks: what a request for changes asks for, and who may say that it was answered."""

from datetime import timedelta

import pytest

from sitecontent import review
from sitecontent.models import Cause, ClaimReview, Reason, Remark, State
from sitecontent.review import NewRemark
from sitecontent.review.state import open_remarks
from sitecontent.review.waiting import waiting
from tests.admin.helpers import harmless, submit
from tests.fixtures import AT
from tests.review.family import drafts

pytestmark = pytest.mark.usefixtures("published")

LATER = AT + timedelta(days=1)
ON_SUMMARY = NewRemark("summary", "Summary", Reason.UNCLEAR, "Say which antibiotic.")


def sent_back(reviewer, moderator, **words):
    revision = harmless(reviewer)
    review.request_changes(
        revision=revision, moderator=moderator, at=AT + timedelta(hours=1), **(words or {"comment": "Cite it."})
    )
    return revision


def corrected(reviewer):
    return submit("chlamydia", reviewer, at=LATER, summary="It can be treated with doxycycline.")


def approve(revision, moderator):
    return review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=LATER)


def test_words_on_the_whole_and_on_fields_become_remarks(reviewer, moderator):
    sent_back(reviewer, moderator, comment="Cite it.", reason=Reason.NO_SOURCE, remarks=[ON_SUMMARY])

    assert [(row.where, row.reason, row.text) for row in open_remarks("cause", "chlamydia")] == [
        ("The whole record", "no-source", "Cite it."),
        ("Summary", "unclear", "Say which antibiotic."),
    ]


def test_a_remark_on_a_field_is_enough(reviewer, moderator):
    revision = sent_back(reviewer, moderator, comment="", remarks=[ON_SUMMARY])

    assert revision.state is State.CHANGES_REQUESTED
    assert [row.where for row in open_remarks("cause", "chlamydia")] == ["Summary"]


@pytest.mark.parametrize(
    "remark", [NewRemark("summary", "Summary", "", "Why?"), NewRemark("summary", "Summary", Reason.WRONG, " ")]
)
def test_a_remark_needs_a_reason_and_words(reviewer, moderator, remark):
    revision = harmless(reviewer)

    with pytest.raises(review.ReasonMissing):
        review.request_changes(revision=revision, moderator=moderator, comment="Look.", remarks=[remark], at=LATER)

    assert revision.is_open
    assert not Remark.objects.exists()


def test_an_open_remark_blocks_the_approval_of_the_next_revision(reviewer, moderator, second_moderator):
    sent_back(reviewer, moderator)
    revision = corrected(reviewer)

    for person in (moderator, second_moderator):
        with pytest.raises(review.RemarksOpen, match="The whole record"):
            approve(revision, person)

    review.resolve(remark=Remark.objects.get(), by=moderator, at=LATER)
    assert approve(revision, second_moderator).edition is not None


def test_a_withdrawal_or_an_old_document_does_not_shake_a_remark_off(reviewer, moderator):
    asked = sent_back(reviewer, moderator)
    review.withdraw(revision=corrected(reviewer), by=reviewer, at=LATER)
    again = review.restore(asked, author=reviewer, note="Once more.", at=LATER)

    with pytest.raises(review.RemarksOpen):
        approve(again, moderator)


def test_a_remark_on_one_record_leaves_the_others_alone(reviewer, moderator):
    sent_back(reviewer, moderator)

    assert approve(harmless(reviewer, "fibroids"), moderator).edition is not None


def test_a_record_with_an_open_remark_can_still_be_taken_down(reviewer, moderator):
    """A vignette asks for most causes; a claim is needed by nothing."""
    claim = ClaimReview.objects.first()
    claim.correction += " Ask a clinician."
    claim.save()
    review.record_edit(claim, by=reviewer, at=AT)
    revision = review.submit(claim, author=reviewer, note="x", at=AT)
    review.request_changes(revision=revision, moderator=moderator, comment="Harmful.", at=AT)

    assert review.retire(records=[claim.key], by=moderator, reason="Harmful.", at=LATER).number == 2


def test_another_moderator_resolves_with_words(reviewer, moderator, second_moderator):
    sent_back(reviewer, moderator)
    revision = corrected(reviewer)
    remark = Remark.objects.get()

    with pytest.raises(review.ReasonMissing, match="moderator made this remark"):
        review.resolve(remark=remark, by=second_moderator, at=LATER)
    resolution = review.resolve(remark=remark, by=second_moderator, words="It names the drug now.", at=LATER)

    assert (resolution.by_name, resolution.role, resolution.answered_in) == (
        "second-moderator",
        "Moderators",
        revision,
    )


def test_a_remark_is_resolved_once(reviewer, moderator):
    sent_back(reviewer, moderator)
    remark = Remark.objects.get()
    review.resolve(remark=remark, by=moderator, at=LATER)

    with pytest.raises(review.AlreadyDecided, match="moderator has resolved"):
        review.resolve(remark=remark, by=moderator, at=LATER)


def test_a_reviewer_resolves_nothing(reviewer, second_reviewer, moderator):
    sent_back(reviewer, moderator)

    for person in (reviewer, second_reviewer):
        with pytest.raises(review.NotAllowed):
            review.resolve(remark=Remark.objects.get(), by=person, words="Done.", at=LATER)


def test_a_moderator_who_touched_the_answer_does_not_resolve(reviewer, moderator):
    """Not even the own remark: the answer is theirs too."""
    sent_back(reviewer, moderator)
    review.record_edit(Cause.objects.get(slug="chlamydia"), by=moderator, at=LATER)

    with pytest.raises(review.OwnWork):
        review.resolve(remark=Remark.objects.get(), by=moderator, at=LATER)


def test_the_queue_counts_open_remarks(reviewer, moderator):
    sent_back(reviewer, moderator, comment="Cite it.", remarks=[ON_SUMMARY])
    corrected(reviewer)
    harmless(reviewer, "gonorrhoea")

    counts = {item.revision.slug: item.open_remarks for item in waiting()}

    assert counts == {"chlamydia": 2, "gonorrhoea": 0}


def test_a_set_that_was_sent_back_leaves_a_remark_on_each_record(published, reviewer, moderator):
    change_set = review.submit_together(drafts(published, reviewer), author=reviewer, note="x", at=AT)

    review.request_changes_together(change_set=change_set, moderator=moderator, comment="Cite it.", at=AT)

    keys = {(row.decision.revision.kind, row.decision.revision.slug) for row in Remark.objects.all()}
    assert keys == {(row.kind, row.slug) for row in review.members_of(change_set)}
