"""“Reviewed, no change”: it moves when a record was last reviewed, in an edition of its own, and nothing else."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from sitecontent import review
from sitecontent.edition import current
from sitecontent.edition.due import review_due
from sitecontent.edition.edition import edition_from_json, edition_to_json
from sitecontent.models import Cause, PublishedEdition, RecordReview, Revision
from sitecontent.review import import_starter
from tests.fixtures import AT, person

pytestmark = pytest.mark.usefixtures("published")

KEY = ("cause", "chlamydia")
LATER = AT + timedelta(days=40)


def public():
    """The edition that the database holds, rebuilt from its rows."""
    current.forget()
    return current.load_edition(PublishedEdition.objects.first().number)


def sign(by, *, sha256=None, note="Read against its sources.", at=LATER, key=KEY):
    seen = review.published_revision(*key)
    return review.sign_unchanged(
        kind=key[0], slug=key[1], by=by, seen_sha256=sha256 or (seen.sha256 if seen else ""), note=note, at=at
    )


@pytest.fixture
def approved(reviewer, moderator):
    """A record that two people have published."""
    cause = Cause.objects.get(slug=KEY[1])
    cause.summary += " A clinic can treat it."
    cause.save()
    review.record_edit(cause, by=reviewer, at=AT)
    revision = review.submit(cause, author=reviewer, note="Say what helps.", at=AT)
    reasons = dict.fromkeys(("interests", "overlong", "grade"), "Looked at.")
    review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT, reasons=reasons)
    return revision


def test_it_moves_the_date_of_the_last_review_and_of_the_next(approved, second_reviewer):
    before = public()

    edition = sign(second_reviewer)

    entry = edition.entry(*KEY)
    assert edition.number == before.number + 1
    assert (before.entry(*KEY).reviewed_at, entry.reviewed_at) == (AT, LATER)
    assert review_due(edition, entry).due_on > review_due(before, before.entry(*KEY)).due_on


def test_it_changes_nothing_else(approved, second_reviewer):
    before = public()

    edition = sign(second_reviewer)

    old, new = before.entry(*KEY), edition.entry(*KEY)
    assert (new.document, new.changed_at, new.revision, new.signatures) == (
        old.document,
        old.changed_at,
        old.revision,
        old.signatures,
    )
    others = [entry for entry in before.entries if entry.document.key != KEY]
    assert [entry for entry in edition.entries if entry.document.key != KEY] == others
    assert not PublishedEdition.objects.get(number=edition.number).changes.exists()


def test_the_sitemap_keeps_its_date_and_the_page_shows_all_three(approved, second_reviewer):
    edition = sign(second_reviewer)
    current.adopt(edition)

    page = Client().get("/causes/chlamydia/").content.decode()
    sitemap = Client().get("/sitemap.xml").content.decode()

    due = review_due(edition, edition.entry(*KEY))
    assert 'Last changed</dt><dd><time datetime="2026-03-01"' in page
    assert 'Last reviewed</dt><dd><time datetime="2026-04-10"' in page
    assert f'Next review due</dt><dd><time datetime="{due.due_on}"' in page
    assert due.reason in page
    place = sitemap.partition("/causes/chlamydia/</loc>")[2].partition("</url>")[0]
    assert "2026-03-01" in place


def test_the_edition_says_that_it_was_only_reviewed(approved, second_reviewer):
    edition = sign(second_reviewer)
    current.adopt(edition)

    page = Client().get(f"/editions/{edition.number}/").content.decode()

    assert "reviewed, not changed" in page
    assert "reviewed by second-reviewer (Reviewers)" in page
    assert "Read against its sources." in page


def test_the_ledger_fits_and_every_edition_can_be_rebuilt(approved, second_reviewer, moderator):
    first = sign(second_reviewer)
    second = sign(moderator, at=LATER + timedelta(days=1))

    assert [row.number for row in review.verify_ledger()] == [1, 2, 3, 4]
    newest = public()
    assert newest == second
    assert len(newest.entry(*KEY).reviews) == 2
    assert newest.earlier(3).sha256 == first.sha256
    assert newest.earlier(2).entry(*KEY).reviews == ()
    assert edition_from_json(edition_to_json(newest)) == newest


def test_a_new_revision_begins_without_reviews(approved, reviewer, second_reviewer, moderator):
    sign(second_reviewer)
    cause = Cause.objects.get(slug=KEY[1])
    cause.summary += " It is common."
    cause.save()
    review.record_edit(cause, by=reviewer, at=LATER)
    revision = review.submit(cause, author=reviewer, note="x", at=LATER)
    review.approve(
        revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=LATER + timedelta(days=1),
        reasons=dict.fromkeys(("interests", "overlong", "grade"), "Looked at."),
    )  # fmt: skip

    newest = public()

    assert newest.entry(*KEY).reviews == ()
    assert len(newest.earlier(3).entry(*KEY).reviews) == 1
    list(review.verify_ledger())


def test_the_profile_of_that_day_is_kept(approved):
    clinician = person(
        "clinician", "Reviewers", display_name="Dr Made Up", qualification="MRCOG", register="GMC",
        registration_number="0",
    )  # fmt: skip
    sign(clinician)

    clinician.reviewer_profile.delete()

    [signature] = public().entry(*KEY).clinicians
    assert (signature.name, signature.qualification, signature.registration) == ("Dr Made Up", "MRCOG", "GMC 0")
    assert RecordReview.objects.get().note == "Read against its sources."


def refuse(error, *arguments, match=None, **named):
    before = PublishedEdition.objects.count()
    with pytest.raises(error, match=match):
        sign(*arguments, **named)
    assert (PublishedEdition.objects.count(), RecordReview.objects.count()) == (before, 0)


def test_who_wrote_it_does_not_sign_it(approved, reviewer):
    refuse(review.OwnWork, reviewer, match="somebody else must sign")


def test_only_reviewers_and_moderators_sign(approved):
    refuse(review.NotAllowed, person("administrator", "Administrators"))


def test_another_hash_is_refused(approved, second_reviewer):
    refuse(review.NotWhatWasSeen, second_reviewer, sha256=approved.base.sha256)


def test_words_are_needed(approved, second_reviewer):
    refuse(review.ReasonMissing, second_reviewer, note=" ")


def test_what_is_not_public_is_not_signed(second_reviewer):
    refuse(review.NotPublished, second_reviewer, key=("cause", "of-that-name-is-none"))


def test_the_same_person_signs_once_a_day(approved, second_reviewer):
    sign(second_reviewer)

    with pytest.raises(review.AlreadyDecided):
        sign(second_reviewer, at=LATER + timedelta(hours=1))
    assert RecordReview.objects.count() == 1


def test_the_first_signature_under_starter_content_is_a_moderators(reviewer, moderator):
    refuse(review.NotAllowed, reviewer, match="The first signature is a moderator’s")

    sign(moderator)
    edition = sign(reviewer, at=LATER + timedelta(days=1))

    assert [signature.name for signature in edition.entry(*KEY).reviews] == ["moderator", "reviewer"]
    list(review.verify_ledger())


def test_starter_content_leaves_alone_what_somebody_reviewed(moderator, starter_documents):
    sign(moderator)
    [document] = [item for item in starter_documents if item.key == KEY]

    report = import_starter([document.model_copy(update={"summary": "Newer words."})], at=LATER)

    assert [str(item) for item in report.left_alone] == ["cause/chlamydia: a person has reviewed it"]
    assert Revision.objects.of(*KEY).count() == 1


def test_the_export_of_the_ledger_holds_it(approved, second_reviewer):
    sign(second_reviewer)

    *_, last = [json.loads(edition.as_line()) for edition in review.verify_ledger()]

    [[kind, slug, document, sealed]] = last["changes"]
    assert (kind, slug, document["slug"]) == (*KEY, KEY[1])
    assert [signed["name"] for signed in sealed[7]] == ["second-reviewer"]
