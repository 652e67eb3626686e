"""What the starter's clinical test cases cover: a cause, rule or group of people that none is about fails here."""

from collections.abc import Callable, Mapping
from itertools import combinations

import pytest

from sitecontent.documents import Urgency, Vignette
from sitecontent.edition.edition import Edition
from triage.answers import NOTHING
from triage.engine import Assessment, assess

AT_LEAST = 120
"""How many cases there must be, whatever they are about."""

Given = Mapping[str, frozenset[str]]


def answers_of(vignette: Vignette) -> Given:
    return {given.finding: frozenset(given.answers) for given in vignette.answers}


def says(finding: str, *answers: str) -> Callable[[Vignette], bool]:
    """Whether somebody gives one of these answers."""
    return lambda vignette: not answers_of(vignette).get(finding, NOTHING).isdisjoint(answers)


def tells(words: str) -> Callable[[Vignette], bool]:
    """Whether the story has these words, for what no question asks."""
    return lambda vignette: words in vignette.story


GROUPS: Mapping[str, Callable[[Vignette], bool]] = {
    "maybe pregnant": says("pregnancy-status", "maybe"),
    "not sure of being pregnant": says("pregnancy-status", "not-sure"),
    "pregnant": says("pregnancy-status", "yes"),
    "after a birth": says("recent-pregnancy-end", "birth-under-6-weeks", "birth-6-12-weeks"),
    "after an abortion": says("recent-pregnancy-end", "abortion"),
    "after a miscarriage": says("recent-pregnancy-end", "miscarriage"),
    "after a recent hysterectomy": says("hysterectomy", "within-12-months"),
    "after an old hysterectomy": says("hysterectomy", "over-12-months"),
    "after the menopause": says("periods", "none-12-months"),
    "on HRT": says("hrt", "started-under-6-months", "changed-under-3-months", "settled"),
    "on blood thinners": says("blood-thinners", "yes"),
    "under 13": says("age-band", "under-13"),
    "13 to 15": says("age-band", "age-13-15"),
    "a trans man on testosterone": tells("trans man"),
    "breastfeeding": says("breastfeeding", "yes"),
    "a normal smear": says("screening-status", "up-to-date"),
    "a normal smear last month": tells("normal smear last month"),
    "sex that was not wanted": says("no-consent", "yes"),
    "not sure whether it was wanted": says("no-consent", "not-sure"),
    "with a coil": says("contraception-kind", "copper-coil", "hormone-coil", "coil-unsure-kind"),
    "nothing answered": lambda vignette: not vignette.answers,
}
"""People whom a checker easily gets wrong, and how a case shows that it is about one of them."""


@pytest.fixture(scope="module")
def outcomes(starter_edition: Edition) -> Mapping[str, Assessment]:
    return {vignette.slug: assess(starter_edition, answers_of(vignette)) for vignette in starter_edition.vignettes}


def test_there_are_enough_cases_and_each_names_its_source(starter_edition):
    assert len(starter_edition.vignettes) >= AT_LEAST
    assert all(vignette.citations for vignette in starter_edition.vignettes)


def test_every_cause_is_expected_by_a_case_unless_it_says_that_it_is_never_likely(starter_edition):
    expected = {slug for vignette in starter_edition.vignettes for slug in vignette.must_list}
    spoken_for = {cause.slug for cause in starter_edition.causes if not cause.never_likely_because}

    assert spoken_for - expected == set()


def test_every_rule_sets_the_level_of_a_case(starter_edition, outcomes):
    told = {reason.slug for outcome in outcomes.values() for reason in outcome.reasons}

    assert {rule.slug for rule in starter_edition.safety_rules} - told == set()


def test_every_level_is_expected_by_a_case(starter_edition):
    assert {vignette.least for vignette in starter_edition.vignettes} == set(Urgency)


@pytest.mark.parametrize("group", GROUPS)
def test_every_awkward_group_has_a_case(starter_edition, group):
    assert [vignette.slug for vignette in starter_edition.vignettes if GROUPS[group](vignette)]


def test_one_answer_flips_the_outcome_in_many_pairs_of_cases(starter_edition, outcomes):
    pairs = [
        (one.slug, other.slug)
        for one, other in combinations(starter_edition.vignettes, 2)
        if outcomes[one.slug].urgency is not outcomes[other.slug].urgency
        and len(set(answers_of(one).items()) ^ set(answers_of(other).items())) == 2
        and answers_of(one).keys() == answers_of(other).keys()
    ]

    assert len(pairs) >= 25


def test_the_rules_alone_give_every_case_a_level_that_is_safe(starter_edition, outcomes):
    """Guided mode shows rules and nothing of how causes fit: they must not say less than a case needs.

    `routine` and `self-care` are what is left where no rule speaks, so a case for either asks nothing of the rules.
    """
    too_low = {
        vignette.slug: vignette.least.value
        for vignette in starter_edition.vignettes
        if vignette.least.rank > Urgency.ROUTINE.rank
        and not any(fired.urgency.is_at_least(vignette.least) for fired in outcomes[vignette.slug].fired)
    }

    assert too_low == {}
