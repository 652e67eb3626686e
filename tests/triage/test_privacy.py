"""An answer is planted, and then looked for everywhere that outlives the request."""

import logging
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from sitecontent.sign_in.models import DeskSession
from triage import api, pages, views

CANARIES = ("hot-shivery", "neck-pressed", "within-72-hours", "Somebody pressed", "Hot and shivery", "72 hours")
PLANTED = {"fever": "hot-shivery", "injury": ["neck-pressed"], "no-consent": "yes", "assault-when": "within-72-hours"}

PAGE_URL, API_URL = "/check/", "/api/v1/check"


def send(client: Client, url: str, **extra):
    if url == API_URL:
        return client.post(url, {"answers": PLANTED}, content_type="application/json", **extra)
    return client.post(url, PLANTED, **extra)


def holds_canary(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


@pytest.fixture
def everything_logged():
    """Every record of every logger, down to the least, whether it propagates or not."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter("%(message)s %(pathname)s").format(record))

    handler = Keep(level=logging.DEBUG)
    loggers = [logging.getLogger(), logging.getLogger("django.db.backends"), logging.getLogger("django.request")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield lines
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


@pytest.mark.parametrize("url", [PAGE_URL, API_URL])
def test_the_planted_answer_is_really_answered(served, url):
    body = send(Client(), url).content.decode()

    assert holds_canary(body)


@pytest.mark.parametrize("url", [PAGE_URL, API_URL])
def test_no_cookie_header_or_redirect_holds_an_answer(served, url):
    response = send(Client(), url)

    assert response.status_code == 200
    assert not response.cookies
    assert not holds_canary(str(response.headers))
    assert "Location" not in response


@pytest.mark.parametrize("url", [PAGE_URL, API_URL])
def test_a_result_is_not_stored_and_not_indexed(served, url):
    response = send(Client(), url)

    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"


def test_every_answer_to_a_form_is_not_stored(served):
    client = Client()
    refused = client.post(PAGE_URL, PLANTED, headers={"Sec-Fetch-Site": "cross-site"})
    edited = client.post(PAGE_URL, {**PLANTED, "action": "edit"})
    wrong = client.post(PAGE_URL, {"fever": "perhaps"})

    assert [each["Cache-Control"] for each in (refused, edited, wrong)] == ["no-store"] * 3


def test_title_and_addresses_of_a_result_hold_no_answer(served):
    body = send(Client(), PAGE_URL).content.decode()

    title = body[body.index("<title>") : body.index("</title>")]
    assert title == "<title>Your result – Causeway"
    assert "/check/?" not in body


def test_no_log_line_holds_an_answer(served, everything_logged):
    client = Client()

    for url in (PAGE_URL, API_URL):
        send(client, url)
    client.post(API_URL, {"answers": {"fever": "hot-shivery", "none-such": "x"}}, content_type="application/json")
    client.post(PAGE_URL, {"fever": ["hot-shivery", "no"]})

    assert not holds_canary("\n".join(everything_logged))


@pytest.mark.parametrize(("url", "room"), [(PAGE_URL, views), (API_URL, api)])
def test_even_when_the_checker_breaks_no_log_line_holds_an_answer(served, everything_logged, monkeypatch, url, room):
    def break_down(edition, answers):
        raise RuntimeError(f"could not assess {dict(answers)}")

    monkeypatch.setattr(room, "assess", break_down)

    response = send(Client(), url)

    assert response.status_code == 500
    assert response["Cache-Control"] == "no-store"
    assert not holds_canary(response.content.decode())
    assert not holds_canary("\n".join(everything_logged))
    assert any("RuntimeError" in line and "break_down" in line for line in everything_logged)


def test_the_database_and_the_cache_know_nothing_afterwards(published):
    client = Client()
    for url in (PAGE_URL, API_URL):
        send(client, url)

    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        own = [table for table in tables if not table.startswith("sitecontent_")]
        for table in own:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert not holds_canary(str(cursor.fetchall())), table
    assert not DeskSession.objects.exists()
    assert not holds_canary(str(getattr(cache, "_cache", {})))


def test_what_is_kept_of_the_pages_is_the_same_whatever_was_answered(served):
    client = Client()
    client.get(PAGE_URL)
    kept, as_it_was, held = pages.pages_of(served), repr(pages.pages_of(served)), pages._pages.cache_info().currsize

    send(client, PAGE_URL)
    client.post(PAGE_URL, {**PLANTED, "action": "edit"})
    client.post(PAGE_URL, {"fever": ["hot-shivery", "no"]})

    assert pages.pages_of(served) is kept
    assert repr(kept) == as_it_was
    assert pages._pages.cache_info().currsize == held


def rows_of_every_table() -> dict[str, int]:
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def test_no_table_grows_by_an_answer(published):
    before = rows_of_every_table()

    for url in (PAGE_URL, API_URL):
        send(Client(), url)

    assert rows_of_every_table() == before


def test_the_next_visitor_finds_an_empty_form(served):
    client = Client()
    client.get(PAGE_URL)
    send(client, PAGE_URL)

    assert " checked" not in "".join(re.findall(r"<input[^>]*>", client.get(PAGE_URL).content.decode()))


def test_what_somebody_would_rather_not_say_is_not_passed_on_to_the_clinician(served):
    said = {"bleed-amount": "spots", "age-band": "prefer-not-to-say", "no-consent": "prefer-not-to-say"}
    body = Client().post(PAGE_URL, said).content.decode()

    notes = body[body.index('<section class="notes"') :]
    notes = notes[: notes.index("</section>")]
    assert "rather not say" not in notes
    assert "How old are you?" not in notes
    assert "How old are you?" in body


def test_the_form_is_not_remembered_by_the_browser(served):
    body = Client().get(PAGE_URL).content.decode()

    form = body[body.index('<form class="check-form"') :]
    assert 'autocomplete="off"' in form[: form.index(">")]
    assert 'method="post"' in form[: form.index(">")]


def test_no_page_of_the_checker_has_inline_script_or_style_or_calls_elsewhere(served):
    client = Client()
    for response in (client.get(PAGE_URL), send(client, PAGE_URL), client.get("/api/v1/docs")):
        body = response.content.decode()
        assert "<style" not in body
        assert "style=" not in body
        assert " onclick=" not in body
        assert "<script>" not in body
        assert 'src="http' not in body
        assert 'rel="stylesheet" href="http' not in body
