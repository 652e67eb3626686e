"""Comments and claims: they tell and decide nothing, and not everybody reads everything."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from sitecontent import review
from sitecontent.models import ADMINISTRATORS, MODERATORS, Audience, Comment, ReviewClaim, Revision
from tests.admin.helpers import cause as cause_of
from tests.admin.helpers import edit, harmless
from tests.fixtures import AT, person

pytestmark = pytest.mark.usefixtures("published")

TODAY = timezone.localdate(AT)
SOON = TODAY + timedelta(days=3)


@pytest.fixture
def revision(reviewer):
    return harmless(reviewer)


def fresh(revision):
    return Revision.objects.get(pk=revision.pk)


# Comments


def test_a_comment_decides_nothing(revision, reviewer, moderator):
    review.comment(revision=revision, by=reviewer, text=" Is this enough? ", at=AT)
    said = review.comment(revision=revision, by=moderator, text="Nearly.", at=AT)

    assert [row.text for row in revision.comments.all()] == ["Is this enough?", "Nearly."]
    assert (said.by_name, said.role, said.audience) == ("moderator", "Moderators", "everybody")
    assert fresh(revision).is_open
    assert review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT).edition


def test_one_can_still_comment_when_it_is_decided(revision, reviewer, moderator):
    review.request_changes(revision=revision, moderator=moderator, comment="No.", at=AT)

    assert review.comment(revision=revision, by=reviewer, text="Why?", at=AT).pk


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_comment_needs_words(revision, moderator, text):
    with pytest.raises(review.ReasonMissing):
        review.comment(revision=revision, by=moderator, text=text, at=AT)


def test_who_only_reads_says_nothing(revision):
    for user in (person("administrator", ADMINISTRATORS), person("nobody")):
        with pytest.raises(review.NotAllowed):
            review.comment(revision=revision, by=user, text="Hello.", at=AT)


def test_who_may_read_what_is_for_moderators(revision, reviewer, second_reviewer, moderator, second_moderator):
    """The author, an uninvolved reviewer, and a moderator who touched the revision do not see it."""
    edit(cause_of("gonorrhoea"), second_moderator, summary="Touched.")
    theirs = harmless(reviewer, "gonorrhoea")
    for row in (revision, theirs):
        review.comment(revision=row, by=moderator, text="Between us.", audience=Audience.MODERATORS, at=AT)
        review.comment(revision=row, by=moderator, text="For all.", at=AT)

    def read_by(user, row):
        return [comment.text for comment in row.comments.readable_by(user)]

    administrator = person("administrator", ADMINISTRATORS)
    for user in (reviewer, second_reviewer, administrator, person("nobody"), AnonymousUser()):
        assert read_by(user, revision) == ["For all."]
    for user in (moderator, second_moderator, User.objects.create_superuser("boss")):
        assert read_by(user, revision) == ["Between us.", "For all."]
    assert read_by(second_moderator, theirs) == ["For all."]
    assert read_by(moderator, theirs) == ["Between us.", "For all."]


def test_who_wrote_it_reads_it_whatever_they_are_now(revision, moderator):
    review.comment(revision=revision, by=moderator, text="Between us.", audience=Audience.MODERATORS, at=AT)
    moderator.groups.clear()

    assert Comment.objects.readable_by(User.objects.get(pk=moderator.pk)).count() == 1


def test_only_an_uninvolved_moderator_writes_for_moderators(revision, reviewer, second_reviewer, moderator):
    reviewer.groups.add(*moderator.groups.all())
    for user in (User.objects.get(pk=reviewer.pk), second_reviewer):
        with pytest.raises(review.NotAllowed):
            review.comment(revision=revision, by=user, text="x", audience=Audience.MODERATORS, at=AT)

    with pytest.raises(review.NotAllowed):
        review.comment(revision=revision, by=moderator, text="x", audience="friends", at=AT)


# Claims


def test_a_claim_tells_and_stops_nobody(revision, moderator, second_moderator):
    review.claim(revision=revision, by=moderator, due_on=SOON, at=AT)

    claim = fresh(revision).claim
    assert (claim.by_name, claim.due_on) == ("moderator", SOON)
    assert review.approve(revision=revision, moderator=second_moderator, seen_sha256=revision.sha256, at=AT).edition
    assert fresh(revision).claim is None


def test_a_claim_is_let_go_by_who_holds_it(revision, moderator, second_moderator):
    review.claim(revision=revision, by=moderator, due_on=SOON, at=AT)

    with pytest.raises(review.NotYours):
        review.release(revision=revision, by=second_moderator, at=AT)
    review.release(revision=revision, by=moderator, at=AT)

    assert fresh(revision).claim is None
    assert ReviewClaim.objects.count() == 2


def test_a_claim_holds_until_its_date_has_passed(revision, moderator, second_moderator):
    review.claim(revision=revision, by=moderator, due_on=SOON, at=AT)

    with pytest.raises(review.AlreadyClaimed, match="moderator is on it until 4 March 2026"):
        review.claim(
            revision=revision, by=second_moderator, due_on=SOON, at=AT + timedelta(days=3), words="They are away."
        )
    after = AT + timedelta(days=4)
    with pytest.raises(review.ReasonMissing):
        review.claim(revision=revision, by=second_moderator, due_on=after.date(), at=after)
    review.claim(revision=revision, by=second_moderator, due_on=after.date(), at=after, words="They are away.")

    assert (fresh(revision).claim.by_name, fresh(revision).claim.words) == ("second-moderator", "They are away.")


def test_who_holds_a_claim_moves_the_date(revision, moderator):
    review.claim(revision=revision, by=moderator, due_on=SOON, at=AT)
    review.claim(revision=revision, by=moderator, due_on=SOON + timedelta(days=7), at=AT)

    assert fresh(revision).claim.due_on == SOON + timedelta(days=7)


@pytest.mark.parametrize("days", [-1, 61])
def test_a_due_date_is_neither_past_nor_far(revision, moderator, days):
    with pytest.raises(review.DueDateWrong):
        review.claim(revision=revision, by=moderator, due_on=TODAY + timedelta(days=days), at=AT)


def test_who_wrote_it_does_not_take_it_on(revision, reviewer, second_reviewer, moderator):
    with pytest.raises(review.NotAllowed):
        review.claim(revision=revision, by=second_reviewer, due_on=SOON, at=AT)
    reviewer.groups.add(*moderator.groups.all())

    with pytest.raises(review.OwnWork):
        review.claim(revision=revision, by=User.objects.get(pk=reviewer.pk), due_on=SOON, at=AT)


def test_who_signed_as_the_first_of_two_is_done(reviewer, moderator):
    record = cause_of("chlamydia")
    record.finding_links.last().delete()
    record = edit(record, reviewer)
    revision = review.submit(record, author=reviewer, note="x", at=AT)
    review.claim(revision=revision, by=moderator, due_on=SOON, at=AT)

    approval = review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT)

    assert approval.still_needed == 1
    assert fresh(revision).claim is None


def test_a_review_that_ended_is_not_taken_on(revision, moderator):
    review.request_changes(revision=revision, moderator=moderator, comment="No.", at=AT)

    with pytest.raises(review.AlreadyDecided):
        review.claim(revision=revision, by=person("late", MODERATORS), due_on=SOON, at=AT)
