"""The pictures say what the records say, in words too, and leave out what the edition does not hold."""

from xml.etree import ElementTree

from django.template.loader import render_to_string

from sitecontent.documents import Trimester, Urgency
from sitecontent.pages.index import index_of
from sitecontent.pages.pictures import (
    AMOUNT_DRAWN,
    amounts_of,
    cycle_of,
    cycle_of_cause,
    parts_of_a_pregnancy,
    spans_of,
)
from tests.pages.site import Reading, with_document, without


def test_the_cycle_names_the_causes_of_each_moment_in_the_order_of_the_line(starter_edition):
    cycle = cycle_of(index_of(starter_edition))

    assert [moment.number for moment in cycle.moments] == [1, 2, 3, 4]
    assert [moment.x for moment in cycle.moments] == sorted(moment.x for moment in cycle.moments)
    by_label = {moment.label: [card.cause.slug for card in moment.cards] for moment in cycle.moments}
    assert by_label["About the middle"] == ["ovulation-spotting"]
    assert "period-starting-or-ending" in by_label["Period just ending"]


def test_only_a_cause_that_follows_the_cycle_shows_it_with_its_moments_marked(starter_edition):
    index = index_of(starter_edition)

    marked = [moment.label for moment in cycle_of_cause(index, "ovulation-spotting").moments if moment.is_marked]

    assert marked == ["About the middle"]
    assert cycle_of_cause(index, "chlamydia") is None


def test_amounts_run_from_little_to_much_and_the_most_is_an_emergency(starter_edition):
    amounts = amounts_of(index_of(starter_edition))

    assert [amount.drawing for amount in amounts] == [
        f"pages/amounts/{slug}.svg"
        for slug in ("spotting", "light", "pad-every-few-hours", "steady-flow", "pad-an-hour")
    ]
    assert [amount.level.urgency if amount.level else None for amount in amounts][-2:] == [Urgency.EMERGENCY] * 2
    assert amounts[0].level is None


def test_each_amount_has_a_drawing_that_is_well_formed(starter_edition):
    for amount in amounts_of(index_of(starter_edition)):
        assert ElementTree.fromstring(render_to_string(amount.drawing)).get("aria-hidden") == "true"  # noqa: S314


def test_the_line_of_a_pregnancy_has_no_gap_and_is_met_where_the_record_says(starter_edition):
    index = index_of(starter_edition)

    (span,) = spans_of([index.cards["placenta-praevia"]])

    assert [stretch.x for stretch in span.stretches] == [0, 12, 27, 40]
    assert sum(stretch.width for stretch in parts_of_a_pregnancy()) == 52
    assert [stretch.is_met for stretch in span.stretches] == [
        trimester in span.card.cause.trimesters for trimester in Trimester
    ]
    assert [term.slug for term in span.met] == ["second", "third"]


def test_pictures_say_the_same_in_words(visit):
    emergency = Reading(visit("/emergency/").content.decode())
    cause = Reading(visit("/causes/ovulation-spotting/").content.decode())
    pregnancy = Reading(visit("/pregnancy/").content.decode())

    assert "Soaking a pad or tampon in an hour or less" in emergency.text
    assert "About the middle: Spotting around ovulation" in cause.text
    assert "A placenta that lies low" in pregnancy.text
    assert "Second trimester, third trimester" in pregnancy.text


def test_a_question_that_is_not_in_the_edition_leaves_its_picture_out(visit, serve, starter_edition):
    serve(without(starter_edition, "finding", AMOUNT_DRAWN))
    assert "How much blood is a lot?" not in visit("/emergency/").content.decode()

    edition = without(starter_edition, "finding", "cycle-time")
    assert cycle_of(index_of(edition)) is None


def test_an_answer_that_nobody_drew_is_left_out(starter_edition):
    finding = starter_edition.finding(AMOUNT_DRAWN)
    new = finding.answers[0].model_copy(update={"slug": "two-pads", "label": "Two pads"})
    edition = with_document(starter_edition, finding.model_copy(update={"answers": (new, *finding.answers)}))

    assert "Two pads" not in [amount.label for amount in amounts_of(index_of(edition))]
