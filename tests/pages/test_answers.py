"""How the site answers: caching, what is missing, what is broken, and whether it is well."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from sitecontent.edition.edition import Change, EditionSummary
from sitecontent.pages import errors, health
from tests.pages.site import Reading, with_document

# Caching


def test_a_copy_that_still_holds_is_not_sent_again(visit):
    first = visit("/causes/chlamydia/")

    again = visit("/causes/chlamydia/", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]


def test_each_address_and_each_edition_has_its_own_etag(visit, serve, starter_edition):
    before = {visit(address)["ETag"] for address in ("/", "/causes/", "/causes/?sort=name", "/causes/chlamydia/")}
    serve(with_document(starter_edition, starter_edition.cause("chlamydia")))

    after = visit("/causes/chlamydia/", headers={"If-None-Match": ", ".join(before)})

    assert len(before) == 4
    assert after.status_code == 200


def test_pages_are_only_read(visit, serve, starter_edition):
    serve(starter_edition)

    assert Client().head("/causes/").status_code == 200
    assert Client().post("/causes/").status_code == 405


# What is missing


@pytest.mark.parametrize(
    "address",
    [
        *(f"/{kind}/no-such-thing/" for kind in ("causes", "categories", "findings", "claims", "sources", "pages")),
        *("/editions/2/", "/editions/0/", "/editions/99999999999999999999/", "/editions/one/"),
        *("/causes/Chlamydia/", "/causes/../admin", "/causes/%00/", "/nothing", "/causes/chlamydia/x/"),
    ],
)
def test_what_does_not_exist_is_not_found(visit, address):
    response = visit(address)

    assert response.status_code == 404
    page = Reading(response.content.decode())
    assert "This page does not exist" in page.text
    assert {"/emergency/", "/check/", "/causes/"} <= set(page.links)
    assert response["Cache-Control"] == "no-store"


def test_a_mistyped_address_is_answered_with_what_was_meant(visit):
    page = Reading(visit("/causes/clamydia/").content.decode())

    assert "/causes/chlamydia/" in page.links


def test_what_was_asked_for_is_not_repeated_on_the_page(visit):
    assert b"alert(1)" not in visit("/<script>alert(1)</script>").content


def test_an_address_without_its_last_slash_is_sent_on(visit):
    response = visit("/causes")

    assert (response.status_code, response["Location"]) == (301, "/causes/")


def test_a_page_with_its_own_address_is_sent_there(visit):
    response = visit("/pages/emergency/")

    assert (response.status_code, response["Location"]) == (301, "/emergency/")


# What is broken


def test_without_an_edition_pages_say_so_and_where_help_is(serve):
    serve(None)

    response = Client().get("/causes/")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "call your local emergency number" in Reading(response.content.decode()).text


def test_without_an_edition_an_unknown_address_is_still_not_found(serve):
    serve(None)

    assert Client().get("/nothing/").status_code == 404


def test_an_error_of_ours_is_told_without_database_edition_or_details(serve, monkeypatch):
    serve(None)

    def broken(*arguments, **named):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("sitecontent.edition.current.current_edition", broken)
    client = Client(raise_request_exception=False)

    response = client.get("/causes/")

    assert response.status_code == 500
    page = Reading(response.content.decode())
    assert "Something went wrong" in page.text
    assert "call your local emergency number" in page.text
    assert "secret" not in page.text


def test_an_error_is_told_even_when_the_templates_are_broken(monkeypatch):
    def broken(*arguments):
        raise RuntimeError("no templates")

    monkeypatch.setattr(errors, "render_to_string", broken)

    response = errors.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "local emergency number" in response.content.decode()


def test_what_is_not_allowed_is_told(serve):
    response = errors.forbidden(RequestFactory().get("/"))

    assert response.status_code == 403
    assert "This is not allowed" in Reading(response.content.decode()).text


# Is it well


def test_healthz_asks_nobody(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_names_the_edition_and_its_age(client, serve, starter_edition):
    serve(starter_edition)

    answer = client.get("/readyz").json()

    assert answer["ready"] is True
    assert (answer["edition"], answer["sha256"]) == (1, starter_edition.sha256)
    assert answer["age_seconds"] > 0
    assert answer["database"] == "reachable"


def test_readyz_stays_ready_when_the_database_is_away(client, serve, starter_edition, monkeypatch):
    serve(starter_edition)

    def away(*arguments):
        raise DatabaseError("away")

    monkeypatch.setattr(connection, "cursor", away)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["database"] == "unreachable"


def test_readyz_is_not_ready_without_an_edition(client, serve, monkeypatch):
    serve(None)
    monkeypatch.setattr(health, "is_database_reachable", lambda: True)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"ready": False, "edition": None, "database": "reachable"}


# Editions


def test_earlier_editions_are_read_from_the_history_of_the_current_one(visit, serve, starter_edition):
    changes = (
        Change("cause", "chlamydia", "Chlamydia", "publish"),
        Change("cause", "gone-for-good", "A cause that is gone", "retire"),
    )
    when = starter_edition.published_at
    history = (
        EditionSummary(2, "b" * 64, when, note="A second look", published_by="Ada Example", changes=changes),
        EditionSummary(1, "a" * 64, when, note="Starter content", published_by="", changes=()),
    )
    serve(replace(starter_edition, number=2, history=history))

    listed = Reading(visit("/editions/").content.decode())
    second = Reading(visit("/editions/2/").content.decode())
    first = Reading(visit("/editions/1/").content.decode())

    assert {"/editions/1/", "/editions/2/"} <= set(listed.links)
    assert "A second look" in second.text
    assert "/causes/chlamydia/" in second.links
    assert "A cause that is gone taken down" in second.text
    assert "/causes/gone-for-good/" not in second.links
    assert "a" * 64 in first.text
    assert "You are reading edition 2." in first.text
    assert visit("/editions/3/").status_code == 404


# The parts


def test_the_style_guide_is_for_those_who_build_the_site(visit, settings):
    hidden = visit("/styleguide/").status_code
    settings.DEBUG = True

    shown = visit("/styleguide/")

    assert hidden == 404
    assert shown.status_code == 200
    page = Reading(shown.content.decode())
    assert page.misnested == []
    assert len(page.having("section", class_="care-card")) == 5
