"""The checks on the desk: what each looks for, and what it says of a draft while it is edited."""

from datetime import timedelta

import pytest

from sitecontent.models import Revision
from tests.admin.helpers import address, cause, decide, page_of, save, submit
from tests.admin.pages import read
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published", "quick_impact")


def test_every_rule_is_explained_with_what_it_finds(bench):
    page = read(bench.get("/admin/checks/"))

    assert "Every number has its own source" in page.text
    assert "DISCERN" in page.text
    assert "has been replaced by" in page.text


def test_the_form_of_a_draft_shows_what_the_checks_say(desk):
    record = cause("chlamydia")

    save(desk, record, signs="- It bleeds in 5% of people.")

    page = read(desk.get(address(record)))
    assert "no source is cited for “- It bleeds in 5% of people.”" in page.text
    assert "also say it as “1 in N”" in page.text
    assert "/admin/checks/#percent-alone" in page.links


def test_the_form_of_a_draft_knows_the_sources_that_it_cites(desk):
    record = cause("gonorrhoea")

    assert "has been replaced by" in read(desk.get(address(record))).text


def test_the_desk_leads_to_the_rules_that_find_something(bench):
    assert "/admin/checks/#superseded-source" in read(bench.get("/admin/")).links


# Deciding


def uncited(reviewer):
    return submit("chlamydia", reviewer, signs=cause("chlamydia").signs + "\n- It bleeds a little.")


FIELD = "let-through-uncited-statement"


def test_an_approval_without_a_reason_comes_back_with_what_is_missing(bench, reviewer):
    revision = uncited(reviewer)

    response = decide(bench, revision, comment="Good.")

    assert response.status_code == 409
    page = read(response)
    assert "Say why it may pass although the checks warn: uncited-statement." in page.text
    assert page.form("approve").data["comment"] == "Good."
    assert Revision.objects.get(pk=revision.pk).is_open


def test_an_approval_with_a_reason_publishes_and_shows_it(bench, reviewer):
    revision = uncited(reviewer)

    assert decide(bench, revision, **{FIELD.replace("-", "__"): "Everybody knows."}).status_code == 302

    page = read(bench.get(page_of(revision)))
    assert "Everybody knows." in page.text
    assert "What the checks said then" in page.text


def test_a_typed_reason_is_not_lost_when_something_else_is_missing(bench, reviewer):
    revision = submit(
        "chlamydia", reviewer, signs=cause("chlamydia").signs + "\n- It bleeds a little. It lasts 3 days."
    )

    response = decide(bench, revision, **{FIELD.replace("-", "__"): "Everybody knows."})

    assert response.status_code == 409
    assert read(response).form("approve").data[FIELD] == "Everybody knows."


def test_the_reasons_of_the_last_approval_are_there_to_be_read_again(bench, reviewer):
    decide(bench, uncited(reviewer), **{FIELD.replace("-", "__"): "Everybody knows."})

    again = submit("chlamydia", reviewer, at=AT + timedelta(days=1), summary="Shorter. See a clinic.")

    assert read(bench.get(page_of(again))).form("approve").data[FIELD] == "Everybody knows."
