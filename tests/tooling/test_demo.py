"""What `make run` does once its packages are installed, from an empty folder to a site that answers."""

import re
import socket
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from sitecontent.edition.edition import Edition
from sitecontent.models import PublishedEdition
from tests.tooling.demo import Demo, running_demo


@pytest.mark.timeout(300)  # It starts the demo twice, which takes a while on a machine that is busy.
def test_the_demo_starts_from_nothing_and_again_without_losing_anything(tmp_path: Path) -> None:
    var_dir = tmp_path / "var"
    told = []
    for _ in range(2):
        with running_demo(var_dir) as demo:
            status, page = demo.get("/causes/?q=an-answer-that-nobody-may-see")
            assert status == 200
            assert "<h1" in page
            assert demo.get("/static/admin/css/base.css")[0] == 200
            demo.wait_until_it_says("GET /causes/ 200 ")
            assert demo.stop() == 0
        told.append(demo.output.read_text())

    first, second = told
    assert f"http://127.0.0.1:{demo.port}/" in second
    assert re.search(r"^Published edition 1\.$", first, re.MULTILINE)
    assert "Published edition" not in second
    password = re.search(r"The password of each is (\S{12,})$", first, re.MULTILINE)
    assert password is not None
    assert f"The password of each is {password[1]}" in second
    assert "nobody-may-see" not in first + second
    assert "Warning" not in first + second


def test_a_port_in_use_is_said_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = Demo(tmp_path / "var", port)
        assert demo.process.wait(30) == 1

    assert f"Port {port} is in use. Choose another one, such as PORT={port + 1}." in demo.output.read_text()


def test_demo_accounts_have_their_roles_and_are_nobody_s_doctor(db: None) -> None:
    call_command("demo_accounts", stdout=StringIO())

    told = {user.username: (user.groups.get().name, user.is_staff, user.is_superuser) for user in User.objects.all()}
    assert told == {
        "reviewer": ("Reviewers", True, False),
        "moderator": ("Moderators", True, False),
        "admin": ("Administrators", True, True),
    }
    for user in User.objects.select_related("reviewer_profile"):
        assert user.check_password(settings.DEMO_PASSWORD)
        assert (user.reviewer_profile.qualification, user.reviewer_profile.registration) == ("", "")


def test_demo_accounts_get_the_password_of_the_day_and_keep_what_else_was_changed(db: None, settings: object) -> None:
    call_command("demo_accounts", stdout=StringIO())
    reviewer = User.objects.get(username="reviewer")
    reviewer.groups.clear()

    settings.DEMO_PASSWORD = "another-password"
    output = StringIO()
    call_command("demo_accounts", stdout=output)

    reviewer.refresh_from_db()
    assert reviewer.check_password("another-password")
    assert reviewer.groups.count() == 0
    assert "The password of each is another-password" in output.getvalue()


def test_an_account_of_somebody_else_is_left_alone(db: None) -> None:
    real = User.objects.create_user("admin", "someone@hospital.example", "their-own-password")
    output = StringIO()

    call_command("demo_accounts", stdout=output)

    real.refresh_from_db()
    assert real.check_password("their-own-password")
    assert not real.is_superuser
    assert re.search(r"admin +left alone", output.getvalue())


@pytest.mark.parametrize("command", ["demo_accounts", "start_demo"])
def test_nothing_of_the_demo_is_made_in_a_real_deployment(db: None, settings: object, command: str) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command(command, stdout=StringIO())

    assert User.objects.count() == 0


def test_loading_the_starter_content_again_publishes_nothing(all_published: Edition) -> None:
    output = StringIO()

    call_command("load_starter", stdout=output)

    assert PublishedEdition.objects.count() == 1
    assert f"0 added, 0 updated, {len(all_published.entries)} unchanged, 0 left alone" in output.getvalue()
