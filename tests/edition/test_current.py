"""The current edition: held, looked after once a second, kept when the database is away."""

import threading

import pytest
from django.db import DatabaseError

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import Page
from tests.fixtures import AT


class Clock:
    """A clock that tests move by hand, in seconds."""

    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock(monkeypatch, settings, tmp_path):
    settings.EDITION_FILE = tmp_path / "edition.json"
    clock = Clock()
    monkeypatch.setattr(current, "_holder", current._Holder(clock))
    return clock


def publish_an_edit(reviewer, moderator):
    page = Page.objects.get(slug="about")
    page.summary = "Edited here."
    page.save()
    review.record_edit(page, by=reviewer, at=AT)
    revision = review.submit(page, author=reviewer, note="x", at=AT)
    review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT)


def unreachable(monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("the server is away")

    monkeypatch.setattr(current.PublishedEdition.objects, "order_by", refuse)


def test_without_an_edition_there_is_none(db, clock):
    with pytest.raises(current.NoEdition):
        current.current_edition()


def test_between_two_looks_the_database_is_asked_nothing(published, clock, django_assert_num_queries):
    current.current_edition()
    clock.seconds += current.LOOK_EVERY_SECONDS / 2

    with django_assert_num_queries(0):
        current.current_edition()


def test_a_look_costs_one_query_when_nothing_is_new(published, clock, django_assert_num_queries):
    current.current_edition()
    clock.seconds += current.LOOK_EVERY_SECONDS

    with django_assert_num_queries(1):
        current.current_edition()


def test_a_new_edition_is_seen_after_a_second(published, clock, reviewer, moderator):
    assert current.current_edition().number == 1
    publish_an_edit(reviewer, moderator)

    assert current.current_edition().number == 1
    clock.seconds += current.LOOK_EVERY_SECONDS
    assert current.current_edition().page("about").summary == "Edited here."


def test_no_request_looks_while_a_thread_does(published, clock, django_assert_num_queries):
    current.look_after()
    clock.seconds += current.LOOKED_AFTER_SECONDS - 1

    with django_assert_num_queries(0):
        assert current.current_edition().number == 1
    with django_assert_num_queries(1):
        current.look_after()


def test_a_request_looks_when_the_thread_has_been_silent_for_long(published, clock, reviewer, moderator):
    current.look_after()
    publish_an_edit(reviewer, moderator)
    clock.seconds += current.LOOKED_AFTER_SECONDS

    assert current.current_edition().number == 2


def test_no_request_waits_for_a_look_that_takes_long(published, clock, monkeypatch):
    current.look_after()
    clock.seconds += current.LOOK_EVERY_SECONDS
    looking, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(current._holder, "look", lambda: looking.set() or go_on.wait(10))
    thread = threading.Thread(target=current.look_after)
    thread.start()
    try:
        assert looking.wait(10)
        assert current.current_edition().number == 1
    finally:
        go_on.set()
        thread.join(10)


def test_publishing_carries_what_the_ledger_rebuilds(published, clock, reviewer, moderator):
    publish_an_edit(reviewer, moderator)
    clock.seconds += current.LOOK_EVERY_SECONDS
    held = current.current_edition()

    again = current.load_edition(2)

    assert [(item.until, item.kind, item.slug) for item in again.superseded] == [(2, "page", "about")]
    assert again == held
    assert again.earlier(1) == current.load_edition(1)


def test_the_edition_at_hand_serves_while_the_database_is_away(published, clock, monkeypatch):
    held = current.current_edition()
    unreachable(monkeypatch)
    clock.seconds += current.LOOK_EVERY_SECONDS

    assert current.current_edition() is held
    assert current.is_database_reachable() is False


def test_a_process_that_starts_without_a_database_reads_the_file(published, clock, monkeypatch):
    before = current.current_edition()
    monkeypatch.setattr(current, "_holder", current._Holder(clock))
    unreachable(monkeypatch)

    after = current.current_edition()

    assert after == before
    assert after.sha256 == before.sha256


def test_a_spoiled_file_is_not_used(published, clock, monkeypatch, settings):
    current.current_edition()
    settings.EDITION_FILE.write_text(settings.EDITION_FILE.read_text("utf-8").replace("bleeding", "b", 1), "utf-8")
    monkeypatch.setattr(current, "_holder", current._Holder(clock))
    unreachable(monkeypatch)

    with pytest.raises(current.NoEdition):
        current.current_edition()


def test_a_file_that_can_not_be_written_stops_nothing(published, clock, settings, tmp_path):
    (tmp_path / "a-file").write_text("in the way")
    settings.EDITION_FILE = tmp_path / "a-file" / "edition.json"

    assert current.current_edition().number == 1


def test_what_is_rebuilt_is_what_was_published(published, clock):
    assert current.current_edition().entries == published.entries
    assert current.current_edition().history == published.history
