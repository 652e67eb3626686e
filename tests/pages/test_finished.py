"""Finished pages are Django's pages: the same bytes and headers, sooner.

No database is allowed here, so everything that answers at all answers without a query.
"""

import random
import re
import threading
import time
from collections.abc import Iterator
from html import unescape

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import resolve
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sitecontent.documents import BodySite, Nature, PregnancyScope, Urgency
from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from sitecontent.finished import keeper as keeper_module
from sitecontent.finished.addresses import READ_THEIR_QUERY, addresses_of
from sitecontent.finished.front import FinishedPages, in_front_of, is_welcome
from sitecontent.finished.keeper import Keeper
from sitecontent.finished.page import accepted_encodings, finish, is_unchanged
from sitecontent.finished.shelf import PlainBodies, Shelf
from tests.pages.site import with_document, without
from tests.pages.wsgi import Counting, Holding, Reply, ask, only_a_few

ENCODINGS = ("identity", "gzip", "br")
OF_THE_ENCODING = {"etag", "vary", "content-encoding", "content-length"}


@pytest.fixture(autouse=True)
def _fresh_hosts() -> Iterator[None]:
    is_welcome.cache_clear()
    yield
    is_welcome.cache_clear()


pytestmark = pytest.mark.usefixtures("connections_left_alone")


@pytest.fixture
def holding(monkeypatch: pytest.MonkeyPatch, starter_edition: Edition) -> Holding:
    """What the process knows: the starter edition, until a test sets another."""
    holder = Holding(starter_edition)
    monkeypatch.setattr(current, "_holder", holder)
    return holder


@pytest.fixture(scope="module")
def stocked(starter_edition: Edition) -> Shelf:
    """Every page of the starter edition, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current, "_holder", Holding(starter_edition))
        keeper = Keeper(WSGIHandler())
        keeper.tend()
    assert keeper.shelf is not None
    return keeper.shelf


@pytest.fixture(scope="module")
def made(starter_edition: Edition) -> dict[str, Reply]:
    """Address -> what Django answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current, "_holder", Holding(starter_edition))
        django = WSGIHandler()
        return {address: ask(django, address) for address in some_addresses(starter_edition)}


@pytest.fixture
def django(holding: Holding) -> Counting:
    """Django alone."""
    return Counting(WSGIHandler())


@pytest.fixture
def site(django: Counting, stocked: Shelf) -> FinishedPages:
    """The starter edition, finished, in front of Django."""
    keeper = Keeper(django)
    keeper.shelf = Shelf(stocked.edition, ahead_bytes=2**26, asked_bytes=2**20)
    for name, page in stocked._pages.items():
        keeper.shelf.add(name, page)
    keeper.looked_at = time.monotonic()
    return FinishedPages(django, keeper)


def some_addresses(edition: Edition) -> list[str]:
    """Every address, but of the several hundred sources, which are all alike, the first few."""
    sources = [address for address in addresses_of(edition) if address.startswith("/sources/") and address[9:]]
    return [address for address in addresses_of(edition) if address not in sources[3:]]


def a_few_of_each_kind(edition: Edition) -> list[str]:
    """The first three addresses of each view."""
    found: dict[str, list[str]] = {}
    for address in addresses_of(edition):
        found.setdefault(resolve(address.partition("?")[0]).view_name, []).append(address)
    return [address for addresses in found.values() for address in addresses[:3]]


def apart_from(reply: Reply, names: set[str]) -> dict[str, object]:
    """The headers without these; the policy as a set, as its order means nothing."""
    headers = {name: value for name, value in reply.headers.items() if name not in names}
    policy = headers.pop("content-security-policy", "")
    return {**headers, "policy": {part.strip() for part in policy.split(";")}}


# The same as Django


def test_every_public_page_is_finished(stocked, starter_edition):
    assert {address for address in addresses_of(starter_edition) if stocked.get(address) is None} == set()


def test_every_list_to_which_a_page_leads_is_finished(stocked, made):
    pages = [reply.body.decode(errors="replace") for address, reply in made.items() if "?" not in address]
    links = {unescape(link) for page in pages for link in re.findall(r'href="(/(?:causes|claims)/\?[^"]*)"', page)}

    assert len(links) > 20
    assert {link for link in links if stocked.get(link) is None} == set()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_finished_page_has_the_bytes_and_headers_that_django_gives(site, django, made, encoding):
    for address, expected in made.items():
        finished = ask(site, address, accept_encoding=encoding)

        assert finished.status == expected.status == 200, address
        assert finished.content == expected.content, address
        assert apart_from(finished, OF_THE_ENCODING) == apart_from(expected, OF_THE_ENCODING), address
        assert finished.headers["content-length"] == str(len(finished.body))
        assert "Accept-Encoding" in finished.headers["vary"]
        assert finished.headers.get("content-encoding", "identity") in {encoding, "identity"}

    assert django.asked == []


def test_compressed_pages_are_much_smaller_and_say_so(site):
    plain, gzipped, brotlied = (ask(site, "/causes/", accept_encoding=encoding) for encoding in ENCODINGS)

    assert "content-encoding" not in plain.headers
    assert gzipped.headers["content-encoding"] == "gzip"
    assert brotlied.headers["content-encoding"] == "br"
    assert len(plain.body) > 3 * len(gzipped.body) > 3 * len(brotlied.body)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_head_gives_the_headers_of_get_and_no_body(site, django, encoding):
    got = ask(site, "/causes/", accept_encoding=encoding)
    headed = ask(site, "/causes/", method="HEAD", accept_encoding=encoding)

    assert (headed.status, headed.headers, headed.body) == (200, got.headers, b"")
    assert django.asked == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_copy_that_still_holds_is_answered_with_304_and_the_headers_that_matter(site, method, encoding):
    got = ask(site, "/causes/", accept_encoding=encoding)
    again = ask(
        site, "/causes/", method=method, accept_encoding=encoding, if_none_match=f'"other", {got.headers["etag"]}'
    )

    left_out = {"content-type", "content-length", "content-encoding"}
    assert (again.status, again.body) == (304, b"")
    assert again.headers == {name: value for name, value in got.headers.items() if name not in left_out}


def test_the_304_has_the_security_headers_that_django_gives_with_it(site, django):
    etag = ask(django.application, "/causes/").headers["etag"]
    made = ask(django.application, "/causes/", if_none_match=etag)
    finished = ask(site, "/causes/", if_none_match=etag)

    assert finished.status == made.status == 304
    assert apart_from(finished, OF_THE_ENCODING) == apart_from(made, OF_THE_ENCODING)


def test_each_encoding_has_an_etag_of_its_own_and_each_page_too(site, starter_edition):
    etags = [
        ask(site, address, accept_encoding=encoding).headers["etag"]
        for address in some_addresses(starter_edition)
        if address != "/favicon.ico"
        for encoding in ENCODINGS
    ]

    assert len(set(etags)) == len(etags)
    assert all(etag.startswith('"') and etag.endswith('"') for etag in etags)


def test_a_copy_in_another_encoding_is_not_taken_for_this_one(site):
    gzipped = ask(site, "/causes/", accept_encoding="gzip")
    asked_for_brotli = ask(site, "/causes/", accept_encoding="br", if_none_match=gzipped.headers["etag"])

    assert asked_for_brotli.status == 200
    assert asked_for_brotli.headers["content-encoding"] == "br"


# What a request can not change


def test_no_page_looks_at_more_of_a_request_than_its_address(starter_edition, holding):
    looked_at = set()
    told = {"path", "method", "headers", "get_full_path", "path_info"}

    class Watched:
        def __init__(self, request, address):
            self.request, self.address = request, address

        def __getattr__(self, name):
            if name not in told and not (name == "GET" and self.address.partition("?")[0] in READ_THEIR_QUERY):
                looked_at.add((self.address, name))
            return getattr(self.request, name)

    for address in a_few_of_each_kind(starter_edition):
        view = resolve(address.partition("?")[0])
        view.func(Watched(RequestFactory().get(address), address), *view.args, **view.kwargs)

    assert looked_at - {("/check/", "csrf_processing_done")} == set()


def test_no_page_depends_on_who_asks(site, django, made, starter_edition):
    somebody = {
        "cookie": "sessionid=1; csrftoken=2; theme=dark",
        "accept_language": "fr",
        "user_agent": "Somebody/1.0",
        "referer": "https://elsewhere.example/",
        "authorization": "Basic eA==",
        "host": "localhost",
        "dnt": "1",
        "range": "bytes=0-10",
    }
    for address in a_few_of_each_kind(starter_edition):
        finished = ask(site, address, **somebody)

        assert ask(django.application, address, **somebody).body == finished.body == made[address].body, address
        assert "set-cookie" not in finished.headers
        assert finished.headers == ask(site, address).headers


@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(st.characters(codec="ascii", exclude_characters="\r\n"), max_size=60))
def test_no_made_up_query_makes_a_page_of_its_own(site, django, query):
    before = len(site.keeper.shelf)
    django.asked.clear()

    reply = ask(site, f"/emergency/?{query}")
    ask(site, f"/causes/?x{query}")
    site.keeper.tend()

    assert reply.body == ask(site, "/emergency/").body
    assert "/emergency/" not in django.asked
    assert len(site.keeper.shelf) == before or set(QueryDict(f"x{query}")) & {"sort", *FILTERS}


FILTERS = {"category", "urgency", "nature", "pregnancy", "site"}


def test_a_filtered_list_is_finished_once_it_was_asked_for_however_it_was_written(site, django):
    first = ask(site, "/causes/?category=cervix&nature=pathological")
    assert django.asked == ["/causes/"]
    site.keeper.tend()
    django.asked.clear()

    for query in (
        "category=cervix&nature=pathological",
        "nature=pathological&utm_source=x&category=cervix",
        "category=menopause&category=cervix&nature=pathological&urgency=nobody-offers-this&sort=urgency&q=",
    ):
        assert ask(site, f"/causes/?{query}").body == first.body
    assert django.asked == []


def test_filters_that_nobody_offers_show_the_whole_list(site, django):
    assert ask(site, "/causes/?urgency=yesterday&utm_source=x").body == ask(site, "/causes/").body
    assert ask(site, "/claims/?verdict=nonsense").body == ask(site, "/claims/").body
    assert django.asked == []


def test_claims_of_one_verdict_are_finished_ahead(site, django):
    harmful = ask(site, "/claims/?x=1&verdict=harmful")

    assert django.asked == []
    assert harmful.body == ask(django.application, "/claims/?verdict=harmful").body


@pytest.mark.parametrize("address", ["/search/?q=coil", "/causes/?q=coil", "/causes/?urgency=soon&q=coil"])
def test_free_text_is_always_answered_by_django_and_kept_nowhere(site, django, address):
    before = len(site.keeper.shelf)

    for _ in range(2):
        ask(site, address)
        site.keeper.tend()

    assert len(django.asked) == 2
    assert len(site.keeper.shelf) == before


def test_of_addresses_only_so_many_are_remembered_and_no_search_among_them(site):
    shelf = site.keeper.shelf
    for number in range(3_000):
        assert shelf.name_of("/causes/", f"urgency=soon&x={number}") == "/causes/?urgency=soon"
    shelf.name_of("/causes/", "x=" + "y" * 5_000)
    ask(site, "/search/?q=secret")

    assert 0 < len(shelf._names) <= 1_024
    assert not any("secret" in query or len(query) > 200 for _, query in shelf._names)


def test_an_empty_search_is_a_page_like_any_other(site, django):
    assert ask(site, "/search/?q=").body == ask(site, "/search/").body
    assert django.asked == []


# What goes to Django


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("POST", "/causes/", 403),
        ("PUT", "/causes/", 403),
        ("OPTIONS", "/causes/", 405),
        ("GET", "/causes/no-such-cause/", 404),
        ("GET", "/causes", 301),
        ("GET", "/healthz", 200),
        ("GET", "/api/v1/edition", 200),
        ("GET", "/causes/?" + "&".join(f"a{i}=1" for i in range(2_500)), 400),
    ],
)
def test_everything_that_is_not_a_reading_of_a_page_goes_to_django(site, django, method, address, status):
    assert ask(site, address, method=method).status == status
    assert len(django.asked) == 1


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "", "a" * 5_000, "127.0.0.1:x"])
def test_a_host_that_django_refuses_is_refused(site, django, host):
    assert ask(site, "/causes/", host=host).status == 400
    assert django.asked == ["/causes/"]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_every_name_of_the_site_is_answered(site, django, host):
    assert ask(site, "/causes/", host=host).status == 200
    assert django.asked == []


def test_a_site_behind_https_redirects_to_it_and_says_so_for_long(holding, starter_edition, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    holding.edition = only_a_few(starter_edition)
    django = Counting(WSGIHandler())
    site = FinishedPages(django, Keeper(django))
    site.keeper.tend()
    django.asked.clear()

    plain = ask(site, "/causes/")
    assert (plain.status, plain.headers["location"]) == (301, "https://127.0.0.1/causes/")
    assert django.asked == ["/causes/"]

    secure = ask(site, "/causes/", x_forwarded_proto="https")
    assert (secure.status, secure.headers["strict-transport-security"]) == (200, "max-age=3600")
    assert django.asked == ["/causes/"]


def test_with_debug_on_django_stands_alone(settings):
    settings.DEBUG = True
    django = WSGIHandler()

    assert in_front_of(django) is django


def test_without_an_edition_django_says_that_there_is_none(holding):
    holding.edition = None
    site = FinishedPages(WSGIHandler(), Keeper(WSGIHandler()))
    site.keeper.tend()

    reply = ask(site, "/")

    assert (reply.status, reply.headers["retry-after"]) == (503, "30")


# A new edition


@pytest.fixture
def small(holding: Holding, starter_edition: Edition) -> Edition:
    """A small edition, held by this process."""
    holding.edition = only_a_few(starter_edition)
    return holding.edition


@pytest.fixture
def small_site(small: Edition, django: Counting) -> FinishedPages:
    """The small edition, finished."""
    site = FinishedPages(django, Keeper(django))
    site.keeper.tend()
    django.asked.clear()
    return site


def retitled(edition: Edition) -> Edition:
    """The next edition, in which one cause has another title."""
    cause = edition.causes[0]
    return with_document(edition, cause.model_copy(update={"title": "A title that is new"}))


class Gate:
    """Django with a gate before it that only the keeper's thread has to pass."""

    def __init__(self, application, keeper_thread=None):
        self.application, self.open = application, threading.Event()
        self.visitors = threading.current_thread()
        self.reached = threading.Event()

    def __call__(self, environ, start_response):
        if threading.current_thread() is not self.visitors:
            self.reached.set()
            assert self.open.wait(20)
        return self.application(environ, start_response)


def test_the_old_pages_serve_until_the_new_are_complete_and_nobody_waits(small, holding, small_site, monkeypatch):
    monkeypatch.setattr(keeper_module, "GRACE_SECONDS", 30)
    keeper = small_site.keeper
    before = ask(small_site, "/causes/")
    gate = keeper.application = Gate(small_site.application)
    holding.edition = retitled(small)
    rebuilding = threading.Thread(target=keeper.tend)
    rebuilding.start()
    assert gate.reached.wait(20)

    begun = time.monotonic()
    for _ in range(100):
        assert ask(small_site, "/causes/").body == before.body
    assert time.monotonic() - begun < 1
    gate.open.set()
    rebuilding.join(20)

    after = ask(small_site, "/causes/")
    assert b"A title that is new" in after.content
    assert after.headers["etag"] != before.headers["etag"]
    lists = [address for address in addresses_of(holding.edition) if address.partition("?")[0] == "/causes/"]
    assert small_site.application.asked.count("/causes/") == len(lists)  # Only the keeper has asked, for each once.


def test_after_the_grace_django_shows_the_new_edition_though_its_pages_are_not_finished(
    small, holding, small_site, monkeypatch
):
    monkeypatch.setattr(keeper_module, "GRACE_SECONDS", 0.2)
    gate = small_site.keeper.application = Gate(small_site.application)
    holding.edition = retitled(small)
    rebuilding = threading.Thread(target=small_site.keeper.tend)
    rebuilding.start()

    deadline = time.monotonic() + 2
    while b"A title that is new" not in ask(small_site, "/causes/").content:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert rebuilding.is_alive()

    gate.open.set()
    rebuilding.join(20)


def test_the_search_of_a_new_edition_is_ready_before_anybody_searches(small, holding, small_site, monkeypatch):
    holding.edition = retitled(small)
    small_site.keeper.tend()
    monkeypatch.setattr("sitecontent.pages.index.kept_search", None)

    assert ask(small_site, "/search/?q=bleeding").status == 200


def test_a_record_that_was_taken_down_is_gone(small, holding, small_site):
    slug = small.causes[0].slug
    assert ask(small_site, f"/causes/{slug}/").status == 200
    holding.edition = without(small, "cause", slug)

    small_site.keeper.tend()

    assert ask(small_site, f"/causes/{slug}/").status == 404


def test_a_newer_edition_stops_the_work_on_one_that_is_already_old(small, holding, small_site):
    newest = retitled(retitled(small))

    class Overtaken:
        def __call__(self, environ, start_response):
            holding.edition = newest
            return small_site.application(environ, start_response)

    small_site.keeper.application = Overtaken()
    holding.edition = retitled(small)
    small_site.keeper.tend()
    assert len(small_site.application.asked) == 1

    small_site.keeper.tend()
    assert small_site.keeper.current_shelf().edition is newest


def test_pages_are_made_of_the_edition_that_they_are_for_whatever_is_published_meanwhile(small, holding):
    newest = retitled(small)
    with current.pinned(small):
        holding.edition = newest
        assert current.current_edition() is small
    assert current.current_edition() is newest


@pytest.mark.parametrize(
    ("name", "value"),
    [("Set-Cookie", "a=b"), ("Vary", "Accept, Cookie"), ("Cache-Control", "private"), ("Cache-Control", "no-store")],
)
def test_an_answer_for_one_visitor_is_never_kept(small, name, value):
    def personal(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html"), (name, value)])
        return [b"for you alone"]

    site = FinishedPages(personal, Keeper(personal))
    site.keeper.tend()

    assert len(site.keeper.shelf) == 0


def test_an_answer_that_changes_with_the_day_is_never_kept(small_site, settings):
    settings.SECURITY_CONTACT = "mailto:someone@example.org"

    ask(small_site, "/.well-known/security.txt")

    assert small_site.application.asked == ["/.well-known/security.txt"]


def test_a_new_proof_of_the_checker_makes_the_pages_anew(small, small_site, settings, tmp_path):
    settings.PROOF_FILE = tmp_path / "proof.json"
    small_site.keeper.tend()
    assert small_site.application.asked == []

    settings.PROOF_FILE.write_text("{}")
    small_site.keeper.tend()

    assert small_site.application.asked.count("/how-we-review/") == 1


def test_the_shelf_of_a_keeper_that_does_not_look_any_more_is_not_used(small_site):
    small_site.keeper.looked_at = time.monotonic() - keeper_module.SILENT_FOR_SECONDS - 1

    assert ask(small_site, "/causes/").status == 200
    assert small_site.application.asked == ["/causes/"]


def test_a_keeper_in_the_background_finishes_the_pages_and_survives_an_error(small, holding, monkeypatch, caplog):
    monkeypatch.setattr(keeper_module, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(keeper_module, "GRACE_SECONDS", 0.01)
    django = WSGIHandler()
    failures = iter([RuntimeError("once"), RuntimeError("twice")])

    def failing_at_first(environ, start_response):
        for failure in failures:
            raise failure
        return django(environ, start_response)

    keeper = Keeper(failing_at_first)
    keeper.start()
    try:
        deadline = time.monotonic() + 20
        while keeper.shelf is None or len(keeper.shelf) < len(addresses_of(small)):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        keeper.stop()

    assert caplog.text.count("Finished pages could not be made") == 2


# The shelf keeps its bound


def page_of(size: int):
    """A page that does not get smaller, so that its size is known."""
    body = random.Random(size).randbytes(size)
    return finish([("Content-Type", "text/html")], body, fallback_etag='"x"')


def test_the_shelf_takes_no_more_than_its_share(starter_edition):
    shelf = Shelf(starter_edition, ahead_bytes=100_000, asked_bytes=0)

    taken = [shelf.add(f"/{number}/", page_of(10_000)) for number in range(20)]

    assert taken == [True] * 8 + [False] * 12
    assert sum(page.size for page in shelf._pages.values()) <= 100_000


def test_of_pages_that_were_asked_for_the_oldest_give_way_and_none_made_ahead(starter_edition):
    shelf = Shelf(starter_edition, ahead_bytes=100_000, asked_bytes=50_000)
    shelf.add("/", page_of(10_000))

    for number in range(10):
        assert shelf.add_asked(f"/causes/?{number}", page_of(10_000))
    assert not shelf.add_asked("/too-large", page_of(60_000))

    assert shelf.get("/") is not None
    assert shelf.get("/causes/?9") is None  # It gave way to the one that then proved too large.
    assert sum(page.size for page in shelf._pages.values()) <= 150_000


def test_a_page_without_an_encoding_is_unpacked_when_somebody_asks_and_the_oldest_gives_way():
    plain = PlainBodies(25_000)
    bodies = [bytes([letter]) * 10_000 for letter in range(4)]
    pages = [finish([("Content-Type", "text/html")], body, fallback_etag='"x"') for body in bodies]

    assert {page.variants["identity"].body for page in pages} == {None}
    assert [plain(page) for page in pages] == bodies
    assert [body for _, body in plain._held.values()] == bodies[2:]
    assert [plain(page) for page in pages] == bodies


def test_a_page_larger_than_the_room_for_plain_ones_pushes_none_out():
    plain = PlainBodies(25_000)
    small, large = (finish([], bytes(size), fallback_etag='"x"') for size in (10_000, 30_000))
    plain(small)

    assert plain(large) == bytes(30_000)
    assert [page for page, _ in plain._held.values()] == [small]


def test_the_whole_site_fits_with_room_to_spare(stocked, settings):
    taken = sum(page.size for page in stocked._pages.values())

    assert taken < settings.FINISHED_PAGES_MB * 2**20 / 2


# Encodings


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ("identity",)),
        ("gzip", ("gzip", "identity")),
        ("gzip, deflate, br, zstd", ("br", "gzip", "identity")),
        ("GZIP;Q=0.5, br;q=0.4", ("gzip", "br", "identity")),
        ("br;q=0, gzip;q=0.1", ("gzip", "identity")),
        ("*", ("br", "gzip", "identity")),
        ("*;q=0", ("identity",)),
        ("gzip;q=0, *", ("br", "identity")),
        ("identity, gzip;q=0.5", ("identity",)),
        ("identity;q=0.5, gzip;q=1.0", ("gzip", "identity")),
        ("x-gzip", ("gzip", "identity")),
        ("gzip;q=nonsense", ("identity",)),
        ("brotli, zip", ("identity",)),
        (",,;q=1,", ("identity",)),
    ],
)
def test_the_best_encoding_that_is_accepted_is_chosen(header, expected):
    assert accepted_encodings(header) == expected


@hypothesis_settings(max_examples=50)
@given(st.text(max_size=100))
def test_no_accept_encoding_header_is_an_error(header):
    assert accepted_encodings(header)[-1] == "identity"


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
        ("", False),
    ],
)
def test_if_none_match_is_compared_weakly(held, expected):
    assert is_unchanged(held, '"a"') is expected


def test_a_page_that_does_not_get_smaller_is_kept_plain_only():
    page = finish([], b"abc", fallback_etag='"x"')

    assert set(page.variants) == {"identity"}


def test_the_number_of_filtered_lists_is_known():
    """What the bound of asked-for pages is there for: this many lists could be asked for."""
    combinations = (len(Urgency) + 1) * (len(Nature) + 1) * (len(PregnancyScope) + 1) * (len(BodySite) + 1) * 12 * 2

    assert combinations > 10_000
