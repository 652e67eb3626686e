"""Sign in as somebody would, with an app that these tests hold."""

import re
import time
from base64 import b32decode

from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

PASSWORD = "a-long-test-password"


def code_of(key: bytes, *, ahead: int = 0) -> str:
    """What an app with this secret shows now, or some steps later."""
    totp = TOTP(key)
    totp.time = time.time() + 30 * ahead
    return f"{totp.token():06d}"


def next_code(user: User) -> str:
    """A code of this person's app that was not used yet."""
    device = TOTPDevice.objects.get(user=user)
    device.last_t = -1  # As if the last one had been used long ago.
    device.throttle_reset(commit=False)
    device.save()
    return code_of(device.bin_key)


def give_password(client: Client, user: User, password: str = PASSWORD, *, csrfmiddlewaretoken: str = "", **extra):
    form = {"username": user.username, "password": password, "csrfmiddlewaretoken": csrfmiddlewaretoken}
    return client.post("/admin/login/?next=/admin/review/", form, **extra)


def give_code(client: Client, code: str):
    return client.post("/admin/second-step/", {"code_token": code})


def secret_on(response) -> bytes:
    """The secret that a page shows."""
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', response.content.decode())
    assert found
    return b32decode(found[1].replace(" ", ""))


def codes_on(response) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<li><code>([a-z0-9-]{19})</code></li>", response.content.decode())


def set_up(client: Client, user: User) -> list[str]:
    """Sign in for the first time, with a new app; gives the recovery codes."""
    give_password(client, user)
    key = secret_on(client.get("/admin/second-step/"))
    return codes_on(give_code(client, code_of(key)))


def is_in(client: Client) -> bool:
    """True when the desk opens."""
    return client.get("/admin/account/").status_code == 200
