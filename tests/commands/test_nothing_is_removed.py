"""No command of ours or of Django's removes a revision, a decision or an edition. `flush` is the one exception."""

import contextlib
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command, get_commands
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError, RestrictedError

from sitecontent import review
from sitecontent.models import WORKING_RECORDS, Decision, LetterChoice, ReviewerProfile, guards
from tests.admin.helpers import submit
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture
def decided(reviewer, moderator):
    """A ledger with an approval and a request for changes in it."""
    approved = submit("chlamydia", reviewer)
    review.approve(revision=approved, moderator=moderator, seen_sha256=approved.sha256, at=AT)
    review.request_changes(revision=submit("cervicitis", reviewer), moderator=moderator, comment="Why?", at=AT)
    return approved


def ledger():
    """Every row of every table that is only added to."""
    found = {}
    with connection.cursor() as cursor:
        for table in guards.APPEND_ONLY:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found[table] = cursor.fetchall()
    return found


def nothing_is_lost(before):
    now = ledger()
    return all(now[table][: len(rows)] == rows for table, rows in before.items()) and list(review.verify_ledger())


WRITING = {
    "load_starter": [],
    "demo_accounts": [],
    "clearsessions": [],
    "remove_stale_contenttypes": ["--no-input", "--include-stale-apps"],
    "reset_second_step": ["moderator"],
}
"""Commands that write to the database, each with what it is called with here. The others have tests of their own."""

OUR_OTHERS = {
    "backup",
    "build",
    "check_content",
    "check_sources",
    "doctor",
    "due_reviews",
    "prove_safety",
    "restore",
    "score_vignettes",
    "serve",
    "start_demo",
    "verify_ledger",
}
"""Commands of ours that write nothing to the database, or only to an empty one."""


def test_every_command_of_ours_is_named_here():
    ours = {name for name, app in get_commands().items() if app in ("sitecontent", "triage", "config")}

    assert ours == (set(WRITING) & ours) | OUR_OTHERS


@pytest.mark.parametrize("command", WRITING)
def test_a_command_that_writes_removes_nothing(decided, command, capsys):
    before = ledger()

    call_command(command, *WRITING[command], verbosity=0)

    assert nothing_is_lost(before)


def test_a_backup_is_not_restored_over_a_ledger(decided, tmp_path):
    before = ledger()
    path = tmp_path / "backup"
    call_command("backup", str(path))

    with pytest.raises(CommandError):
        call_command("restore", str(path))

    assert nothing_is_lost(before)


@pytest.mark.parametrize("target", ["zero", "0004"])
def test_no_migration_is_undone_over_a_ledger(decided, target):
    before = ledger()

    with pytest.raises(CommandError, match="are only ever added to"), transaction.atomic():
        call_command("migrate", "sitecontent", target, verbosity=0)

    assert nothing_is_lost(before)


def test_no_migration_that_ours_need_is_undone_either(decided):
    with pytest.raises(CommandError, match="are only ever added to"), transaction.atomic():
        call_command("migrate", "contenttypes", "zero", verbosity=0)


def test_loaddata_writes_over_no_decision(decided, tmp_path):
    before = ledger()
    decision = decided.decisions.get()
    path = tmp_path / "decision.json"
    path.write_text(
        json.dumps([{"model": "sitecontent.decision", "pk": decision.pk, "fields": {"comment": "Forged."}}])
    )

    with pytest.raises(DatabaseError), transaction.atomic():
        call_command("loaddata", str(path), verbosity=0)

    assert nothing_is_lost(before)


def test_flush_is_refused_on_sqlite_and_said_to_be_the_exception_elsewhere(decided, vendor, settings):
    if vendor == "sqlite":
        before = ledger()
        with pytest.raises(CommandError), transaction.atomic():
            call_command("flush", interactive=False, verbosity=0)
        assert nothing_is_lost(before)

    said = Path(settings.BASE_DIR, "docs/decisions/0003-review-state-is-only-added-to.md").read_text(encoding="utf-8")
    assert "`manage.py flush` empties tables as a whole" in said


def test_deleting_all_of_anything_else_takes_no_row_of_the_ledger_along(decided):
    before = ledger()

    for model in (*WORKING_RECORDS.values(), User, Group, Permission, ContentType, ReviewerProfile, LetterChoice):
        with transaction.atomic():
            with contextlib.suppress(ProtectedError, RestrictedError):
                model._base_manager.all().delete()
            assert ledger() == before, model
            transaction.set_rollback(True)


def test_every_table_of_ours_is_a_draft_a_person_or_of_the_ledger():
    """A new table is either guarded, or a draft, or named here as something that may be deleted."""
    may_go = {"sitecontent_problemreport", "sitecontent_reviewerprofile", "sitecontent_letterchoice"}
    tables = {
        model._meta.db_table for model in apps.get_app_config("sitecontent").get_models(include_auto_created=True)
    }
    drafts = {
        name for name in tables if any(name.startswith(model._meta.db_table) for model in WORKING_RECORDS.values())
    }
    parts = {
        relation.related_model._meta.db_table
        for model in WORKING_RECORDS.values()
        for relation in model._meta.related_objects
        if relation.one_to_many and relation.related_model._meta.app_label == "sitecontent"
    }

    assert tables - drafts - parts - set(guards.APPEND_ONLY) == may_go


def test_an_account_that_is_disabled_and_renamed_changes_no_past_decision(decided, moderator):
    before = list(Decision.objects.values())
    moderator.is_active, moderator.username, moderator.first_name = False, "gone", "Somebody else"
    moderator.save()

    assert list(Decision.objects.values()) == before
    assert list(review.verify_ledger())
