"""The list of what is due, on the terminal and by mail."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from freezegun import freeze_time

from sitecontent.edition import current
from sitecontent.models import LetterChoice
from tests.fixtures import person
from tests.pages.wsgi import Holding


@pytest.fixture
def holding(monkeypatch, starter_edition):
    holder = Holding(starter_edition)
    monkeypatch.setattr(current, "_holder", holder)
    return holder


def run(*arguments: str) -> list[str]:
    said = StringIO()
    call_command("due_reviews", *arguments, stdout=said)
    return said.getvalue().splitlines()


@freeze_time("2026-06-01")
def test_it_lists_what_is_due_with_the_reason_and_counts_the_rest(holding):
    lines = run()

    assert lines[0].startswith(f"{len(run('--all')) - 1} due now, 0 more by 2026-08-30 (")
    assert len(lines) == 52
    assert lines[1].startswith("2026-01-01  emergency  ")
    assert lines[1].endswith(": nobody has signed it yet")
    assert lines[-1].endswith("more: --all lists them.")


@freeze_time("2025-06-01")
def test_it_looks_no_further_ahead_than_asked(holding):
    assert run() == ["0 due now, 0 more by 2025-08-30."]
    assert run("--within", "400")[0].startswith("0 due now, ")
    assert "0 more" not in run("--within", "400")[0]


def test_it_says_plainly_that_there_is_no_edition(holding):
    holding.edition = None

    with pytest.raises(CommandError, match="No edition has been published yet"):
        run()


def test_it_is_sent_to_reviewers_and_moderators_who_have_an_address(holding, db, mailoutbox):
    for name, role, address, is_active in (
        ("one", "Reviewers", "one@example.org", True),
        ("two", "Moderators", "two@example.org", True),
        ("three", "Moderators", "", True),
        ("four", "Administrators", "four@example.org", True),
        ("gone", "Reviewers", "gone@example.org", False),
    ):
        user = person(name, role)
        user.email, user.is_active = address, is_active
        user.save()

    lines = run("--email")

    assert [message.to for message in mailoutbox] == [["one@example.org"], ["two@example.org"]]
    assert mailoutbox[0].subject.endswith("reviews are due")
    assert "nobody has signed it yet" in mailoutbox[0].body
    assert lines[-1] == "Sent to 2 people."


def test_whoever_turned_it_off_gets_no_digest(holding, db, mailoutbox):
    user = person("one", "Reviewers")
    user.email = "one@example.org"
    user.save()
    LetterChoice.objects.create(user=user, digest=False)

    assert run("--email")[-1] == "Sent to 0 people."
    assert mailoutbox == []


def test_a_mail_server_that_fails_is_told(holding, db, settings):
    user = person("one", "Reviewers")
    user.email = "one@example.org"
    user.save()
    settings.EMAIL_BACKEND = "tests.review.test_letters.Broken"

    with pytest.raises(CommandError, match="1 could not be sent; the log says why"):
        run("--email")
