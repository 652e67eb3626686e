"""The front page of the desk: what each person can do next."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from sitecontent import review
from sitecontent.admin.charts import bars_of
from sitecontent.admin.desk import due_of, queue_ages
from sitecontent.edition.due import reviews_due
from sitecontent.models import Cause, ProblemReport, Revision
from tests.admin.helpers import edit, harmless, public_now, queries_for, signed_in
from tests.admin.pages import read
from tests.fixtures import AT, person

pytestmark = pytest.mark.usefixtures("published")


def desk_view(client):
    response = client.get("/admin/")
    assert response.status_code == 200
    return response.context["desk"], read(response)


def test_an_empty_desk_says_so_kindly(desk, bench, administrator):
    assert "Nothing is waiting for you" in desk_view(desk)[1].text
    assert "Everything that was submitted has been decided. Thank you." in desk_view(bench)[1].text
    assert "nothing for your role to decide" in desk_view(signed_in(administrator))[1].text


def test_somebody_without_a_role_is_told_what_to_do():
    assert "An administrator can give it one." in desk_view(signed_in(person("new")))[1].text


def test_my_drafts_are_mine_alone(desk, reviewer, second_reviewer):
    edit(Cause.objects.get(slug="chlamydia"), reviewer, summary="Mine.")
    edit(Cause.objects.get(slug="cervicitis"), second_reviewer, summary="Theirs.")

    view, _ = desk_view(desk)

    assert [item.record.slug for item in view.drafts] == ["chlamydia"]


def test_what_was_sent_back_comes_with_the_words(desk, reviewer, moderator):
    revision = harmless(reviewer)
    review.request_changes(revision=revision, moderator=moderator, comment="Name the drug.", at=AT)

    view, page = desk_view(desk)

    assert [(item.record.slug, item.decision.comment) for item in view.sent_back] == [("chlamydia", "Name the drug.")]
    assert "Name the drug." in page.text
    assert view.drafts == ()


def test_what_was_sent_back_and_edited_again_is_a_draft(desk, reviewer, moderator):
    revision = harmless(reviewer)
    review.request_changes(revision=revision, moderator=moderator, comment="Name the drug.", at=AT)
    edit(Cause.objects.get(slug="chlamydia"), reviewer, at=AT + timedelta(days=1), summary="Named.")

    view, _ = desk_view(desk)

    assert ([item.record.slug for item in view.drafts], view.sent_back) == (["chlamydia"], ())


def test_what_i_submitted_waits_with_a_moderator(desk, bench, reviewer):
    revision = harmless(reviewer)

    assert [item.revision for item in desk_view(desk)[0].mine_in_review] == [revision]
    assert [item.revision for item in desk_view(bench)[0].for_me] == [revision]
    assert desk_view(desk)[0].for_me == ()


def test_what_i_wrote_does_not_wait_for_me(moderator, reviewer):
    moderator.groups.add(*reviewer.groups.all())
    harmless(moderator)

    view, _ = desk_view(signed_in(moderator))

    assert view.for_me == ()
    assert len(view.mine_in_review) == 1


def test_the_desk_asks_as_much_for_many_drafts_as_for_one(desk, reviewer):
    edit(Cause.objects.get(slug="chlamydia"), reviewer, summary="Mine.")
    one = queries_for(desk, "/admin/")
    for slug in ("cervicitis", "gonorrhoea", "endometriosis"):
        edit(Cause.objects.get(slug=slug), reviewer, summary="Mine.")

    assert queries_for(desk, "/admin/") == one


def test_what_is_due_comes_with_its_reason_and_leads_to_the_record(desk):
    view, page = desk_view(desk)

    first, address = view.due.first[0]
    assert view.due.overdue == len(reviews_due(public_now()))
    assert first.reason == "nobody has signed it yet"
    assert "Reviews due by month" in page.text
    assert desk.get(address).status_code == 302


def test_reviews_are_counted_in_the_month_in_which_they_fall_due(starter_edition):
    due = due_of(starter_edition, date(2025, 12, 15))

    counts = {bar.label: bar.count for bar in due.by_month}
    assert list(counts)[:3] == ["overdue", "Dec 2025", "Jan 2026"]
    assert (counts["overdue"], counts["Dec 2025"], counts["Jan 2026"]) == (0, 0, len(reviews_due(starter_edition)))


def test_a_record_that_nobody_knows_is_not_found(desk):
    assert desk.get("/admin/record/cause/no-such/").status_code == 404
    assert desk.get("/admin/record/no-such/chlamydia/").status_code == 404


def test_the_bars_stand_to_each_other_as_the_counts():
    assert [(bar.count, bar.length) for bar in bars_of([("a", 4), ("b", 1), ("c", 0)])] == [(4, 100), (1, 25), (0, 0)]
    assert [bar.length for bar in bars_of([("a", 0)])] == [0]


def test_ages_are_counted_in_their_classes():
    now = timezone.now()
    hours = (1, 30, 30, 100, 24 * 10, 24 * 400)
    revisions = [Revision(submitted_at=now - timedelta(hours=age)) for age in hours]

    assert [bar.count for bar in queue_ages(revisions, now)] == [1, 2, 1, 1, 1]


def test_charts_are_drawn_without_style(desk, reviewer):
    harmless(reviewer)

    page = desk.get("/admin/")

    assert '<rect class="bar" width="100.00"' in page.content.decode()
    assert read(page).inline == []


# What else there is to do


def test_what_was_sent_back_comes_with_the_remarks_on_its_fields(desk, reviewer, moderator):
    remark = review.NewRemark("summary", "Summary", "unclear", "Who is meant?")
    review.request_changes(revision=harmless(reviewer), moderator=moderator, comment="", remarks=[remark], at=AT)

    assert "Summary. Unclear: Who is meant?" in desk_view(desk)[1].text


def report(text="A typo.", **changes):
    return ProblemReport.objects.create(page="/causes/", text=text, edition=1, **{"reported_at": AT, **changes})


def test_what_visitors_reported_is_on_the_desk_until_it_is_dealt_with(desk, administrator):
    newer = report("Newer.", reported_at=AT + timedelta(days=1))
    older = report("Older.")
    report("Done.", handled_at=AT, handled_by_name="Somebody")

    view, page = desk_view(desk)

    assert view.reports.first == (older, newer)
    assert "Older." in page.text
    assert "Done." not in page.text
    assert f"/admin/sitecontent/problemreport/{older.pk}/change/" in page.links
    assert "Nothing is waiting for you" not in page.text
    assert desk_view(signed_in(administrator))[0].reports.count == 2


def test_many_reports_are_counted_and_the_first_listed(desk):
    for number in range(8):
        report(f"Report {number}.")

    view, _ = desk_view(desk)

    assert (view.reports.count, len(view.reports.first)) == (8, 5)


def test_reports_are_not_for_somebody_without_a_role():
    report("Not for you.")

    view, page = desk_view(signed_in(person("new")))

    assert view.reports is None
    assert "Not for you." not in page.text


@pytest.fixture
def looked_for(settings, tmp_path, published):
    """Let the last look for the cited pages have found this of the first three sources."""

    def found(*words, url=None):
        rows = {
            source.slug: {"url": url or source.url, "found": word, "status": 404, "detail": f"seen as {word}"}
            for source, word in zip(published.sources, words, strict=False)
        }
        settings.SOURCES_FILE = tmp_path / "sources.json"
        report = {"edition": 1, "checked_at": AT.isoformat(), "sources": rows}
        settings.SOURCES_FILE.write_text(json.dumps(report), encoding="utf-8")

    return found


def test_sources_that_are_gone_are_named_before_those_that_moved(desk, looked_for, published):
    looked_for("moved for good", "gone", "unreachable", "there")

    view, page = desk_view(desk)

    assert [(row.title, row.found) for row in view.lost.rows] == [
        (published.sources[1].title, "gone"),
        (published.sources[0].title, "moved for good"),
    ]
    assert "1 more gave no answer." in page.text
    assert f"/admin/record/source/{published.sources[1].slug}/" in page.links


def test_what_was_found_of_an_older_address_is_not_told(desk, looked_for):
    looked_for("gone", url="https://example.org/as-it-was")

    assert desk_view(desk)[0].lost.rows == ()


@pytest.mark.parametrize("text", [None, "not JSON", "[]", '{"checked_at": "today", "sources": {}}'])
def test_a_look_that_can_not_be_read_is_no_look(desk, settings, tmp_path, text):
    settings.SOURCES_FILE = tmp_path / "sources.json"
    if text is not None:
        settings.SOURCES_FILE.write_text(text)

    assert desk_view(desk)[0].lost is None


def test_what_falls_due_soon_is_counted_beside_what_is_overdue(published):
    day = reviews_due(published)[0].due_on

    due = due_of(published, day - timedelta(days=30))

    assert due.overdue == 0
    assert due.soon > 0
