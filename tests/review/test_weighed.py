"""What an approval keeps of what was weighed: the ticks, how many it takes and why. The seal covers it."""

import json

import pytest

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import Cause, Decision, Revision
from sitecontent.review.together import look_at
from tests.fixtures import AT
from tests.review.family import seen
from tests.review.test_ledger import first_fault, tamper

pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture
def lowering(reviewer):
    """A revision that lowers safety: a link that speaks for the cause is gone."""
    record = Cause.objects.get(slug="chlamydia")
    record.finding_links.last().delete()
    return review.submit(record, author=reviewer, note="It is less typical.", at=AT)


def approve(revision, by):
    [shown] = look_at([revision])
    return review.approve(
        revision=revision, moderator=by, seen_sha256=revision.sha256, ticked=shown.dangerous, at=AT
    ).decision


def approved_by_two(lowering, moderator, second_moderator):
    return [approve(lowering, moderator), approve(lowering, second_moderator)]


def test_a_decision_keeps_each_tick_and_why_it_took_two(lowering, moderator):
    decision = Decision.objects.get(pk=approve(lowering, moderator).pk)

    [tick] = decision.ticked
    assert (tick["path"], tick["labels"]) == (
        "finding_links",
        ["Link to a question removed or weakened", "Source removed"],
    )
    assert tick["place"].startswith("Link to a question “")
    [because] = decision.two_because
    assert because.startswith("sign that speaks for it removed or weakened: ")
    assert decision.approvals_needed == 2


def test_every_member_of_a_set_keeps_its_own_ticks(lowering, reviewer, moderator):
    review.withdraw(revision=lowering, by=reviewer, at=AT)
    other = Cause.objects.get(slug="gonorrhoea")
    other.summary += " It is easy to treat."
    other.save()
    members = review.submit_together(
        [Cause.objects.get(slug="chlamydia"), other], author=reviewer, note="Together.", at=AT
    )
    shown = seen(review.members_of(members))

    decisions = review.approve_together(change_set=members, moderator=moderator, seen=shown, at=AT).decisions

    kept = {decision.revision.slug: decision for decision in decisions}
    assert [tick["path"] for tick in kept["chlamydia"].ticked] == ["finding_links"]
    assert kept["gonorrhoea"].ticked == []
    assert {decision.approvals_needed for decision in decisions} == {2}
    assert kept["gonorrhoea"].two_because == kept["chlamydia"].two_because
    assert kept["gonorrhoea"].two_because[0].startswith("Chlamydia: sign that speaks for it")


def test_a_request_for_changes_weighs_nothing(lowering, moderator):
    decision = review.request_changes(revision=lowering, moderator=moderator, comment="Why?", at=AT)

    assert (decision.approvals_needed, decision.two_because, decision.ticked) == (None, None, None)


def test_the_seal_covers_what_was_weighed(lowering, moderator, second_moderator):
    first, second = approved_by_two(lowering, moderator, second_moderator)

    signed = current.load_edition(2).entry("cause", "chlamydia").signatures
    assert [one.weighed_sha256 for one in signed] == [first.weighed_sha256, second.weighed_sha256]
    assert list(review.verify_ledger())[-1].number == 2


@pytest.mark.parametrize("column", ["ticked", "two_because", "checks"])
def test_what_was_weighed_can_not_be_rewritten_unseen(lowering, moderator, second_moderator, column):
    first, _ = approved_by_two(lowering, moderator, second_moderator)

    tamper(f"UPDATE sitecontent_decision SET {column} = %s WHERE id = %s", json.dumps(["forged"]), first.pk)

    assert "Edition 2: its seal is" in first_fault()


def signatures_sealed():
    """What the seal covers of the signatures under the cause."""
    [entry] = [one for one in current.load_entries(2) if one.document.key == ("cause", "chlamydia")]
    return entry.sealed[6]


def test_the_seal_of_an_approval_from_before_has_no_place_for_it(lowering, moderator, second_moderator):
    """So the seals of editions from before still fit."""
    approved_by_two(lowering, moderator, second_moderator)
    new = signatures_sealed()
    tamper("UPDATE sitecontent_decision SET approvals_needed = NULL")

    assert [set(one) for one in new] == [{*one, "weighed_sha256"} for one in signatures_sealed()]
    assert len(new) == 2


def test_the_ledger_counts_the_approvals_again(lowering, moderator, second_moderator):
    approved_by_two(lowering, moderator, second_moderator)

    tamper("DELETE FROM sitecontent_decision WHERE NOT closes")

    assert first_fault() == "Edition 2: cause/chlamydia: cause/chlamydia revision 2 takes 2 approvals, and has 1"


def test_the_ledger_wants_two_for_what_was_taken_down(reviewer, moderator, second_moderator):
    """Although nothing that was kept says so: it sees for itself that an edition took it down."""
    slug = current.current_edition().claims[0].slug
    review.retire(records=[("claim-review", slug)], by=moderator, reason="Wrong.", at=AT)
    earlier = Revision.objects.get(kind="claim-review", slug=slug)
    restored = review.restore(earlier, author=reviewer, note="It was right.", at=AT)
    assert restored.approvals_needed == 2
    approved_by_two(restored, moderator, second_moderator)

    tamper("DELETE FROM sitecontent_decision WHERE NOT closes")
    tamper("UPDATE sitecontent_decision SET approvals_needed = NULL")
    tamper("UPDATE sitecontent_revision SET approvals_needed = NULL")

    assert "takes 2 approvals, and has 1" in first_fault()
