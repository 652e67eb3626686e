"""The workflow: who may do what, in which order, and what it leaves behind."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from sitecontent import review
from sitecontent.documents import DocumentInvalid
from sitecontent.edition import current
from sitecontent.models import Cause, Decision, PublishedEdition, Revision, SafetyRule, Verdict
from sitecontent.review.state import Standing
from tests.fixtures import AT, person

pytestmark = pytest.mark.usefixtures("published")

LATER = AT + timedelta(hours=1)


def edited(slug="chlamydia", *, by, at=AT, **changes):
    cause = Cause.objects.get(slug=slug)
    for field, value in (changes or {"summary": cause.summary + " It can be treated."}).items():
        setattr(cause, field, value)
    cause.save()
    review.record_edit(cause, by=by, at=at)
    return Cause.objects.get(slug=slug)


def submitted(slug="chlamydia", *, by, at=AT, **changes):
    draft = edited(slug, by=by, at=at, **changes)
    return review.submit(draft, author=by, note="Why it changed.", at=at + timedelta(minutes=1))


def approve(revision, moderator, at=AT):
    return review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=at)


# Submitting


def test_submitting_freezes_the_draft(reviewer):
    revision = submitted(by=reviewer, summary="A new summary.")
    edited(by=reviewer, summary="Edited afterwards.")

    assert Revision.objects.get(pk=revision.pk).document.summary == "A new summary."


def test_submitting_publishes_nothing(reviewer):
    submitted(by=reviewer, summary="A new summary.")
    current.forget()

    assert current.current_edition().number == 1
    assert current.current_edition().cause("chlamydia").summary != "A new summary."


def test_submitting_names_author_note_and_base(reviewer):
    revision = submitted(by=reviewer)

    assert (revision.author, revision.author_name, revision.note) == (reviewer, "reviewer", "Why it changed.")
    assert revision.base == Revision.objects.get(kind="cause", slug="chlamydia", number=1)


def test_submitting_needs_a_note(reviewer):
    with pytest.raises(review.ReasonMissing):
        review.submit(edited(by=reviewer), author=reviewer, note="  ", at=AT)


def test_submitting_needs_the_role(moderator):
    with pytest.raises(review.NotAllowed):
        review.submit(edited(by=moderator), author=moderator, note="x", at=AT)


def test_submitting_what_is_published_is_refused(reviewer):
    with pytest.raises(review.NothingChanged):
        review.submit(Cause.objects.get(slug="chlamydia"), author=reviewer, note="x", at=AT)


def test_a_second_submission_waits_for_the_first(reviewer, second_reviewer):
    submitted(by=reviewer)

    with pytest.raises(review.AlreadyInReview, match="reviewer"):
        submitted(by=second_reviewer, summary="Another one.")


def test_a_draft_that_makes_no_document_is_refused_by_field(reviewer):
    with pytest.raises(DocumentInvalid, match="sites"):
        submitted(by=reviewer, sites=[])


# Approving


def test_approving_publishes_the_next_edition(reviewer, moderator, django_capture_on_commit_callbacks):
    revision = submitted(by=reviewer, summary="A new summary.")

    with django_capture_on_commit_callbacks(execute=True):
        approval = approve(revision, moderator)

    assert approval.edition.number == 2
    assert current.current_edition().cause("chlamydia").summary == "A new summary."


def test_an_edition_follows_the_seal_of_the_one_before(reviewer, moderator, published):
    approve(submitted(by=reviewer), moderator)

    assert PublishedEdition.objects.get(number=2).previous_sha256 == published.sha256


def test_the_author_can_not_approve(reviewer):
    both = person("both", "Reviewers", "Moderators")
    revision = submitted(by=both)

    with pytest.raises(review.OwnWork):
        approve(revision, both)


def test_a_superuser_can_not_approve_their_own_work():
    root = User.objects.create_superuser("root", password="x")
    revision = submitted(by=root)

    with pytest.raises(review.OwnWork):
        approve(revision, root)


def test_somebody_who_touched_the_draft_can_not_approve(reviewer):
    both = person("both", "Reviewers", "Moderators")
    edited(by=both, summary="First touch.")
    revision = submitted(by=reviewer, summary="Second touch.")

    with pytest.raises(review.OwnWork):
        approve(revision, both)


def test_somebody_who_touched_a_withdrawn_revision_can_not_approve_the_next(reviewer):
    both = person("both", "Reviewers", "Moderators")
    review.withdraw(revision=submitted(by=both), by=both, at=AT)
    revision = submitted(by=reviewer, at=LATER, summary="Another.")

    with pytest.raises(review.OwnWork):
        approve(revision, both)


def test_somebody_who_wrote_an_earlier_published_document_may_approve_the_next(reviewer, moderator):
    both = person("both", "Reviewers", "Moderators")
    approve(submitted(by=both), moderator)
    revision = submitted(by=reviewer, at=LATER, summary="Another.")

    assert approve(revision, both, at=LATER).edition.number == 3


def test_approving_another_hash_than_the_one_under_review_is_refused(reviewer, moderator):
    revision = submitted(by=reviewer)

    with pytest.raises(review.NotWhatWasSeen):
        review.approve(revision=revision, moderator=moderator, seen_sha256="0" * 64, at=AT)


def test_approving_needs_the_role(reviewer, second_reviewer):
    with pytest.raises(review.NotAllowed):
        approve(submitted(by=reviewer), second_reviewer)


def test_approving_twice_is_refused(reviewer, moderator, second_moderator):
    revision = submitted(by=reviewer)
    approve(revision, moderator)

    with pytest.raises(review.AlreadyDecided, match="moderator"):
        approve(revision, second_moderator)


def test_the_decision_keeps_who_the_moderator_was(reviewer):
    profile = {"qualification": "A test qualification", "register": "TR", "registration_number": "7"}
    doctor = person("doctor", "Moderators", display_name="Ada Example", **profile)
    decision = approve(submitted(by=reviewer), doctor).decision
    doctor.reviewer_profile.delete()
    doctor.delete()

    kept = Decision.objects.get(pk=decision.pk)

    assert (kept.by_name, kept.role, kept.qualification, kept.registration) == (
        "Ada Example", "Moderators", "A test qualification", "TR 7",
    )  # fmt: skip


def test_a_build_that_fails_publishes_nothing_and_keeps_no_decision(reviewer, moderator):
    revision = submitted(by=reviewer, summary="Broken.", what_it_is="A statement. [@nobody-wrote-this]")

    with pytest.raises(review.BuildRefused, match="nobody-wrote-this"):
        approve(revision, moderator)

    assert PublishedEdition.objects.count() == 1
    assert not Decision.objects.exists()
    assert Revision.objects.get(pk=revision.pk).is_open


def test_a_rule_that_can_never_fire_is_refused_by_the_build(reviewer, moderator, second_moderator):
    rule = SafetyRule.objects.get(slug="fever-anybody")
    rule.when = {"all_of": [{"finding": "fever", "is": ["no"]}, {"finding": "fever", "is": ["measured-38"]}]}
    rule.save()
    review.record_edit(rule, by=reviewer, at=AT)
    revision = review.submit(rule, author=reviewer, note="x", at=AT)
    approve(revision, moderator)

    with pytest.raises(review.BuildRefused, match="safety-rule/fever-anybody"):
        approve(revision, second_moderator)

    assert PublishedEdition.objects.count() == 1


# Safety is asymmetric


def test_raising_an_urgency_takes_one_approval(reviewer, moderator):
    revision = submitted("cervical-ectropion", by=reviewer, urgency="soon")

    assert review.reasons_for_two(revision) == ()
    assert review.approvals_needed(revision) == 1


def test_lowering_an_urgency_takes_two_approvals(reviewer, moderator, second_moderator):
    revision = submitted(by=reviewer, urgency="routine")

    first = approve(revision, moderator)

    assert (first.edition, first.still_needed) == (None, 1)
    assert PublishedEdition.objects.count() == 1
    second = approve(revision, second_moderator, at=LATER)
    assert second.edition.number == 2
    assert [signature.name for signature in second.edition.entry("cause", "chlamydia").signatures] == [
        "moderator",
        "second-moderator",
    ]


def test_the_same_person_can_not_give_both_approvals(reviewer, moderator):
    revision = submitted(by=reviewer, urgency="routine")
    approve(revision, moderator)

    with pytest.raises(review.AlreadyDecided):
        approve(revision, moderator)


def test_weakening_a_rule_takes_two_approvals(reviewer):
    rule = SafetyRule.objects.get(slug="fever-anybody")
    rule.at_least = "routine"
    rule.save()
    review.record_edit(rule, by=reviewer, at=AT)

    revision = review.submit(rule, author=reviewer, note="x", at=AT)

    assert review.reasons_for_two(revision) == ("level lowered from urgent to routine",)


# Sending back, withdrawing


def test_asking_for_changes_ends_the_review_and_keeps_the_words(reviewer, moderator):
    revision = submitted(by=reviewer)

    review.request_changes(revision=revision, moderator=moderator, comment="Cite the second statement.", at=AT)

    [decision] = Revision.objects.get(pk=revision.pk).decisions.all()
    assert (decision.verdict, decision.comment) == (Verdict.REQUEST_CHANGES, "Cite the second statement.")
    assert review.status_of(Cause.objects.get(slug="chlamydia")).standing is Standing.CHANGES_REQUESTED


def test_asking_for_changes_needs_words(reviewer, moderator):
    with pytest.raises(review.ReasonMissing):
        review.request_changes(revision=submitted(by=reviewer), moderator=moderator, comment="", at=AT)


def test_only_who_wrote_it_may_withdraw(reviewer, second_reviewer):
    revision = submitted(by=reviewer)

    with pytest.raises(review.NotYours):
        review.withdraw(revision=revision, by=second_reviewer, at=AT)

    review.withdraw(revision=revision, by=reviewer, at=AT)
    assert not Revision.objects.get(pk=revision.pk).is_open


def test_a_withdrawn_revision_can_not_be_approved(reviewer, moderator):
    revision = submitted(by=reviewer)
    review.withdraw(revision=revision, by=reviewer, at=AT)

    with pytest.raises(review.AlreadyDecided):
        approve(revision, moderator)


# Taking down and restoring


def test_taking_down_needs_a_reason_and_the_role(reviewer, moderator):
    with pytest.raises(review.ReasonMissing):
        review.retire(records=[("page", "about")], by=moderator, reason="", at=AT)
    with pytest.raises(review.NotAllowed):
        review.retire(records=[("page", "about")], by=reviewer, reason="Wrong.", at=AT)


def test_one_person_takes_a_record_down_at_once(moderator):
    edition = review.retire(records=[("page", "glossary")], by=moderator, reason="It is wrong.", at=AT)

    assert edition.number == 2
    assert edition.page("glossary") is None
    assert edition.history[0].changes[0].action == "retire"


def test_taking_down_what_is_not_public_is_refused(moderator):
    with pytest.raises(review.NotPublished):
        review.retire(records=[("page", "no-such-page")], by=moderator, reason="Wrong.", at=AT)


@pytest.mark.parametrize(
    ("kind", "slug"), [("safety-rule", "fever-anybody"), ("finding", "fever"), ("urgency-level", "emergency")]
)
def test_one_person_can_not_take_down_what_keeps_visitors_safe(moderator, kind, slug):
    with pytest.raises(review.LowersSafety):
        review.retire(records=[(kind, slug)], by=moderator, reason="Not needed.", at=AT)


def test_restoring_takes_two_approvals(reviewer, moderator, second_moderator):
    review.retire(records=[("page", "glossary")], by=moderator, reason="It is wrong.", at=AT)
    old = Revision.objects.get(kind="page", slug="glossary", number=1)

    restored = review.restore(old, author=reviewer, note="It was right after all.", at=LATER)

    assert restored.sha256 == old.sha256
    assert approve(restored, moderator, at=LATER).still_needed == 1
    assert approve(restored, second_moderator, at=LATER).edition.page("glossary") is not None


def test_whoever_wrote_the_old_document_can_not_approve_its_restoration(reviewer, moderator, second_moderator):
    both = person("both", "Reviewers", "Moderators")
    old = submitted(by=both)
    approve(old, moderator)
    newer = submitted(by=reviewer, at=LATER, summary="Newer.")
    approve(newer, moderator, at=LATER)

    restored = review.restore(old, author=reviewer, note="Back.", at=LATER)

    with pytest.raises(review.OwnWork):
        approve(restored, both, at=LATER)


def test_an_edition_is_never_dated_before_the_one_it_follows(reviewer, moderator, published):
    approval = approve(submitted(by=reviewer), moderator, at=AT - timedelta(days=400))

    assert approval.edition.published_at >= published.published_at


def test_a_reviewed_record_shows_its_signature_and_starter_content_none(reviewer, moderator):
    edition = approve(submitted(by=reviewer), moderator).edition

    assert [signature.name for signature in edition.entry("cause", "chlamydia").signatures] == ["moderator"]
    assert edition.entry("cause", "thrush-candidiasis").signatures == ()
    assert edition.entry("cause", "chlamydia").clinicians == ()
