"""Whoever is signed out in the middle of writing loses no word; what another site sends is not repeated."""

import pytest
from django.test import Client

from sitecontent.models import Decision, Revision
from tests.admin.helpers import harmless, page_of
from tests.admin.pages import read
from tests.security.helpers import give_password

pytestmark = pytest.mark.usefixtures("published")

WORDS = "A long sentence about <b>what</b> to change & why."
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def revision(reviewer):
    return harmless(reviewer)


def opened(client: Client, revision: Revision):
    return read(client.get(page_of(revision))).form("approve")


def test_a_form_sent_after_the_session_ended_comes_back_and_goes_through_once_signed_in_again(moderator, revision):
    client = Client(enforce_csrf_checks=True)
    client.get("/admin/login/")
    token = client.cookies["csrftoken"].value
    give_password(client, moderator, csrfmiddlewaretoken=token)
    form = opened(client, revision)
    client.cookies.pop("sessionid")

    back = client.post(form.action, form.sent(comment=WORDS), headers=FROM_HERE)

    assert back.status_code == 403
    assert "You have been signed out" in back.content.decode()
    kept = read(back).forms[0]
    assert kept.data["comment"].strip() == WORDS
    give_password(
        client,
        moderator,
        csrfmiddlewaretoken=read(client.get("/admin/login/")).form("login-form").data["csrfmiddlewaretoken"],
    )
    old = client.post(form.action, kept.sent(), headers=FROM_HERE)
    assert "opened before you signed in" in old.content.decode()
    assert client.post(form.action, read(old).forms[0].sent(), headers=FROM_HERE).status_code == 302
    assert Decision.objects.get(revision=revision).comment == WORDS


@pytest.mark.parametrize("sent_from", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {}])
def test_what_another_site_sends_is_not_repeated(moderator, revision, sent_from):
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)
    form = opened(client, revision)

    refused = client.post(form.action, form.sent(comment=WORDS, csrfmiddlewaretoken="x" * 64), headers=sent_from)

    assert refused.status_code == 403
    assert "A long sentence" not in refused.content.decode()
    assert "csrfmiddlewaretoken" not in refused.content.decode()
    assert not Decision.objects.filter(revision=revision).exists()


def test_no_password_or_code_comes_back(moderator, revision):
    back = Client().post(
        page_of(revision) + "approve/",
        {"comment": WORDS, "password1": "canary-1", "code_token": "canary-2"},
        headers=FROM_HERE,
    )

    assert WORDS.split("<")[0] in back.content.decode()
    assert "canary" not in back.content.decode()
