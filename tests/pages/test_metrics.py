"""Figures for a monitor: for this machine or for whoever holds the token."""

import re

import pytest
from django.test import Client

from sitecontent.edition import current
from sitecontent.pages import counting
from tests.pages.wsgi import Holding

LINE = re.compile(r"^(# (HELP|TYPE) causeway_\w+ .+|causeway_\w+(\{\w+=\"\w+\"(,\w+=\"\w+\")*\})? [0-9.e+-]+)$")


@pytest.fixture(autouse=True)
def _one_edition(monkeypatch, starter_edition):
    monkeypatch.setattr(current, "_holder", Holding(starter_edition))


def test_this_machine_reads_them_in_the_form_of_prometheus():
    response = Client().get("/metrics")

    text = response.content.decode()
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert [line for line in text.splitlines() if not LINE.match(line)] == []
    for figure in (
        "causeway_ready 1",
        "causeway_edition_number 1",
        'causeway_responses_total{by="django",status="2xx"}',
    ):
        assert figure in text


def test_answers_are_counted_by_who_made_them():
    before = {(by, status): value for by, status, value in counting.answered()}

    Client().get("/about/")
    Client().get("/no-such-page/")

    after = {(by, status): value for by, status, value in counting.answered()}
    assert after["django", "2xx"] == before["django", "2xx"] + 1
    assert after["django", "4xx"] == before["django", "4xx"] + 1


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer another"},
    ],
)
def test_to_all_others_there_is_no_such_page(asked, settings):
    settings.METRICS_TOKEN = "the-token" if "another" in str(asked) else ""

    assert Client().get("/metrics", **asked).status_code == 404


def test_with_the_token_they_are_read_from_elsewhere(settings):
    settings.METRICS_TOKEN = "the-token"

    response = Client().get("/metrics", REMOTE_ADDR="203.0.113.7", HTTP_AUTHORIZATION="Bearer the-token")

    assert response.status_code == 200
