"""What every answer carries, whoever gives it: a page, a file, an error, the API, the desk."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test import Client

from config.headers import PERMISSIONS_POLICY
from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from sitecontent.finished.front import FinishedPages, is_welcome
from sitecontent.finished.keeper import Keeper
from tests.pages.wsgi import Counting, Holding, ask, only_a_few

ANYWHERE = (
    "/",
    "/check/",
    "/api/v1/edition",
    "/api/v1/docs",
    "/no-such-page/",
    "/static/admin/css/base.css",
    "/healthz",
)
DESK = ("/admin/", "/admin/login/")

POLICY = {
    "base-uri": "'none'",
    "default-src": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "img-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
}


POLICY_OF_THE_DESK = {**POLICY, "connect-src": "'self'"}
"""Its scripts ask this site for previews and names."""


def policy_in(headers: Mapping[str, str]) -> dict[str, str]:
    """A content security policy, by its directives."""
    return dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))


def headers_of(client: Client, address: str) -> Mapping[str, str]:
    """Ask for an address and let go of the file that may be behind the answer."""
    response = client.get(address)
    response.close()
    return response.headers


@pytest.mark.parametrize("address", [*ANYWHERE, *DESK])
def test_every_answer_carries_the_security_headers(client: Client, published: Edition, address: str) -> None:
    headers = headers_of(client, address)

    assert policy_in(headers) == (POLICY_OF_THE_DESK if address.startswith("/admin/") else POLICY)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("address", ANYWHERE)
def test_public_answers_tell_nobody_where_a_visitor_came_from(client: Client, published: Edition, address: str) -> None:
    assert headers_of(client, address)["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("address", DESK)
def test_the_desk_may_tell_this_site_alone_or_no_form_could_be_sent(client: Client, db: None, address: str) -> None:
    assert headers_of(client, address)["Referrer-Policy"] == "same-origin"


def test_the_cookies_of_the_desk_stay_at_the_desk(client: Client, db: None) -> None:
    client.get("/admin/login/")

    cookie = client.cookies["csrftoken"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/", True, "Lax")


@pytest.mark.parametrize("address", ["/markdownx/upload/", "/markdownx/markdownify/"])
def test_the_views_of_markdownx_are_not_routed(client: Client, published: Edition, address: str) -> None:
    assert client.post(address, {"content": "x"}).status_code == 404


def test_a_wrong_name_is_refused_without_a_traceback_in_the_log(
    client: Client, published: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/", headers={"host": "elsewhere.example"})

    assert answer.status_code == 400
    assert not any(record.exc_info for record in caplog.records)


# The same on what is wrong, and in front of Django


def fails(*_: object, **__: object) -> None:
    raise RuntimeError


def wrong_name(client: Client, _: pytest.MonkeyPatch) -> HttpResponse:
    return client.get("/", headers={"host": "elsewhere.example"})


def no_permission(client: Client, _: pytest.MonkeyPatch) -> HttpResponse:
    return client.post("/admin/preview/", {"content": "x"})


def not_sent_from_here(client: Client, _: pytest.MonkeyPatch) -> HttpResponse:
    return Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})


def other_site(client: Client, _: pytest.MonkeyPatch) -> HttpResponse:
    return client.post("/check/", {"fever": "no"}, headers={"Sec-Fetch-Site": "cross-site"})


def wrong_method(client: Client, _: pytest.MonkeyPatch) -> HttpResponse:
    return client.delete("/check/")


def too_large(client: Client, _: pytest.MonkeyPatch) -> HttpResponse:
    return client.post("/api/v1/check", b" " * 100_000, content_type="application/json")


def not_understood(client: Client, _: pytest.MonkeyPatch) -> HttpResponse:
    return client.post("/api/v1/check", {"answers": {"x": "y"}}, content_type="application/json")


def too_often(client: Client, patch: pytest.MonkeyPatch) -> HttpResponse:
    patch.setattr(settings, "SEARCHES_A_MINUTE", 1)
    return [client.get("/search/?q=coil", REMOTE_ADDR="198.51.100.200") for _ in range(2)][-1]


def broken(client: Client, patch: pytest.MonkeyPatch) -> HttpResponse:
    patch.setattr("sitecontent.pages.views.render_page", fails)
    return client.get("/about/")


def nothing_published(client: Client, patch: pytest.MonkeyPatch) -> HttpResponse:
    patch.setattr(current, "_holder", Holding(None))
    return client.get("/causes/")


WRONG: tuple[tuple[Callable[[Client, pytest.MonkeyPatch], HttpResponse], int], ...] = (
    (wrong_name, 400),
    (no_permission, 403),
    (not_sent_from_here, 403),
    (other_site, 403),
    (wrong_method, 405),
    (too_large, 413),
    (not_understood, 422),
    (too_often, 429),
    (broken, 500),
    (nothing_published, 503),
)


@pytest.mark.parametrize(("go_wrong", "status"), WRONG, ids=[str(go.__name__) for go, _ in WRONG])
def test_what_goes_wrong_carries_them_too(
    published: Edition,
    monkeypatch: pytest.MonkeyPatch,
    go_wrong: Callable[[Client, pytest.MonkeyPatch], HttpResponse],
    status: int,
) -> None:
    answer = go_wrong(Client(raise_request_exception=False), monkeypatch)

    assert answer.status_code == status
    at_the_desk = answer.request["PATH_INFO"].startswith("/admin/")  # type: ignore[attr-defined]
    assert policy_in(answer.headers) == (POLICY_OF_THE_DESK if at_the_desk else POLICY)
    assert [answer.headers[name] for name in SAME_EVERYWHERE] == list(SAME_EVERYWHERE.values())
    body = answer.content.decode()
    assert "<style" not in body
    assert " style=" not in body
    assert "<script>" not in body
    assert "Traceback" not in body


SAME_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}


@pytest.mark.usefixtures("connections_left_alone")
@pytest.mark.parametrize("is_finished", [False, True], ids=["by django", "in front of django"])
def test_https_is_held_to_by_django_and_in_front_of_it(
    starter_edition: Edition, settings: Any, monkeypatch: pytest.MonkeyPatch, is_finished: bool
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    edition = only_a_few(starter_edition)
    monkeypatch.setattr(current, "_holder", Holding(edition))
    is_welcome.cache_clear()
    django = Counting(WSGIHandler())
    site: Any = django
    if is_finished:
        keeper = Keeper(django)
        keeper.tend()
        site = FinishedPages(django, keeper)
        django.asked.clear()

    safe = ask(site, "/about/", x_forwarded_proto="https")

    assert bool(django.asked) is not is_finished
    assert safe.status == 200
    assert safe.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert policy_in({"Content-Security-Policy": safe.headers["content-security-policy"]}) == POLICY
    assert {name: safe.headers[name.lower()] for name in SAME_EVERYWHERE} == SAME_EVERYWHERE
    moved = ask(site, "/about/")
    assert (moved.status, moved.headers["location"]) == (301, "https://127.0.0.1/about/")
    is_welcome.cache_clear()
