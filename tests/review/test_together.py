"""Change sets, and several low-risk revisions at once: all of them or none, and each as carefully as one alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import (
    Category,
    Cause,
    ChangeSet,
    Decision,
    Finding,
    PublishedEdition,
    Remark,
    Revision,
    Source,
    Verdict,
)
from sitecontent.review.approvals import refuse_unapproved
from sitecontent.review.together import why_not_several
from tests.fixtures import AT, person
from tests.review.family import SLUG, drafts, seen

LATER = AT + timedelta(hours=1)


@pytest.fixture
def three(published, reviewer):
    """A change set of a new source, a new question and a new cause."""
    return review.submit_together(drafts(published, reviewer), author=reviewer, note="They go together.", at=AT)


def edited(record, by, **changes):
    for name, value in changes.items():
        setattr(record, name, value)
    record.save()
    review.record_edit(record, by=by, at=AT)
    return type(record).objects.get(pk=record.pk)


def cause(slug):
    return Cause.objects.get(slug=slug)


def harmless(slug, by, at=AT):
    record = edited(cause(slug), by, summary=cause(slug).summary + " A clinic can treat it with antibiotics.")
    return review.submit(record, author=by, note=f"Say what helps: {slug}.", at=at)


@pytest.fixture
def lowered(published, reviewer):
    """A change set of which one member takes two approvals: a weaker link, and the source that it rests on now."""
    source = Source.apply_document(published.sources[0].model_copy(update={"slug": SLUG, "title": "A new source"}))
    record = cause("fibroids")
    link = record.finding_links.first()
    link.strength, link.citations = 1, [*link.citations, SLUG]
    link.save()
    for draft in (source, record):
        review.record_edit(draft, by=reviewer, at=AT)
    return review.submit_together([cause("fibroids"), source], author=reviewer, note="It is less typical.", at=AT)


def approve(change_set, moderator, shown=None, at=LATER):
    shown = seen(review.members_of(change_set)) if shown is None else shown
    return review.approve_together(change_set=change_set, moderator=moderator, seen=shown, at=at)


# Submitting


def test_a_set_freezes_its_members_together(three, reviewer):
    members = review.members_of(three)

    assert [(row.kind, row.slug) for row in members] == [("source", SLUG), ("finding", SLUG), ("cause", SLUG)]
    assert {(row.author, row.note, row.submitted_at) for row in members} == {(reviewer, "They go together.", AT)}
    assert all(row.is_open for row in members)


def test_a_set_publishes_nothing(three):
    current.forget()

    assert current.current_edition().number == 1


def test_a_set_that_lacks_something_is_refused_by_name(published, reviewer):
    _source, finding, cause = drafts(published, reviewer)

    with pytest.raises(review.TogetherRefused) as refused:
        review.submit_together([finding, cause], author=reviewer, note="x", at=AT)

    assert refused.value.reasons == (
        (
            "A new question",
            f"it refers to the source “{SLUG}”, which is neither published nor part of this set.",
        ),
        ("A new cause", f"it refers to the source “{SLUG}”, which is neither published nor part of this set."),
    )
    assert not ChangeSet.objects.exists()
    assert not Revision.objects.filter(origin="review").exists()


def test_what_is_in_review_by_itself_is_told(published, reviewer):
    source, finding, cause = drafts(published, reviewer)
    review.submit(source, author=reviewer, note="Alone.", at=AT)

    with pytest.raises(review.TogetherRefused, match="which waits for a decision of its own"):
        review.submit_together([finding, cause], author=reviewer, note="x", at=AT)


def test_a_member_that_is_in_review_already_is_told_and_the_rest_is_not_submitted(published, reviewer):
    source, finding, cause = drafts(published, reviewer)
    review.submit(source, author=reviewer, note="Alone.", at=AT)

    with pytest.raises(review.TogetherRefused, match=r"A new source: source/.* waits for a decision"):
        review.submit_together([source, finding, cause], author=reviewer, note="x", at=AT)

    assert Revision.objects.open().count() == 1


def test_an_incomplete_draft_is_told_by_name(published, reviewer):
    source, finding, cause = drafts(published, reviewer)
    Finding.objects.filter(pk=finding.pk).update(question="")

    with pytest.raises(review.TogetherRefused, match="the draft is not complete"):
        review.submit_together([source, Finding.objects.get(pk=finding.pk), cause], author=reviewer, note="x", at=AT)


def test_an_unchanged_draft_is_told_by_name(published, reviewer):
    source = drafts(published, reviewer)[0]
    category = Category.objects.first()

    with pytest.raises(review.TogetherRefused, match=f"{category}: The draft says what is already published"):
        review.submit_together([source, category], author=reviewer, note="x", at=AT)


def test_one_record_makes_no_set(published, reviewer):
    source = drafts(published, reviewer)[0]

    with pytest.raises(review.TogetherRefused, match="at least two records"):
        review.submit_together([source, source], author=reviewer, note="x", at=AT)


def test_a_set_needs_a_note_and_the_role(published, reviewer, moderator):
    rows = drafts(published, reviewer)

    with pytest.raises(review.ReasonMissing):
        review.submit_together(rows, author=reviewer, note=" ", at=AT)
    with pytest.raises(review.NotAllowed):
        review.submit_together(rows, author=moderator, note="x", at=AT)


# Approving


def test_approving_publishes_all_in_one_edition(three, moderator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        approval = approve(three, moderator)

    edition = current.current_edition()
    assert (approval.edition.number, edition.number, approval.still_needed) == (2, 2, 0)
    assert None not in (edition.cause(SLUG), edition.finding(SLUG), edition.source(SLUG))
    assert PublishedEdition.objects.get(number=2).changes.count() == 3
    assert edition.note == "They go together."
    list(review.verify_ledger())


def test_each_member_is_signed_with_its_own_hash(three, moderator):
    approve(three, moderator)

    for row in review.members_of(three):
        assert [(d.by, d.verdict, d.closes, d.seen_sha256) for d in row.decisions.all()] == [
            (moderator, "approve", True, row.sha256)
        ]


def test_a_member_that_takes_two_makes_the_whole_set_take_two(lowered, moderator, second_moderator):
    first = approve(lowered, moderator)
    assert (first.edition, first.still_needed) == (None, 1)
    assert all(row.is_open for row in review.members_of(lowered))

    second = approve(lowered, second_moderator)

    assert second.edition.number == 2
    list(review.verify_ledger())


def test_the_same_person_does_not_approve_a_set_twice(lowered, moderator):
    approve(lowered, moderator)

    with pytest.raises(review.TogetherRefused, match="You have approved this already"):
        approve(lowered, moderator)
    assert PublishedEdition.objects.count() == 1


def test_who_touched_one_member_can_not_approve_the_set(published, reviewer):
    both = person("both", "Reviewers", "Moderators")
    rows = drafts(published, reviewer)
    review.record_edit(rows[0], by=both, at=AT)
    three = review.submit_together(rows, author=reviewer, note="x", at=AT)

    with pytest.raises(review.TogetherRefused) as refused:
        approve(three, both)

    assert [name for name, _ in refused.value.reasons] == ["A new source"]
    assert not Decision.objects.exists()


def test_a_set_needs_the_role_to_approve(three, second_reviewer):
    with pytest.raises(review.NotAllowed):
        approve(three, second_reviewer)


def test_a_replayed_approval_says_who_was_first(three, moderator, second_moderator):
    shown = seen(review.members_of(three))
    approve(three, moderator, shown)

    with pytest.raises(review.AlreadyDecided, match="moderator has decided this already: approved"):
        approve(three, second_moderator, shown)
    assert PublishedEdition.objects.count() == 2


def refused(change_set, moderator, shown):
    """What stands in the way, by name; nothing may be kept of it."""
    with pytest.raises(review.TogetherRefused) as caught:
        approve(change_set, moderator, shown)
    assert not Decision.objects.filter(revision__change_set=change_set, by=moderator).exists()
    assert PublishedEdition.objects.count() == 1
    return caught.value.reasons


def test_a_member_that_was_not_shown_is_refused(three, moderator):
    shown = seen(review.members_of(three))

    assert [name for name, _ in refused(three, moderator, shown[:2])] == ["A new cause"]


def test_a_revision_of_another_set_is_refused(three, moderator, reviewer):
    other = harmless("chlamydia", reviewer)

    reasons = refused(three, moderator, [*seen(review.members_of(three)), *seen([other])])

    assert "does not belong here" in reasons[0][1]


def test_another_hash_of_one_member_is_refused(three, moderator):
    shown = seen(review.members_of(three))

    reasons = refused(three, moderator, [*shown[:2], replace(shown[2], sha256=shown[0].sha256)])

    assert reasons == (("A new cause", "You approved another document than the one under review. Look at it again."),)


def test_a_member_of_which_something_else_is_public_now_is_looked_at_again(lowered, moderator):
    shown = seen(review.members_of(lowered))

    reasons = refused(lowered, moderator, [shown[0], replace(shown[1], base_sha256="0" * 64)])

    assert [name for name, _ in reasons] == [cause("fibroids").title]


def test_every_dangerous_change_of_every_member_is_ticked(lowered, moderator):
    shown = seen(review.members_of(lowered))
    assert shown[1].ticked

    reasons = refused(lowered, moderator, [shown[0], replace(shown[1], ticked=frozenset(["made-up"]))])

    assert reasons[0][0] == cause("fibroids").title
    assert "0 of 1 are ticked" in reasons[0][1]


def test_a_member_that_was_decided_elsewhere_stops_the_set(three, moderator, second_moderator):
    shown = seen(review.members_of(three))
    row = review.members_of(three)[0]
    Decision.objects.create(
        revision=row, verdict=Verdict.WITHDRAW, closes=True, seen_sha256=row.sha256, by=second_moderator,
        by_name="Another path", role="x", decided_at=LATER,
    )  # fmt: skip

    reasons = refused(three, moderator, shown)

    assert reasons == (("A new source", "Another path has decided this already: withdrawn."),)


def test_a_build_that_fails_for_one_member_publishes_none(published, reviewer, moderator):
    rows = drafts(published, reviewer)
    rows[2].urgency_reason = ""
    rows[2].save()
    three = review.submit_together(rows, author=reviewer, note="x", at=AT)

    with pytest.raises(review.BuildRefused) as caught:
        approve(three, moderator)

    assert {(problem.kind, problem.slug) for problem in caught.value.problems} == {("cause", SLUG)}
    assert not Decision.objects.exists()
    assert PublishedEdition.objects.count() == 1
    assert all(row.is_open for row in review.members_of(three))


# One member by itself


def test_a_member_is_not_decided_by_itself(three, moderator, reviewer):
    row = review.members_of(three)[2]

    for act in (
        lambda: review.approve(revision=row, moderator=moderator, seen_sha256=row.sha256, at=LATER),
        lambda: review.request_changes(revision=row, moderator=moderator, comment="x", at=LATER),
        lambda: review.withdraw(revision=row, by=reviewer, at=LATER),
    ):
        with pytest.raises(review.PartOfSet, match="Decide about all of them on one page"):
            act()
    assert not Decision.objects.exists()


# Sending back and withdrawing


def test_asking_for_changes_sends_the_whole_set_back(three, moderator):
    review.request_changes_together(change_set=three, moderator=moderator, comment="Name the page.", at=LATER)

    assert {row.state for row in review.members_of(three)} == {"changes-requested"}
    assert {row.closing_decision.comment for row in review.members_of(three)} == {"Name the page."}


def test_asking_for_changes_needs_words(three, moderator):
    with pytest.raises(review.ReasonMissing):
        review.request_changes_together(change_set=three, moderator=moderator, comment=" ", at=LATER)


def test_a_set_that_was_sent_back_is_submitted_again_as_another(three, moderator, reviewer, published):
    review.request_changes_together(change_set=three, moderator=moderator, comment="x", at=LATER)
    rows = [edited(model.objects.get(slug=SLUG), reviewer) for model in (Source, Finding, Cause)]

    again = review.submit_together(rows, author=reviewer, note="Mended.", at=LATER)
    for remark in Remark.objects.all():
        review.resolve(remark=remark, by=moderator, at=LATER)

    assert approve(again, moderator, at=LATER).edition.number == 2


def test_the_author_withdraws_the_whole_set(three, reviewer, second_reviewer):
    with pytest.raises(review.NotYours):
        review.withdraw_together(change_set=three, by=second_reviewer, at=LATER)

    review.withdraw_together(change_set=three, by=reviewer, at=LATER)

    assert {row.state for row in review.members_of(three)} == {"withdrawn"}
    with pytest.raises(review.AlreadyDecided):
        review.withdraw_together(change_set=three, by=reviewer, at=LATER)


# Several low-risk revisions at once


def several(rows, moderator, shown=None):
    shown = seen(rows) if shown is None else shown
    return review.approve_several(seen=shown, moderator=moderator, at=LATER)


def test_low_risk_revisions_are_published_in_one_edition(published, reviewer, moderator):
    rows = [harmless(slug, reviewer) for slug in ("chlamydia", "gonorrhoea")]

    edition = several(rows, moderator)

    assert edition.number == 2
    assert PublishedEdition.objects.get(number=2).changes.count() == 2
    assert "Say what helps: chlamydia." in edition.note
    assert {(d.revision_id, d.seen_sha256) for d in Decision.objects.all()} == {(row.pk, row.sha256) for row in rows}
    list(review.verify_ledger())


def test_a_new_source_may_come_along(published, reviewer, moderator):
    source = review.submit(drafts(published, reviewer)[0], author=reviewer, note="New.", at=AT)

    assert several([harmless("chlamydia", reviewer), source], moderator).number == 2


def dangerous(reviewer):
    record = edited(cause("gonorrhoea"), reviewer, summary=cause("gonorrhoea").summary + " Do not wait for 3 days.")
    return review.submit(record, author=reviewer, note="x", at=AT)


def for_two(reviewer):
    record = cause("fibroids")
    record.finding_links.update(strength=1)
    return review.submit(edited(record, reviewer), author=reviewer, note="x", at=AT)


def of_a_set(reviewer):
    rows = drafts(current.current_edition(), reviewer)
    return review.members_of(review.submit_together(rows, author=reviewer, note="x", at=AT))[0]


def quite_new(reviewer):
    rows = drafts(current.current_edition(), reviewer)
    return review.submit(rows[2], author=reviewer, note="x", at=AT)


def decided(reviewer):
    row = harmless("gonorrhoea", reviewer)
    review.withdraw(revision=row, by=reviewer, at=AT)
    return row


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (dangerous, "It has a change that must be looked at by itself: number or unit changed."),
        (for_two, "It takes two approvals"),
        (of_a_set, "It is part of a change set"),
        (quite_new, "It is new, so it is read by itself."),
        (decided, "reviewer has decided this already: withdrawn."),
    ],
)
def test_anything_else_is_refused_with_its_name(published, reviewer, moderator, make, why):
    row, fine = make(reviewer), harmless("chlamydia", reviewer)

    with pytest.raises(review.TogetherRefused) as caught:
        several([fine, row], moderator)

    [(name, reason)] = caught.value.reasons
    assert name == row.document.name
    assert reason.startswith(why)
    assert Revision.objects.get(pk=fine.pk).is_open
    assert PublishedEdition.objects.count() == 1


def test_a_low_risk_revision_has_nothing_against_it(published, reviewer):
    [one] = review.look_at([harmless("chlamydia", reviewer)])

    assert why_not_several(one.item) == ""


def test_nothing_chosen_is_told(published, moderator):
    with pytest.raises(review.TogetherRefused, match="Tick those that you want to look at"):
        several([], moderator)


def test_several_are_not_approved_by_who_wrote_one_of_them(published, reviewer):
    both = person("both", "Reviewers", "Moderators")
    rows = [harmless("chlamydia", reviewer), harmless("gonorrhoea", both)]

    with pytest.raises(review.TogetherRefused, match="somebody else must approve it"):
        several(rows, both)


def test_several_are_signed_as_they_were_seen(published, reviewer, moderator):
    rows = [harmless("chlamydia", reviewer), harmless("gonorrhoea", reviewer)]
    shown = seen(rows)

    for wrong in (replace(shown[1], sha256=shown[0].sha256), replace(shown[1], base_sha256="")):
        with pytest.raises(review.TogetherRefused) as caught:
            several(rows, moderator, [shown[0], wrong])
        assert [name for name, _ in caught.value.reasons] == [rows[1].document.name]
    assert not Decision.objects.exists()


# The last look


def test_publishing_looks_once_more(lowered, moderator):
    with pytest.raises(review.NotApproved, match="published as a whole or not at all"):
        refuse_unapproved(review.members_of(lowered)[:1])
    with pytest.raises(review.NotApproved, match="has not ended with an approval"):
        refuse_unapproved(review.members_of(lowered))
    for row in review.members_of(lowered):
        Decision.objects.create(
            revision=row, verdict=Verdict.APPROVE, closes=row.kind == "source", seen_sha256=row.sha256, by=moderator,
            by_name="x", role="x", decided_at=LATER,
        )  # fmt: skip
    with pytest.raises(review.NotApproved, match="cause/fibroids revision 2: its review has not ended"):
        refuse_unapproved(review.members_of(lowered))
