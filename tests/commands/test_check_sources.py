"""Whether cited pages are still there, against a server of our own that does all that servers do."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sitecontent.edition import current
from sitecontent.management.sources import Found, check_urls
from tests.pages.wsgi import Holding


class Elsewhere(BaseHTTPRequestHandler):
    """A server as they are: helpful, slow, gone, moved, rude."""

    seen: Counter[str] = Counter()
    agents: set[str] = set()
    open_now = 0
    most_open = 0
    lock = threading.Lock()

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        cls = type(self)
        with cls.lock:
            cls.seen[f"{self.command} {self.path}"] += 1
            cls.agents.add(self.headers["User-Agent"])
            cls.open_now += 1
            cls.most_open = max(cls.most_open, cls.open_now)
        time.sleep(0.6 if self.path == "/slow" else 0.002)
        with cls.lock:
            cls.open_now -= 1
        self.respond()

    def respond(self) -> None:
        match self.path.split("/")[1]:
            case "moved":
                self.redirect(301, "/there")
            case "moved-twice":
                self.redirect(308, "/moved")
            case "elsewhere-today":
                self.redirect(302, "/there")
            case "circle":
                self.redirect(301, "/circle")
            case "to-a-file":
                self.redirect(301, "file:///etc/hostname")
            case "no-head" if self.command == "HEAD":
                self.say(405)
            case "hides-from-head" if self.command == "HEAD":
                self.say(404)
            case "hangs-up":
                self.close_connection = True
            case "nonsense":
                self.wfile.write(b"what is this\r\n\r\n")
            case "gone":
                self.say(410)
            case "missing":
                self.say(404)
            case "forbidden":
                self.say(403)
            case "too-often":
                self.say(429)
            case "fault":
                self.say(500)
            case _:
                self.say(200)

    def say(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def redirect(self, status: int, where: str) -> None:
        self.send_response(status)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def count_from_here() -> None:
    """Wait until the server has nothing to do that another test has left, and count anew."""
    while Elsewhere.open_now:
        time.sleep(0.01)
    Elsewhere.most_open = 0
    Elsewhere.seen.clear()


def check(*urls: str, **how):
    return check_urls(urls, user_agent="tests", **{"allow_private": True, "timeout_seconds": 5.0, **how})


@pytest.mark.parametrize(
    ("path", "found", "status"),
    [
        ("/there", Found.THERE, 200),
        ("/no-head", Found.THERE, 200),
        ("/hides-from-head", Found.THERE, 200),
        ("/elsewhere-today", Found.THERE, 200),
        ("/moved", Found.MOVED, 200),
        ("/moved-twice", Found.MOVED, 200),
        ("/gone", Found.GONE, 410),
        ("/missing", Found.GONE, 404),
        ("/forbidden", Found.REFUSED, 403),
        ("/too-often", Found.REFUSED, 429),
        ("/fault", Found.REFUSED, 500),
        ("/circle", Found.REFUSED, 301),
        ("/hangs-up", Found.UNREACHABLE, 0),
        ("/nonsense", Found.UNREACHABLE, 0),
        ("/to-a-file", Found.REFUSED, 301),
    ],
)
def test_what_became_of_an_address(elsewhere, path, found, status):
    (outcome,) = check(elsewhere + path)

    assert (outcome.url, outcome.found, outcome.status) == (elsewhere + path, found, status)


def test_a_page_that_has_moved_is_told_with_its_new_address(elsewhere):
    (outcome,) = check(f"{elsewhere}/moved-twice")

    assert outcome.detail == f"{elsewhere}/there"


def test_a_server_that_is_slow_costs_no_more_than_the_timeout(elsewhere):
    begun = time.monotonic()
    (outcome,) = check(f"{elsewhere}/slow", timeout_seconds=0.2)

    assert (outcome.found, outcome.detail) == (Found.UNREACHABLE, "no answer in time")
    assert time.monotonic() - begun < 0.55


def test_nobody_listening_and_no_such_name_are_outcomes_and_no_errors():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    outcomes = check(f"http://127.0.0.1:{port}/", "http://nowhere.invalid/", "http://[::1/", "gopher://x/")

    assert [outcome.found for outcome in outcomes][:2] == [Found.UNREACHABLE] * 2
    assert {outcome.found for outcome in outcomes[2:]} <= {Found.UNREACHABLE, Found.NOT_ASKED}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://localhost:1/", "http://169.254.169.254/latest", "http://[::1]/"]
)
def test_a_source_can_not_be_used_to_reach_into_the_own_network(url):
    (outcome,) = check(url, allow_private=False)

    assert outcome.found is Found.NOT_ASKED


def test_each_address_is_asked_once_and_each_server_one_thing_at_a_time(elsewhere):
    count_from_here()
    urls = [f"{elsewhere}/page/{number}" for number in range(20)]
    told = []

    outcomes = check(*urls, *urls, told=lambda done, everything: told.append((done, everything)))

    assert [outcome.url for outcome in outcomes] == urls
    assert Elsewhere.seen == {f"HEAD /page/{number}": 1 for number in range(20)}
    assert Elsewhere.most_open == 1
    assert told == [(20, 20)]


def test_several_servers_are_asked_at_once_but_not_too_many(elsewhere):
    port = elsewhere.rpartition(":")[2]
    urls = [f"http://{name}:{port}/slow" for name in ("127.0.0.1", "localhost")]

    for at_once in (2, 1):
        count_from_here()
        check(*urls, at_once=at_once)
        assert Elsewhere.most_open == at_once


# The command


@pytest.fixture
def cited(monkeypatch, starter_edition, elsewhere):
    """An edition whose first sources are at our server; the others are left out."""
    paths = ("/there", "/gone", "/moved", "/forbidden")
    slugs = {source.slug: path for source, path in zip(starter_edition.sources, paths, strict=False)}
    entries = []
    for entry in starter_edition.entries:
        if entry.document.kind == "source" and entry.document.slug not in slugs:
            continue
        if entry.document.kind == "source":
            url = elsewhere + slugs[entry.document.slug]
            entry = replace(entry, document=entry.document.model_copy(update={"url": url}))
        entries.append(entry)
    holder = Holding(replace(starter_edition, entries=tuple(entries)))
    monkeypatch.setattr(current, "_holder", holder)
    return holder


def test_the_command_lists_the_worst_first_with_who_cites_it(cited, elsewhere, tmp_path, settings):
    said = StringIO()

    with pytest.raises(CommandError, match="1 source is gone") as refused:
        call_command("check_sources", "--private", f"--output={tmp_path / 'report.json'}", stdout=said)

    assert refused.value.returncode == 1
    gone, moved, forbidden, summary = said.getvalue().splitlines()
    assert gone.startswith("gone (410)  ")
    assert "cited by" in gone
    assert moved.startswith(f"moved for good: {elsewhere}/there  ")
    assert forbidden.startswith("refused (403): it does not answer programs  ")
    assert summary == "4 addresses: 1 there, 1 moved for good, 1 gone, 1 refused."
    report = json.loads((tmp_path / "report.json").read_text())
    assert json.loads(settings.SOURCES_FILE.read_text())["sources"] == report["sources"]
    assert sorted(item["found"] for item in report["sources"].values()) == [
        "gone",
        "moved for good",
        "refused",
        "there",
    ]
    assert any(agent.startswith("Causeway source check (+http") for agent in Elsewhere.agents)


def test_without_a_network_the_command_says_that_it_learned_nothing(cited):
    said = StringIO()

    with pytest.raises(CommandError, match="says nothing about the sources") as refused:
        call_command("check_sources", stdout=said)

    assert refused.value.returncode == 2
    assert said.getvalue().splitlines()[-1] == "4 addresses: 4 not asked."


def test_without_an_edition_the_command_says_so(cited):
    cited.edition = None

    with pytest.raises(CommandError, match="No edition has been published yet"):
        call_command("check_sources")
