"""Which changes lower safety: a table of cases, pure."""

import pytest

from sitecontent.documents import Condition, load_document
from sitecontent.review.risk import is_at_least_as_wide, lowering


def condition(all_of=(), any_of=()):
    def matches(pairs):
        return [{"finding": finding, "is": list(answers)} for finding, answers in pairs]

    return Condition.model_validate({"all_of": matches(all_of), "any_of": matches(any_of)})


A, B = ("fever", ("hot",)), ("pain", ("strong",))
A_WIDE = ("fever", ("hot", "measured"))


@pytest.mark.parametrize(
    ("new", "old", "wide"),
    [
        (condition([A]), condition([A]), True),
        (condition([A_WIDE]), condition([A]), True),
        (condition([A]), condition([A_WIDE]), False),
        (condition([A]), condition([A, B]), True),
        (condition([A, B]), condition([A]), False),
        (condition(any_of=[A, B]), condition(any_of=[A]), True),
        (condition(any_of=[A]), condition(any_of=[A, B]), False),
        (condition(any_of=[A_WIDE]), condition(any_of=[A]), True),
        (condition([A]), condition([A], [B]), True),
        (condition([A], [B]), condition([A]), False),
        (condition(any_of=[A]), condition([A]), False),
        (condition([A]), None, True),
        (None, condition([A]), False),
        (None, None, True),
    ],
)
def test_a_condition_is_as_wide_only_where_that_is_sure(new, old, wide):
    assert is_at_least_as_wide(new, old) is wide


@pytest.fixture
def cause(starter_edition):
    return starter_edition.cause("intrauterine-device")


def changed(document, **changes):
    return load_document(document.model_dump(mode="json") | changes)


def test_a_new_record_lowers_nothing(cause):
    assert lowering(None, cause) == ()


def test_wording_lowers_nothing(cause):
    assert lowering(cause, changed(cause, summary="Other words.")) == ()


def test_raising_the_urgency_lowers_nothing(cause):
    assert lowering(changed(cause, urgency="self-care"), cause) == ()


def test_lowering_the_urgency_is_named(cause):
    [reason] = lowering(cause, changed(cause, urgency="self-care"))

    assert reason == f"urgency lowered from {cause.urgency} to self-care"


def test_removing_an_escalation_is_named(cause):
    reasons = lowering(cause, changed(cause, escalations=[]))

    assert len(reasons) == len(cause.escalations) > 0
    assert all(reason.startswith("escalation to") for reason in reasons)


def test_an_escalation_is_not_needed_once_the_base_level_is_as_high(cause):
    assert lowering(cause, changed(cause, escalations=[], urgency="emergency")) == ()


def test_removing_a_red_flag_is_named(cause):
    sections = cause.sections.model_dump()
    sections["get_help_sooner_if"] = "\n".join(sections["get_help_sooner_if"].splitlines()[1:])

    [reason] = lowering(cause, changed(cause, sections=sections))

    assert reason.startswith("red flag removed or reworded")


def test_weakening_a_sign_is_named(cause):
    links = [link.model_dump(mode="json") | {"strength": 1} for link in cause.finding_links]

    assert any("removed or weakened" in reason for reason in lowering(cause, changed(cause, finding_links=links)))


def test_narrowing_the_pregnancy_scope_is_named(starter_edition):
    cause = starter_edition.cause("chlamydia")

    assert "no longer considered in pregnancy" in lowering(cause, changed(cause, pregnancy="never", trimesters=[]))


def test_ruling_a_cause_out_more_often_is_named(cause):
    wide = {"any_of": [{"finding": "fever", "is": ["no"]}]}

    assert "ruled out in more cases than before" in lowering(
        changed(cause, not_when=None), changed(cause, not_when=wide)
    )


def test_considering_a_cause_in_fewer_circumstances_is_named(cause):
    narrow = {"any_of": [{"finding": "fever", "is": ["no"]}]}

    assert lowering(changed(cause, only_when=None), changed(cause, only_when=narrow)) == (
        "considered in fewer circumstances than before",
    )
    assert lowering(changed(cause, only_when=narrow), changed(cause, only_when=None)) == ()


def test_a_weaker_or_narrower_rule_is_named(starter_edition):
    rule = next(rule for rule in starter_edition.safety_rules if rule.slug == "collapse-or-shock")
    weaker = changed(rule, at_least="soon", when={"any_of": [{"finding": "danger-signs", "is": ["fainted"]}]})

    assert lowering(rule, weaker) == ("level lowered from emergency to soon", "fires in fewer cases than before")


def test_giving_self_care_to_more_people_is_named(starter_edition):
    level = starter_edition.levels["self-care"]
    narrower = level.model_dump(mode="json")
    narrower["not_for"]["any_of"] = narrower["not_for"]["any_of"][1:]

    assert lowering(level, load_document(narrower)) == ("given to more people than before",)


def test_taking_an_answer_away_is_named(starter_edition):
    finding = starter_edition.finding("danger-signs")
    answers = [answer.model_dump(mode="json") for answer in finding.answers if answer.slug != "confused"]

    assert lowering(finding, changed(finding, answers=answers)) == ("answer removed: confused",)


def test_asking_less_often_is_named(starter_edition):
    finding = starter_edition.finding("danger-signs")
    seldom = {"all_of": [{"finding": "fever", "is": ["no"]}]}

    assert lowering(finding, changed(finding, ask_if=seldom)) == ("asked in fewer cases than before",)


def test_relaxing_a_test_case_is_named(starter_edition):
    vignette = next(case for case in starter_edition.vignettes if case.least == "emergency")

    assert lowering(vignette, changed(vignette, least="self-care")) == (
        "test case relaxed: a less urgent outcome, self-care, is accepted",
    )


def test_telling_people_something_else_is_named(starter_edition):
    rule = starter_edition.safety_rules[0]

    assert lowering(rule, changed(rule, tell="All is well.")) == ("tells people something else: All is well.",)
    assert lowering(rule, changed(rule, why="Said better.")) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"what_to_do": "Wait."}, "says something else to do: Wait."),
        ({"timescale": "Some day"}, "names another time: Some day"),
    ],
)
def test_other_words_of_what_to_do_and_when_are_named(starter_edition, changes, reason):
    level = starter_edition.levels["emergency"]

    assert lowering(level, changed(level, **changes)) == (reason,)
    assert lowering(level, changed(level, short="Shorter")) == ()


def test_taking_away_whom_to_ask_is_named(starter_edition):
    level = starter_edition.levels["emergency"]
    contacts = [contact.model_dump(mode="json") for contact in level.contacts]

    assert lowering(level, changed(level, contacts=contacts[1:])) == (
        f"whom to ask removed or reworded: {contacts[0]['region']}",
    )
    assert lowering(changed(level, contacts=contacts[1:]), level) == ()


def test_a_verdict_that_warns_less_is_named(starter_edition):
    claim = next(claim for claim in starter_edition.claims if claim.verdict == "harmful")

    assert lowering(claim, changed(claim, verdict="supported")) == ("warns less than before: harmful is now supported",)
    assert lowering(changed(claim, verdict="supported"), claim) == ()
    assert lowering(claim, changed(claim, correction="Other words.")) == ()


def test_a_sign_that_the_emergency_page_no_longer_has_is_named(starter_edition):
    page = starter_edition.page("emergency")
    sign = next(line for line in page.body.splitlines() if line.startswith("- "))
    without = changed(page, body=page.body.replace(f"{sign}\n", ""))

    assert lowering(page, without) == (f"sign removed or reworded: {sign[2:]}",)
    assert lowering(without, page) == ()
    assert lowering(page, changed(page, summary="Other words.")) == ()


def test_a_list_on_a_page_about_the_site_may_be_reworded(starter_edition):
    page = starter_edition.page("how-we-review")

    assert lowering(page, changed(page, body="- Other words.")) == ()
