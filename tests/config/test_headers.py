"""What every answer carries, whoever gives it: a page, a file, an error, the API, the desk."""

from collections.abc import Mapping

import pytest
from django.test import Client

from sitecontent.edition.edition import Edition

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
    "connect-src": "'self'",
    "default-src": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "img-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
}


def headers_of(client: Client, address: str) -> Mapping[str, str]:
    """Ask for an address and let go of the file that may be behind the answer."""
    response = client.get(address)
    response.close()
    return response.headers


@pytest.mark.parametrize("address", [*ANYWHERE, *DESK])
def test_every_answer_carries_the_security_headers(client: Client, published: Edition, address: str) -> None:
    headers = headers_of(client, address)

    assert dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; ")) == POLICY
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
