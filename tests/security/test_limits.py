"""How often somebody may ask: counted in memory only, and never in the way of somebody who is afraid."""

import logging
import time

import pytest
from django.core.cache import cache
from django.test import Client

from sitecontent.limits import MOST_COUNTED, Limit, network_of
from sitecontent.pages.views import searches
from triage.views import checks

ADDRESS = "203.0.113.77"
ANSWERS = {"danger-signs": "none", "bleed-amount": "spots"}


@pytest.fixture
def three_a_minute(settings, published):
    settings.CHECKS_A_MINUTE = settings.SEARCHES_A_MINUTE = 3
    for limit in (checks, searches):
        limit.forget()
    yield
    for limit in (checks, searches):
        limit.forget()


def ask_page(client, **extra):
    return client.post("/check/", ANSWERS, **extra)


def ask_api(client, **extra):
    return client.post("/api/v1/check", {"answers": ANSWERS}, content_type="application/json", **extra)


def search(client, **extra):
    return client.get("/search/", {"q": "coil"}, **extra)


@pytest.mark.parametrize("ask", [ask_page, ask_api, search])
def test_who_asks_too_often_is_asked_to_wait_and_nobody_else(three_a_minute, ask):
    client = Client()
    found = [ask(client, REMOTE_ADDR=ADDRESS).status_code for _ in range(4)]

    assert found == [200, 200, 200, 429]
    assert ask(client, REMOTE_ADDR="198.51.100.9").status_code == 200


def too_often(client, ask=ask_page):
    return [ask(client, REMOTE_ADDR=ADDRESS) for _ in range(4)][-1]


def test_the_page_that_asks_to_wait_tells_first_where_help_is(three_a_minute):
    response = too_often(Client())

    body = response.content.decode()
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 61
    assert response["Cache-Control"] == "no-store"
    assert body.index("do not wait for this page") < body.index("Wait a minute")
    assert "999" in body
    assert 'href="/emergency/"' in body
    assert "spots" not in body


def test_the_api_that_asks_to_wait_tells_where_help_is(three_a_minute):
    response = too_often(Client(), ask_api)

    assert response.status_code == 429
    assert response["Content-Type"].startswith("application/json")
    assert "/emergency/, which is never limited" in response.json()["detail"][0]["message"]


def test_page_and_api_count_together(three_a_minute):
    client = Client()
    for _ in range(3):
        ask_page(client, REMOTE_ADDR=ADDRESS)

    assert ask_api(client, REMOTE_ADDR=ADDRESS).status_code == 429


@pytest.mark.parametrize(
    "address", ["/", "/emergency/", "/check/", "/causes/", "/causes/chlamydia/", "/pregnancy/", "/search/", "/healthz"]
)
def test_nothing_that_is_only_read_is_ever_limited(three_a_minute, address):
    client = Client()
    too_often(client)

    assert {client.get(address, REMOTE_ADDR=ADDRESS).status_code for _ in range(12)} == {200}


def test_nothing_of_a_limit_outlives_the_process(three_a_minute, caplog):
    with caplog.at_level(logging.DEBUG):
        too_often(Client())

    assert ADDRESS not in caplog.text
    assert ADDRESS not in repr(vars(checks))
    assert len(getattr(cache, "_cache", {})) == 0


def test_the_name_under_which_somebody_is_counted_changes_each_time():
    limit = Limit(1, 60)
    names = []
    for now in (0.0, 61.0):
        limit.takes(ADDRESS, now)
        names.append(set(limit._counts))

    assert names[0].isdisjoint(names[1])


def test_a_limit_has_a_bounded_memory():
    limit = Limit(1)
    for number in range(2 * MOST_COUNTED):
        limit.takes(f"visitor {number}", 1.0)

    assert len(limit._counts) <= MOST_COUNTED


def test_a_household_with_many_ipv6_addresses_counts_as_one():
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::2")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of("what is this") == "what is this"


def test_a_limit_is_over_when_its_time_is():
    limit = Limit(1, 60)

    assert [limit.takes("x", now) for now in (0.0, 1.0, 59.0, 60.0)] == [True, False, False, True]


def test_counting_takes_next_to_no_time():
    limit = Limit(10**9, 60)
    limit.takes(ADDRESS, 0.0)
    started = time.perf_counter()
    for _ in range(10_000):
        limit.takes(ADDRESS, 0.0)

    assert time.perf_counter() - started < 1.0
