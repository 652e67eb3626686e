"""Profiles: what somebody says of themselves, and that pages say only what was copied into the approval."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import MODERATORS, Decision, PublishedEdition, ReviewerProfile
from tests.admin.helpers import harmless, public_now, signed_in
from tests.admin.pages import read
from tests.fixtures import AT, person

pytestmark = pytest.mark.usefixtures("published")

PAGE = "/admin/profile/"
CLINICIAN = {"qualification": "A test qualification", "register": "TR", "registration_number": "7"}


def declare(client, **changes):
    form = read(client.get(PAGE)).form()
    return client.post(PAGE, form.sent(**{"bio": "I test.", "interests": "none", "is_declared": "on", **changes}))


@pytest.fixture
def doctor(db):
    """A moderator with a clinician's profile, all of it made up for tests."""
    words = {"bio": "I test things.", "interests": "Shares in a test tube.", "interests_declared_on": AT.date()}
    return person("doctor", MODERATORS, display_name="Ada Example", **CLINICIAN, **words)


def test_somebody_declares_their_interests_as_of_today(bench, moderator):
    assert declare(bench).status_code == 302

    kept = ReviewerProfile.objects.get(user=moderator)
    assert (kept.display_name, kept.bio, kept.interests) == ("moderator", "I test.", "none")
    assert kept.interests_declared_on == timezone.localdate()


@pytest.mark.parametrize("missing", [{"interests": " "}, {"is_declared": None}])
def test_a_declaration_that_is_not_whole_comes_back_as_typed(bench, missing):
    response = declare(bench, **{"bio": "What I typed.", **missing})

    assert response.status_code == 409
    assert read(response).form().data["bio"].strip() == "What I typed."
    assert not ReviewerProfile.objects.exists()


def test_nobody_makes_themselves_a_clinician(bench, moderator):
    declare(bench, **CLINICIAN, display_name="Prof. Dr. Me")

    kept = ReviewerProfile.objects.get(user=moderator)
    assert (kept.display_name, kept.qualification, kept.registration) == ("moderator", "", "")


def test_the_desk_asks_for_a_declaration_until_it_is_in_date(bench, moderator):
    assert "You have not declared your interests yet" in read(bench.get("/admin/")).text
    declare(bench)
    assert "Your interests" not in read(bench.get("/admin/")).text

    old = timezone.localdate() - timedelta(days=400)
    ReviewerProfile.objects.update(interests_declared_on=old)
    assert f"last declared your interests on {old:%-d %B %Y}" in read(bench.get("/admin/")).text


def test_an_approval_keeps_what_was_declared_that_day(reviewer, doctor):
    revision = harmless(reviewer)
    review.approve(revision=revision, moderator=doctor, seen_sha256=revision.sha256, at=AT)
    ReviewerProfile.objects.update(
        display_name="Another", bio="Changed.", interests="Changed.", qualification="Changed"
    )
    doctor.delete()

    assert Decision.objects.get().declared == {
        "bio": "I test things.",
        "interests": "Shares in a test tube.",
        "interests_declared_on": "2026-03-01",
    }
    signature = public_now().entry("cause", "chlamydia").clinicians[0]
    assert (signature.name, signature.bio, signature.interests) == (
        "Ada Example",
        "I test things.",
        "Shares in a test tube.",
    )
    list(review.verify_ledger())


def test_pages_name_only_a_clinician_who_signed(client, reviewer, moderator, doctor):
    """Beside the reviewer no account and no profile is asked for: a moderator without a register is not named."""
    for slug, by in (("chlamydia", doctor), ("fibroids", moderator)):
        revision = harmless(reviewer, slug)
        review.approve(revision=revision, moderator=by, seen_sha256=revision.sha256, at=AT)
    public_now()
    ReviewerProfile.objects.create(user=moderator, display_name="Later Doctor", **CLINICIAN)

    signed, other = (read(client.get(f"/causes/{slug}/")).text for slug in ("chlamydia", "fibroids"))

    assert "Reviewed by Ada Example, A test qualification (TR 7), on 1 March 2026." in signed
    assert "Interests, as declared on 1 March 2026: Shares in a test tube." in signed
    assert "No clinician has signed this page yet." in other
    assert "Later Doctor" not in other


def test_an_edition_with_declarations_survives_its_file(tmp_path, reviewer, doctor):
    revision = harmless(reviewer)
    review.approve(revision=revision, moderator=doctor, seen_sha256=revision.sha256, at=AT)
    edition = public_now()

    current.write_edition_file(tmp_path / "edition.json", edition)
    again = current.read_edition_file(tmp_path / "edition.json")

    assert again.sha256 == PublishedEdition.objects.first().sha256
    assert again.entry("cause", "chlamydia").signatures == edition.entry("cause", "chlamydia").signatures


def test_the_seal_covers_what_was_declared(reviewer, doctor):
    revision = harmless(reviewer)
    review.approve(revision=revision, moderator=doctor, seen_sha256=revision.sha256, at=AT)

    assert "Shares in a test tube." in json.dumps(public_now().entry("cause", "chlamydia").sealed)


def test_the_page_is_not_for_who_has_no_role():
    assert signed_in(person("new")).get(PAGE).status_code == 403
