"""The lists of records: status, filters, search, and how many questions they ask the database."""

from datetime import timedelta

import pytest
from django.contrib import admin

from sitecontent import review
from sitecontent.models import WORKING_RECORDS, Cause, Revision
from sitecontent.review.state import Standing
from tests.admin.helpers import edit, queries_for, submit
from tests.admin.pages import read
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published")


def listing(client, model="cause", **query):
    return client.get(f"/admin/sitecontent/{model}/", query)


def each_standing(reviewer, moderator):
    """One cause in each standing."""
    edit(Cause.objects.get(slug="chlamydia"), reviewer, summary="A draft.")
    submit("cervicitis", reviewer)
    sent_back = submit("gonorrhoea", reviewer)
    review.request_changes(revision=sent_back, moderator=moderator, comment="Why?", at=AT + timedelta(hours=1))
    new = Cause.objects.get(slug="chlamydia")
    new.pk, new.slug, new._state.adding, new.draft_sha256 = None, "brand-new", True, ""
    new.save()
    return {
        Standing.DRAFT_CHANGES: "chlamydia",
        Standing.IN_REVIEW: "cervicitis",
        Standing.CHANGES_REQUESTED: "gonorrhoea",
        Standing.NEVER_PUBLISHED: "brand-new",
        Standing.PUBLISHED: "endometriosis",
    }


def test_the_status_is_told_in_words(desk, reviewer, moderator):
    each_standing(reviewer, moderator)

    text = read(listing(desk)).text

    for words in ("Published, revision 1", "In review (revision 1 is public)", "Draft changes", "Never published"):
        assert words in text


def test_the_filter_by_status_agrees_with_the_status(desk, reviewer, moderator):
    expected = each_standing(reviewer, moderator)
    records = list(Cause.objects.all())
    standings = review.statuses(records)

    for standing in Standing:
        page = listing(desk, standing=standing.name.lower())
        shown = {record.slug for record in page.context["cl"].queryset}
        assert shown == {slug for slug, status in standings.items() if status.standing is standing}
        if standing in expected:
            assert expected[standing] in shown


def test_a_record_that_was_taken_down_is_found_by_its_status(desk, moderator):
    review.retire(
        records=[("claim-review", Revision.objects.filter(kind="claim-review").first().slug)],
        by=moderator,
        reason="Wrong.",
        at=AT,
    )

    page = listing(desk, "claimreview", standing="taken_down")

    assert len(page.context["cl"].result_list) == 1
    assert "Taken down" in read(page).text


@pytest.mark.parametrize("kind", list(WORKING_RECORDS))
def test_every_kind_is_listed_and_searched(desk, kind):
    model = WORKING_RECORDS[kind]
    record = model.objects.last()

    page = listing(desk, model._meta.model_name, q=record.slug)

    assert page.status_code == 200
    assert record in page.context["cl"].result_list


@pytest.mark.parametrize("kind", ["cause", "source", "finding", "vignette"])
def test_a_list_asks_as_much_for_one_row_as_for_a_hundred(desk, kind, settings):
    model = WORKING_RECORDS[kind]
    address = f"/admin/sitecontent/{model._meta.model_name}/"
    one, three = (",".join(model.objects.values_list("slug", flat=True)[:count]) for count in (1, 3))
    site_admin = admin.site.get_model_admin(model)
    site_admin.list_per_page = 100
    try:
        counts = [
            queries_for(desk, f"{address}?slug__in={one}"),
            queries_for(desk, f"{address}?slug__in={three}"),
            queries_for(desk, f"{address}?"),
        ]
    finally:
        site_admin.list_per_page = 50

    assert len(set(counts)) == 1, counts


def test_nothing_is_done_to_many_records_at_once(desk):
    page = listing(desk)

    assert not page.context["cl"].model_admin.get_actions(page.wsgi_request)
    assert "action" not in {name for form in read(page).forms for name in form.data}


def test_revisions_are_listed_with_a_fixed_number_of_queries(desk, reviewer):
    before = queries_for(desk, "/admin/sitecontent/revision/?kind=cause")
    for slug in ("chlamydia", "cervicitis", "gonorrhoea"):
        submit(slug, reviewer)

    assert queries_for(desk, "/admin/sitecontent/revision/?kind=cause") == before
