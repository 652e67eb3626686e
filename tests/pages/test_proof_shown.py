"""The page on reviewing shows the latest proof, and only where it is about the edition that is served."""

from datetime import UTC, datetime

import pytest

from sitecontent.edition.proof import ProofLine, ProofSummary, write_proof


@pytest.fixture
def keep_proof(settings, tmp_path, starter_edition):
    settings.PROOF_FILE = tmp_path / "proof.json"

    def keep(*, edition_sha256=starter_edition.sha256, found=0):
        line = ProofLine("alarm", "Adding an alarming answer never lowers the level", checked=4711, found=found)
        when = datetime(2026, 1, 2, tzinfo=UTC)
        write_proof(settings.PROOF_FILE, ProofSummary(1, edition_sha256, "ab" * 32, when, 1.5, (line,)))

    return keep


def text_of(visit):
    return visit("/how-we-review/").content.decode()


def test_a_proof_of_this_edition_is_shown_with_its_counts(visit, keep_proof):
    keep_proof()

    shown = text_of(visit)

    assert "Adding an alarming answer never lowers the level" in shown
    assert "4711" in shown
    assert "Holds" in shown


def test_a_property_that_fails_is_shown_as_failing(visit, keep_proof):
    keep_proof(found=3)

    assert "Fails 3 times" in text_of(visit)


def test_a_proof_of_another_edition_is_not_shown(visit, keep_proof):
    keep_proof(edition_sha256="0" * 64)

    assert "has not been run on this edition yet" in text_of(visit)


def test_a_spoiled_proof_is_not_shown(visit, keep_proof, settings):
    keep_proof()
    settings.PROOF_FILE.write_text("{}")

    assert "has not been run on this edition yet" in text_of(visit)


def test_an_old_copy_of_the_page_is_not_taken_for_the_new_one(visit, keep_proof):
    before = visit("/how-we-review/")
    keep_proof()

    after = visit("/how-we-review/", headers={"If-None-Match": before.get("ETag", '"none"')})

    assert after.status_code == 200
