"""What one more answer would do is what the engine says when it weighs everything again."""

import random

import pytest

from sitecontent.documents import NOT_SURE, Urgency
from triage.answers import NOTHING, read_answers
from triage.engine import weigh
from triage.index import index_of
from triage.nearby import Nearby

ROUNDS = 24
"""With each of them every other answer is tried, so this comes to several thousand comparisons."""


def some_answers(index, chance):
    """What somebody might have said: some questions answered at random."""
    said = {}
    for slug, finding in index.findings.items():
        if chance.random() < chance.choice((0.05, 0.2, 0.5)):
            slugs = list(finding.answer_slugs)
            said[slug] = set(chance.sample(slugs, chance.randint(1, 2) if finding.multiple else 1))
    return said


def weighed_anew(index, said, finding, answer):
    before = said.given.get(finding.slug, NOTHING) - {NOT_SURE} if finding.multiple else NOTHING
    return weigh(index, read_answers(index.findings, {**said.given, finding.slug: before | {answer}})).urgency


@pytest.mark.parametrize("seed", range(4))
def test_every_level_that_is_one_answer_away_is_found(starter_edition, seed):
    index = index_of(starter_edition)
    chance = random.Random(seed)
    levels = set()
    for _ in range(ROUNDS // 4):
        said = read_answers(index.findings, some_answers(index, chance))
        now = weigh(index, said).urgency
        levels.add(now)
        nearby = Nearby(index, said, now)
        for finding in index.findings.values():
            for answer in finding.answer_slugs:
                expected = weighed_anew(index, said, finding, answer)
                expected = max(expected, now, key=lambda level: level.rank)
                assert nearby.level_with(finding, answer) is expected, (dict(said.given), finding.slug, answer)
                if not nearby.could_raise(finding, answer):
                    assert expected is now
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
        nearby = Nearby(index, said, now)
        for finding in index.findings.values():
            for answer in finding.answer_slugs:
                expected = max(weighed_anew(index, said, finding, answer), now, key=lambda level: level.rank)
                assert nearby.level_with(finding, answer) is expected, (picked, finding.slug, answer)
