"""What could still change the level."""

from sitecontent.documents import Answer, Condition, Match, Nature, Urgency
from tests.triage.factories import all_of, any_of, cause, edition_of, finding, rule, speaks_against, speaks_for
from triage.outlook import outlook


def test_an_open_question_that_could_raise_the_level_is_an_unknown():
    edition = edition_of(finding("sign"), finding("colour"), rule("now", any_of(sign="yes"), Urgency.EMERGENCY))

    [unknown] = outlook(edition, {"colour": ["yes"]}).unknowns

    assert (unknown.finding, unknown.urgency, unknown.answers) == ("sign", Urgency.EMERGENCY, ("yes",))
    assert unknown.is_open


def test_not_sure_stays_an_unknown_and_a_clear_answer_does_not():
    edition = edition_of(finding("sign"), rule("now", any_of(sign="yes"), Urgency.EMERGENCY))

    assert [item.is_unsure for item in outlook(edition, {"sign": ["not-sure"]}).unknowns] == [True]
    assert outlook(edition, {"sign": ["no"]}).unknowns == ()
    assert [item.finding for item in outlook(edition, {"sign": ["no"]}).changes] == ["sign"]


def test_what_only_together_with_another_answer_raises_is_tried_with_what_was_said():
    edition = edition_of(finding("a"), finding("b"), rule("both", all_of(a="yes", b="yes"), Urgency.URGENT))

    assert outlook(edition, {}).changes == ()
    assert [item.finding for item in outlook(edition, {"a": ["yes"]}).changes] == ["b"]


def test_a_question_that_does_not_apply_is_not_named():
    edition = edition_of(
        finding("first"),
        finding("second", ask_if=any_of(first="yes")),
        rule("now", any_of(second="yes"), Urgency.EMERGENCY),
    )

    assert outlook(edition, {"first": ["no"]}).unknowns == ()
    assert outlook(edition, {}).changes == ()
    assert [item.finding for item in outlook(edition, {"first": ["yes"]}).unknowns] == ["second"]


def test_an_open_question_that_leads_on_to_one_that_could_raise_the_level_is_an_unknown():
    edition = edition_of(
        finding("first", "yes", "no"),
        finding("second", ask_if=any_of(first="yes")),
        rule("now", any_of(second="yes"), Urgency.EMERGENCY),
    )

    [unknown] = outlook(edition, {}).unknowns

    assert (unknown.finding, unknown.urgency, unknown.answers) == ("first", Urgency.EMERGENCY, ("yes",))


def test_a_question_that_leads_on_is_not_named_for_what_is_asked_anyway():
    edition = edition_of(
        finding("first", "yes", "no"),
        finding("second", ask_if=any_of(first="yes")),
        finding("sign"),
        rule("now", all_of(first="yes", sign="yes"), Urgency.EMERGENCY),
    )

    assert outlook(edition, {}).unknowns == ()


def test_a_question_may_lead_on_to_one_that_only_speaks_for_a_cause():
    edition = edition_of(
        finding("first", "yes", "no"),
        finding("second", ask_if=any_of(first="yes")),
        cause("a-cause", speaks_for("second", "yes"), speaks_for("second", "yes", strength=2), urgency=Urgency.URGENT),
    )

    assert [item.finding for item in outlook(edition, {}).unknowns] == ["first"]


def test_what_would_take_a_reassurance_away_is_a_change():
    natural = cause(
        "natural",
        speaks_for("sign", "yes"),
        speaks_for("sign", "yes", strength=2),
        speaks_against("other", "yes"),
        nature=Nature.NATURAL,
        urgency=Urgency.SELF_CARE,
    )

    changes = outlook(
        edition_of(finding("sign"), finding("other"), natural), {"sign": ["yes"], "limit": ["no"]}
    ).changes

    assert [(item.finding, item.urgency, item.answers) for item in changes] == [
        ("other", Urgency.ROUTINE, ("yes",)),
        ("sign", Urgency.ROUTINE, ("no",)),
        ("limit", Urgency.ROUTINE, ("yes",)),
    ]


def test_an_unknown_says_how_to_find_out_where_the_question_does():
    edition = edition_of(
        finding("sign", "yes", "no", Answer(slug="not-sure", label="Not sure", help="Look once more.")),
        rule("now", any_of(sign="yes"), Urgency.EMERGENCY),
    )

    assert [item.how for item in outlook(edition, {}).unknowns] == ["Look once more."]


def test_the_most_urgent_change_comes_first_and_names_only_the_answers_that_reach_it():
    edition = edition_of(
        finding("mild", "some", "more", order=1),
        finding("grave", order=2),
        rule("soon", any_of(mild="some"), Urgency.SOON),
        rule("today", any_of(mild="more"), Urgency.URGENT),
        rule("now", any_of(grave="yes"), Urgency.EMERGENCY),
    )

    changes = outlook(edition, {}).changes

    assert [(item.finding, item.urgency, item.answers) for item in changes] == [
        ("grave", Urgency.EMERGENCY, ("yes",)),
        ("mild", Urgency.URGENT, ("more",)),
    ]


def test_another_answer_joins_those_given_where_several_may_be():
    signs = finding("signs", "a", "b", Answer(slug="none", label="None", exclusive=True), multiple=True)
    together = Condition(all_of=(Match(finding="signs", is_=("a",)), Match(finding="signs", is_=("b",))))
    both = rule("both", together, Urgency.SOON)

    assert [item.answers for item in outlook(edition_of(signs, both), {"signs": ["a"]}).changes] == [("b",)]


def test_nothing_is_above_an_emergency():
    edition = edition_of(finding("sign"), rule("now", any_of(sign="yes"), Urgency.EMERGENCY))

    assert outlook(edition, {"sign": ["yes"]}).changes == ()


def test_the_questions_of_the_box_are_never_asked_for():
    edition = edition_of(finding("no-consent"), rule("help", any_of(no_consent="yes"), Urgency.URGENT))

    assert outlook(edition, {}).unknowns == ()
