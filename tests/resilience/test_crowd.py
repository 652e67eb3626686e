"""Many people at the desk at once, on few records: no edit is lost, nothing is published twice, the ledger verifies.

`CROWD_SECONDS=120 CROWD_PEOPLE=20` is the whole of it; the tests take less.
"""

import itertools
import os
import random
import re
import threading
import time
from collections import Counter

from tests.resilience.conftest import Database
from tests.resilience.processes import Site, Visitor, environment, run

SECONDS = float(os.environ.get("CROWD_SECONDS", "4"))
PEOPLE = int(os.environ.get("CROWD_PEOPLE", "6"))
RECORDS = 10


class Person(threading.Thread):
    """Somebody at the desk, who does at random what their role may do, until the time is up."""

    def __init__(self, site: Site, name: str, records: list[int]) -> None:
        super().__init__(daemon=True)
        self.desk: Visitor = site.visitor()
        self.desk.sign_in(name)
        self.who, self.records, self.until = name, records, 0.0
        self.chance = random.Random(name)
        self.numbers = itertools.count(1)
        self.saved: list[tuple[int, str]] = []
        self.approved: list[int] = []
        self.statuses: Counter[int] = Counter()
        self.failure = ""

    def run(self) -> None:
        try:
            while time.monotonic() < self.until:
                if self.who.startswith("moderator"):
                    self.decide()
                else:
                    self.write()
        except Exception as error:  # noqa: BLE001 - told by the test
            self.failure = f"{self.who}: {type(error).__name__}: {error}"

    def note(self, status: int) -> int:
        self.statuses[status] += 1
        return status

    def write(self) -> None:
        """Change a title, and now and then hand the draft in."""
        pk = self.chance.choice(self.records)
        address = f"/admin/sitecontent/source/{pk}/change/"
        form = self.desk.get(address).page.form("source_form")
        title = f"Title {self.who} {next(self.numbers)}"
        if self.note(self.desk.post(address, form.sent(title=title, _continue="1")).status) == 302:
            self.saved.append((pk, title))
        hand_in = f"/admin/sitecontent/source/{pk}/submit/"
        page = self.desk.get(hand_in)
        if self.note(page.status) == 200 and 'name="note"' in page.text:
            self.note(self.desk.post(hand_in, page.page.form().sent(note="A better title.")).status)

    def decide(self) -> None:
        """Approve something that waits. Others may be faster."""
        found = (re.fullmatch(r"/admin/review/(\d+)/", link) for link in self.desk.get("/admin/review/").page.links)
        waiting = sorted({int(link[1]) for link in found if link})
        if not waiting:
            time.sleep(0.05)
            return
        revision = self.chance.choice(waiting)
        if "/approve/" not in self.desk.get(f"/admin/review/{revision}/").text:
            return
        try:
            data = self.desk.approval_of(revision)
        except AssertionError:
            return  # Somebody else was faster, between one look and the next.
        if self.note(self.desk.approve(revision, data).status) == 302:
            self.approved.append(revision)


def test_a_crowd_on_ten_records_loses_nothing(site: Site, database: Database, ledger, var_dir) -> None:
    names = [f"{role}{number}" for number in range(PEOPLE // 2) for role in ("moderator", "reviewer")]
    run(environment(database.url, var_dir), "-m", "tests.resilience.actor", "people", *names)
    records = [pk for (pk,) in database.ask(f"SELECT id FROM sitecontent_source ORDER BY slug DESC LIMIT {RECORDS}")]
    before = set(database.waiting_revisions())
    people = [Person(site, name, records) for name in names]
    until = time.monotonic() + SECONDS
    for person in people:
        person.until = until
        person.start()
    for person in people:
        person.join(SECONDS + 60)

    assert [person.failure for person in people if person.failure or person.is_alive()] == []
    statuses = Counter(status for person in people for status in person.statuses.elements())
    assert set(statuses) <= {200, 302, 403, 404, 409}, statuses
    saved = [item for person in people for item in person.saved]
    approved = [revision for person in people for revision in person.approved]
    assert saved
    assert approved
    assert len(approved) == len(set(approved)), "a revision was approved twice"

    published = [revision for (revision,) in database.ask(PUBLISHED_BY_REVIEW)]
    assert len(published) == len(set(published)), "a revision was published twice"
    assert set(approved) <= set(published) | set(database.waiting_revisions()), "an approval was lost"
    assert before.isdisjoint(set(published) - set(approved)), "something was published that nobody approved"
    assert ledger(database)[0] == 1 + len(published)
    for pk in {pk for pk, _ in saved}:
        ((title, edits),) = database.ask(EDITS_OF.format(pk=pk))
        acknowledged = [given for key, given in saved if key == pk]
        assert title in acknowledged, "a title that nobody was told is saved"
        assert edits >= len(acknowledged), "an edit that was acknowledged left no trace"
    print(f"{len(saved)} saves, {len(approved)} approvals, answers {dict(statuses)}")  # noqa: T201


PUBLISHED_BY_REVIEW = (
    "SELECT c.revision_id FROM sitecontent_editionchange c JOIN sitecontent_revision r ON r.id = c.revision_id"
    " WHERE r.origin = 'review'"
)
EDITS_OF = (
    "SELECT s.title, (SELECT count(*) FROM sitecontent_contribution c WHERE c.kind = 'source' AND c.slug = s.slug)"
    " FROM sitecontent_source s WHERE s.id = {pk}"
)
