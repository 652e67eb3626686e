"""What one more answer would do is what the engine says when it weighs everything again."""

import random

import pytest

from sitecontent.documents import NOT_SURE, Answer, Condition, Implication, Match, PregnancyScope, Trimester, Urgency
from tests.triage.factories import all_of, any_of, cause, edition_of, escalation, finding, rule, speaks_for
from triage.answers import NOTHING, read_answers
from triage.engine import weigh
from triage.index import index_of
from triage.nearby import Nearby

ROUNDS = 24
"""With each of them every other answer is tried, so this comes to several thousand comparisons."""


def some_answers(index, chance):
    """What somebody might have said: some questions answered at random."""
    said = {}
    for slug, question in index.findings.items():
        if chance.random() < chance.choice((0.05, 0.2, 0.5)):
            slugs = list(question.answer_slugs)
            said[slug] = set(chance.sample(slugs, chance.randint(1, 2) if question.multiple else 1))
    return said


def weighed_anew(index, said, question, answer):
    before = said.given.get(question.slug, NOTHING) - {NOT_SURE} if question.multiple else NOTHING
    return weigh(index, read_answers(index.findings, {**said.given, question.slug: before | {answer}})).urgency


@pytest.mark.parametrize("seed", range(4))
def test_every_level_that_is_one_answer_away_is_found(starter_edition, seed):
    index = index_of(starter_edition)
    chance = random.Random(seed)
    levels = set()
    for _ in range(ROUNDS // 4):
        said = read_answers(index.findings, some_answers(index, chance))
        now = weigh(index, said).urgency
        levels.add(now)
        nearby = Nearby(index, said.given, now)
        for question in index.findings.values():
            for answer in question.answer_slugs:
                expected = weighed_anew(index, said, question, answer)
                expected = max(expected, now, key=lambda level: level.rank)
                assert nearby.level_with(question, answer) is expected, (dict(said.given), question.slug, answer)
    assert levels - {Urgency.EMERGENCY}, "every one of these is an emergency, so nothing was compared"


@pytest.mark.parametrize("weight", [1, 2, 3])
def test_few_answers_are_weighed_alike_too(starter_edition, weight):
    index = index_of(starter_edition)
    chance = random.Random(weight)
    slugs = [slug for slug in index.findings if slug not in {"danger-signs"}]
    for _ in range(ROUNDS // 4):
        picked = {slug: {chance.choice(index.findings[slug].answer_slugs)} for slug in chance.sample(slugs, weight)}
        said = read_answers(index.findings, picked)
        now = weigh(index, said).urgency
        if now is Urgency.EMERGENCY:
            continue
        nearby = Nearby(index, said.given, now)
        for question in index.findings.values():
            for answer in question.answer_slugs:
                expected = max(weighed_anew(index, said, question, answer), now, key=lambda level: level.rank)
                assert nearby.level_with(question, answer) is expected, (picked, question.slug, answer)


def levels_with(edition, said, slug):
    """The answers to one question that would raise the level, each with that level."""
    index = index_of(edition)
    read = read_answers(index.findings, said)
    return Nearby(index, read.given, weigh(index, read).urgency).raised_by(index.findings[slug])


def met_only_in_pregnancy(**fields):
    """An edition with a cause that the answer "yes" to `sign` makes clear, and that is met only in pregnancy."""
    clear = speaks_for("sign", "yes", strength=3), speaks_for("sign", "yes", strength=2)
    return edition_of(
        finding("sign"),
        finding("pregnancy-status", "yes", "no", "maybe"),
        finding("recent-pregnancy-end", "birth", "no"),
        cause("of-pregnancy", *clear, pregnancy=PregnancyScope.ONLY, urgency=Urgency.URGENT, **fields),
    )


def test_a_pregnancy_is_all_that_a_cause_met_only_in_pregnancy_may_lack():
    edition = met_only_in_pregnancy(trimesters=(Trimester.FIRST,))

    assert levels_with(edition, {"sign": ["yes"]}, "pregnancy-status") == {"yes": Urgency.URGENT}
    assert levels_with(edition, {"sign": ["no"]}, "pregnancy-status") == {}


def test_a_pregnancy_that_ended_is_all_that_a_cause_met_after_one_may_lack():
    after, before = met_only_in_pregnancy(trimesters=(Trimester.AFTER,)), met_only_in_pregnancy()

    assert levels_with(after, {"sign": ["yes"]}, "recent-pregnancy-end") == {"birth": Urgency.URGENT}
    assert levels_with(before, {"sign": ["yes"]}, "recent-pregnancy-end") == {}


def test_what_speaks_for_a_cause_met_only_in_pregnancy_raises_the_level_of_nobody_else():
    edition = met_only_in_pregnancy(trimesters=(Trimester.FIRST,))

    assert levels_with(edition, {"pregnancy-status": ["yes"]}, "sign") == {"yes": Urgency.URGENT}
    assert levels_with(edition, {"pregnancy-status": ["maybe"]}, "sign") == {}


def test_an_escalation_needs_that_something_speaks_for_its_cause():
    edition = edition_of(
        finding("sign"),
        finding("context"),
        cause("a-cause", speaks_for("sign", "yes"), escalations=(escalation(any_of(context="yes"), Urgency.SOON),)),
    )

    assert levels_with(edition, {"sign": ["yes"]}, "context") == {"yes": Urgency.SOON}
    assert levels_with(edition, {"context": ["yes"]}, "sign") == {"yes": Urgency.SOON}
    assert levels_with(edition, {"sign": ["no"]}, "context") == {}


def test_a_second_answer_adds_nothing_to_a_link_that_counts_already():
    edition = edition_of(
        finding("signs", "a", "b", "c", multiple=True),
        cause(
            "a-cause",
            speaks_for("signs", "a", "b", strength=3),
            speaks_for("signs", "c", strength=2),
            urgency=Urgency.SOON,
        ),
    )

    assert levels_with(edition, {"signs": ["a"]}, "signs") == {"c": Urgency.SOON}


def test_another_answer_takes_the_place_of_not_sure_and_joins_the_others():
    signs = finding("signs", "a", "b", "not-sure", multiple=True)
    edition = edition_of(
        signs,
        finding("other"),
        rule("with-doubt", all_of(signs=("not-sure", "a"), other="yes"), Urgency.SOON),
        rule(
            "both",
            Condition(all_of=(Match(finding="signs", is_=("not-sure",)), Match(finding="signs", is_=("b",)))),
            Urgency.URGENT,
        ),
        rule(
            "two",
            Condition(all_of=(Match(finding="signs", is_=("a",)), Match(finding="signs", is_=("b",)))),
            Urgency.EMERGENCY,
        ),
    )

    assert levels_with(edition, {"signs": ["not-sure"]}, "signs") == {}
    assert levels_with(edition, {"signs": ["a"]}, "signs") == {"b": Urgency.EMERGENCY}


def test_a_cause_that_only_some_can_have_lacks_just_that():
    edition = edition_of(
        finding("sign"),
        finding("device"),
        cause(
            "of-the-device",
            speaks_for("sign", "yes", strength=3),
            speaks_for("sign", "yes", strength=2),
            urgency=Urgency.SOON,
            only_when=any_of(device="yes"),
        ),
    )

    assert levels_with(edition, {"sign": ["yes"]}, "device") == {"yes": Urgency.SOON}
    assert levels_with(edition, {}, "sign") == {}


def test_what_an_answer_implied_goes_with_it_and_stays_when_it_stays():
    positive = Answer(slug="positive", label="Positive", implies=Implication(finding="status", answer="yes"))
    edition = edition_of(
        finding("status", "yes", "no"),
        finding("test", positive, "negative"),
        finding("sign"),
        rule("both", all_of(status="yes", sign="yes"), Urgency.SOON),
        rule("other", all_of(test="negative", status="yes"), Urgency.URGENT),
    )

    assert levels_with(edition, {"test": ["positive"], "sign": ["no"]}, "sign") == {"yes": Urgency.SOON}
    assert levels_with(edition, {"test": ["positive"], "status": ["yes"], "sign": ["no"]}, "test") == {
        "negative": Urgency.URGENT
    }
    assert levels_with(edition, {"test": ["positive"], "sign": ["no"]}, "test") == {}
    assert levels_with(edition, {"test": ["positive"], "status": ["no"], "sign": ["yes"]}, "status") == {}
    assert levels_with(edition, {"sign": ["yes"]}, "test") == {"positive": Urgency.SOON}
