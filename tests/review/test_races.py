"""People who decide at the same moment, in threads with connections of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sitecontent import review
from sitecontent.models import Decision, Page, PublishedEdition
from tests.fixtures import AT, person
from tests.review.family import drafts, seen

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moderators(transactional_db):
    return [person(f"moderator-{number}", "Moderators") for number in range(4)]


def submitted(slug, author):
    page = Page.objects.get(slug=slug)
    page.summary = f"Edited: {slug}."
    page.save()
    review.record_edit(page, by=author, at=AT)
    return review.submit(page, author=author, note=f"Edit {slug}.", at=AT)


def at_once(*acts):
    """Run the acts in threads that start together; give what each returned or raised."""
    barrier = threading.Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=10)
            return act()
        except review.ReviewRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def approval(revision, moderator):
    return lambda: review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT)


def test_of_simultaneous_approvals_of_one_revision_one_wins(transactional_db, published, moderators):
    revision = submitted("about", person("author", "Reviewers"))

    outcomes = at_once(*(approval(revision, moderator) for moderator in moderators))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDecided"] * 3 + ["Approval"]
    assert Decision.objects.count() == 1
    assert PublishedEdition.objects.count() == 2


def test_simultaneous_approvals_of_two_revisions_both_take_effect_in_two_editions(
    transactional_db, published, moderators
):
    author = person("author", "Reviewers")
    revisions = [submitted("about", author), submitted("privacy", author)]

    outcomes = at_once(
        *(approval(revision, moderator) for revision, moderator in zip(revisions, moderators, strict=False))
    )

    assert sorted(outcome.edition.number for outcome in outcomes) == [2, 3]
    newest = max((outcome.edition for outcome in outcomes), key=lambda edition: edition.number)
    assert (newest.page("about").summary, newest.page("privacy").summary) == ("Edited: about.", "Edited: privacy.")
    assert len(list(review.verify_ledger())) == 3


def test_approving_and_withdrawing_at_once_leaves_one_decision(transactional_db, published, moderators):
    author = person("author", "Reviewers")
    revision = submitted("about", author)

    outcomes = at_once(approval(revision, moderators[0]), lambda: review.withdraw(revision=revision, by=author, at=AT))

    assert sum(isinstance(outcome, review.AlreadyDecided) for outcome in outcomes) == 1
    assert Decision.objects.filter(closes=True).count() == 1


def test_two_people_submitting_the_same_record_at_once_make_one_revision(transactional_db, published):
    authors = [person(f"author-{number}", "Reviewers") for number in range(2)]
    page = Page.objects.get(slug="about")
    page.summary = "Edited."
    page.save()

    outcomes = at_once(
        *(lambda author=author: review.submit(page, author=author, note="x", at=AT) for author in authors)
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyInReview", "Revision"]


def test_of_simultaneous_approvals_of_a_set_one_wins_and_publishes_all_of_it(transactional_db, published, moderators):
    author = person("author", "Reviewers")
    change_set = review.submit_together(drafts(published, author), author=author, note="x", at=AT)
    shown = seen(review.members_of(change_set))

    outcomes = at_once(
        *(
            lambda moderator=moderator: review.approve_together(
                change_set=change_set, moderator=moderator, seen=shown, at=AT
            )
            for moderator in moderators[:2]
        )
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDecided", "SetApproval"]
    assert Decision.objects.count() == 3
    assert PublishedEdition.objects.get(number=2).changes.count() == 3
    assert len(list(review.verify_ledger())) == 2


def test_approving_a_set_and_withdrawing_it_at_once_decides_all_of_it_one_way(transactional_db, published, moderators):
    author = person("author", "Reviewers")
    change_set = review.submit_together(drafts(published, author), author=author, note="x", at=AT)
    shown = seen(review.members_of(change_set))

    at_once(
        lambda: review.approve_together(change_set=change_set, moderator=moderators[0], seen=shown, at=AT),
        lambda: review.withdraw_together(change_set=change_set, by=author, at=AT),
    )

    assert Decision.objects.filter(closes=True).count() == 3
    assert len(set(Decision.objects.values_list("verdict", flat=True))) == 1
