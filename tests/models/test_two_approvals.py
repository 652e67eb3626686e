"""That what lowers safety takes two people is held by the database itself, tried in raw SQL behind the ORM's back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from sitecontent import review
from sitecontent.models import Cause, ClaimReview, Decision, EditionChange, PublishedEdition, Revision
from sitecontent.review.approvals import refuse_unapproved
from tests.fixtures import AT
from tests.models.test_guards import DECIDE, publish_raw, run

pytestmark = pytest.mark.usefixtures("published")

LATER = AT + timedelta(hours=1)

DECIDE_WITH_NUMBER = (
    "INSERT INTO sitecontent_decision (revision_id, verdict, closes, seen_sha256, by_id, by_name, role, "
    "qualification, registration, comment, decided_at, approvals_needed) "
    "VALUES (%s, 'approve', %s, %s, %s, 'X', 'X', '', '', '', %s, %s)"
)


def submitted(by, **changes):
    record = Cause.objects.get(slug="chlamydia")
    for name, value in (changes or {"summary": f"{record.summary} It is easy to treat."}).items():
        setattr(record, name, value)
    record.save()
    return review.submit(Cause.objects.get(slug="chlamydia"), author=by, note="Another.", at=AT)


@pytest.fixture
def lowering(reviewer):
    """A revision that lowers safety: a link that speaks for the cause is gone."""
    Cause.objects.get(slug="chlamydia").finding_links.last().delete()
    return submitted(reviewer)


@pytest.fixture
def put_back(reviewer, moderator):
    """A revision of a record that has been taken down since it was submitted."""
    slug = ClaimReview.objects.order_by("slug")[0].slug
    record = ClaimReview.objects.get(slug=slug)
    record.correction += " Ask a clinician."
    record.save()
    revision = review.submit(record, author=reviewer, note="More.", at=AT)
    review.retire(records=[("claim-review", slug)], by=moderator, reason="Wrong.", at=AT)
    return revision


def sign(revision, by, *, closes, needed=None):
    run(DECIDE_WITH_NUMBER, revision.pk, closes, revision.sha256, by.pk, AT, needed)


def test_submitting_keeps_how_many_it_takes(lowering, second_reviewer):
    assert lowering.approvals_needed == 2

    review.withdraw(revision=lowering, by=lowering.author, at=AT)
    Cause.apply_document(lowering.base.document)

    assert submitted(second_reviewer).approvals_needed == 1


def test_one_person_can_not_end_the_review_of_what_lowers_safety(lowering, moderator, second_moderator):
    with pytest.raises(IntegrityError, match="two approvals: a review ends only"):
        run(DECIDE, lowering.pk, True, lowering.sha256, moderator.pk, AT)

    sign(lowering, moderator, closes=False)
    sign(lowering, second_moderator, closes=True)


def test_a_decision_can_not_say_that_it_takes_fewer(lowering, moderator):
    with pytest.raises(IntegrityError, match="two approvals: a review ends only"):
        sign(lowering, moderator, closes=True, needed=1)


def test_what_the_first_approver_found_binds_the_last(reviewer, moderator, second_moderator):
    harmless = submitted(reviewer)
    assert harmless.approvals_needed == 1
    with pytest.raises(IntegrityError, match="two approvals: a review ends only"):
        sign(harmless, moderator, closes=True, needed=2)
    sign(harmless, moderator, closes=False, needed=3)

    with pytest.raises(IntegrityError, match="two approvals: a review ends only"):
        sign(harmless, second_moderator, closes=True, needed=1)


def test_nothing_is_published_with_fewer_approvals_than_were_asked_for_later(reviewer, moderator, second_moderator):
    """Somebody who signed after the review had ended said that it takes more."""
    harmless = submitted(reviewer)
    sign(harmless, moderator, closes=True, needed=1)
    sign(harmless, second_moderator, closes=False, needed=3)

    with pytest.raises(IntegrityError, match="two approvals: nothing is published"), transaction.atomic():
        publish_raw(harmless.pk)


def test_a_record_that_was_taken_down_is_not_put_back_by_one(put_back, moderator, second_moderator):
    """The number was kept before it was taken down; the database sees for itself that it was."""
    assert put_back.approvals_needed == 1
    sign(put_back, moderator, closes=True, needed=1)
    with pytest.raises(IntegrityError, match="a record that was taken down"), transaction.atomic():
        publish_raw(put_back.pk, put_back.slug, "claim-review")

    sign(put_back, second_moderator, closes=False)
    publish_raw(put_back.pk, put_back.slug, "claim-review")


def test_starter_content_can_not_put_back_what_was_taken_down(put_back):
    starter = Revision.objects.create(
        kind="claim-review", slug=put_back.slug, number=50, document_json="{}", sha256="5" * 64,
        origin="starter", note="x", submitted_at=AT,
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="a record that was taken down"), transaction.atomic():
        publish_raw(starter.pk, put_back.slug, "claim-review")


def test_the_number_kept_at_submission_is_never_gone_below(reviewer, moderator, monkeypatch):
    """Even when the change no longer lowers anything, because what is public has changed meanwhile."""
    revision = submitted(reviewer)
    monkeypatch.setattr(revision, "approvals_needed", 2)

    assert review.approvals_needed(revision) == 2
    assert review.reasons_for_two(revision) == (
        "lowered safety against what was public when it was submitted or first approved",
    )


def test_the_publish_function_asks_for_no_fewer_than_the_database(reviewer, moderator, second_moderator):
    """What the first approver found is kept, and the code itself refuses, before the database has to."""
    revision = submitted(reviewer)
    sign(revision, moderator, closes=False, needed=3)

    outcome = review.approve(revision=revision, moderator=second_moderator, seen_sha256=revision.sha256, at=LATER)

    assert (outcome.edition, outcome.still_needed) == (None, 1)
    assert Decision.objects.filter(revision=revision, closes=True).count() == 0


def test_what_has_too_few_approvals_is_refused_by_the_code_as_well(reviewer, moderator, second_moderator):
    revision = submitted(reviewer)
    sign(revision, moderator, closes=True, needed=1)
    sign(revision, second_moderator, closes=False, needed=3)

    with pytest.raises(review.NotApproved, match="it takes 3 approvals, and has 2"):
        refuse_unapproved([revision])
    assert EditionChange.objects.filter(revision=revision).count() == 0
    assert PublishedEdition.objects.count() == 1
