"""The database is stopped while people visit: nobody notices but the desk, which says so and loses nothing."""

import itertools
import json
import os
from pathlib import Path

from tests.resilience.conftest import Database, stopped
from tests.resilience.processes import Load, Site, environment, running, until

VISITS = int(os.environ.get("OUTAGE_VISITS", "1200"))
"""How many requests are made around the outage: see docs/resilience.md for the full number."""

READS = (
    "/",
    "/causes/",
    "/emergency/",
    "/sources/",
    "/about/",
    "/check/",
    "/causes/?urgency=soon",
    "/search/?q=cyst",
    "/api/v1/causes",
    "/healthz",
)


def visiting(site: Site):
    """Somebody who reads, and every tenth time asks the checker."""
    visitor = site.visitor()
    turn = itertools.count()

    def visit() -> None:
        number = next(turn)
        if number % 10 == 9:
            body = json.dumps({"answers": {}}).encode()
            reply = visitor.ask("POST", "/api/v1/check", body, {"Content-Type": "application/json"})
        elif number % 10 == 4:
            reply = visitor.post("/check/", {"action": "answer", "danger-signs": "fainted"})
        else:
            reply = visitor.get(READS[number % len(READS)])
        assert reply.status in ({200, 422} if number % 10 in {4, 9} else {200}), (number % 10, reply.status)

    return visit


def test_no_visitor_notices_and_the_desk_keeps_what_was_typed(site: Site, database: Database) -> None:
    desk = site.visitor()
    desk.sign_in("author")
    links = desk.get("/admin/sitecontent/page/").page.links
    address = next(link for link in links if link.endswith("/change/"))
    form = desk.get(address).page.form("page_form")
    typed = "A summary that somebody has thought about for a long time."
    load = Load([visiting(site), visiting(site)])
    load.start()

    load.wait_for(VISITS // 4)
    with stopped(database.server):
        load.wait_for(VISITS // 4)
        refused = desk.post(address, form.sent(summary=typed, _continue="1"))
        ready = json.loads(site.visitor().get("/readyz").text)
        load.wait_for(VISITS // 4)
    load.wait_for(VISITS // 4)
    load.stop()

    assert load.failures == []
    assert load.done >= VISITS
    assert load.slowest_seconds < 1.5, "somebody waited for a database that is away"
    assert (refused.status, ready["ready"], ready["database"]) == (503, True, "unreachable")
    assert "Nothing was saved" in refused.text
    until(lambda: desk.get(address).status == 200, within_seconds=10)
    again = refused.page.form()
    assert again.data["summary"] == typed
    saved = desk.post(again.action, again.data)
    assert saved.status == 302, saved.text[:3000]
    assert desk.get(address).page.form("page_form").data["summary"] == typed
    assert json.loads(site.visitor().get("/readyz").text)["database"] == "reachable"


def test_once_the_database_is_back_the_desk_goes_on_without_a_restart(site: Site, database: Database) -> None:
    revision, *_ = database.waiting_revisions()
    desk = site.visitor()
    desk.sign_in("moderator")
    with stopped(database.server):
        assert desk.get("/admin/review/").status == 503

    until(lambda: desk.get("/admin/review/").status == 200, within_seconds=10)
    reply = desk.approve(revision)
    assert reply.status == 302, reply.page.text
    until(lambda: "Another title, A" in site.visitor().get("/sources/").text, within_seconds=2)


def test_a_process_that_starts_while_the_database_is_away_serves_the_last_edition(site, database, var_dir) -> None:
    kept = var_dir / "edition.json"
    until(kept.exists, within_seconds=10)
    with stopped(database.server):
        second = Site(environment(database.url, var_dir))
        with running(second):
            page = second.visitor().get("/about/")
            assert page.status == 200
            assert page.content == site.visitor().get("/about/").content
            assert second.visitor().post("/check/", {"action": "answer", "danger-signs": "fainted"}).status == 200

        kept.write_text(kept.read_text()[:-200])
        third = Site(environment(database.url, var_dir))
        with running(third):
            assert third.visitor().get("/about/").status == 503
            database.server.start()
            until(lambda: third.visitor().get("/about/").status == 200, within_seconds=15)
            assert third.visitor().get("/about/").content == page.content


def test_with_a_full_disk_the_site_serves_and_publishes(database: Database, var_dir) -> None:
    revision, *_ = database.waiting_revisions()
    site = Site(environment(database.url, var_dir), may_write_files=False)
    with running(site):
        desk = site.visitor()
        desk.sign_in("moderator")
        assert desk.approve(revision).status == 302
        until(lambda: "Another title, A" in site.visitor().get("/sources/").text, within_seconds=2)
        assert site.visitor().get("/readyz").status == 200
        assert [path for path in var_dir.rglob("*") if path.is_file() and path.name != "lock"] == []


def test_where_nothing_may_be_written_the_site_serves_and_publishes(database: Database) -> None:
    revision, *_ = database.waiting_revisions()
    site = Site(environment(database.url, Path("/proc/causeway")))  # A folder that not even root can make.
    with running(site):
        desk = site.visitor()
        desk.sign_in("moderator")
        assert desk.approve(revision).status == 302
        until(lambda: "Another title, A" in site.visitor().get("/sources/").text, within_seconds=2)
        assert site.visitor().get("/readyz").status == 200
