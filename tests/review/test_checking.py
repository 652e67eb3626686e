"""What the checks warn of needs a typed reason, and stays with the decision."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sitecontent import review
from sitecontent.models import Cause, Decision
from sitecontent.review.checking import reasons_before
from tests.admin.helpers import edit, submit
from tests.fixtures import AT, person
from tests.review.family import seen

pytestmark = pytest.mark.usefixtures("published")

UNCITED = "- It bleeds in 5% of people."
REASONS = {"uncited-statement": "The source comes next week.", "percent-alone": "As the source says it."}


def submit_uncited(by, slug="chlamydia", more="", at=AT):
    signs = Cause.objects.get(slug=slug).signs
    return submit(slug, by, at=at, signs=f"{signs.split(UNCITED)[0]}\n{UNCITED}{more}")


def approve(revision, moderator, at=AT, **reasons):
    return review.approve(
        revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=at, reasons=reasons.get("reasons", {})
    )


@pytest.mark.parametrize(
    ("reasons", "missing"),
    [
        ({}, "percent-alone, uncited-number, uncited-statement"),
        (REASONS, "uncited-number"),
        (REASONS | {"uncited-number": "  "}, "uncited-number"),
    ],
)
def test_a_warning_without_a_reason_is_not_approved(reviewer, moderator, reasons, missing):
    revision = submit_uncited(reviewer)

    with pytest.raises(review.WarningsUnanswered, match=f"although the checks warn: {missing}"):
        approve(revision, moderator, reasons=reasons)

    assert not Decision.objects.filter(revision=revision).exists()


def test_what_the_checks_said_and_the_reasons_stay_with_the_decision(reviewer, moderator):
    revision = submit_uncited(reviewer)

    decision = approve(revision, moderator, reasons=REASONS | {"uncited-number": " The same. "}).decision

    rows = {row["check"]: row for row in Decision.objects.get(pk=decision.pk).checks}
    assert rows["uncited-number"]["reason"] == "The same."
    assert rows["uncited-number"]["severity"] == "warn"
    assert rows["uncited-number"]["field"] == "sections.signs"
    assert rows["no-profile"]["reason"] == ""


def test_a_decision_to_ask_for_changes_keeps_them_too(reviewer, moderator):
    revision = submit_uncited(reviewer)

    decision = review.request_changes(revision=revision, moderator=moderator, comment="Cite it.", at=AT)

    assert {"uncited-statement", "percent-alone"} <= {row["check"] for row in decision.checks}


def test_the_reasons_of_the_last_approval_are_found_again(reviewer, moderator):
    approve(submit_uncited(reviewer), moderator, reasons=REASONS | {"uncited-number": "The same."})
    later = AT + timedelta(days=1)

    revision = submit_uncited(reviewer, more=" It stops.", at=later)

    assert reasons_before(revision) == REASONS | {"uncited-number": "The same."}
    with pytest.raises(review.WarningsUnanswered):
        approve(revision, moderator, at=later)


def test_each_of_two_approvers_types_a_reason(reviewer, moderator, second_moderator):
    reasons = REASONS | {"uncited-number": "The same."}
    signs = Cause.objects.get(slug="ectopic-pregnancy").signs
    revision = submit("ectopic-pregnancy", reviewer, urgency="routine", signs=f"{signs}\n{UNCITED}")
    needed = {**reasons, "superseded-source": "It still says so."}

    assert approve(revision, moderator, reasons=needed).still_needed == 1

    with pytest.raises(review.WarningsUnanswered):
        approve(revision, second_moderator)


def test_a_clinician_whose_interests_were_declared_too_long_ago_says_why(reviewer):
    clinician = person(
        "clinician", "Moderators", qualification="MRCOG", interests_declared_on=AT.date() - timedelta(days=400)
    )
    revision = submit("chlamydia", reviewer, summary="Another summary of it. See a clinic.")

    with pytest.raises(review.WarningsUnanswered, match="interests"):
        approve(revision, clinician)

    decision = approve(revision, clinician, reasons={"interests": "I renew them today."}).decision
    assert [row["message"] for row in decision.checks if row["check"] == "interests"] == [
        "Clinician, who approves it, last declared interests on 2025-01-25, more than a year ago"
    ]


def test_an_author_who_declared_no_interests_is_named(moderator):
    author = person("author", "Reviewers", interests="")
    revision = submit("chlamydia", author, summary="Another summary of it. See a clinic.")

    with pytest.raises(review.WarningsUnanswered, match="interests"):
        approve(revision, moderator)


# Several at once


def seen_without_reasons(rows):
    return [replace(item, reasons={}) for item in seen(rows)]


def test_a_set_of_which_the_checks_warn_is_refused_by_name(published, reviewer, moderator):
    records = [
        edit(Cause.objects.get(slug=slug), reviewer, summary=f"Another summary of {slug}. See a clinic.")
        for slug in ("chlamydia", "gonorrhoea")
    ]
    change_set = review.submit_together(records, author=reviewer, note="Shorter.", at=AT)
    members = review.members_of(change_set)

    with pytest.raises(review.TogetherRefused) as refused:
        review.approve_together(change_set=change_set, moderator=moderator, seen=seen_without_reasons(members), at=AT)
    assert refused.value.reasons == (
        ("Gonorrhoea", "Say why it may pass although the checks warn: superseded-source."),
    )

    approval = review.approve_together(change_set=change_set, moderator=moderator, seen=seen(members), at=AT)
    reasons = {row["reason"] for decision in approval.decisions for row in decision.checks if row["severity"] == "warn"}
    assert reasons == {"Looked at."}


def test_several_of_which_the_checks_warn_are_refused_by_name(reviewer, moderator):
    more = " A clinic can treat it with antibiotics."
    rows = [
        submit(slug, reviewer, summary=Cause.objects.get(slug=slug).summary + more)
        for slug in ("chlamydia", "gonorrhoea")
    ]

    with pytest.raises(review.TogetherRefused, match="Gonorrhoea: Say why it may pass"):
        review.approve_several(seen=seen_without_reasons(rows), moderator=moderator, at=AT)

    assert not Decision.objects.exists()
    review.approve_several(seen=seen(rows), moderator=moderator, at=AT)
    assert Decision.objects.filter(checks__isnull=False).count() == len(rows)
