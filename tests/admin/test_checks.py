"""The checks on the desk: what each looks for, and what it says of a draft while it is edited."""

import pytest

from tests.admin.helpers import address, cause, save
from tests.admin.pages import read

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
