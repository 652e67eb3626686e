"""A backup holds everything; it goes only into an empty database, and through the same guards as ever."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from freezegun import freeze_time

from sitecontent import review
from sitecontent.edition import current
from sitecontent.management.backup import (
    BackupRefused,
    RestoreRefused,
    restore_backup,
    write_backup,
)
from sitecontent.models import Category, Decision, EditionChange, Page, PublishedEdition, Revision
from sitecontent.review import verify_ledger
from tests.conftest import WHEN_PUBLISHED
from tests.fixtures import AT, person
from tests.resilience.site import small_documents
from tests.tooling.database import Rows, read_rows, tables

pytestmark = pytest.mark.django_db(transaction=True)


PEOPLE = ("auth_user", "auth_user_groups")


@dataclass(frozen=True)
class Lived:
    """A site that people have used: its rows, and a backup of it."""

    rows: Rows
    backup: bytes


@pytest.fixture(scope="session")
def lived_once(starter_documents, django_db_setup, django_db_blocker, tmp_path_factory) -> Lived:
    """Approved and open reviews, a record taken down, an account that is gone: made once and taken back."""
    path = tmp_path_factory.mktemp("backup") / "site.backup"
    with django_db_blocker.unblock(), transaction.atomic():
        review.import_starter(small_documents(starter_documents), at=WHEN_PUBLISHED)
        author = person("author", "Reviewers", qualification="MRCOG", register="GMC", registration_number="1")
        gone = person("gone", "Reviewers")
        moderator = person("moderator", "Moderators", qualification="FFSRH")
        at = AT + timedelta(microseconds=123_457)
        for slug, by in (("about", author), ("privacy", gone), ("about", author)):
            revision = submitted(slug, by, at)
            review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=at)
            at += timedelta(hours=1)
        submitted("how-we-review", author, at)
        review.retire(records=[("claim-review", a_claim())], by=moderator, reason="It is wrong.", at=at)
        gone.delete()
        Category.objects.create(slug="a-draft", title="Ein Entwurf: é ‘ \n 𝄞", summary="x", order=1)
        write_backup(path)
        rows = read_rows([*PEOPLE, *tables("sitecontent")])
        transaction.set_rollback(True)
    return Lived(rows, path.read_bytes())


@pytest.fixture
def backup(transactional_db: None, lived_once: Lived, tmp_path: Path) -> Path:
    """A backup of the site that people have used. The database is empty."""
    path = tmp_path / "site.backup"
    path.write_bytes(lived_once.backup)
    return path


@pytest.fixture
def lived_in(backup: Path) -> None:
    """The site that people have used is in the database."""
    restore_backup(backup)


def a_claim() -> str:
    return EditionChange.objects.filter(kind="claim-review").order_by("slug").values_list("slug", flat=True)[0]


def submitted(slug: str, by: User, at) -> Revision:
    page = Page.objects.get(slug=slug)
    page.summary += " It changed."
    page.save()
    review.record_edit(page, by=by, at=at)
    return review.submit(page, author=by, note="Say more.", at=at)


def roles() -> dict[str, set[str]]:
    return {
        group.name: {permission.codename for permission in group.permissions.all()} for group in Group.objects.all()
    }


def test_what_was_backed_up_comes_back_whole_and_the_ledger_verifies(lived_once, backup):
    report = restore_backup(backup)

    assert rows_of(read_rows([*PEOPLE, *tables("sitecontent")])) == rows_of(lived_once.rows)
    assert roles().keys() == {"Reviewers", "Moderators", "Administrators"}
    assert "approve_revision" in roles()["Moderators"]
    editions = list(verify_ledger())
    assert (report.editions_verified, report.edition) == (len(editions), 5)
    assert current.current_edition().sha256 == report.sha256 == editions[-1].sha256


def rows_of(rows: Rows) -> dict[str, list[object]]:
    """Table -> its rows in some order that does not depend on where they lie."""
    return {
        name: sorted(content.splitlines() if isinstance(content, bytes) else map(repr, content))
        for name, content in rows.tables
    }


def test_after_a_restore_the_work_goes_on(backup):
    restore_backup(backup)
    author, moderator = User.objects.get(username="author"), User.objects.get(username="moderator")
    assert author.check_password("a-long-test-password")

    revision = submitted("about", author, AT + timedelta(days=2))
    review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT + timedelta(days=3))

    assert current.current_edition().number == 6
    assert len(list(verify_ledger())) == 6


def test_the_guards_are_in_place_after_a_restore(backup):
    restore_backup(backup)
    decision = Decision.objects.order_by("pk")[0]

    for act in (
        lambda: Revision.objects.filter(pk=decision.revision_id).update(note="Another note."),
        lambda: Decision.objects.all().delete(),
        lambda: PublishedEdition.objects.filter(number=1)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            act()


def test_a_database_that_holds_anything_is_left_alone(lived_in, backup):
    before = read_rows(tables("sitecontent"))

    with pytest.raises(RestoreRefused, match=r"in use: it holds .* nothing is ever overwritten"):
        restore_backup(backup)

    assert rows_of(read_rows(tables("sitecontent"))) == rows_of(before)


def test_one_account_is_enough_to_be_in_use(backup):
    person("somebody")

    with pytest.raises(RestoreRefused, match="it holds 1 users"):
        restore_backup(backup)


def rewritten(path: Path, change) -> Path:
    """The backup with its lines changed, and an end that fits them again."""
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)[:-1]
    lines = change(lines)
    end = json.dumps({"sha256": hashlib.sha256(b"".join(lines)).hexdigest()}).encode() + b"\n"
    other = path.with_name("rewritten.backup")
    other.write_bytes(gzip.compress(b"".join([*lines, end])))
    return other


def test_damage_is_found_before_anything_is_written(backup):
    whole = backup.read_bytes()
    text = gzip.decompress(whole)
    for broken in (
        whole[:-20],
        whole[: len(whole) // 2],
        b"",
        b"not a backup",
        gzip.compress(text.replace(b"It changed.", b"It chanked.", 1)),
        gzip.compress(b'{"format": "another"}\n{}\n'),
        gzip.compress(b"".join(text.splitlines(keepends=True)[:-1])),
    ):
        backup.write_bytes(broken)
        with pytest.raises(RestoreRefused):
            restore_backup(backup)
        assert PublishedEdition.objects.count() == Group.objects.count() - 3 == 0


def test_a_ledger_that_was_tampered_with_is_not_kept(backup):
    forged = rewritten(backup, lambda lines: [line.replace(b"It is wrong.", b"It is right.") for line in lines])
    assert forged.read_bytes() != backup.read_bytes()

    with pytest.raises(RestoreRefused, match="ledger in the backup does not fit"):
        restore_backup(forged)

    assert PublishedEdition.objects.count() == User.objects.count() == 0
    assert roles().keys() == {"Reviewers", "Moderators", "Administrators"}


def author_of(lines, revision):
    """The account that wrote this revision, by the lines of a backup."""
    at = next(i for i, line in enumerate(lines) if b'"sitecontent.Revision"' in line and b'"table"' in line)
    names = json.loads(lines[at])["fields"]
    rows = (dict(zip(names, json.loads(line), strict=True)) for line in lines[at + 1 :])
    return next(row["author_id"] for row in rows if row["id"] == revision)


def test_a_decision_on_ones_own_work_is_refused_by_the_database_itself(backup):
    def swapped(lines):
        decisions = next(i for i, line in enumerate(lines) if b'"sitecontent.Decision"' in line and b'"table"' in line)
        names = json.loads(lines[decisions])["fields"]
        row = json.loads(lines[decisions + 1])
        assert row[names.index("by_name")] == "Moderator"
        row[names.index("by_id")] = author_of(lines, row[names.index("revision_id")])
        lines[decisions + 1] = json.dumps(row).encode() + b"\n"
        return lines

    with pytest.raises(CommandError, match="four eyes"):
        call_command("restore", str(rewritten(backup, swapped)))

    assert PublishedEdition.objects.count() == User.objects.count() == 0


def test_a_row_that_is_missing_is_noticed(backup):

    def shortened(lines):
        at = next(i for i, line in enumerate(lines) if b'"sitecontent.Category"' in line and b'"table"' in line)
        return [*lines[: at + 1], *lines[at + 2 :]]

    with pytest.raises(RestoreRefused, match="Not every row"):
        restore_backup(rewritten(backup, shortened))


def test_a_backup_of_another_release_is_refused_by_name(backup):
    other = rewritten(backup, lambda lines: [lines[0].replace(b"sitecontent.0001", b"sitecontent.9001"), *lines[1:]])

    with pytest.raises(RestoreRefused, match=r"another release.*sitecontent\.0001.*sitecontent\.9001"):
        restore_backup(other)


def test_a_backup_never_goes_over_a_file_and_only_its_owner_reads_it(transactional_db, tmp_path):
    path = tmp_path / "site.backup"
    write_backup(path)
    before = path.read_bytes()

    with pytest.raises(BackupRefused, match="is there already"):
        write_backup(path)

    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_place_that_can_not_be_written_to_is_told(lived_in, tmp_path):
    with pytest.raises(CommandError, match="can not be written"):
        call_command("backup", str(tmp_path / "nowhere" / "site.backup"))


def test_a_broken_ledger_is_not_backed_up_as_if_it_were_whole(lived_in, tmp_path, monkeypatch):
    def broken():
        raise review.LedgerBroken("edition 2 is missing")
        yield

    monkeypatch.setattr("sitecontent.management.backup.verify_ledger", broken)

    with pytest.raises(BackupRefused, match="edition 2 is missing"):
        write_backup(tmp_path / "new.backup")

    assert not (tmp_path / "new.backup").exists()


def test_a_backup_sees_one_moment_and_holds_up_nobody(lived_in, tmp_path):
    """Somebody writes in the middle of it; the write succeeds at once, and the backup does not hold it."""
    from concurrent.futures import ThreadPoolExecutor

    def write_meanwhile() -> None:
        try:
            Category.objects.create(slug="meanwhile", title="Meanwhile", summary="x", order=1)
        finally:
            connection.close()

    written = []

    def told(done: int, everything: int) -> None:
        if done == 1:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(write_meanwhile).result(timeout=5)
            written.append(True)

    write_backup(tmp_path / "new.backup", told=told)

    assert written == [True]
    assert Category.objects.filter(slug="meanwhile").exists()
    assert b'"meanwhile"' not in gzip.decompress((tmp_path / "new.backup").read_bytes())


def test_no_session_is_in_a_backup(backup):
    tables = {
        json.loads(line)["table"]
        for line in gzip.decompress(backup.read_bytes()).splitlines()
        if line.startswith(b'{"table"')
    }

    assert {"sitecontent.Decision", "auth.User", "auth.Group_permissions"} <= tables
    assert not {table for table in tables if table.startswith(("sessions.", "contenttypes.", "axes."))}


def test_the_commands_say_what_they_did(backup, tmp_path):
    said = StringIO()
    call_command("restore", str(backup), stdout=said)
    call_command("backup", str(tmp_path / "again.backup"), stdout=said)
    seal = current.current_edition().sha256

    restored, made = said.getvalue().splitlines()
    assert made.endswith(f"The ledger verifies: 5 editions, the newest 5 ({seal[:12]}).")
    assert restored.endswith(f"The ledger verifies: 5 editions, the newest 5 ({seal[:12]}).")


def test_in_a_folder_a_backup_is_named_by_its_time(transactional_db, tmp_path):
    with freeze_time("2026-03-01 02:30:05"):
        call_command("backup", str(tmp_path), stdout=StringIO())

    assert [path.name for path in tmp_path.iterdir()] == ["causeway-2026-03-01T02-30-05Z.backup"]


def test_an_empty_site_can_be_backed_up_and_restored(transactional_db, tmp_path):
    report = write_backup(tmp_path / "site.backup")
    restored = restore_backup(tmp_path / "site.backup")

    assert report == restored
    assert (report.edition, report.editions_verified) == (0, 0)


def test_a_backup_goes_from_one_kind_of_database_to_the_other_and_back(backup, lived_once, tmp_path):
    """Into SQLite, by the commands and in processes of their own, and from there back here."""
    elsewhere = {**os.environ, "DATABASE_URL": "", "DEMO": "1", "VAR_DIR": str(tmp_path / "var")}
    elsewhere.pop("DJANGO_SETTINGS_MODULE", None)
    (tmp_path / "var").mkdir()
    there_and_back = tmp_path / "there-and-back.backup"

    for command in (["migrate", "-v0"], ["restore", str(backup)], ["backup", str(there_and_back)]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=elsewhere,
            check=True,
            capture_output=True,
            timeout=60,
        )
    restore_backup(there_and_back)

    assert rows_of(read_rows([*PEOPLE, *tables("sitecontent")])) == rows_of(lived_once.rows)
