"""Approving and taking down ask who it is, unless that was proved a short while ago. Nothing typed is lost."""

import time

import pytest
from django.test import Client

from sitecontent import review
from sitecontent.models import ADMINISTRATORS, Decision, PublishedEdition, State
from sitecontent.sign_in.proof import PROOF
from sitecontent.sign_in.sessions import PROVED
from tests.admin.helpers import address, cause, harmless, page_of
from tests.admin.pages import read
from tests.fixtures import person
from tests.security.helpers import PASSWORD, give_code, give_password, next_code, set_up

pytestmark = pytest.mark.usefixtures("published")

WORDS = "Read against the guideline;\nit holds. <b>Good</b> & clear."


def long_ago(client: Client) -> None:
    """As if the last proof had been given an hour ago."""
    session = client.session
    session[PROVED] = time.time() - 3600
    session.save()


@pytest.fixture
def revision(reviewer):
    return harmless(reviewer)


@pytest.fixture
def desk(moderator):
    client = Client()
    give_password(client, moderator)
    return client


def send(client, revision, **changes):
    form = read(client.get(page_of(revision))).form("approve")
    return client.post(form.action, form.sent(comment=WORDS, **changes))


def test_after_a_sign_in_nobody_is_asked(desk, revision):
    assert send(desk, revision).status_code == 302
    assert Decision.objects.get(revision=revision).comment.replace("\r", "") == WORDS


def test_later_approving_asks_and_goes_on_with_every_word(desk, revision):
    long_ago(desk)

    asked = send(desk, revision)

    assert "Is it still you?" in asked.content.decode()
    assert not Decision.objects.filter(revision=revision).exists()
    form = read(asked).form("prove-form")
    assert desk.post(form.action, form.sent(**{PROOF: PASSWORD})).status_code == 302
    assert Decision.objects.get(revision=revision).comment.replace("\r", "") == WORDS


def test_a_wrong_password_keeps_every_word_and_decides_nothing(desk, revision):
    long_ago(desk)
    form = read(send(desk, revision)).form("prove-form")

    again = desk.post(form.action, form.sent(**{PROOF: "wrong"}))

    assert again.status_code == 403
    assert "This is not your password." in again.content.decode()
    assert "wrong" not in read(again).form("prove-form").data.values()
    assert read(again).form("prove-form").data["comment"].replace("\r", "") == WORDS
    revision.refresh_from_db()
    assert revision.state is State.SUBMITTED


def test_where_there_is_a_second_step_its_code_is_the_proof_and_the_password_is_not(settings, moderator, revision):
    settings.SECOND_STEP_REQUIRED = True
    client = Client()
    set_up(client, moderator)
    long_ago(client)
    form = read(send(client, revision)).form("prove-form")

    refused = client.post(form.action, form.sent(**{PROOF: PASSWORD}))
    assert refused.status_code == 403
    assert client.post(form.action, form.sent(**{PROOF: next_code(moderator)})).status_code == 302
    assert Decision.objects.filter(revision=revision).count() == 1


def test_taking_a_record_down_asks_too(desk):
    long_ago(desk)
    before = PublishedEdition.objects.count()

    asked = desk.post(address(cause("chlamydia"), "take-down"), {"reason": "It is wrong."})

    assert read(asked).form("prove-form").data["reason"] == "It is wrong."
    assert PublishedEdition.objects.count() == before


def test_looking_is_never_in_the_way(desk, revision):
    long_ago(desk)

    assert "Is it still you?" not in desk.get(page_of(revision)).content.decode()


def test_the_proof_reaches_no_view(desk, revision, monkeypatch):
    met = []

    def refuse(**_):
        raise review.ReviewRefused("Not today.")

    monkeypatch.setattr(review, "approve", refuse)
    monkeypatch.setattr(
        "sitecontent.admin.decisions._seen", lambda request, _row: met.append(dict(request.POST)) or ("", ())
    )
    long_ago(desk)
    form = read(send(desk, revision)).form("prove-form")
    desk.post(form.action, form.sent(**{PROOF: PASSWORD}))

    assert met
    assert PROOF not in met[0]


def test_resetting_a_second_step_asks_too(reviewer, settings):
    settings.SECOND_STEP_REQUIRED = True
    administrator = person("administrator", ADMINISTRATORS)
    set_up(Client(), reviewer)
    client = Client()
    set_up(Client(), administrator)
    give_password(client, administrator)
    give_code(client, next_code(administrator))
    long_ago(client)

    asked = client.post(f"/admin/auth/user/{reviewer.pk}/second-step/")

    assert "Is it still you?" in asked.content.decode()


@pytest.mark.parametrize(
    "page", ["auth/user/{}/change/", "auth/user/{}/password/", "auth/user/{}/delete/", "auth/user/add/"]
)
def test_changing_accounts_asks_too(reviewer, page):
    client = Client()
    give_password(client, person("administrator", ADMINISTRATORS))
    long_ago(client)

    asked = client.post("/admin/" + page.format(reviewer.pk), {"username": "somebody"})

    assert read(asked).form("prove-form").data["username"] == "somebody"


def test_a_password_that_somebody_types_for_another_is_kept_for_the_proof_and_shown_nowhere(reviewer):
    client = Client()
    give_password(client, person("administrator", ADMINISTRATORS))
    long_ago(client)

    asked = client.post(f"/admin/auth/user/{reviewer.pk}/password/", {"password1": "canary-123456"})

    assert "canary-123456" not in asked.content.decode()
