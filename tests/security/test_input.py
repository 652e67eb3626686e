"""What one request may hold: bytes, fields, depth, numbers, letters and paths. None is answered with a 500."""

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client

from sitecontent.management.commands.serve import server_command
from sitecontent.models import Cause, ProblemReport, Source
from tests.admin.helpers import harmless, page_of, save, signed_in
from tests.admin.pages import read
from triage.forms import LARGEST_FORM_BYTES

pytestmark = pytest.mark.usefixtures("published")

ROOT = Path(django_settings.BASE_DIR)
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def client() -> Client:
    return Client(raise_request_exception=False)


def post_json(body, address="/api/v1/check"):
    return client().post(address, body, content_type=JSON)


# Too much


@pytest.mark.parametrize("address", ["/check/", "/report/"])
def test_a_form_that_is_larger_than_any_honest_one_is_refused_before_it_is_read(address):
    assert client().post(address, b"a=" + b"x" * (LARGEST_FORM_BYTES + 1), content_type=FORM).status_code == 413


def test_a_body_that_is_larger_than_any_honest_one_is_refused_by_the_api():
    assert post_json(b"[" + b" " * LARGEST_FORM_BYTES + b"]").status_code == 413


@pytest.mark.parametrize("length", ["99999999999999999999", "-5", "ten", "1e9"])
def test_a_length_that_is_a_lie_is_refused(length):
    for address in ("/check/", "/report/", "/api/v1/check"):
        assert client().post(address, {"a": "b"}, CONTENT_LENGTH=length).status_code in {400, 413}


def test_the_desk_refuses_a_form_of_more_than_two_megabytes(moderator):
    browser = signed_in(moderator)
    browser.raise_request_exception = False

    assert browser.post("/admin/preview/", {"content": "x" * (3 * 2**20)}).status_code in {400, 413}


def test_more_fields_than_any_form_has_are_refused():
    many = "&".join(f"f{n}=1" for n in range(5000)).encode()

    assert len(many) < LARGEST_FORM_BYTES
    assert client().post("/check/", many, content_type=FORM).status_code == 400
    assert client().post("/report/", many, content_type=FORM).status_code in {400, 413}


def test_the_largest_form_of_the_desk_is_well_within_the_limit_of_fields(reviewer, settings):
    from sitecontent.models import WORKING_RECORDS

    browser = signed_in(reviewer)
    most = 0
    for model in WORKING_RECORDS.values():
        page = browser.get(f"/admin/sitecontent/{model._meta.model_name}/{model.objects.first().pk}/change/")
        most = max(most, len(read(page).form(f"{model._meta.model_name}_form").data))

    assert 50 < most < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS / 4


@pytest.mark.parametrize("address", ["/check/", "/report/"])
def test_a_form_whose_parts_can_not_be_read_is_refused(address):
    name = "x" * 5000
    body = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n1\r\n--x--\r\n'.encode()

    assert client().post(address, body, content_type="multipart/form-data; boundary=x").status_code == 400


def test_a_search_as_long_as_a_book_is_cut():
    assert client().get("/search/", {"q": "bleeding " * 500}).status_code == 200


def test_a_text_that_is_longer_than_its_column_comes_back_with_words(reviewer):
    source = Source.objects.first()

    response = save(signed_in(reviewer), source, title="x" * 5000)

    assert response.status_code == 200
    assert "at most" in response.content.decode()


# Too deep, too large, not letters


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"answers":', "}"), ('{"a":[', "]}")])
def test_json_nested_thousands_deep_is_refused(opening, closing):
    depth = 4000
    body = (opening * depth + "1" + closing * depth)[: LARGEST_FORM_BYTES - 10]

    assert post_json(body).status_code in {400, 422}


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 400, "1e400", "1" + "0" * 4400 + ".5", "NaN", "-Infinity"])
def test_huge_numbers_in_json_are_refused(number):
    assert post_json(f'{{"answers": {{"pain-now": {number}}}}}').status_code in {400, 422}


@pytest.mark.parametrize("query", ["page=" + "9" * 5000, "page=-1", "page=1e9", "page=0x10", "page=%D9%A3"])
@pytest.mark.parametrize("address", ["/causes/", "/sources/", "/editions/"])
def test_huge_numbers_in_an_address_are_no_fault_of_ours(address, query):
    assert client().get(f"{address}?{query}").status_code in {200, 400, 404}


@pytest.mark.parametrize("address", ["/editions/" + "9" * 400 + "/", "/editions/-1/", "/editions/1.5/", "/editions/٣/"])
def test_an_edition_whose_number_nobody_counts_to_is_not_found(address):
    assert client().get(address).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b'{"answers": {"\xc3\x28": "yes"}}',
        b'{"answers": {"\\ud800": "yes"}}',
        b'\xef\xbb\xbf{"answers": {}}',
        b"\x00",
    ],
)
def test_bytes_that_are_no_text_are_refused_by_the_api(body):
    assert post_json(body).status_code in {200, 400, 422}


def test_bytes_that_are_no_text_are_read_as_something_by_the_forms():
    body = b"fever=%ff%fe&%c3%28=%ed%a0%80&pain-now=\xff"

    assert client().post("/check/", body, content_type=FORM).status_code == 422
    assert client().get("/search/?q=%ff%fe%00").status_code == 200
    assert client().post("/report/", b"page=%ff&text=%ed%a0%80hello+there", content_type=FORM).status_code == 302
    assert ProblemReport.objects.get().page == "\ufffd"


@pytest.mark.parametrize(
    "path",
    [
        *("/static/../config/settings.py", "/static/%2e%2e/config/settings.py", "/static/..%2fconfig%2fsettings.py"),
        *("/static/%2e%2e%5cconfig%5csettings.py", "/static//etc/passwd", "/static/admin/../../manage.py"),
        *("/causes/../admin/", "/causes/%2e%2e/%2e%2e/etc/passwd", "/causes/%00/", "/causes/chlamydia%00.html/"),
        *("/\\evil.example/", "/%5cevil.example", "/causes/chlamydia/;x=1", "/.env", "/.git/config"),
        *("/" + "a" * 8000, "/" + "a/" * 3000, "/%ff%fe/", "/causes/%F0%9F%A9%B8/"),
    ],
)
def test_tricks_with_a_path_lead_nowhere(path):
    response = client().get(path)

    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code in {301, 302, 400, 404}
    assert not response.headers.get("Location", "/").startswith(("//", "/\\", "http"))
    assert b"SECRET_KEY" not in body
    assert b"root:" not in body


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example/x", "///evil.example", "//evil.example/%2e%2e"])
def test_a_path_that_looks_like_another_site_leads_to_none(path):
    response = client().get("/", PATH_INFO=path)

    assert response.status_code in {301, 404}
    assert not response.headers.get("Location", "/").startswith(("//", "/\\", "http"))


def test_what_nobody_can_have_typed_is_taken_out_at_the_desk(reviewer, moderator):
    revision = harmless(reviewer)
    form = read(signed_in(moderator).get(page_of(revision))).form("approve")

    signed_in(moderator).post(form.action, form.sent(comment="It \x00holds.\x0b\x1f Good."))

    assert revision.decisions.get().comment == "It holds. Good."


def test_an_empty_name_of_a_field_to_look_up_by_is_as_good_as_none(published, reviewer):
    desk, address = signed_in(reviewer), f"/admin/sitecontent/cause/{Cause.objects.get(slug='chlamydia').pk}/change/"

    assert [desk.get(address + query).status_code for query in ("", "?_to_field=", "?_to_field=nonsense")] == [
        200,
        200,
        400,
    ]


# Slow clients


@pytest.fixture
def served(tmp_path):
    """A real server on a port of its own, as `manage.py serve` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environ = {**kept, "DEMO": "1", "DEMO_PASSWORD": "x" * 20, "SECRET_KEY": "x" * 60, "VAR_DIR": str(tmp_path)}
    command = server_command(host="127.0.0.1", port=port, workers=1, threads=2, quiet=True)
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(30)


def healthy(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return line.recv(12) == b"HTTP/1.1 200"


def test_clients_that_never_finish_their_headers_keep_nobody_out(served):
    """Far more of them than threads: those that say nothing more hold a connection and no thread."""
    slow = [socket.create_connection(("127.0.0.1", served), 5) for _ in range(40)]
    for line in slow:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")

    assert all(healthy(served) for _ in range(5))
    for line in slow:
        line.close()


def test_nginx_waits_for_nobody_longer_than_it_says():
    text = (ROOT / "deploy/nginx/causeway.conf").read_text()

    for setting in (
        "client_header_timeout 10s",
        "client_body_timeout 10s",
        "send_timeout 20s",
        "client_max_body_size 1m",
    ):
        assert setting in text
    assert "limit_conn causeway_open 64;" in text
