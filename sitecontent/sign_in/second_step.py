"""The second step of signing in: a code from an app, or one of the recovery codes."""

import time
from base64 import b32encode
from binascii import unhexlify
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp import verify_token
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from sitecontent.sign_in.models import RecoveryCode, RecoveryDevice
from sitecontent.sign_in.sessions import end_sessions

DIGITS = 6
STEP_SECONDS = 30
STEPS_OF_TOLERANCE = 1
"""A clock may be half a minute wrong."""


class AlreadySetUp(Exception):
    """Somebody has set up a second step for this person meanwhile."""


@dataclass(frozen=True)
class Verdict:
    """What came of a code: the device that took it, or why it was refused."""

    device: Device | None
    refusal: str = ""


def has_second_step(user: Any) -> bool:
    """True when this person has set up an app."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).exists()


def is_asked_of(user: Any) -> bool:
    """True when a password alone does not let this person in."""
    return settings.SECOND_STEP_REQUIRED or has_second_step(user)


def take_code(user: Any, code: str) -> Verdict:
    """Try a code: six digits are of the app, anything else is a recovery code. A code that was taken is used up."""
    plain = "".join(code.split())
    if plain.isascii() and plain.isdigit() and len(plain) == DIGITS:
        devices = TOTPDevice.objects.devices_for_user(user, confirmed=True)
    else:
        devices = RecoveryDevice.objects.filter(user=user)
    for device in devices:
        allowed, _ = device.verify_is_allowed()
        if not allowed:
            return Verdict(None, f"Too many wrong codes. Wait {_seconds_to_wait(device)} seconds, then try again.")
        if plain and verify_token(user, device.persistent_id, plain):
            return Verdict(device)
    return Verdict(None, "This code is not right, or it was used before. Wait for the next one and try that.")


def _seconds_to_wait(device: Any) -> int:
    since = device.throttling_failure_timestamp
    needed = device.get_throttle_factor() * 2 ** (device.throttling_failure_count - 1)
    return max(1, int(since.timestamp() + needed - time.time()) + 1)


# Setting it up


def new_key() -> str:
    """A new secret for an app, as hexadecimal digits."""
    return str(random_hex(20))


def fits_key(key: str, code: str) -> TOTP | None:
    """The clock of the app, when this code comes from the secret; else None."""
    plain = "".join(code.split())
    if not (plain.isascii() and plain.isdigit() and len(plain) == DIGITS):
        return None
    totp = TOTP(unhexlify(key), STEP_SECONDS, 0, DIGITS, 0)
    totp.time = time.time()
    return totp if totp.verify(int(plain), STEPS_OF_TOLERANCE) else None


@transaction.atomic
def set_up(user: Any, *, key: str, totp: TOTP, replace: bool) -> tuple[Device, tuple[str, ...]]:
    """Keep the app, and make recovery codes: they are given back, to be shown this once.

    Raises: AlreadySetUp, when there is an app and it is not to be replaced.
    """
    get_user_model().objects.select_for_update().get(pk=user.pk)
    if has_second_step(user) and not replace:
        raise AlreadySetUp
    TOTPDevice.objects.filter(user=user).delete()
    # The code that was typed is used up: the app's next one is the first to open the door.
    device = TOTPDevice.objects.create(
        user=user, name="App", key=key, confirmed=True, last_t=totp.t(), drift=totp.drift, digits=DIGITS
    )
    return device, new_recovery_codes(user)


def new_recovery_codes(user: Any) -> tuple[str, ...]:
    """New recovery codes in place of the old ones."""
    device, _ = RecoveryDevice.objects.get_or_create(user=user, defaults={"name": "Recovery codes"})
    return tuple(device.make_codes())


def recovery_codes_left(user: Any) -> int:
    """How many recovery codes were not used yet."""
    return RecoveryCode.objects.filter(device__user=user).count()


@transaction.atomic
def reset(user: Any) -> None:
    """Forget app and recovery codes and end every session: the next sign-in sets up anew."""
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryDevice.objects.filter(user=user).delete()
    end_sessions(user)


# Showing it


def picture_of(user: Any, key: str) -> SafeString:
    """The secret as a QR code, drawn here: plain SVG without a style or a script."""
    address = TOTPDevice(user=user, key=key, digits=DIGITS).config_url
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    named = svg.replace("<svg ", '<svg role="img" aria-label="QR code with the secret for your app" ', 1)
    return mark_safe(named)  # noqa: S308  Drawn by segno; nothing of it was typed by anybody.


def key_in_words(key: str) -> str:
    """The secret as an app takes it by hand, in groups of four."""
    text = b32encode(unhexlify(key)).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
