"""Two processes on one database: what one publishes the other shows, and either can go without a loss."""

import threading

from tests.resilience.conftest import Database
from tests.resilience.processes import Load, Site, environment, running, until

SEEN_WITHIN_SECONDS = 2.0


def test_an_edit_approved_on_one_is_read_on_the_other_within_two_seconds(site, database: Database, tmp_path) -> None:
    revisions = database.waiting_revisions()
    other = Site(environment(database.url, tmp_path))
    with running(other):
        desk, reader = site.visitor(), other.visitor()
        desk.sign_in("moderator")
        assert "Another title, A" not in reader.get("/sources/").text
        for letter, revision in zip("ABC", revisions, strict=False):
            assert desk.approve(revision).status == 302

            until(
                lambda letter=letter: f"Another title, {letter}" in reader.get("/sources/").text,
                within_seconds=SEEN_WITHIN_SECONDS,
            )
        until(lambda: all_alike(site, other), within_seconds=5)


def all_alike(*sites: Site) -> bool:
    """True when all serve the same bytes with the same validators."""
    for address in ("/", "/sources/", "/about/", "/feed.xml", "/sitemap.xml"):
        replies = [site.visitor().get(address, Accept_Encoding="br") for site in sites]
        if len({(reply.status, reply.headers["etag"], reply.content) for reply in replies}) != 1:
            return False
    return True


def test_a_process_that_is_asked_to_end_finishes_what_it_has_begun(site: Site) -> None:
    """Every request that it has taken is answered; new ones find nobody and go elsewhere."""
    answered, refused = [], []
    gate = threading.Barrier(9)

    def visit() -> None:
        visitor = site.visitor()
        gate.wait(10)
        while True:
            try:
                visitor.close()
                reply = visitor._ask_once("GET", "/search/?q=bleeding+after+sex", None, {})
            except (ConnectionRefusedError, ConnectionResetError):
                # Refused, or reset in the queue of the operating system: nobody had taken it, so it may go elsewhere.
                refused.append(True)
                return
            answered.append(reply.status)

    threads = [threading.Thread(target=visit, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    gate.wait(10)
    until(lambda: len(answered) > 20, within_seconds=30)
    site.ask_to_end()
    for thread in threads:
        thread.join(40)

    assert not any(thread.is_alive() for thread in threads)
    assert len(refused) == 8
    assert set(answered) == {200}


def test_with_a_second_process_nobody_notices_that_one_is_stopped(site, database: Database, tmp_path) -> None:
    other = Site(environment(database.url, tmp_path))
    with running(other):
        load = Load([moving_on(site, other) for _ in range(4)])
        load.start()
        load.wait_for(200)
        site.ask_to_end()
        load.wait_for(200)
        load.stop()

    assert load.failures == []


def moving_on(*sites: Site):
    """Somebody who goes to the next process when one does not answer, as nginx does."""
    visitors = [site.visitor() for site in sites]

    def visit() -> None:
        for visitor in visitors:
            try:
                reply = visitor.get("/about/")
            except OSError:
                continue
            assert reply.status == 200
            return
        raise AssertionError("nobody answered")

    return visit
