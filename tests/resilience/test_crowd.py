"""Many people at the desk at once, on few records: no edit is lost, nothing is published twice, the ledger verifies.

`CROWD_SECONDS=120 CROWD_PEOPLE=20` is the whole of it; the tests take less.
"""

import itertools
import os
import random
import threading
import time

from tests.resilience.conftest import Database
from tests.resilience.processes import PASSWORD, ROOT, Site, Visitor, environment, run

SECONDS = float(os.environ.get("CROWD_SECONDS", "4"))
PEOPLE = int(os.environ.get("CROWD_PEOPLE", "6"))
RECORDS = 10


class Person(threading.Thread):
    """Somebody at the desk, who does at random what their role may do, until the time is up."""

    def __init__(self, site: Site, name: str, records: list[int], until: float) -> None:
        super().__init__(daemon=True)
        self.desk: Visitor = site.visitor()
        self.desk.sign_in(name)
        self.who, self.records, self.until = name, records, until
        self.chance = random.Random(name)
        self.numbers = itertools.count(1)
        self.saved: list[tuple[int, str]] = []
        self.approved: list[int] = []
        self.statuses: dict[int, int] = {}
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
        self.statuses[status] = self.statuses.get(status, 0) + 1
        return status

    def write(self) -> None:
        """Change a title, and now and then hand the draft in."""
        pk = self.chance.choice(self.records)
        address = f"/admin/sitecontent/source/{pk}/change/"
        form = self.desk.get(address).page.form("source_form")
        title = f"Title {self.who} {next(self.numbers)}"
        if self.note(self.desk.post(address, form.sent(title=title, _continue="1")).status) == 302:
            self.saved.append((pk, title))
        submit = self.desk.get(f"/admin/sitecontent/source/{pk}/submit/")
        if submit.status == 200:
            sent = submit.page.form("/submit/").sent(note="A better title.")
            self.note(self.desk.post(f"/admin/sitecontent/source/{pk}/submit/", sent).status)

    def decide(self) -> None:
        """Approve something that waits. Others may be faster."""
        waiting = [link for link in self.desk.get("/admin/review/").page.links if link.strip("/").split("/")[-1].isdigit()]
        if not waiting:
            time.sleep(0.05)
            return
        revision = int(self.chance.choice(waiting).strip("/").split("/")[-1])
        page = self.desk.get(f"/admin/review/{revision}/")
        self.note(page.status)
        if "/approve/" not in page.text:
            return
        if self.note(self.desk.approve(revision).status) == 302:
            self.approved.append(revision)


def test_a_crowd_on_ten_records_loses_nothing(site: Site, database: Database, ledger, var_dir) -> None:
    pass
