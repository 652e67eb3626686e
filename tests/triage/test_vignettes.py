"""Running the clinical test cases."""

from sitecontent.documents import Urgency
from tests.triage.factories import any_of, cause, edition_of, finding, rule, speaks_for, vignette
from triage.vignettes import run_vignettes

SIGN = finding("sign")
NOW = rule("now", any_of(sign="yes"), Urgency.EMERGENCY)


def test_an_acceptable_outcome_passes():
    [result] = run_vignettes(edition_of(SIGN, NOW, vignette("v", {"sign": ("yes",)}, least=Urgency.EMERGENCY)))

    assert (result.slug, result.outcome, result.passes) == ("v", Urgency.EMERGENCY, True)


def test_an_outcome_that_is_not_urgent_enough_fails():
    [result] = run_vignettes(edition_of(SIGN, vignette("v", {"sign": ("yes",)}, least=Urgency.URGENT)))

    assert result.failures == ("came out as routine, and must be at least urgent",)


def test_an_outcome_that_is_too_urgent_fails():
    [result] = run_vignettes(edition_of(SIGN, NOW, vignette("v", {"sign": ("yes",)}, most=Urgency.SOON)))

    assert result.failures == ("came out as emergency, and must be at most soon",)


def test_a_cause_that_must_be_listed_and_is_not_fails():
    edition = edition_of(
        SIGN, cause("c", speaks_for("sign", "yes")), vignette("v", {"sign": ("no",)}, must_list=("c",))
    )

    assert run_vignettes(edition)[0].failures == ("does not list c",)


def test_a_cause_counts_as_listed_beside_an_emergency():
    listed = vignette("v", {"sign": ("yes",)}, must_list=("c",))

    assert run_vignettes(edition_of(SIGN, NOW, cause("c", speaks_for("sign", "yes")), listed))[0].passes


def test_answers_that_no_person_could_give_fail_and_say_why():
    [result] = run_vignettes(edition_of(SIGN, vignette("v", {"sign": ("yes", "no")})))

    assert result.outcome is None
    assert result.failures == ("'sign' takes one answer, and 2 were given",)
