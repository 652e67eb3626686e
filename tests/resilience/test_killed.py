"""`kill -9` in the middle of approvals: never half an edition, and what was acknowledged is there."""

import http.client
import os
import random
import signal
import threading
import time

from tests.resilience.conftest import Database
from tests.resilience.processes import Site, until

ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
"""How often each is killed. The bench does it fifty times."""


class Approval(threading.Thread):
    """Somebody who approves a revision just when the site dies. `status` is what they were told, 0 for nothing."""

    def __init__(self, site: Site, cookies: dict[str, str], revision: int) -> None:
        super().__init__(daemon=True)
        self.desk = site.visitor()
        self.desk.cookies = dict(cookies)
        self.revision = revision
        self.data = self.desk.approval_of(revision)
        self.status = 0
        self.told = ""

    def run(self) -> None:
        try:
            reply = self.desk.approve(self.revision, self.data)
            self.status, self.told = reply.status, reply.text
        except (OSError, http.client.HTTPException):
            self.status = 0


def is_published(database: Database, revision: int) -> bool:
    """True when the decision and its edition are there, whole; False when there is nothing of either."""
    ((decisions, changes),) = database.ask(
        f"SELECT (SELECT count(*) FROM sitecontent_decision WHERE revision_id = {revision} AND closes),"
        f" (SELECT count(*) FROM sitecontent_editionchange WHERE revision_id = {revision})"
    )
    assert (decisions, changes) in {(0, 0), (1, 1)}, "half an approval"
    ((editions, empty),) = database.ask(
        "SELECT count(*), count(*) FILTER (WHERE NOT EXISTS"
        " (SELECT 1 FROM sitecontent_editionchange c WHERE c.edition_id = e.id)) FROM sitecontent_publishededition e"
    )
    assert (editions > 0, empty) == (True, 0), "an edition without its changes"
    return bool(decisions)


def signed_in(site: Site) -> dict[str, str]:
    desk = site.visitor()
    desk.sign_in("moderator")
    return desk.cookies


def how_long_an_approval_takes(site: Site, cookies: dict[str, str], revision: int) -> float:
    approval = Approval(site, cookies, revision)
    begun = time.monotonic()
    approval.run()
    assert approval.status == 302
    return time.monotonic() - begun


def test_the_site_is_killed_in_the_middle_of_approvals(site: Site, database: Database, ledger) -> None:
    cookies = signed_in(site)
    first, *others = database.waiting_revisions()
    takes = how_long_an_approval_takes(site, cookies, first)
    published = 1
    for number in range(ROUNDS):
        approval = Approval(site, cookies, others[number % len(others)])
        approval.start()
        time.sleep(random.uniform(0, 1.2 * takes))
        site.kill()
        approval.join(30)

        is_there = is_published(database, approval.revision)
        assert is_there or approval.status != 302
        published += is_there
        site.start()

    assert ledger(database)[0] == 1 + published
    left = database.waiting_revisions()
    assert len(left) == 1 + len(others) - published
    desk = site.visitor()
    desk.cookies = cookies
    assert desk.approve(left[0]).status == 302
    assert ledger(database)[0] == 2 + published


def test_postgresql_is_killed_in_the_middle_of_approvals(site: Site, database: Database, ledger) -> None:
    cookies = signed_in(site)
    first, *others = database.waiting_revisions()
    takes = how_long_an_approval_takes(site, cookies, first)
    published = 1
    for number in range(ROUNDS):
        approval = Approval(site, cookies, others[number % len(others)])
        approval.start()
        time.sleep(random.uniform(0, 1.2 * takes))
        process = database.server.process
        assert process is not None
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        approval.join(30)
        assert approval.status in {302, 503}, approval.told
        assert site.visitor().get("/about/").status == 200
        database.start_again()

        is_there = is_published(database, approval.revision)
        assert is_there or approval.status != 302
        published += is_there
        visitor = site.visitor()
        visitor.cookies = cookies
        until(lambda visitor=visitor: visitor.get("/admin/review/").status == 200, within_seconds=10)

    assert ledger(database)[0] == 1 + published
