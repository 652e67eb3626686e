"""Everybody chooses for themselves which letters they get."""

import pytest

from sitecontent.models import LetterChoice
from tests.admin.pages import read
from tests.review.test_letters import with_address

pytestmark = pytest.mark.usefixtures("published")


def choose(client, **changes):
    form = read(client.get("/admin/mail/")).form()
    return client.post("/admin/mail/", form.sent(**changes))


def test_without_a_choice_every_letter_comes(desk, reviewer):
    with_address(reviewer)

    page = read(desk.get("/admin/mail/"))

    assert page.form().data.keys() >= {"submitted", "decided", "digest"}
    assert "reviewer@example.org" in page.text
    assert not LetterChoice.objects.exists()


def test_a_kind_can_be_turned_off_and_on_again(desk, reviewer):
    assert choose(desk, decided=None).status_code == 302
    assert LetterChoice.objects.get(user=reviewer).decided is False
    assert "decided" not in read(desk.get("/admin/mail/")).form().data

    choose(desk, decided="on")

    choice = LetterChoice.objects.get(user=reviewer)
    assert (choice.submitted, choice.decided, choice.digest) == (True, True, True)


def test_nobody_changes_what_another_gets(desk, bench, reviewer, moderator):
    choose(desk, decided=None)

    choose(bench, submitted=None, user=str(reviewer.pk))

    assert LetterChoice.objects.get(user=reviewer).submitted is True
    assert LetterChoice.objects.get(user=moderator).submitted is False


def test_who_has_no_address_is_told_so(desk):
    assert "Your account has no e-mail address" in read(desk.get("/admin/mail/")).text
