"""While its database is away, the desk says that nothing was saved and gives back what was typed."""

from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from config.outage import DeskSessionMiddleware
from sitecontent.edition import current
from tests.admin.pages import read
from tests.fixtures import person


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(person("reviewer", "Reviewers"))
    return client


@pytest.fixture
def away(desk, monkeypatch):
    """No session can be read any more."""

    def get_new_connection():
        raise OperationalError("the server is not there")

    def load(_):
        get_new_connection()

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", load)


@pytest.mark.usefixtures("away")
def test_reading_is_refused_plainly(desk):
    response = desk.get("/admin/sitecontent/cause/?q=x")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "Nothing was saved" in response.content.decode()
    assert 'href="/admin/sitecontent/cause/?q=x"' in response.content.decode()


@pytest.mark.usefixtures("away")
def test_what_was_typed_is_in_the_answer_and_can_be_sent_again(desk):
    typed = {
        "title": 'Ein "Titel" & <mehr> davon, recht lang',
        "summary": "\r\nline\r\nline",
        "site": ["a", "b"],
        "order": "3",
        "empty": "",
    }

    response = desk.post("/admin/sitecontent/cause/add/?x=1", typed)

    assert response.status_code == 503
    page = read(response)
    sent = page.form().sent()
    assert {name: sent[name] for name in typed if name != "site"} == {n: v for n, v in typed.items() if n != "site"}
    assert response.content.count(b'name="site"') == 2
    assert sent["csrfmiddlewaretoken"]
    assert response["Content-Security-Policy"]


@pytest.mark.usefixtures("away")
def test_no_password_is_repeated(db):
    response = Client().post("/admin/login/", {"username": "somebody", "password": "hunter2", "otp_token": "123456"})

    assert response.status_code in {200, 503}
    assert b"hunter2" not in response.content
    assert b"123456" not in response.content


def test_when_the_database_goes_away_in_the_middle_nobody_is_told_that_nothing_was_saved(desk, monkeypatch):
    def broken(_):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)

    text = desk.post("/admin/sitecontent/cause/add/", {"title": "A title"}).content.decode()

    assert "This may have been saved, or not" in text
    assert "Nothing was saved" not in text


def test_a_session_that_can_not_be_saved_for_want_of_a_database_is_an_outage(rf):
    def save() -> None:
        try:
            raise OperationalError("server closed the connection unexpectedly")
        except OperationalError:
            raise UpdateError  # noqa: B904 - just as the session store does

    response = answer_with(rf, save)

    assert response.status_code == 503
    assert "This may have been saved, or not" in response.content.decode()


def test_a_session_that_was_ended_elsewhere_is_what_it_was(rf):
    def save() -> None:
        raise UpdateError

    with pytest.raises(SessionInterrupted):
        answer_with(rf, save)


def answer_with(rf, save):
    """What the session middleware answers when the session is saved so."""
    request = rf.post("/admin/review/1/approve/", {"comment": "Good."})
    request.session = SimpleNamespace(
        accessed=True, modified=True, save=save, is_empty=lambda: False, get_expire_at_browser_close=lambda: True
    )
    return DeskSessionMiddleware(lambda _: HttpResponse()).process_response(request, HttpResponse())


def test_another_error_stays_an_error(desk, monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)
    desk.raise_request_exception = False

    assert desk.get("/admin/").status_code == 500


def test_the_public_side_has_no_part_in_it(desk, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(current._holder, "get", away)
    desk.raise_request_exception = False

    response = desk.get("/causes/")

    assert response.status_code == 500
    assert b"The desk" not in response.content
