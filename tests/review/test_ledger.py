"""Verifying the chain of editions, and finding what was tampered with behind the ORM's back."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import Page, guards
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture
def approved(published, reviewer, moderator):
    page = Page.objects.get(slug="about")
    page.summary = "Edited here."
    page.save()
    review.record_edit(page, by=reviewer, at=AT)
    revision = review.submit(page, author=reviewer, note="Say it shorter.", at=AT)
    review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT)
    return revision


def tamper(sql, *params):
    """Do what somebody with the database's password can do: take the guards away, and write."""
    with connection.cursor() as cursor:
        for statement in guards.drop(connection.vendor):
            cursor.execute(statement)
        cursor.execute(sql, params)


def first_fault():
    with pytest.raises(review.LedgerBroken) as caught:
        list(review.verify_ledger())
    return str(caught.value)


def test_an_honest_ledger_verifies(approved):
    assert [(edition.number, edition.changes) for edition in review.verify_ledger()][1:] == [(2, 1)]


def test_a_rewritten_document_is_found(approved):
    tamper(
        "UPDATE sitecontent_revision SET document_json = replace(document_json, 'Edited', 'Forged') WHERE id = %s",
        approved.pk,
    )

    assert "Edition 2: page/about: the document of page/about revision 2 has the hash" in first_fault()


def test_a_rewritten_document_with_its_new_hash_is_found(approved):
    tamper("UPDATE sitecontent_revision SET document_json = %s, sha256 = %s WHERE id = %s", *forged(approved))

    assert "approved" in first_fault()


def forged(revision):
    document = revision.document.model_copy(update={"summary": "Forged."})
    return document.canonical_json(), document.sha256, revision.pk


EDITION = "UPDATE sitecontent_publishededition SET"
DECISION = "UPDATE sitecontent_decision SET"
SEAL_2 = "Edition 2: its seal is"


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        (f"{EDITION} note = 'forged' WHERE number = 2", SEAL_2),
        (f"{EDITION} published_by_name = 'Nobody' WHERE number = 2", SEAL_2),
        (f"{EDITION} previous_sha256 = '7' WHERE number = 2", "Edition 2: it follows the seal 7"),
        (f"{EDITION} number = 5 WHERE number = 2", "edition 2 is missing; the next one is 5"),
        (f"{DECISION} by_name = 'Somebody else'", SEAL_2),
        (f"{DECISION} decided_at = '2020-01-01 00:00:00+00:00'", SEAL_2),
        (f"{DECISION} by_id = (SELECT max(author_id) FROM sitecontent_revision)", "approved their own work"),
        ("DELETE FROM sitecontent_decision", "was published without an approval"),
        ("DELETE FROM sitecontent_editionchange WHERE kind = 'safety-rule'", "Edition 1: its seal is"),
        ("UPDATE sitecontent_editionchange SET revision_id = NULL WHERE slug = 'about'", "Edition 1: its seal is"),
    ],
)
def test_each_forgery_is_found_and_named(approved, sql, fault):
    tamper(sql)

    assert fault in first_fault()


def test_the_command_prints_every_edition_and_the_count(approved, capsys):
    call_command("verify_ledger")

    printed = capsys.readouterr().out
    assert "Say it shorter." in printed
    assert "2 editions verified." in printed


def test_the_command_fails_on_a_forged_ledger(approved):
    tamper("UPDATE sitecontent_publishededition SET note = 'forged' WHERE number = 1")

    with pytest.raises(CommandError, match="Edition 1: its seal is"):
        call_command("verify_ledger")


def test_an_old_edition_can_be_rebuilt(approved, published):
    assert current.load_edition(1).sha256 == published.sha256
    assert current.load_edition(1).page("about").summary != "Edited here."
    assert current.load_edition(2).page("about").summary == "Edited here."
