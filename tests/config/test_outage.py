"""While its database is away, the desk says that nothing was saved and gives back what was typed."""

import pytest
from django.db import OperationalError
from django.test import Client

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

    def load(_):
        raise OperationalError("the server is not there")

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


def test_another_error_stays_an_error(desk, monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)
    desk.raise_request_exception = False

    assert desk.get("/admin/").status_code == 500


def test_the_public_side_has_no_part_in_it(desk, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr("sitecontent.edition.current.current_edition", away)
    desk.raise_request_exception = False

    response = desk.get("/causes/")

    assert response.status_code == 500
    assert b"The desk" not in response.content
