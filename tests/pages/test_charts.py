"""The chart of causes: every cause stands in it once, and a table says the same in words."""

from sitecontent.pages.charts import BEGINS, WIDEST, causes_chart
from sitecontent.pages.index import index_of
from tests.pages.site import Reading


def test_every_cause_stands_in_the_chart_once_the_most_urgent_first(starter_edition):
    rows = causes_chart(index_of(starter_edition).cards.values())

    assert sum(row.count for row in rows) == len(starter_edition.causes)
    ranks = [row.level.urgency.rank for row in rows]
    assert ranks == sorted(ranks, reverse=True)
    assert max(row.ends for row in rows) <= BEGINS + WIDEST + 10


def test_bars_of_a_row_do_not_overlap(starter_edition):
    for row in causes_chart(index_of(starter_edition).cards.values()):
        x = BEGINS
        for bar in row.bars:
            assert (bar.x, bar.y) == (x, row.y)
            x += bar.width


def test_each_bar_leads_in_the_table_to_as_many_causes(visit, starter_edition):
    for row in causes_chart(index_of(starter_edition).cards.values()):
        for bar in row.bars:
            page = Reading(visit(bar.address).content.decode())
            assert f"{bar.count} of {len(starter_edition.causes)} causes" in page.text
            assert bar.address in page.links


def test_an_edition_without_causes_has_an_empty_chart():
    assert causes_chart(()) == ()
