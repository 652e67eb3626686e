"""The engine on editions small enough to see through."""

import pytest

from sitecontent.documents import Answer, Implication, Nature, PregnancyScope, Route, Trimester, Urgency
from tests.triage.factories import (
    all_of,
    any_of,
    cause,
    edition_of,
    escalation,
    finding,
    rule,
    speaks_against,
    speaks_for,
)
from triage.engine import MOST_TO_RULE_OUT, Because, Fit, assess
from triage.index import index_of

STATUS = finding("pregnancy-status", "yes", "maybe", "not-sure", "unlikely", "no")
WEEKS = finding("pregnancy-weeks", "under-6", "w6-12", "w13-19", "w28-36", "not-sure")
ENDED = finding("recent-pregnancy-end", "no", "miscarriage")
SIGN = finding("sign")
OTHER = finding("other")


def fits(edition, **answers):
    assessment = assess(edition, {slug.replace("_", "-"): chosen for slug, chosen in answers.items()})
    return {fit.slug: fit.fit for fit in assessment.fits}


def test_no_answers_are_routine_and_name_no_reason():
    assessment = assess(edition_of(SIGN), {})

    assert assessment.urgency is Urgency.ROUTINE
    assert assessment.reasons == ()
    assert assessment.next_steps == ("Do what routine asks.", "Within the time of routine")


def test_a_rule_that_holds_sets_the_level():
    edition = edition_of(SIGN, rule("today", any_of(sign="yes"), Urgency.URGENT))

    assessment = assess(edition, {"sign": ["yes"]})

    assert assessment.urgency is Urgency.URGENT
    assert [reason.slug for reason in assessment.reasons] == ["today"]
    assert assessment.reasons[0].answers[0].text == "Is it sign? yes, in words"


def test_not_sure_fires_a_rule_only_where_it_is_listed():
    edition = edition_of(
        SIGN,
        OTHER,
        rule("listed", any_of(sign=("yes", "not-sure")), Urgency.URGENT),
        rule("unlisted", any_of(other="yes"), Urgency.EMERGENCY),
    )

    assert assess(edition, {"sign": ["not-sure"]}).urgency is Urgency.URGENT
    assert assess(edition, {"other": ["not-sure"]}).urgency is Urgency.ROUTINE


def test_only_rules_of_the_reached_level_are_told_and_the_ambulance_first():
    edition = edition_of(
        SIGN,
        rule("mild", any_of(sign="yes"), Urgency.ROUTINE),
        rule("by-car", any_of(sign="yes"), Urgency.EMERGENCY, route=Route.EMERGENCY_DEPARTMENT),
        rule("by-ambulance", any_of(sign="yes"), Urgency.EMERGENCY, route=Route.AMBULANCE),
    )

    assessment = assess(edition, {"sign": ["yes"]})

    assert [reason.slug for reason in assessment.reasons] == ["by-ambulance", "by-car"]
    assert [reason.slug for reason in assessment.fired] == ["by-ambulance", "by-car", "mild"]
    assert assessment.next_steps[:2] == ("Tell by-ambulance.", "Tell by-car.")


def test_a_rule_needs_all_of_its_answers():
    edition = edition_of(SIGN, OTHER, rule("both", all_of(sign="yes", other="yes"), Urgency.SOON))

    assert assess(edition, {"sign": ["yes"]}).urgency is Urgency.ROUTINE
    assert assess(edition, {"sign": ["yes"], "other": ["yes"]}).urgency is Urgency.SOON


def test_a_rule_that_only_the_replaced_answer_fires_raises_but_is_not_told_beside_a_current_one():
    test = finding(
        "test",
        Answer(slug="positive", label="Positive", implies=Implication(finding="pregnancy-status", answer="yes")),
        "negative",
    )
    edition = edition_of(
        STATUS,
        test,
        rule("for-maybe", any_of(pregnancy_status="maybe"), Urgency.URGENT),
        rule("for-yes", any_of(pregnancy_status="yes"), Urgency.URGENT),
    )

    assessment = assess(edition, {"pregnancy-status": ["maybe"], "test": ["positive"]})

    assert [reason.slug for reason in assessment.reasons] == ["for-yes"]
    assert [reason.slug for reason in assessment.fired] == ["for-maybe", "for-yes"]


def test_a_reason_names_what_was_said_and_not_what_follows_from_it():
    positive = Answer(slug="positive", label="Positive", implies=Implication(finding="pregnancy-status", answer="yes"))
    edition = edition_of(
        STATUS, finding("test", positive, "negative"), rule("today", any_of(pregnancy_status="yes"), Urgency.URGENT)
    )

    [reason] = assess(edition, {"pregnancy-status": ["maybe"], "test": ["positive"]}).reasons

    assert [reply.text for reply in reason.answers] == ["Is it test? Positive"]


def test_causes_are_not_shown_beside_an_emergency_but_stay_for_test_cases():
    edition = edition_of(
        SIGN, rule("now", any_of(sign="yes"), Urgency.EMERGENCY), cause("c", speaks_for("sign", "yes"))
    )

    assessment = assess(edition, {"sign": ["yes"]})

    assert assessment.causes == ()
    assert [fit.slug for fit in assessment.fits] == ["c"]


# How causes fit


def test_a_link_counts_once_however_many_of_its_answers_were_given():
    many = finding("many", "one", "two", multiple=True)
    edition = edition_of(many, cause("c", speaks_for("many", "one", "two", strength=2)))

    [fit] = assess(edition, {"many": ["one", "two"]}).fits

    assert fit.score == 2
    assert [item.answer for item in fit.because] == ["one", "two"]


@pytest.mark.parametrize(
    ("strengths", "expected"),
    [((3, 2), Fit.LIKELY), ((3, 1), Fit.POSSIBLE), ((2, 0), Fit.POSSIBLE), ((1, 0), None)],
)
def test_the_sum_of_strengths_decides_the_fit(strengths, expected):
    links = [
        speaks_for(slug, "yes", strength=strength)
        for slug, strength in zip(("sign", "other"), strengths, strict=True)
        if strength
    ]
    edition = edition_of(SIGN, OTHER, cause("c", *links))

    assert fits(edition, sign=["yes"], other=["yes"]).get("c") == expected


def test_what_speaks_against_a_cause_moves_it_down():
    edition = edition_of(SIGN, OTHER, cause("c", speaks_for("sign", "yes"), speaks_against("other", "yes", strength=2)))

    assert fits(edition, sign=["yes"]) == {"c": Fit.POSSIBLE}
    assert fits(edition, sign=["yes"], other=["yes"]) == {}


def test_the_best_fit_comes_first_and_equal_ones_by_urgency_then_slug():
    edition = edition_of(
        SIGN,
        cause("b", speaks_for("sign", "yes", strength=2)),
        cause("a", speaks_for("sign", "yes", strength=2)),
        cause("soon", speaks_for("sign", "yes", strength=2), urgency=Urgency.SOON),
        cause("best", speaks_for("sign", "yes", strength=3)),
    )

    assert list(fits(edition, sign=["yes"])) == ["best", "soon", "a", "b"]


def test_a_cause_that_cannot_be_is_not_listed():
    edition = edition_of(SIGN, OTHER, cause("c", speaks_for("sign", "yes"), not_when=any_of(other="yes")))

    assert fits(edition, sign=["yes"], other=["no"]) == {"c": Fit.POSSIBLE}
    assert fits(edition, sign=["yes"], other=["yes"]) == {}


def pregnancy_edition(scope: PregnancyScope, *trimesters: Trimester):
    return edition_of(
        SIGN,
        STATUS,
        WEEKS,
        ENDED,
        cause("c", speaks_for("sign", "yes"), pregnancy=scope, trimesters=trimesters),
    )


@pytest.mark.parametrize(
    ("status", "listed"), [("yes", False), ("maybe", True), ("not-sure", True), ("unlikely", True), ("no", True)]
)
def test_what_is_never_met_in_pregnancy_is_not_listed_for_somebody_who_is_pregnant(status, listed):
    edition = pregnancy_edition(PregnancyScope.NEVER)

    assert bool(fits(edition, sign=["yes"], pregnancy_status=[status])) is listed


@pytest.mark.parametrize(
    ("status", "listed"), [("yes", True), ("maybe", True), ("not-sure", True), ("unlikely", False), ("no", False)]
)
def test_what_is_met_only_in_pregnancy_fits_whoever_is_or_may_be_pregnant(status, listed):
    edition = pregnancy_edition(PregnancyScope.ONLY, Trimester.FIRST)

    assert bool(fits(edition, sign=["yes"], pregnancy_status=[status])) is listed


@pytest.mark.parametrize(
    ("status", "fit"),
    [(["yes"], Fit.POSSIBLE), (["unlikely"], Fit.NEEDS_RULING_OUT), ([], Fit.NEEDS_RULING_OUT), (["no"], None)],
)
def test_a_serious_cause_met_only_in_pregnancy_is_left_out_only_for_not_pregnant(status, fit):
    edition = edition_of(
        SIGN,
        STATUS,
        cause(
            "c",
            speaks_for("sign", "yes"),
            pregnancy=PregnancyScope.ONLY,
            trimesters=(Trimester.FIRST,),
            urgency=Urgency.EMERGENCY,
        ),
    )

    assert fits(edition, sign=["yes"], pregnancy_status=status).get("c") == fit


def test_what_is_met_after_a_pregnancy_stays_though_no_longer_pregnant():
    edition = pregnancy_edition(PregnancyScope.ONLY, Trimester.FIRST, Trimester.AFTER)
    said = {"sign": ["yes"], "pregnancy_status": ["no"]}

    assert fits(edition, **said) == {}
    assert fits(edition, **said, recent_pregnancy_end=["miscarriage"]) == {"c": Fit.POSSIBLE}


@pytest.mark.parametrize(
    ("weeks", "listed"), [("under-6", False), ("w13-19", True), ("w28-36", False), ("not-sure", True)]
)
def test_known_weeks_leave_out_what_belongs_to_others(weeks, listed):
    edition = pregnancy_edition(PregnancyScope.ONLY, Trimester.SECOND)

    found = fits(edition, sign=["yes"], pregnancy_status=["yes"], pregnancy_weeks=[weeks])

    assert bool(found) is listed


def test_somebody_who_may_be_pregnant_is_shown_what_is_met_early():
    said = {"sign": ["yes"], "pregnancy_status": ["maybe"]}

    assert fits(pregnancy_edition(PregnancyScope.ONLY, Trimester.FIRST), **said) == {"c": Fit.POSSIBLE}
    assert fits(pregnancy_edition(PregnancyScope.ONLY, Trimester.THIRD), **said) == {}


# What must be ruled out


def test_a_serious_cause_that_the_answers_do_not_exclude_needs_ruling_out():
    edition = edition_of(SIGN, OTHER, cause("c", speaks_for("other", "yes"), urgency=Urgency.URGENT))

    assert fits(edition, sign=["yes"]) == {"c": Fit.NEEDS_RULING_OUT}


def test_a_serious_cause_that_answers_only_speak_against_does_not():
    edition = edition_of(
        SIGN, cause("c", speaks_for("sign", "yes"), speaks_against("sign", "no"), urgency=Urgency.EMERGENCY)
    )

    assert fits(edition, sign=["no"]) == {}


def test_a_serious_cause_stays_when_anything_at_all_speaks_for_it():
    edition = edition_of(
        SIGN,
        OTHER,
        cause(
            "c",
            speaks_for("other", "yes", strength=1),
            speaks_against("sign", "no", strength=3),
            urgency=Urgency.EMERGENCY,
        ),
    )

    assert fits(edition, sign=["no"], other=["yes"]) == {"c": Fit.NEEDS_RULING_OUT}


def test_a_cause_to_be_seen_soon_needs_ruling_out_once_something_speaks_for_it():
    edition = edition_of(SIGN, cause("c", speaks_for("sign", "yes", strength=1), urgency=Urgency.SOON))

    assert fits(edition) == {}
    assert fits(edition, sign=["yes"]) == {"c": Fit.NEEDS_RULING_OUT}


def test_natural_and_routine_causes_never_need_ruling_out():
    edition = edition_of(
        SIGN,
        cause("natural", speaks_for("sign", "yes", strength=1), nature=Nature.NATURAL, urgency=Urgency.URGENT),
        cause("routine", speaks_for("sign", "yes", strength=1)),
    )

    assert fits(edition, sign=["yes"]) == {}


def test_what_needs_ruling_out_is_short_and_the_most_urgent_comes_first():
    urgent = [cause(f"urgent-{number}", urgency=Urgency.URGENT) for number in range(6)]
    emergencies = [cause(f"emergency-{number}", urgency=Urgency.EMERGENCY) for number in range(2)]

    found = list(fits(edition_of(SIGN, *urgent, *emergencies)))

    assert found == ["emergency-0", "emergency-1", "urgent-0", "urgent-1", "urgent-2", "urgent-3"]
    assert len(found) == MOST_TO_RULE_OUT


def test_a_cause_that_needs_circumstances_is_listed_only_in_them():
    edition = edition_of(SIGN, OTHER, cause("c", urgency=Urgency.URGENT, only_when=any_of(other="yes")))

    assert fits(edition, sign=["yes"]) == {}
    assert fits(edition, sign=["yes"], other=["yes"]) == {"c": Fit.NEEDS_RULING_OUT}


def test_reassurance_does_not_move_a_cause_down_among_what_needs_ruling_out():
    reassured = cause(
        "a", speaks_for("sign", "yes", strength=1), speaks_against("other", "yes", strength=1), urgency=Urgency.SOON
    )
    edition = edition_of(
        SIGN, OTHER, reassured, cause("b", speaks_for("sign", "yes", strength=1), urgency=Urgency.SOON)
    )

    assert list(fits(edition, sign=["yes"], other=["yes"])) == ["a", "b"]


# Causes that raise the level


def test_a_cause_that_clearly_fits_raises_the_level():
    edition = edition_of(
        SIGN,
        OTHER,
        cause("c", speaks_for("sign", "yes"), speaks_for("other", "yes", strength=2), urgency=Urgency.SOON),
    )

    assessment = assess(edition, {"sign": ["yes"], "other": ["yes"]})

    assert assessment.urgency is Urgency.SOON
    assert [(reason.because, reason.slug) for reason in assessment.reasons] == [(Because.CAUSE, "c")]


def test_what_speaks_against_a_cause_never_lowers_the_level():
    reassuring = finding("reassuring")
    edition = edition_of(
        SIGN,
        OTHER,
        reassuring,
        cause(
            "c",
            speaks_for("sign", "yes"),
            speaks_for("other", "yes"),
            speaks_against("reassuring", "yes"),
            urgency=Urgency.SOON,
        ),
    )
    said = {"sign": ["yes"], "other": ["yes"]}

    assert assess(edition, said).urgency is Urgency.SOON
    assert assess(edition, {**said, "reassuring": ["yes"]}).urgency is Urgency.SOON


def test_being_pregnant_takes_a_cause_off_the_list_but_does_not_lower_the_level():
    edition = edition_of(
        SIGN,
        OTHER,
        STATUS,
        cause(
            "c",
            speaks_for("sign", "yes"),
            speaks_for("other", "yes"),
            pregnancy=PregnancyScope.NEVER,
            urgency=Urgency.SOON,
        ),
    )

    assessment = assess(edition, {"sign": ["yes"], "other": ["yes"], "pregnancy-status": ["yes"]})

    assert assessment.urgency is Urgency.SOON
    assert assessment.causes == ()


def test_an_escalation_counts_from_a_possible_fit():
    edition = edition_of(
        SIGN,
        OTHER,
        cause(
            "c", speaks_for("sign", "yes", strength=2), escalations=(escalation(any_of(other="yes"), Urgency.URGENT),)
        ),
    )

    assert assess(edition, {"other": ["yes"]}).urgency is Urgency.ROUTINE
    assessment = assess(edition, {"sign": ["yes"], "other": ["yes"]})
    assert assessment.urgency is Urgency.URGENT
    assert assessment.next_steps[0] == "Then it is urgent."
    assert [fit.urgency for fit in assessment.causes] == [Urgency.URGENT]


@pytest.mark.parametrize(("status", "level"), [("yes", Urgency.EMERGENCY), ("maybe", Urgency.ROUTINE)])
def test_a_cause_met_only_in_pregnancy_raises_only_for_somebody_who_is_pregnant(status, level):
    edition = edition_of(
        SIGN,
        OTHER,
        STATUS,
        cause(
            "c",
            speaks_for("sign", "yes"),
            speaks_for("other", "yes"),
            pregnancy=PregnancyScope.ONLY,
            trimesters=(Trimester.FIRST,),
            urgency=Urgency.EMERGENCY,
        ),
    )

    said = {"sign": ["yes"], "other": ["yes"], "pregnancy-status": [status]}

    assert assess(edition, said).urgency is level


# Self-care


def self_care_edition(*more):
    return edition_of(
        SIGN,
        OTHER,
        finding("extra"),
        rule("safety", any_of(extra="yes"), Urgency.URGENT),
        cause(
            "natural",
            speaks_for("sign", "yes"),
            speaks_for("other", "yes"),
            speaks_against("other", "not-sure", strength=1),
            nature=Nature.NATURAL,
            urgency=Urgency.SELF_CARE,
        ),
        *more,
    )


EARNED = {"sign": ["yes"], "other": ["yes"], "extra": ["no"], "limit": ["no"]}


def test_self_care_is_earned_by_a_natural_explanation_and_complete_answers():
    assessment = assess(self_care_edition(), EARNED)

    assert assessment.urgency is Urgency.SELF_CARE
    assert [reason.slug for reason in assessment.reasons] == ["natural"]


@pytest.mark.parametrize("open_question", ["extra", "limit"])
def test_an_open_safety_question_withholds_self_care(open_question):
    answers = {slug: chosen for slug, chosen in EARNED.items() if slug != open_question}

    assert assess(self_care_edition(), answers).urgency is Urgency.ROUTINE


def test_the_limits_of_self_care_withhold_it():
    assert assess(self_care_edition(), {**EARNED, "limit": ["yes"]}).urgency is Urgency.ROUTINE


def test_no_explanation_means_no_self_care():
    assert assess(self_care_edition(), {**EARNED, "sign": ["no"]}).urgency is Urgency.ROUTINE


def test_anything_that_speaks_against_the_explanation_withholds_self_care():
    third = finding("third")
    edition = edition_of(
        SIGN,
        OTHER,
        third,
        cause(
            "natural",
            speaks_for("sign", "yes"),
            speaks_for("other", "yes"),
            speaks_against("third", "yes", strength=1),
            nature=Nature.NATURAL,
            urgency=Urgency.SELF_CARE,
        ),
    )
    said = {"sign": ["yes"], "other": ["yes"], "limit": ["no"]}

    assert assess(edition, said).urgency is Urgency.SELF_CARE
    assert assess(edition, {**said, "third": ["yes"]}).urgency is Urgency.ROUTINE


def test_another_cause_that_clearly_fits_withholds_self_care():
    other_cause = cause("also", speaks_for("sign", "yes"), speaks_for("other", "yes"), nature=Nature.NATURAL)

    assert assess(self_care_edition(other_cause), EARNED).urgency is Urgency.ROUTINE


def test_a_safety_question_that_does_not_apply_may_stay_open():
    asked_if = finding("follow-up", ask_if=any_of(sign="no"))
    edition = self_care_edition(asked_if, rule("also", any_of(follow_up="yes"), Urgency.URGENT))

    assert assess(edition, EARNED).urgency is Urgency.SELF_CARE


def test_the_questions_of_the_box_may_stay_open_but_count_when_answered():
    edition = self_care_edition(finding("no-consent"), rule("help", any_of(no_consent="yes"), Urgency.SOON))

    assert assess(edition, EARNED).urgency is Urgency.SELF_CARE
    assert assess(edition, {**EARNED, "no-consent": ["yes"]}).urgency is Urgency.SOON


# One answer, one result


def test_the_order_of_the_answers_changes_nothing():
    edition = self_care_edition()
    backwards = dict(reversed(list(EARNED.items())))

    assert assess(edition, EARNED) == assess(edition, backwards)
    assert repr(assess(edition, EARNED)) == repr(assess(edition, backwards))


def test_the_index_of_an_edition_is_made_once():
    assert index_of(self_care_edition()) is index_of(self_care_edition())


def test_notes_begin_with_danger_signs_then_what_is_not_known_then_important_negatives():
    edition = edition_of(
        finding("faint", step="emergency", order=1),
        finding("clots", step="emergency", order=2),
        finding("pain", step="emergency", order=3),
        finding("colour", "red", "brown", step="bleeding", order=4),
        rule("now", any_of(faint="yes", clots="yes", pain="yes"), Urgency.EMERGENCY),
    )
    said = {"faint": ["no"], "clots": ["not-sure"], "pain": ["yes"], "colour": ["red"]}

    assert assess(edition, said).tell_your_clinician == (
        "Is it pain? yes, in words",
        "Is it clots? not-sure, in words",
        "Is it faint? no, in words",
        "Is it colour? red, in words",
    )


def test_what_is_said_and_noted_begins_with_the_few_words_of_its_question():
    edition = edition_of(
        finding("faint", step="emergency", order=1, noted_as="Fainting"),
        finding("clots", step="emergency", order=2, noted_as="Clots now"),
        rule("now", any_of(faint="yes", clots="yes"), Urgency.EMERGENCY),
    )
    assessment = assess(edition, {"faint": ["yes"]})

    assert [reply.text for reply in assessment.reasons[0].answers] == ["Fainting: yes, in words"]
    assert assessment.tell_your_clinician == ("Fainting: yes, in words", "Not answered: Clots now")


def test_notes_end_with_open_safety_questions_and_pass_over_what_was_withheld():
    edition = edition_of(
        finding("faint", step="emergency", order=1),
        finding("clots", step="emergency", order=2),
        finding("private", "yes", "prefer-not-to-say", order=3),
        rule("now", any_of(faint="yes", clots="yes", private="yes"), Urgency.EMERGENCY),
    )

    assert assess(edition, {"private": ["prefer-not-to-say"]}).tell_your_clinician == (
        "Not answered: Is it faint?; Is it clots?",
    )
