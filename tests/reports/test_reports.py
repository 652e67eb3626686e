"""Reporting a problem: it lands on the desk, keeps nothing else, and loses no word on any trouble."""

import logging
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from sitecontent.limits import HOUR_SECONDS, Limit, address_of
from sitecontent.models import ProblemReport
from sitecontent.reports import views
from tests.pages.site import Reading

WORDS = {"page": "/causes/chlamydia/", "text": "The second <b>link</b> is dead.", "contact": "someone@example.org"}


@pytest.fixture(autouse=True)
def _nobody_counted_yet(monkeypatch):
    monkeypatch.setattr(views, "limit", Limit(views.MOST_FROM_ONE))


@pytest.fixture
def visitor(published):
    return Client(enforce_csrf_checks=True)


def holds_every_word(response) -> bool:
    page = Reading(response.content.decode())
    values = {attributes.get("value") for attributes in page.having("input")}
    return {WORDS["page"], WORDS["contact"]} <= values and WORDS["text"] in page.text


def test_every_page_leads_to_the_form_with_its_own_address(visitor):
    page = Reading(visitor.get("/causes/chlamydia/").content.decode())

    form = Reading(visitor.get("/report/?page=/causes/chlamydia/").content.decode())

    assert "/report/?page=/causes/chlamydia/" in page.links
    assert form.having("input", name="page")[0]["value"] == "/causes/chlamydia/"


def test_a_report_is_kept_as_it_was_written_and_reloading_sends_nothing(visitor, published):
    response = visitor.post("/report/", WORDS)

    assert (response.status_code, response["Location"]) == (302, "/report/sent/")
    assert "Thank you" in visitor.get("/report/sent/").content.decode()
    report = ProblemReport.objects.get()
    assert (report.page, report.text, report.contact) == tuple(WORDS.values())
    assert report.edition == published.number
    assert report.handled_at is None


def test_nothing_of_the_visitor_is_kept_but_what_was_written(visitor, caplog):
    caplog.set_level(logging.DEBUG)

    response = visitor.post("/report/", WORDS, REMOTE_ADDR="203.0.113.77", headers={"user-agent": "Canary/1.0"})

    kept = " ".join(str(value) for value in ProblemReport.objects.values().get().values())
    assert response.cookies == {}
    for trace in ("203.0.113.77", "Canary"):
        assert trace not in kept
    assert not any(
        WORDS["text"] in record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )


def test_the_form_is_never_stored_or_indexed(visitor):
    for response in (visitor.get("/report/"), visitor.post("/report/", {})):
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("missing", ["page", "text"])
def test_what_is_missing_is_named_and_the_rest_comes_back(visitor, missing):
    response = visitor.post("/report/", {**WORDS, missing: " "})

    page = Reading(response.content.decode())
    assert response.status_code == 422
    assert f"#{missing}" in page.links
    assert [a["id"] for tag, a in page.elements if a.get("aria-invalid")] == [missing]
    assert all(value in response.content.decode() for key, value in WORDS.items() if key not in (missing, "text"))
    assert not ProblemReport.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("text", "x" * 4001), ("page", "/" * 301), ("contact", "c" * 201), ("text", "a\x00bcdefgh")]
)
def test_what_no_honest_report_holds_is_refused(visitor, field, value):
    assert visitor.post("/report/", {**WORDS, field: value}).status_code == 422
    assert not ProblemReport.objects.exists()


def test_a_body_that_is_too_large_is_not_read(visitor):
    assert visitor.post("/report/", {**WORDS, "text": "x" * 40_000}).status_code == 413
    assert not ProblemReport.objects.exists()


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
def test_another_site_cannot_send_a_report(visitor, headers):
    response = visitor.post("/report/", WORDS, headers=headers)

    assert response.status_code == 403
    assert holds_every_word(response)
    assert not ProblemReport.objects.exists()


def test_a_machine_in_the_trap_is_thanked_and_nothing_is_kept(visitor):
    response = visitor.post("/report/", {**WORDS, "website": "https://spam.example"})

    assert response["Location"] == "/report/sent/"
    assert not ProblemReport.objects.exists()


def test_one_visitor_may_send_some_reports_and_loses_no_word_of_the_next(visitor):
    for _ in range(views.MOST_FROM_ONE):
        assert visitor.post("/report/", WORDS).status_code == 302

    response = visitor.post("/report/", WORDS)

    assert response.status_code == 429
    assert holds_every_word(response)
    assert visitor.post("/report/", WORDS, REMOTE_ADDR="203.0.113.5").status_code == 302


def test_everybody_together_sends_no_more_than_people_can_read(visitor):
    now = timezone.now()
    ProblemReport.objects.bulk_create(
        ProblemReport(page="/", text="The same.", edition=1, reported_at=now) for _ in range(views.MOST_IN_ALL)
    )

    assert visitor.post("/report/", WORDS).status_code == 429
    ProblemReport.objects.update(reported_at=now - timedelta(hours=2))
    assert visitor.post("/report/", WORDS).status_code == 302


def test_a_database_that_is_away_costs_no_word(visitor, monkeypatch):
    def away(**_fields):
        raise DatabaseError

    monkeypatch.setattr(ProblemReport.objects, "create", away)

    response = visitor.post("/report/", WORDS)

    assert response.status_code == 503
    assert holds_every_word(response)
    assert "send it again in a few minutes" in response.content.decode()


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_added(rf, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    request = rf.post("/report/", headers={"x-forwarded-for": "made.up, 203.0.113.9"})

    assert address_of(request) == "203.0.113.9"


def test_the_limit_forgets_after_an_hour_and_never_holds_an_address():
    limit = Limit(most=1)

    assert limit.takes("203.0.113.9", 0.0)
    assert not limit.takes("203.0.113.9", 10.0)
    assert "203.0.113.9" not in repr(vars(limit))
    key = limit._key
    assert limit.takes("203.0.113.9", HOUR_SECONDS)
    assert limit._key != key


@pytest.fixture
def report(db):
    return ProblemReport.objects.create(**WORDS, edition=1, reported_at=timezone.now())


@pytest.mark.parametrize("who", ["reviewer", "moderator"])
def test_staff_read_a_report_and_deal_with_it(client, report, request, who):
    person = request.getfixturevalue(who)
    client.force_login(person)
    listing = "/admin/sitecontent/problemreport/"

    body = client.get(listing + "?state=open").content.decode()
    client.post(listing, {"action": "mark_dealt_with", "_selected_action": [report.pk]})

    assert "&lt;b&gt;link&lt;/b&gt;" in body
    report.refresh_from_db()
    assert report.handled_at is not None
    assert report.handled_by == person
    assert (report.text, report.contact) == (WORDS["text"], "")
    assert client.get(f"{listing}{report.pk}/change/").status_code == 200
    assert client.get(f"{listing}add/").status_code == 403
    assert client.post(f"{listing}{report.pk}/delete/", {"post": "yes"}).status_code == 403


def test_nobody_changes_the_words_of_a_report(client, report, reviewer):
    client.force_login(reviewer)

    client.post(f"/admin/sitecontent/problemreport/{report.pk}/change/", {"text": "Other words.", "page": "/other/"})

    report.refresh_from_db()
    assert (report.page, report.text) == (WORDS["page"], WORDS["text"])


@pytest.mark.parametrize(
    "page", ["//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "https://elsewhere.example"]
)
def test_only_an_address_of_this_site_becomes_a_link_on_the_desk(client, reviewer, db, page):
    ProblemReport.objects.create(page=page, text="Look here.", edition=1, reported_at=timezone.now())
    client.force_login(reviewer)

    listing = Reading(client.get("/admin/sitecontent/problemreport/").content.decode())

    assert page not in listing.links
    assert page in listing.text
