"""What the real server says of requests: JSON in a real deployment, and neither a query string nor who asked."""

import json

import pytest

from tests.resilience.processes import Site, environment

IN_PRODUCTION = {
    "DEMO": "0",
    "DEMO_PASSWORD": "",
    "ALLOWED_HOSTS": "127.0.0.1",
    "CHECKER_MODE": "guided",
    "SECRET_KEY": "only-for-tests-kR7vQ2mX9pL4sT8wB3nZ6yC1dF5gH0jA-" * 2,
    "SITE_URL": "https://127.0.0.1",
}


class LoggingSite(Site):
    """The site as it is really served, with its access log."""

    def __init__(self, environ: dict[str, str]) -> None:
        super().__init__(environ)
        self.command = [word for word in self.command if word != "--quiet"]


def said_by(environ: dict[str, str]) -> str:
    """All that the site says while somebody visits it."""
    site = LoggingSite(environ)
    try:
        site.start()
        visitor = site.visitor()
        visitor.get("/causes/?q=fainted-after-sex")
        visitor.get("/no-such-page/?q=fainted-after-sex")
        visitor.post("/check/?danger-signs=fainted-after-sex", {"danger-signs": "fainted-after-sex"})
        site.ask_to_end()
        assert site.process is not None
        site.process.wait(30)
        return site.said()
    finally:
        site.stop()


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> str:
    """All that a real deployment says, with nothing published in it."""
    return said_by(environment("", tmp_path_factory.mktemp("var"), **IN_PRODUCTION))


def test_every_line_is_json(said):
    lines = [json.loads(line) for line in said.splitlines()]

    assert all({"at", "level", "logger", "message"} <= line.keys() for line in lines)


def test_each_request_has_its_parts_by_name(said):
    requests = [json.loads(line) for line in said.splitlines() if "granian.access" in line]
    asked = {(line["method"], line["path"]) for line in requests}

    assert {("GET", "/causes/"), ("GET", "/no-such-page/"), ("POST", "/check/")} <= asked
    assert all(isinstance(line["status"], int) and line["milliseconds"] >= 0 for line in requests)


def test_no_answer_no_query_string_and_no_address_is_told(said):
    assert "fainted" not in said
    assert "127.0.0.1" not in said
