"""Every way round the review that other systems leave open, tried one by one. None of them publishes a word."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import serializers
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client

from sitecontent import review
from sitecontent.documents import load_document
from sitecontent.edition import current
from sitecontent.models import (
    Category,
    Cause,
    Decision,
    EditionChange,
    PublishedEdition,
    Revision,
    RevisionContributor,
)
from sitecontent.review import import_starter
from tests.admin.helpers import address, cause, decide, edit, harmless, page_of, public_now, save, signed_in, submit
from tests.admin.pages import read
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published")

LEAK = "This must never be public without review."


@pytest.fixture(autouse=True)
def _nothing_leaks(published):
    """Whatever a test tries: the edition stays the first one, and no public page says the words."""
    yield
    edition = public_now()
    texts = [entry.document.canonical_json() for entry in edition.entries]
    assert not any(LEAK in text for text in texts)
    for page in ("/causes/chlamydia/", "/causes/", "/search/?q=review", "/feed.xml", "/api/v1/causes/chlamydia"):
        assert LEAK not in Client().get(page).content.decode(), page


# The admin


def test_a_bulk_action_deletes_nothing(desk):
    keys = list(Cause.objects.values_list("pk", flat=True)[:3])

    response = desk.post(
        "/admin/sitecontent/cause/",
        {"action": "delete_selected", "_selected_action": keys, "post": "yes", "index": "0"},
    )

    assert response.status_code in (302, 200, 403)
    assert Cause.objects.filter(pk__in=keys).count() == 3


def test_a_list_can_not_be_edited_in_place(desk):
    record = cause("chlamydia")

    desk.post(
        "/admin/sitecontent/cause/",
        {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "1",
            "form-0-id": record.pk,
            "form-0-title": LEAK,
            "_save": "Save",
        },
    )

    assert cause("chlamydia").title == record.title


def test_a_published_record_is_not_deleted_in_the_admin(desk):
    record = cause("chlamydia")

    for page in (desk.get(address(record, "delete")), desk.post(address(record, "delete"), {"post": "yes"})):
        assert page.status_code == 403
    assert Cause.objects.filter(pk=record.pk).exists()


def test_a_superuser_deletes_no_published_record_either():
    boss = signed_in(User.objects.create_superuser("boss", password="a-long-test-password"))

    assert boss.post(address(cause("chlamydia"), "delete"), {"post": "yes"}).status_code == 403


def test_a_draft_that_was_never_submitted_can_be_deleted(desk):
    draft = Category.objects.create(slug="brand-new", title="New", summary="New.", order=1)
    assert "Delete this draft" in read(desk.get(address(draft))).text

    response = desk.post(address(draft, "delete"), {"post": "yes"})

    assert response.status_code == 302
    assert not Category.objects.filter(slug="brand-new").exists()


def test_a_draft_that_is_in_review_can_not_be_deleted(desk, reviewer):
    draft = Category.objects.create(slug="brand-new", title="New", summary=LEAK, order=1)
    review.submit(draft, author=reviewer, note="x", at=AT)

    assert desk.post(address(draft, "delete"), {"post": "yes"}).status_code == 403


def test_saving_in_the_admin_publishes_nothing(desk):
    save(desk, cause("chlamydia"), summary=LEAK)

    assert cause("chlamydia").summary == LEAK


def test_review_state_can_not_be_posted_into_a_draft(desk):
    record = cause("chlamydia")

    save(desk, record, summary=LEAK, draft_sha256="0" * 64, edited_at="2020-01-01", status="approved")

    saved = cause("chlamydia")
    assert saved.draft_sha256 == saved.to_document().sha256
    assert saved.edited_version == record.edited_version + 1


# Posting straight to the decision


def test_another_revision_s_hash_approves_nothing(bench, reviewer):
    shown = harmless(reviewer, "cervicitis")
    other = submit("chlamydia", reviewer, summary=LEAK)

    response = bench.post(
        f"{page_of(other)}approve/", {"sha256": shown.sha256, "base_sha256": other.base.sha256, "seen": ["x"]}
    )

    assert response.status_code == 409
    assert Revision.objects.get(pk=other.pk).is_open


def test_a_replayed_approval_changes_nothing(bench, reviewer):
    revision = harmless(reviewer)
    form = read(bench.get(page_of(revision))).form("approve")
    assert bench.post(form.action, form.sent()).status_code == 302

    response = bench.post(form.action, form.sent())

    assert response.status_code == 409
    assert (Decision.objects.count(), PublishedEdition.objects.count()) == (1, 2)


def test_an_approval_without_its_token_is_refused(moderator, reviewer):
    revision = harmless(reviewer)
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)

    response = client.post(
        f"{page_of(revision)}approve/", {"sha256": revision.sha256, "base_sha256": revision.base.sha256}
    )

    assert response.status_code == 403
    assert Revision.objects.get(pk=revision.pk).is_open


def test_a_superuser_who_wrote_it_does_not_approve_it():
    boss = User.objects.create_superuser("boss", password="a-long-test-password")
    revision = submit("chlamydia", boss, summary=LEAK)

    response = signed_in(boss).post(
        f"{page_of(revision)}approve/", {"sha256": revision.sha256, "base_sha256": revision.base.sha256}
    )

    assert response.status_code == 409


def test_an_approval_of_what_was_edited_since_publishes_what_was_shown(bench, reviewer):
    revision = harmless(reviewer)
    edit(cause("chlamydia"), reviewer, at=AT + timedelta(hours=1), summary=LEAK)

    assert decide(bench, revision).status_code == 302

    assert public_now().cause("chlamydia").sha256 == revision.sha256


# The shell, fixtures, commands


def test_saving_a_draft_in_the_shell_publishes_nothing(reviewer):
    record = cause("chlamydia")
    record.summary = LEAK
    record.save()

    Cause.objects.filter(slug="cervicitis").update(summary=LEAK)


def test_deleting_a_draft_in_the_shell_takes_nothing_down():
    assert Cause.objects.filter(slug="cervicitis").delete()[0]
    Category.objects.create(slug="x", title="x", summary=LEAK).delete()

    assert len(public_now().entries) == PublishedEdition.objects.get(number=1).changes.count()


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda row: Revision.objects.filter(pk=row.pk).update(document_json="{}"), id="update"),
        pytest.param(lambda row: Revision.objects.filter(pk=row.pk).delete(), id="delete"),
        pytest.param(lambda row: row.delete(), id="instance delete"),
        pytest.param(lambda row: Revision.objects.bulk_update([row], ["note"]), id="bulk update"),
        pytest.param(lambda row: setattr(row, "note", LEAK) or row.save(), id="save"),
        pytest.param(lambda row: RevisionContributor.objects.filter(revision=row).delete(), id="contributors"),
        pytest.param(lambda row: PublishedEdition.objects.all().delete(), id="editions"),
        pytest.param(lambda row: EditionChange.objects.update(revision=row), id="what an edition holds"),
    ],
)
def test_the_ledger_is_not_rewritten(reviewer, write):
    revision = submit("chlamydia", reviewer, summary=LEAK)

    with pytest.raises(DatabaseError), transaction.atomic():
        write(revision)

    list(review.verify_ledger())


def test_an_approval_is_not_written_by_hand(reviewer):
    revision = submit("chlamydia", reviewer, summary=LEAK)

    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.create(
            revision=revision,
            verdict="approve",
            closes=True,
            seen_sha256=revision.sha256,
            by=reviewer,
            by_name="reviewer",
            role="Moderators",
            decided_at=AT,
        )


def test_a_revision_is_not_published_by_hand(reviewer):
    revision = submit("chlamydia", reviewer, summary=LEAK)
    edition = PublishedEdition.objects.get(number=1)

    with pytest.raises(DatabaseError), transaction.atomic():
        EditionChange.objects.create(edition=edition, kind="cause", slug="chlamydia", title="x", revision=revision)


def test_loaddata_puts_nothing_past_the_review(reviewer, tmp_path):
    revision = submit("chlamydia", reviewer, summary=LEAK)
    edition = PublishedEdition.objects.get(number=1)
    change = EditionChange(edition=edition, kind="cause", slug="chlamydia", title="x", revision=revision)
    fixture = tmp_path / "change.json"
    fixture.write_text(serializers.serialize("json", [change]))

    with pytest.raises(DatabaseError), transaction.atomic():
        call_command("loaddata", str(fixture), verbosity=0)


def test_loaddata_over_a_revision_is_refused(reviewer, tmp_path):
    revision = Revision.objects.get(kind="cause", slug="chlamydia")
    data = json.loads(serializers.serialize("json", [revision]))
    data[0]["fields"]["note"] = LEAK
    fixture = tmp_path / "revision.json"
    fixture.write_text(json.dumps(data))

    with pytest.raises(DatabaseError), transaction.atomic():
        call_command("loaddata", str(fixture), verbosity=0)


def test_a_draft_that_loaddata_brings_waits_for_review(tmp_path):
    record = cause("chlamydia")
    record.summary = LEAK
    fixture = tmp_path / "draft.json"
    fixture.write_text(serializers.serialize("json", [record]))

    call_command("loaddata", str(fixture), verbosity=0)

    assert cause("chlamydia").summary == LEAK


def test_the_starter_content_goes_over_nothing_that_a_person_approved(bench, reviewer, starter_documents):
    approved = harmless(reviewer)
    decide(bench, approved)
    newer = [
        load_document({**document.model_dump(mode="json"), "summary": LEAK})
        for document in starter_documents
        if document.key == ("cause", "chlamydia")
    ]

    report = import_starter(newer, at=AT + timedelta(days=1))

    assert [left.reason for left in report.left_alone] == ["a person has approved it"]
    assert public_now().cause("chlamydia").sha256 == approved.sha256


def test_the_starter_content_goes_over_no_draft_that_was_edited(desk, starter_documents):
    save(desk, cause("chlamydia"), clinical_name="Mine")
    newer = [
        load_document({**document.model_dump(mode="json"), "summary": LEAK})
        for document in starter_documents
        if document.key == ("cause", "chlamydia")
    ]

    report = import_starter(newer, at=AT + timedelta(days=1))

    assert [left.reason for left in report.left_alone] == ["its draft was edited here"]
    assert cause("chlamydia").clinical_name == "Mine"


# The public side


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("page", ["/causes/chlamydia/", "/api/v1/causes/chlamydia", "/api/v1/causes"])
def test_the_public_side_takes_no_writing(method, page):
    response = getattr(Client(), method)(page, {"summary": LEAK}, content_type="application/json")

    assert response.status_code in (405, 404)
    assert current.current_edition().number == 1
