"""What a change does to the checker's answers, and what an edition would be with it."""

from pathlib import Path

import pytest
from django.conf import settings

from sitecontent.documents import Urgency, load_document
from sitecontent.review.impact import CONTEXTS, grid_of, impact_of
from sitecontent.review.proposal import propose


@pytest.fixture(scope="session")
def edition(starter_edition):
    return starter_edition


def changed(document, **fields):
    return load_document({**document.model_dump(mode="json"), **fields})


def rule_of(edition, finding, answer):
    """The most urgent rule that this answer alone sets off."""
    for rule in edition.safety_rules:
        (match, *others) = rule.when.matches
        if not others and match.finding == finding and answer in match.is_:
            return rule
    raise AssertionError(f"no rule looks at {finding} alone")


def without_rules_on(edition, finding):
    """Every rule that looks at the question, asking for no more than routine."""
    return [
        changed(rule, at_least="routine", route="doctor")
        for rule in edition.safety_rules
        if finding in rule.when.findings
    ]


def test_changed_words_change_no_outcome(edition):
    cause = changed(edition.cause("chlamydia"), summary="Other words.")

    impact = impact_of(edition, propose(edition, [cause]).edition, [cause])

    assert impact.is_none
    assert impact.tried > len(CONTEXTS) * len(edition.findings)


def test_what_becomes_less_urgent_comes_first(edition):
    rules = without_rules_on(edition, "waters")

    impact = impact_of(edition, propose(edition, rules).edition, rules)

    assert rules
    assert impact.less_urgent
    assert impact.outcomes[: len(impact.less_urgent)] == impact.less_urgent
    falls = [change.before.urgency.rank - change.after.urgency.rank for change in impact.less_urgent]
    assert falls == sorted(falls, reverse=True)
    assert all(any(finding == "waters" for finding, _ in change.answers) for change in impact.less_urgent)


def test_what_becomes_more_urgent_is_told_apart(edition):
    calm = next(cause for cause in edition.causes if not cause.escalations and cause.urgency is Urgency.ROUTINE)
    cause = changed(calm, urgency="emergency")

    impact = impact_of(edition, propose(edition, [cause]).edition, [cause])

    assert impact.less_urgent == ()
    assert all(change.after.urgency is Urgency.EMERGENCY for change in impact.more_urgent)


def test_causes_that_appear_and_vanish_are_named(edition):
    cause = changed(edition.cause("chlamydia"), finding_links=[])

    impact = impact_of(edition, propose(edition, [cause]).edition, [cause])

    assert any("chlamydia" in change.vanished for change in impact.outcomes)
    assert not any("chlamydia" in change.appeared for change in impact.outcomes)


def test_a_test_case_that_fails_is_told_first(edition):
    rules = without_rules_on(edition, "danger-signs")

    impact = impact_of(edition, propose(edition, rules).edition, rules)

    assert impact.vignettes_run == len(edition.vignettes)
    assert not impact.vignettes[0].passes
    order = [item.passes for item in impact.vignettes]
    assert order == sorted(order)


def test_answers_that_are_new_could_not_be_given_before(edition):
    finding = edition.finding("fever")
    answers = [*finding.model_dump(mode="json")["answers"], {"slug": "shivers", "label": "I shiver"}]
    proposed = changed(finding, answers=answers)

    impact = impact_of(edition, propose(edition, [proposed]).edition, [proposed])

    new = [change for change in impact.outcomes if change.before is None]
    assert {answer for change in new for finding, answer in change.answers if finding == "fever"} == {("shivers",)}
    assert len(new) == len(CONTEXTS)


def test_the_answers_that_a_change_names_are_tried_together(edition):
    rule = next(rule for rule in edition.safety_rules if len(rule.when.all_of) >= 2 and not rule.when.any_of)
    lowered = changed(rule, at_least="routine", route="doctor")
    together = tuple(sorted((match.finding, (match.is_[0],)) for match in rule.when.all_of))

    impact = impact_of(edition, propose(edition, [lowered]).edition, [lowered])

    grid = set(grid_of(edition))
    assert together not in grid
    assert impact.tried > len(grid)


def test_the_grid_asks_every_answer_in_every_context(edition):
    answers = sum(len(finding.answer_slugs) for finding in edition.findings)

    grid = list(grid_of(edition))

    assert len(grid) == len(CONTEXTS) * (answers + 1)
    for context in CONTEXTS.values():
        for finding, answer in context.items():
            assert answer in edition.finding(finding).answer_slugs


def test_the_documentation_names_every_context():
    text = Path(settings.BASE_DIR, "docs", "impact.md").read_text(encoding="utf-8")

    assert all(context in text for context in CONTEXTS)


# What would be


def test_a_proposal_holds_the_documents_and_all_else_as_it_was(edition):
    cause = changed(edition.cause("chlamydia"), summary="Other words.")

    proposal = propose(edition, [cause])

    assert proposal.edition.number == edition.number + 1
    assert proposal.edition.cause("chlamydia") == cause
    assert len(proposal.edition.entries) == len(edition.entries)
    assert edition.cause("chlamydia") != cause


def test_a_proposal_tells_its_own_problems_from_those_elsewhere(edition):
    broken = changed(edition.cause("chlamydia"), urgency_reason="", summary="word " * 80)
    rules = without_rules_on(edition, "danger-signs")

    own, elsewhere = propose(edition, [broken]), propose(edition, rules)

    assert own.own_problems[0].severity == "block"
    assert {problem.check for problem in own.own_problems} >= {"urgency-reason", "long-summary"}
    assert {problem.kind for problem in elsewhere.blocking_elsewhere} == {"vignette"}
