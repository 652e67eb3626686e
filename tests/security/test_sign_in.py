"""Signing in: two steps, a lock-out that keeps no address, recovery codes, and what each can not do."""

import io
import logging
import re
import time

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from freezegun import freeze_time

from sitecontent.sign_in import second_step, views
from sitecontent.sign_in.models import RecoveryCode
from sitecontent.sign_in.sessions import open_sessions
from tests.security.helpers import (
    PASSWORD,
    code_of,
    give_code,
    give_password,
    is_in,
    next_code,
    secret_on,
    set_up,
)

ADDRESS = "203.0.113.77"


# The second step


def test_in_the_demo_a_password_is_enough(reviewer):
    client = Client()

    assert give_password(client, reviewer)["Location"] == "/admin/review/"
    assert is_in(client)


def test_a_password_alone_opens_nothing(real_desk, reviewer):
    client = Client()

    assert give_password(client, reviewer)["Location"] == "/admin/second-step/"
    assert not is_in(client)
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert client.post("/admin/preview/", {"content": "x"}).status_code == 403


def test_the_first_sign_in_sets_up_an_app_and_shows_the_recovery_codes_once(real_desk, reviewer):
    client = Client()
    codes = set_up(client, reviewer)

    assert len(set(codes)) == 10
    assert is_in(client)
    pages = [client.get(address).content.decode() for address in ("/admin/account/", "/admin/second-step/", "/admin/")]
    assert not any(code in page for code in codes for page in pages)


def test_a_wrong_code_sets_up_nothing(real_desk, reviewer):
    client = Client()
    give_password(client, reviewer)
    key = secret_on(client.get("/admin/second-step/"))

    response = give_code(client, code_of(key, ahead=20))

    assert response.status_code == 403
    assert "does not fit" in response.content.decode()
    assert not TOTPDevice.objects.exists()
    assert not is_in(client)


def test_signing_in_again_takes_the_code_and_leads_where_one_wanted_to_go(real_desk, reviewer):
    set_up(Client(), reviewer)
    client = Client()
    give_password(client, reviewer)

    response = give_code(client, next_code(reviewer))

    assert (response.status_code, response["Location"]) == (302, "/admin/review/")
    assert is_in(client)


def test_nobody_is_led_to_another_site(real_desk, reviewer):
    set_up(Client(), reviewer)
    client = Client()
    client.post("/admin/login/?next=https://evil.example/", {"username": "reviewer", "password": PASSWORD})

    assert give_code(client, next_code(reviewer))["Location"] == "/admin/"


def test_a_code_opens_once(real_desk, reviewer):
    set_up(Client(), reviewer)
    code = next_code(reviewer)
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client, reviewer)

    assert give_code(first, code).status_code == 302
    assert give_code(second, code).status_code == 403
    assert not is_in(second)


def test_wrong_codes_make_one_wait(real_desk, reviewer):
    set_up(Client(), reviewer)
    client = Client()
    give_password(client, reviewer)
    for _ in range(3):
        give_code(client, "000000")

    response = give_code(client, code_of(TOTPDevice.objects.get(user=reviewer).bin_key))

    assert "Too many wrong codes. Wait" in response.content.decode()
    assert not is_in(client)


def test_a_recovery_code_opens_once_and_only_for_its_owner(real_desk, reviewer, moderator):
    codes = set_up(Client(), reviewer)
    set_up(Client(), moderator)
    theirs = Client()
    give_password(theirs, moderator)
    assert give_code(theirs, codes[0]).status_code == 403

    mine = Client()
    give_password(mine, reviewer)
    assert give_code(mine, codes[0].upper().replace("-", " ")).status_code == 302
    assert "9 are left" in mine.get("/admin/").content.decode()

    again = Client()
    give_password(again, reviewer)
    assert give_code(again, codes[0]).status_code == 403
    assert not is_in(again)


def test_recovery_codes_are_kept_as_hashes_only(real_desk, reviewer):
    codes = set_up(Client(), reviewer)

    kept = " ".join(RecoveryCode.objects.values_list("sha256", flat=True))
    assert RecoveryCode.objects.count() == 10
    assert re.fullmatch(r"([0-9a-f]{64} ?){10}", kept)
    assert not any(code.replace("-", "") in kept for code in codes)


def test_the_second_step_is_open_for_ten_minutes(real_desk, reviewer):
    set_up(Client(), reviewer)
    client = Client()
    give_password(client, reviewer)

    with freeze_time(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 11 * 60))):
        assert client.get("/admin/second-step/").headers["Location"] == "/admin/login/"


def test_a_password_changed_between_the_steps_begins_anew(real_desk, reviewer):
    set_up(Client(), reviewer)
    client = Client()
    give_password(client, reviewer)
    reviewer.set_password("another-long-test-password")
    reviewer.save()

    assert give_code(client, next_code(reviewer))["Location"] == "/admin/login/"
    assert not is_in(client)


def test_a_session_from_before_is_nobodys_until_the_second_step_is_taken(settings, reviewer):
    client = Client()
    give_password(client, reviewer)
    assert is_in(client)

    settings.SECOND_STEP_REQUIRED = True

    assert not is_in(client)
    assert client.get("/admin/vocabulary/").status_code == 302
    assert client.post("/admin/preview/", {"content": "x"}).status_code == 403


def test_a_demo_account_with_an_app_is_asked_for_its_code(reviewer):
    client = Client()
    give_password(client, reviewer)
    key = secret_on(client.post("/admin/account/app/"))
    client.post("/admin/account/app/", {"code_token": code_of(key)})
    other = Client()

    assert give_password(other, reviewer)["Location"] == "/admin/second-step/"
    assert not is_in(other)


def test_two_people_who_know_the_password_can_not_both_set_up_an_app(real_desk, reviewer):
    owner, thief = Client(), Client()
    give_password(thief, reviewer)
    key = secret_on(thief.get("/admin/second-step/"))
    set_up(owner, reviewer)

    assert give_code(thief, code_of(key))["Location"] == "/admin/login/"
    assert not is_in(thief)


def test_another_app_ends_the_first_and_every_other_session(real_desk, reviewer):
    set_up(Client(), reviewer)
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        give_password(client, reviewer)
        give_code(client, next_code(reviewer))
    before = TOTPDevice.objects.get(user=reviewer).key

    key = secret_on(here.post("/admin/account/app/"))
    here.post("/admin/account/app/", {"code_token": code_of(key)})

    assert TOTPDevice.objects.get(user=reviewer).bin_key == key
    assert TOTPDevice.objects.get(user=reviewer).key != before
    assert is_in(here)
    assert not is_in(elsewhere)


# Resetting


def test_another_administrator_resets_and_it_is_written_down(real_desk, administrator, reviewer):
    set_up(Client(), reviewer)
    lost = Client()
    give_password(lost, reviewer)
    give_code(lost, next_code(reviewer))
    desk = Client()
    set_up(desk, administrator)

    assert desk.post(f"/admin/auth/user/{reviewer.pk}/second-step/").status_code == 302

    assert not second_step.has_second_step(reviewer)
    assert not RecoveryCode.objects.filter(device__user=reviewer).exists()
    assert not is_in(lost)
    assert "Reset the second step" in desk.get(f"/admin/auth/user/{reviewer.pk}/history/").content.decode()
    assert set_up(Client(), reviewer)


def test_the_machine_itself_resets_when_there_is_no_other_administrator(real_desk, administrator):
    set_up(Client(), administrator)

    call_command("reset_second_step", "administrator", stdout=io.StringIO())

    assert not second_step.has_second_step(administrator)
    with pytest.raises(CommandError, match="no account called 'nobody'"):
        call_command("reset_second_step", "nobody")


def test_nobody_resets_their_own(real_desk, administrator):
    desk = Client()
    set_up(desk, administrator)

    assert desk.post(f"/admin/auth/user/{administrator.pk}/second-step/").status_code == 403
    assert second_step.has_second_step(administrator)


def test_an_administrator_does_not_reset_a_superuser(real_desk, administrator):
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    set_up(Client(), boss)
    desk = Client()
    set_up(desk, administrator)

    assert desk.post(f"/admin/auth/user/{boss.pk}/second-step/").status_code == 403
    assert second_step.has_second_step(boss)


def test_no_page_of_the_desk_lists_the_secrets(real_desk):
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    desk = Client()
    set_up(desk, boss)

    assert desk.get("/admin/otp_totp/totpdevice/").status_code == 404


# Locking out


def try_wrong(user, times, **extra):
    return [give_password(Client(), user, f"wrong-{n}", **extra).status_code for n in range(times)]


def test_too_many_wrong_passwords_close_the_name_even_to_the_right_one(real_desk, reviewer, moderator):
    found = try_wrong(reviewer, 6)

    assert found == [200] * 5 + [429]
    closed = give_password(Client(), reviewer)
    assert (closed.status_code, closed["Retry-After"]) == (429, "900")
    assert "nobody gets in under it for 15 minutes" in closed.content.decode()
    assert give_password(Client(), moderator)["Location"] == "/admin/second-step/"


def test_a_name_that_does_not_exist_is_closed_just_the_same(real_desk):
    assert try_wrong(User(username="nobody-of-this-name"), 6) == [200] * 5 + [429]


def test_a_closed_name_opens_after_a_quarter_of_an_hour_however_often_it_was_tried(real_desk, reviewer):
    try_wrong(reviewer, 6)
    try_wrong(reviewer, 3)

    with freeze_time(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 16 * 60))):
        assert give_password(Client(), reviewer)["Location"] == "/admin/second-step/"


def test_a_right_password_forgets_the_wrong_ones(real_desk, reviewer):
    set_up(Client(), reviewer)
    try_wrong(reviewer, 5)
    client = Client()
    give_password(client, reviewer)
    give_code(client, next_code(reviewer))

    assert try_wrong(reviewer, 5) == [200] * 5


def test_the_lock_out_keeps_no_address_browser_password_or_form(real_desk, reviewer, caplog):
    with caplog.at_level(logging.DEBUG):
        try_wrong(
            reviewer, 7, REMOTE_ADDR=ADDRESS, headers={"User-Agent": "Canary/1.0", "X-Forwarded-For": "203.0.113.78"}
        )

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM axes_accessattempt")
        kept = repr(cursor.fetchall())
    assert "reviewer" in kept
    everything = kept + caplog.text
    assert not re.search(r"203\.0\.113|Canary|wrong-\d", everything)
    assert AccessAttempt.objects.count() == 1
    assert not AccessLog.objects.exists()
    assert not AccessFailureLog.objects.exists()


def test_one_address_can_not_try_name_after_name(real_desk, db):
    answers = [
        give_password(Client(), User(username=f"name-{n}"), REMOTE_ADDR=ADDRESS).status_code
        for n in range(views.MOST_TRIES + 1)
    ]

    assert answers == [200] * views.MOST_TRIES + [429]
    assert give_password(Client(), User(username="x"), REMOTE_ADDR="203.0.113.9").status_code == 200


# Sessions


def test_people_see_their_own_sessions_and_end_them(reviewer, moderator):
    here, there, theirs = Client(), Client(), Client()
    give_password(here, reviewer, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    give_password(there, reviewer, headers={"User-Agent": "Mozilla/5.0 (iPhone) Version/17 Safari/605"})
    give_password(theirs, moderator)
    page = here.get("/admin/account/").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert there.session.session_key not in page
    other = next(item for item in open_sessions(reviewer, this=here.session) if not item.is_this)

    here.post("/admin/account/sessions/end/", {"name": other.name})

    assert (is_in(here), is_in(there), is_in(theirs)) == (True, False, True)


def test_nobody_ends_the_session_of_somebody_else(reviewer, moderator):
    mine, theirs = Client(), Client()
    give_password(mine, reviewer)
    give_password(theirs, moderator)
    (session,) = open_sessions(moderator, this=mine.session)

    mine.post("/admin/account/sessions/end/", {"name": session.name})
    mine.post("/admin/account/sessions/end/", {"name": "others"})

    assert is_in(theirs)


@pytest.mark.parametrize(("minutes", "is_still_in"), [(55, True), (65, False)])
def test_a_session_ends_an_hour_after_it_was_last_used(reviewer, minutes, is_still_in):
    client = Client()
    with freeze_time("2026-05-01 08:00:00"):
        give_password(client, reviewer)
    with freeze_time("2026-05-01 08:30:00"):
        assert is_in(client)
    with freeze_time(f"2026-05-01 {8 + (30 + minutes) // 60:02d}:{(30 + minutes) % 60:02d}:00"):
        assert is_in(client) is is_still_in


def test_a_session_ends_ten_hours_after_it_began_however_much_it_is_used(reviewer):
    client = Client()
    with freeze_time("2026-05-01 08:00:00"):
        give_password(client, reviewer)
    for hour in range(8, 18):
        with freeze_time(f"2026-05-01 {hour:02d}:45:00"):
            assert is_in(client)
    with freeze_time("2026-05-01 18:01:00"):
        assert not is_in(client)


def test_a_session_that_nobody_uses_writes_nothing(reviewer, django_assert_num_queries):
    client = Client()
    give_password(client, reviewer)
    client.get("/admin/jsi18n/")

    with django_assert_num_queries(2):  # The session and the person.
        client.get("/admin/jsi18n/")
