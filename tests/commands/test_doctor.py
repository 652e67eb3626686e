"""The doctor finds what is wrong with a deployment, and says what to mend."""

import os
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone
from freezegun import freeze_time

from sitecontent.edition import current
from sitecontent.finished import export as export_module
from sitecontent.finished.export import export
from sitecontent.management import doctor
from sitecontent.management.doctor import Level
from sitecontent.models import Category
from sitecontent.review import LedgerBroken
from tests.fixtures import person


@pytest.fixture(autouse=True)
def deployment(published, settings, tmp_path):
    """A deployment of which there is nothing to say, but that it is the demo."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    settings.EDITION_FILE = settings.VAR_DIR / "edition.json"
    settings.PROOF_FILE = settings.VAR_DIR / "proof.json"
    current.adopt(published)
    for name, role in (("one", "Reviewers"), ("two", "Moderators"), ("three", "Moderators")):
        person(name, role)


def examined(*, whole_ledger: bool = False, **what) -> list[doctor.Finding]:
    return list(doctor.examine(doctor.Examination(now=timezone.now(), whole_ledger=whole_ledger, **what)))


def complaints(**what) -> list[str]:
    """What is not good, without that this is the demo, and the tests' PostgreSQL not made to survive a power cut."""
    found = [finding for finding in examined(**what) if finding.level is not Level.GOOD]
    expected = ("this is the demo", "PostgreSQL has ")
    assert all(finding.mend for finding in found)
    return [finding.what for finding in found if not finding.what.startswith(expected)]


def test_of_a_good_deployment_there_is_nothing_to_say():
    assert complaints(whole_ledger=True) == []
    assert len(examined()) > 5


def test_a_database_that_is_away_is_told_once(monkeypatch):
    def away() -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(doctor.connection, "cursor", away)
        found = complaints(whole_ledger=True)

    assert found == ["the database can not be reached: connection refused"]


def test_migrations_that_were_not_applied_are_told(monkeypatch):
    monkeypatch.setattr(doctor.MigrationExecutor, "migration_plan", lambda *_: [object()] * 3)

    assert complaints() == ["migrations have not been applied: 3"]


def test_a_guard_that_was_taken_away_is_named():
    name = "sitecontent_decision_four_eyes"
    on = " ON sitecontent_decision" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on}")

    assert complaints() == [f"guards are missing from the database: {name}"]


def test_every_guard_of_the_migrations_is_expected():
    expected = doctor.expected_triggers()

    assert expected == doctor._triggers()
    assert len(expected) > 10


def test_a_ledger_that_does_not_fit_is_told_unless_nobody_wants_to_know(monkeypatch):
    def broken():
        raise LedgerBroken("edition 1: something")
        yield

    monkeypatch.setattr(doctor, "verify_ledger", broken)

    assert complaints(whole_ledger=True) == ["the ledger does not fit: edition 1: something"]
    assert complaints() == []


def test_an_edition_file_that_is_missing_or_corrupt_is_told(settings):
    settings.EDITION_FILE.write_text("{}")
    assert complaints()[0].startswith("the edition that is kept for a start without the database can not be used")

    settings.EDITION_FILE.unlink()
    assert complaints() == [f"{settings.EDITION_FILE} is not there yet"]


def test_a_folder_that_is_missing_or_open_to_all_is_told(settings):
    settings.VAR_DIR.chmod(0o777)
    assert complaints() == [f"anybody on this machine can write to {settings.VAR_DIR}"]

    settings.VAR_DIR = settings.VAR_DIR / "nowhere"
    assert complaints() == [f"VAR_DIR {settings.VAR_DIR} is not there"]


def test_a_folder_that_can_not_be_written_to_is_told(monkeypatch):
    def read_only(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", read_only)

    assert "can not be written to: Read-only file system" in complaints()[0]


def test_a_full_disk_is_told(monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 2**62)

    assert "MiB are free" in complaints()[0]


def test_too_few_people_are_told():
    from django.contrib.auth.models import User

    User.objects.filter(username="three").update(is_active=False)
    assert complaints()[0].startswith("there is one moderator")

    User.objects.filter(username="one").update(is_active=False)
    assert complaints() == ["nothing can be reviewed; reviewers: 0, moderators: 1"]


@freeze_time("2020-01-01")
def test_a_clock_that_is_late_is_told():
    assert "the newest edition is from the future: 2026-01-01 09:00 UTC" in complaints()


def test_an_export_of_another_edition_is_told(published, tmp_path, monkeypatch):
    monkeypatch.setattr(export_module, "BROTLI_EXPORT", 0)
    target = tmp_path / "site"
    assert complaints(export=target) == [f"there is no static export at {target}; the application answers everything"]

    export(canned, published, target)
    assert complaints(export=target) == []

    manifest = target / "edition-manifest.json"
    manifest.write_text(manifest.read_text().replace('"number": 1', '"number": 0'))
    assert complaints(export=target) == ["the static export shows edition 0, but 1 is current"]


def canned(environ, start_response):
    start_response("200 OK", [])
    return [b"page"]


def test_backups_that_are_missing_old_or_open_to_others_are_told(tmp_path):
    assert complaints(backups=tmp_path / "none") == [f"there is no backup in {tmp_path / 'none'}"]

    folder = tmp_path / "backups"
    folder.mkdir()
    backup = folder / "monday"
    backup.write_bytes(b"x")
    backup.chmod(0o644)
    assert complaints(backups=folder) == [f"others can read {backup}"]

    backup.chmod(0o600)
    assert complaints(backups=folder) == []

    week_ago = time.time() - timedelta(days=7).total_seconds()
    os.utime(backup, (week_ago, week_ago))
    assert complaints(backups=folder) == ["the newest backup, monday, is 7 days old"]


@pytest.mark.django_db(transaction=True)
def test_the_running_site_is_asked_for_its_edition_and_its_headers(live_server, published, monkeypatch):
    assert complaints(url=live_server.url) == []

    monkeypatch.setattr(doctor, "HEADERS_THAT_MUST_BE_THERE", ("x-frame-options", "x-made-up"))
    assert complaints(url=live_server.url) == [f"{live_server.url} sends no x-made-up"]

    assert complaints(url="http://127.0.0.1:9")[0].startswith("http://127.0.0.1:9 does not answer as it should")
    assert "must begin with https" in complaints(url="file:///etc/passwd")[0]


def test_a_check_that_fails_does_not_hide_the_others(monkeypatch):
    def surprised(_):
        raise RuntimeError("unexpected")
        yield

    monkeypatch.setattr(doctor, "CHECKS", (surprised, *doctor.CHECKS))

    assert complaints() == ["the surprised could not be examined: unexpected"]


def test_production_settings_are_looked_at_by_django_itself(settings):
    settings.DEMO = False
    settings.SECRET_KEY = "short"
    settings.SITE_URL = "http://example.org"

    found = complaints()

    assert any("security.W009" in complaint for complaint in found)
    assert "SITE_URL is http://example.org" in found


def test_the_command_ends_with_an_error_only_when_something_is_broken(settings, monkeypatch):
    monkeypatch.setattr(doctor, "CHECKS", [check for check in doctor.CHECKS if check is not doctor._postgresql])
    said = StringIO()
    call_command("doctor", stdout=said)
    assert said.getvalue().splitlines()[-1] == "Nothing is broken. Warnings: 1."

    settings.EDITION_FILE.write_text("{}")
    with pytest.raises(CommandError, match=r"Broken: 1\. Warnings: 1\."):
        call_command("doctor", stdout=said)
    assert "→ Delete " in said.getvalue()


def test_the_doctor_changes_nothing(settings):
    before = {path: path.stat().st_mtime_ns for path in Path(settings.VAR_DIR).rglob("*")}
    categories = Category.objects.count()

    examined()

    assert {path: path.stat().st_mtime_ns for path in Path(settings.VAR_DIR).rglob("*")} == before
    assert Category.objects.count() == categories
