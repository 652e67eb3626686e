"""PostgreSQL twice: visitors are served from a replica, the desk writes to the primary, and either may go."""

import json

from tests.resilience.conftest import Database, stopped
from tests.resilience.processes import Load, Site, environment, running, until
from tests.tooling import postgres

CAUGHT_UP = "SELECT bool_and(replay_lsn = pg_current_wal_lsn()) FROM pg_stat_replication"


def writing_url(name: str, *servers: postgres.PostgresServer) -> str:
    """The address for the desk: whichever of these servers takes writing, as docs/scaling.md says."""
    hosts = ",".join(str(server.folder) for server in servers)
    return f"postgres://{postgres.OWNER}@/{name}?host={hosts}&target_session_attrs=read-write"


def test_the_primary_goes_and_the_replica_takes_its_place(database: Database, tmp_path, ledger) -> None:
    primary = database.server
    name = database.url.rpartition("/")[2]
    first, second, *_ = database.waiting_revisions()
    with postgres.running_replica(primary) as replica:
        public = Site(environment(replica.url_of(name), tmp_path / "public"))
        desk_site = Site(environment(writing_url(name, primary, replica), tmp_path / "desk"))
        with running(public), running(desk_site):
            desk, reader = desk_site.visitor(), public.visitor()
            desk.sign_in("moderator")
            assert desk.approve(first).status == 302
            until(lambda: "Another title, A" in reader.get("/sources/").text, within_seconds=2)
            until(lambda: database.ask(CAUGHT_UP) == [(True,)], within_seconds=5)
            data = desk.approval_of(second)
            load = Load([lambda: visit(public)])
            load.start()

            with stopped(primary):
                load.wait_for(40)
                refused = desk.approve(second, data)
                assert refused.status == 503
                assert "Nothing was saved" in refused.page.text
                assert json.loads(reader.get("/readyz").text)["database"] == "reachable"

                Database(replica, replica.url_of(name)).ask("SELECT pg_promote()")
                until(lambda: desk.get("/admin/review/").status == 200, within_seconds=15)
                assert desk.approve(second).status == 302
                until(lambda: "Another title, B" in reader.get("/sources/").text, within_seconds=2)
                load.wait_for(40)
                load.stop()
                assert ledger(Database(replica, replica.url_of(name)))[0] == 3

        assert load.failures == []


def visit(site: Site) -> None:
    visitor = site.visitor()
    for address in ("/", "/sources/", "/search/?q=cyst", "/check/"):
        assert visitor.get(address).status == 200, address


def test_a_desk_on_a_replica_says_that_nothing_was_saved(database: Database, tmp_path) -> None:
    name = database.url.rpartition("/")[2]
    with postgres.running_replica(database.server) as replica:
        site = Site(environment(replica.url_of(name), tmp_path))
        with running(site):
            visitor = site.visitor()
            form = visitor.get("/admin/login/").page.form("login-form")
            reply = visitor.post("/admin/login/", form.sent(username="moderator", password="a-long-test-password"))

            assert reply.status == 503
            assert "Nothing was saved" in reply.page.text
            assert visitor.get("/about/").status == 200
