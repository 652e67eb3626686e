"""The desk asks the database no more for much than for little."""

from datetime import timedelta

import pytest

from sitecontent import review
from sitecontent.models import Cause, ProblemReport, Remark, Revision
from tests.admin.helpers import page_of, queries_for, submit
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published", "quick_impact")

FEW, MANY = 20, 60
LIST = "/admin/sitecontent/cause/"
MOST_FOR_A_LIST = 10


def slugs():
    return list(Cause.objects.order_by("slug").values_list("slug", flat=True))


def waiting_ones(count, by):
    """So many revisions that wait, from however many wait now."""
    for slug in slugs()[:count]:
        if not review.status_of(Cause.objects.get(slug=slug)).open_revision_id:
            submit(slug, by)


def test_list_queue_desks_and_decision_page_ask_no_more_for_many(desk, bench, reviewer):
    decision = page_of(submit("chlamydia", reviewer))
    pages = ((bench, "/admin/review/"), (bench, "/admin/"), (bench, decision), (desk, "/admin/"), (desk, LIST))
    found = []
    for size in (FEW, MANY):
        waiting_ones(size, reviewer)
        found.append([queries_for(client, address) for client, address in pages])

    assert found[0] == found[1]
    assert found[1][-1] <= MOST_FOR_A_LIST


def sent_back_again_and_again(times, author, moderator, start):
    for number in range(times):
        at = start + timedelta(hours=number)
        row = submit("chlamydia", author, at=at, summary=f"Attempt {number} of {start}. See a clinic.")
        review.request_changes(revision=row, moderator=moderator, comment="Again.", at=at + timedelta(minutes=5))


def test_the_decision_page_asks_no_more_after_a_long_history(bench, reviewer, moderator):
    found = []
    for times, start in ((2, AT), (6, AT + timedelta(days=9))):
        sent_back_again_and_again(times, reviewer, moderator, start)
        for remark in Remark.objects.filter(resolution__isnull=True):
            review.resolve(remark=remark, by=moderator, at=start)
        row = submit("chlamydia", reviewer, at=start + timedelta(days=1), summary=f"Now, {start}. See a clinic.")
        found.append(queries_for(bench, page_of(row)))
        review.withdraw(revision=row, by=reviewer, at=start + timedelta(days=2))

    assert found[0] == found[1]


def test_the_desk_asks_no_more_for_many_reports_and_much_that_was_sent_back(desk, reviewer, moderator):
    found = []
    for size in (6, 12):
        for slug in slugs()[:size]:
            if not Revision.objects.filter(slug=slug, origin="review").exists():
                row = submit(slug, reviewer)
                review.request_changes(revision=row, moderator=moderator, comment="Why?", at=AT + timedelta(hours=1))
            ProblemReport.objects.create(page="/", text=slug, edition=1, reported_at=AT)
        found.append(queries_for(desk, "/admin/"))

    assert found[0] == found[1]
