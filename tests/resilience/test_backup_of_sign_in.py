"""After a restore people get in as before: with their app, or with a recovery code that was not used yet."""

import gzip
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from sitecontent.management.backup import restore_backup, write_backup
from tests.fixtures import person
from tests.security.helpers import code_of, give_code, give_password, is_in, set_up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def codes(settings, tmp_path: Path) -> list[str]:
    """The recovery codes of a moderator, the first of them used, on a site that was restored from its backup."""
    settings.SECOND_STEP_REQUIRED = True
    path = tmp_path / "site.backup"
    with transaction.atomic():
        moderator = person("moderator", "Moderators")
        made = set_up(Client(), moderator)
        again = Client()
        give_password(again, moderator)
        assert give_code(again, made[0]).status_code == 302
        write_backup(path)
        transaction.set_rollback(True)
    assert User.objects.count() == 0
    restore_backup(path)
    return made


def with_password() -> Client:
    """Somebody who has given the moderator's password."""
    client = Client()
    give_password(client, User.objects.get())
    assert not is_in(client)
    return client


def test_the_app_opens_the_desk_after_a_restore(codes):
    client = with_password()

    give_code(client, code_of(TOTPDevice.objects.get().bin_key, ahead=1))

    assert is_in(client)
    assert client.get("/admin/review/").status_code == 200


def test_the_code_that_was_used_before_opens_nothing_after_a_restore(codes):
    device = TOTPDevice.objects.get()
    client = with_password()

    totp = TOTP(device.bin_key)
    totp.time = device.last_t * device.step
    give_code(client, f"{totp.token():06d}")

    assert device.last_t > 0
    assert not is_in(client)


def test_a_recovery_code_opens_the_desk_after_a_restore_unless_it_was_used(codes):
    client = with_password()
    give_code(client, codes[0])
    assert not is_in(client)

    other = Client()
    give_password(other, User.objects.get())
    User.objects.get().recoverydevice_set.get().throttle_reset()
    give_code(other, codes[1])

    assert is_in(other)


def test_a_backup_holds_what_the_documentation_says_to_encrypt(codes, settings, tmp_path):
    """The secrets of the apps can not be kept as hashes, so whoever reads a backup could make codes with them."""
    write_backup(tmp_path / "another.backup")

    held = gzip.decompress((tmp_path / "another.backup").read_bytes()).decode()
    said = (settings.BASE_DIR / "docs" / "deploy.md").read_text()
    assert TOTPDevice.objects.get().key in held
    assert not any(code.replace("-", "") in held for code in codes)
    assert "the secrets of the authenticator apps, so encrypt them" in " ".join(said.split())
