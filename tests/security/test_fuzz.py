"""Nothing that anybody can send makes the site fail: every endpoint and every form, with what nobody would think of.

`make test` tries a few hundred requests. `make fuzz` tries twenty thousand and says how many it made.
"""

import io
import json
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sitecontent.edition import current
from sitecontent.finished.front import FinishedPages
from sitecontent.finished.keeper import Keeper
from sitecontent.models import Cause, Finding, Source, Vignette
from sitecontent.reports import views as reports
from tests.admin.helpers import patterns, real_address, signed_in
from tests.admin.pages import read
from tests.security.conftest import made
from triage.api import api

IN_ALL = int(os.environ.get("FUZZ_REQUESTS", "300"))
"""How many requests to make, about."""

SHARES = {"api": 0.35, "raw": 0.25, "check": 0.12, "reading": 0.14, "report": 0.04, "desk": 0.10}


def a_share(of: str, *, among: int = 1) -> Callable[[Any], Any]:
    """Settings for a property that makes its share of the requests."""
    return settings(
        max_examples=max(3, int(IN_ALL * SHARES[of] / among)),
        deadline=None,
        database=None,
        derandomize=IN_ALL <= 1000,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


HUGE = "9" * 400
NASTY = (
    *("", " ", "\x00", "a\x00b", "\u202e", "\ufeff", "\U0010ffff", "'", '"', "--", "' OR 1=1 --", "%00", "%", "%s%n"),
    *("{{7*7}}", "{% debug %}", "${x}", "../../etc/passwd", "..\\..\\x", "/", "//", "null", "None", "NaN", "Infinity"),
    *("-1", "0", "1e309", HUGE, "-" + HUGE, "0x10", "٣", "true", "[]", "{}", "[@x]", "[" * 60, "<b>", "a" * 5000),
    *("\r\n\r\nX: y", "0001-01-01", "9999-99-99", "ünïcödé", "🩸", "not-sure", "yes", "no"),
)
"""Texts at which programs have broken."""

TEXTS = st.sampled_from(NASTY) | st.text(max_size=40) | st.text(st.characters(codec="utf-8"), max_size=400)


@pytest.fixture
def application(starter_edition, monkeypatch):
    """The site as a server calls it, finished pages in front, with the starter content and no database."""
    monkeypatch.setattr(current._holder, "edition", starter_edition)
    monkeypatch.setattr(current._holder, "look_at", float("inf"))
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    handler = WSGIHandler()
    yield FinishedPages(handler, Keeper(handler))
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


# Every endpoint of the API, from its own description

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_endpoint_answers_as_its_description_says(application, label):
    @a_share("api", among=2 * len(OPERATIONS))
    @given(OPERATIONS[label].as_strategy())
    def sound(case):
        response = case.call(app=application, headers={"Host": "127.0.0.1"})
        made["api"] += 1
        case.validate_response(response, checks=CHECKS)

    sound()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
FHIR = st.fixed_dictionaries(
    {"resourceType": st.sampled_from(["QuestionnaireResponse", "Patient"]) | TEXTS},
    optional={"status": JSON, "questionnaire": JSON, "item": JSON},
)


def test_the_checker_of_the_api_reads_any_json(application, starter_edition):
    slugs = st.sampled_from([finding.slug for finding in starter_edition.findings])
    answers = st.dictionaries(slugs | TEXTS, st.sampled_from(["yes", "no", "not-sure"]) | JSON, max_size=6)
    bodies = st.fixed_dictionaries({"answers": answers}) | FHIR | JSON

    @a_share("api", among=2)
    @given(bodies)
    def sound(body):
        sent = json.dumps(body).encode()
        status, _ = call(application, "POST", "/api/v1/check", body=sent, content_type="application/json", kind="api")
        assert status in {200, 400, 413, 422}

    sound()


# Bytes that no browser would send


def call(
    application: Any,
    method: str,
    path: str,
    *,
    query: str = "",
    body: bytes = b"",
    kind: str = "raw",
    content_type: str = "",
    headers: dict[str, str] | None = None,
    length: str | None = None,
) -> tuple[int, bytes]:
    """Call the site as a server does; path and query are texts whose letters stand for one byte each."""
    begun: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "CONTENT_LENGTH": str(len(body)) if length is None else length,
        "CONTENT_TYPE": content_type,
        "HTTP_HOST": "127.0.0.1",
        **(headers or {}),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    chunks = application(environ, lambda status, _headers, _error=None: begun.append(status))
    answer = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    made[kind] += 1
    return int(begun[-1].split()[0]), answer


PLACES = (
    "/", "/causes/", "/causes/chlamydia/", "/search/", "/check/", "/api/v1/check", "/api/v1/causes/x", "/report/sent/",
    "/editions/1/", "/static/causeway.css", "/feed.xml", "/healthz", "/admin/login/", "/categories/", "/findings/x/",
)  # fmt: skip
LATIN = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=60)
HEADERS = st.dictionaries(
    st.sampled_from(
        (
            *("HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "HTTP_HOST", "HTTP_ORIGIN"),
            *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_REFERER", "HTTP_SEC_FETCH_SITE"),
            *("HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_HTTP_METHOD_OVERRIDE"),
        )
    ),
    LATIN | st.sampled_from(["*", "gzip;q=x", "bytes=0-", "[::1", "::1]:80", "a:b:c", 'W/"x', "sessionid=x", "null"]),
    max_size=4,
)
TYPES = st.sampled_from(
    (
        *("", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "/;;="),
        *("multipart/form-data", "application/x-www-form-urlencoded; charset=utf-7", "text/plain; charset=no-such"),
    )
)


def test_no_bytes_make_it_fail(application, db):
    methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", "X" * 30])
    paths = (
        st.sampled_from(PLACES)
        | LATIN.map(lambda text: "/" + text)
        | st.tuples(st.sampled_from(PLACES), LATIN).map("".join)
    )
    lengths = st.none() | st.sampled_from(["", "-1", "x", HUGE, "10", "99999999"])

    @a_share("raw")
    @given(methods, paths, LATIN, st.binary(max_size=300), TYPES, HEADERS, lengths)
    def sound(method, path, query, body, content_type, headers, length):
        status, _ = call(
            application, method, path, query=query, body=body, content_type=content_type, headers=headers, length=length
        )
        assert status < 500

    sound()


# The forms and lists of visitors


def test_the_form_of_the_checker_reads_anything(application, starter_edition):
    slugs = st.sampled_from([finding.slug for finding in starter_edition.findings]) | st.sampled_from(["action", "x"])
    known = st.sampled_from([answer.slug for finding in starter_edition.findings for answer in finding.answers])
    forms = st.lists(st.tuples(slugs | TEXTS, known | TEXTS), max_size=12)

    @a_share("check")
    @given(forms)
    def sound(form):
        body = urlencode(form, errors="replace").encode()
        kind = "application/x-www-form-urlencoded"
        status, answer = call(application, "POST", "/check/", body=body, content_type=kind, kind="check")
        assert status in {200, 413, 422}
        assert answer

    sound()


def test_lists_and_search_read_anything(application):
    names = st.sampled_from(
        ["q", "category", "nature", "pregnancy", "urgency", "site", "sort", "verdict", "page", "region", "theme"]
    )
    places = st.sampled_from(
        ["/causes/", "/search/", "/claims/", "/sources/", "/findings/", "/report/", "/editions/", "/"]
    )

    @a_share("reading")
    @given(places, st.lists(st.tuples(names | TEXTS, TEXTS), max_size=5))
    def sound(place, query):
        status, _ = call(application, "GET", place, query=urlencode(query, errors="replace"), kind="reading")
        assert status < 500

    with mock.patch("sitecontent.reports.views.limit"):
        sound()


def test_the_form_for_reports_takes_anything(starter_edition, monkeypatch, db):
    monkeypatch.setattr(current._holder, "edition", starter_edition)
    monkeypatch.setattr(current._holder, "look_at", float("inf"))
    monkeypatch.setattr(reports, "MOST_IN_ALL", 10**9)
    client = Client(raise_request_exception=False)
    names = st.sampled_from(["page", "text", "contact", "website"])

    @a_share("report")
    @given(st.dictionaries(names | TEXTS, TEXTS, max_size=5))
    def sound(form):
        reports.limit.forget()
        with transaction.atomic():
            assert client.post("/report/", form).status_code < 500
            made["report"] += 1
            transaction.set_rollback(True)

    sound()


# The desk: every form, filled in by somebody who may do everything and means no good


@pytest.fixture
def boss(published, django_user_model):
    client = signed_in(django_user_model.objects.create_superuser("boss", password="a-long-test-password"))
    client.raise_request_exception = False
    return client


def failing(response: Any) -> str:
    """What failed and where, for the message of a test."""
    error = getattr(response, "exc_info", None)
    if not error:
        return str(response.status_code)
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error[2])[-8:])
    return f"{response.status_code} {error[1]!r} at {where}"


def test_the_forms_of_the_desk_take_anything(boss):
    forms = []
    for model in (Cause, Finding, Source, Vignette):
        address = f"/admin/sitecontent/{model._meta.model_name}/{model.objects.first().pk}/change/"
        forms.append((address, read(boss.get(address)).form(f"{model._meta.model_name}_form").sent()))

    @a_share("desk", among=2)
    @given(st.sampled_from(forms), st.randoms(use_true_random=False), st.integers(1, 4))
    def sound(form, chance, count):
        address, data = form
        data = dict(data)
        for name in chance.sample(sorted(data), count):
            data[name] = chance.choice(NASTY)
        with transaction.atomic():
            response = boss.post(address, data)
            made["desk"] += 1
            transaction.set_rollback(True)
        assert response.status_code < 500, failing(response)

    sound()


def test_the_addresses_of_the_desk_take_any_query_and_any_form(boss, things):
    skipped = {"logout", "login", "revision_impact"}
    addresses = sorted(
        real_address(name, route, things) for name, route in patterns() if name not in skipped and "<str" not in route
    )
    names = ("q", "o", "p", "all", "e", "_popup", "_to_field", "id__exact", "kind", "from", "to", "standing", "action")
    sent = ("sha256", "base_sha256", "comment", "reason", "note", "content", "username", "code_token", "name", "action")

    @a_share("desk", among=2)
    @given(st.sampled_from(addresses), st.booleans(), st.lists(st.tuples(st.integers(0, 99), TEXTS), max_size=4))
    def sound(address, is_post, fields):
        path = address.partition("?")[0]
        with transaction.atomic():
            if is_post:
                response = boss.post(path, {sent[number % len(sent)]: value for number, value in fields})
            else:
                response = boss.get(path, {names[number % len(names)]: value for number, value in fields})
            made["desk"] += 1
            transaction.set_rollback(True)
        assert response.status_code < 500, f"{address}: {failing(response)}"

    sound()
