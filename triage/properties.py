"""The properties that make the checker safe, and how each is tried. Pure.

Each check goes through all that its property can depend on and yields one outcome for each thing
tried. `triage.proof` says how this adds up to an argument, and gathers the outcomes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from sitecontent.documents import (
    NOT_SURE,
    Answers,
    Cause,
    Document,
    Finding,
    SafetyRule,
    Urgency,
    UrgencyLevel,
    most_urgent,
)
from triage.answers import NOTHING, read_answers
from triage.engine import CLEARLY, Assessment, Fit, Weighed, assess, weigh
from triage.ground import Ground, weigh_alone
from triage.outlook import outlook
from triage.parts import Part, asked_for, one_more, overlaid
from triage.witness import Atom, adding, asked, clauses_of, first_asked, fitting, satisfying

EVERYWHERE = "international"
"""The region whose contact is for whoever lives in none of the others."""

MOST_DETOURS = 8
"""How many ways of being asked the questions behind a likely cause are tried."""

MOST_WAYS_TO_BE_ASKED = 4
"""How many ways of being asked the questions behind a rule are tried for each way in which it can hold."""


class SafetyProperty(StrEnum):
    """What is shown of every edition."""

    PARTS = "parts"
    RULES_FIRE = "rules-fire"
    RULES_HOLD = "rules-hold"
    ALARM = "alarm"
    NOT_SURE = "not-sure"
    REASSURANCE = "reassurance"
    QUESTIONS = "questions"
    CAUSES = "causes"
    PAGES = "pages"
    RESULTS = "results"


STATEMENTS: Final[Mapping[SafetyProperty, str]] = {
    SafetyProperty.PARTS: (
        "The level is the most urgent of what each rule and each cause asks for by itself, and each looks at nothing "
        "but its own questions."
    ),
    SafetyProperty.RULES_FIRE: "Every rule can fire, with every answer that it names, for somebody who is asked.",
    SafetyProperty.RULES_HOLD: "When a rule fires, the result is at least its level, whatever else is answered.",
    SafetyProperty.ALARM: (
        "One more answer never lowers what rules and causes ask for, and an answer on the limits of self-care never "
        "leads to self-care."
    ),
    SafetyProperty.NOT_SURE: "“Not sure” in place of any answer never gives less than the safe answer would.",
    SafetyProperty.REASSURANCE: "A reassuring answer never lowers a level that a rule has set.",
    SafetyProperty.QUESTIONS: "Every question can be reached.",
    SafetyProperty.CAUSES: (
        "Every published cause can be listed as likely, save those that say why no answer can speak for them; these "
        "never are."
    ),
    SafetyProperty.PAGES: (
        "Where a rule speaks, no page of a cause asks for more on the same answers: the rules alone say as much."
    ),
    SafetyProperty.RESULTS: (
        "Every result names the level, who to turn to, by when, what to do, where to turn if that is not to be had, "
        "and what would make it more urgent."
    ),
}
"""Each property in one sentence, for people."""


@dataclass(frozen=True)
class Counterexample:
    """One way in which a property does not hold: for which record, with which answers."""

    safety_property: SafetyProperty
    kind: str
    slug: str
    message: str
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __str__(self) -> str:
        said = "; ".join(f"{finding} = {' + '.join(picked)}" for finding, picked in self.answers)
        return f"{self.kind}/{self.slug}: {self.message}" + (f" ({said})" if said else "")


Outcomes = Iterator[Counterexample | None]
"""One item for each thing that was tried: None where it held."""


def check_parts(ground: Ground) -> Outcomes:
    """The whole is the most urgent of its parts, and each part looks at nothing but its own questions."""
    for answers in ({}, *ground.covering):
        said = read_answers(ground.index.findings, answers)
        whole = weigh(ground.index, said)
        of_each = _asking(whole)
        for part in (*ground.rules.values(), *ground.causes.values()):
            of_the_whole = {item for item in of_each if item[0] == part.record.key}
            alone = _asking(weigh(part.index, said))
            nearby = _asking(weigh_alone(part, part.seen(answers)))
            message = "asks for another level with other questions answered than by itself"
            yield _unless(alone == nearby == of_the_whole, SafetyProperty.PARTS, part.record, message, answers)
        asked_level = asked_for(whole)
        floor = Urgency.SELF_CARE if whole.urgency is Urgency.SELF_CARE else Urgency.ROUTINE
        yield _unless(
            whole.urgency.rank == max(asked_level.rank, floor.rank),
            SafetyProperty.PARTS,
            ground.index.level(whole.urgency),
            f"is given, though rules and causes ask for {asked_level}",
            answers,
        )


def check_rules_fire(ground: Ground) -> Outcomes:
    """Somebody can be asked, and answer, what makes each rule fire, by each of the answers that it names."""
    for rule in ground.index.edition.safety_rules:
        for atom in dict.fromkeys(atom for clause in clauses_of(ground.index, rule.when) for atom in clause):
            message = f"nobody who answers {atom[0]} with {atom[1]} can make this rule fire"
            yield _unless(_can_fire(ground, rule, (atom,)), SafetyProperty.RULES_FIRE, rule, message)


def check_some_way_fires(ground: Ground) -> Outcomes:
    """The same by at least one of the answers that each rule names."""
    for rule in ground.index.edition.safety_rules:
        atoms = (atom for clause in clauses_of(ground.index, rule.when)[-1:] for atom in clause)
        message = "no answers that somebody can give make this rule fire"
        yield _unless(_can_fire(ground, rule, atoms), SafetyProperty.RULES_FIRE, rule, message)


def check_rules_hold_by_themselves(ground: Ground) -> Outcomes:
    """In every way in which a rule can hold, the result is at least its level."""
    for rule in ground.index.edition.safety_rules:
        for answers in ground.different_ways[rule.slug]:
            yield _keeps(ground, SafetyProperty.RULES_HOLD, rule, answers)


def check_rules_hold(ground: Ground) -> Outcomes:
    """The same with each other answer beside it, and with every two other answers beside it.

    For the pairs the rule is asked alone: the whole is never less than its part.
    """
    yield from check_rules_hold_by_themselves(ground)
    for rule in ground.index.edition.safety_rules:
        for answers in ground.ways[rule.slug][:1]:
            for _, more in one_more(ground.index, answers, ground.atoms):
                yield _keeps(ground, SafetyProperty.RULES_HOLD, rule, more)
            for row in ground.covering:
                beside = overlaid(ground.index, row, answers)
                yield _unless(
                    bool(weigh_alone(ground.rules[rule.slug], beside).fired),
                    SafetyProperty.RULES_HOLD,
                    rule,
                    "does not fire beside other answers",
                    beside,
                )


def check_alarm(ground: Ground) -> Outcomes:
    """One more answer never lowers what rules and causes ask for; the limits of self-care always end it."""
    for part, answers in _parts_and_sets(ground):
        before = asked_for(weigh_alone(part, answers))
        for (finding, answer), more in one_more(part.index, answers, part.atoms):
            after = asked_for(weigh_alone(part, more))
            message = f"asks for {before}, and with {finding} = {answer} for no more than {after}"
            yield _unless(after.is_at_least(before), SafetyProperty.ALARM, part.record, message, answers)
    for cause, answers in ground.explained:
        for finding, answer in sorted(ground.limits):
            for more in _with_answer(ground, answers, finding, answer):
                level = ground.weigh(more).urgency
                yield _unless(
                    level is not Urgency.SELF_CARE,
                    SafetyProperty.ALARM,
                    cause,
                    f"earns self-care though {finding} = {answer} is on its limits",
                    more,
                )


def check_not_sure(ground: Ground) -> Outcomes:
    """ "Not sure" never gives less than a safe answer to the same question would."""
    unsure = [finding for finding in ground.index.findings.values() if NOT_SURE in finding.answer_slugs]
    for finding in unsure:
        for safe in ground.safe(finding):
            for record, answers in _where_it_matters(ground, finding, safe):
                yield _not_less(ground, finding, safe, record, answers)


def check_reassurance(ground: Ground) -> Outcomes:
    """In every way in which a rule can hold, with each reassuring answer beside it, the level stays."""
    for rule in ground.index.edition.safety_rules:
        for answers in ground.different_ways[rule.slug]:
            for _, more in one_more(ground.index, answers, ground.reassuring):
                yield _keeps(ground, SafetyProperty.REASSURANCE, rule, more)


def check_questions(ground: Ground) -> Outcomes:
    """Each question is asked of somebody."""
    for finding in ground.index.findings.values():
        sets = ({finding.slug: frozenset({answer})} for answer in finding.answer_slugs)
        message = "no answers to the other questions lead to this one"
        yield _unless(first_asked(ground.index, sets) is not None, SafetyProperty.QUESTIONS, finding, message)


def check_causes(ground: Ground) -> Outcomes:
    """Somebody can be asked, and answer, what makes each cause likely.

    Beside an emergency the list is not shown; it is made all the same, and counts here.
    """
    for cause in ground.index.causes.values():
        is_likely = _likely(ground, cause) is not None
        if cause.never_likely_because:
            message = "answers make it likely, though it says that none can"
            yield _unless(not is_likely, SafetyProperty.CAUSES, cause, message)
        else:
            message = f"no answers make it likely: what speaks for it comes to less than {CLEARLY}"
            yield _unless(is_likely, SafetyProperty.CAUSES, cause, message)


def causes_never_likely(ground: Ground) -> tuple[str, ...]:
    """Causes that are pages alone, and say why: the checker never calls one likely."""
    return tuple(cause.slug for cause in ground.index.causes.values() if cause.never_likely_because)


def check_pages(ground: Ground) -> Outcomes:
    """A rule and the pages of the causes do not disagree: on what makes it fire, the rules ask for as much as they.

    Tried on every way in which a rule can hold, with what somebody must have said to be asked for it.
    """
    for rule in ground.index.edition.safety_rules:
        for start in ground.ways[rule.slug]:
            for answers in islice(asked(ground.index, start), MOST_WAYS_TO_BE_ASKED):
                weighed = ground.weigh(answers)
                least = most_urgent(fired.at_least for fired in weighed.fired)
                above = [item for item in weighed.raises if item.urgency.rank > least.rank]
                message = f"asks for {least}, and the page of {above[0].cause.slug} for more" if above else ""
                yield _unless(not above, SafetyProperty.PAGES, rule, message, answers)


def check_levels(ground: Ground) -> Outcomes:
    """Each level has its words, and a contact for every region that another level has one for."""
    levels = ground.index.edition.levels
    regions = {contact.region for level in levels.values() for contact in level.contacts} | {EVERYWHERE}
    for level in levels.values():
        missing = sorted(regions - {contact.region for contact in level.contacts})
        message = f"has no contact for {', '.join(missing)}"
        yield _unless(not missing, SafetyProperty.RESULTS, level, message)


def check_results(ground: Ground) -> Outcomes:
    """Results that each rule and each cause leads to, and those of nobody and of self-care, say all that they must."""
    yield from check_levels(ground)
    shown = set()
    for record, answers in _results(ground):
        assessment = assess(ground.index.edition, answers)
        missing = list(_missing(ground, assessment, answers))
        if assessment.urgency not in shown:
            shown.add(assessment.urgency)
            missing += _missing_outlook(ground, assessment, answers)
        message = f"a result of level {assessment.urgency} lacks {', '.join(missing)}"
        yield _unless(not missing, SafetyProperty.RESULTS, record, message, answers)


CHECKS: Final[Mapping[SafetyProperty, Callable[[Ground], Outcomes]]] = {
    SafetyProperty.PARTS: check_parts,
    SafetyProperty.RULES_FIRE: check_rules_fire,
    SafetyProperty.RULES_HOLD: check_rules_hold,
    SafetyProperty.ALARM: check_alarm,
    SafetyProperty.NOT_SURE: check_not_sure,
    SafetyProperty.REASSURANCE: check_reassurance,
    SafetyProperty.QUESTIONS: check_questions,
    SafetyProperty.CAUSES: check_causes,
    SafetyProperty.PAGES: check_pages,
    SafetyProperty.RESULTS: check_results,
}

LEFT_OUT: Final[Mapping[SafetyProperty, Callable[[Ground], tuple[str, ...]]]] = {
    SafetyProperty.CAUSES: causes_never_likely,
}
"""What names the records that a property is not about."""

QUICK_CHECKS: Final[tuple[Callable[[Ground], Outcomes], ...]] = (
    check_some_way_fires,
    check_rules_hold_by_themselves,
    check_questions,
    check_causes,
    check_levels,
)


def _asking(weighed: Weighed) -> set[tuple[tuple[str, str], Urgency]]:
    """Which records ask for which level."""
    rules = {(rule.key, rule.at_least) for rule in weighed.fired}
    return rules | {(item.cause.key, item.urgency) for item in weighed.raises}


def _can_fire(ground: Ground, rule: SafetyRule, atoms: Iterable[Atom]) -> bool:
    """True when somebody who gives one of these answers can be asked what makes the rule fire."""
    for finding, answer in atoms:
        sets = satisfying(ground.index, rule.when, {finding: frozenset({answer})})
        found = first_asked(ground.index, sets)
        if found is not None and rule in ground.weigh(found).fired:
            return True
    return False


def _parts_and_sets(ground: Ground) -> Iterator[tuple[Part, Answers]]:
    """Each rule with every way in which it holds, each cause with every smallest set on which it asks for a level."""
    for parts, sets in ((ground.rules, ground.different_ways), (ground.causes, ground.raising)):
        for slug, part in parts.items():
            for answers in sets[slug]:
                yield part, answers


def _keeps(
    ground: Ground, safety_property: SafetyProperty, rule: SafetyRule, answers: Answers
) -> Counterexample | None:
    """None when the rule fires on these answers and the result is at least its level."""
    weighed = ground.weigh(answers)
    holds = rule in weighed.fired and weighed.urgency.is_at_least(rule.at_least)
    return _unless(
        holds, safety_property, rule, f"asks for {rule.at_least}, and the result is {weighed.urgency}", answers
    )


def _where_it_matters(ground: Ground, finding: Finding, safe: str) -> Iterator[tuple[Document, Answers]]:
    """Answer sets without the question in which a safe answer to it could make a difference.

    A part that does not name the safe answer can not tell it from none, and none is never more
    than "not sure"; `check_alarm` shows that. So there remain the sets in which it makes a rule
    hold or a cause ask for a level, and those in which self-care depends on it.
    """
    atom = (finding.slug, safe)
    for parts, sets in ((ground.rules, ground.ways), (ground.causes, ground.raising)):
        for slug, part in parts.items():
            for answers in sets[slug] if atom in part.classes else ():
                if safe in answers.get(finding.slug, NOTHING):
                    yield part.record, _without(answers, finding)
    for cause, answers in ground.explained:
        yield cause, _without(answers, finding)


def _not_less(ground: Ground, finding: Finding, safe: str, record: Document, rest: Answers) -> Counterexample | None:
    """Compare "not sure" with a safe answer. What comes out less urgent counts if somebody can be asked all of it.

    What must be said for that may ask for as much by itself; more answers never lower that again.
    """
    least = ground.weigh({**rest, finding.slug: frozenset({safe})}).urgency
    below = asked(
        ground.index,
        {**rest, finding.slug: frozenset({NOT_SURE})},
        enough=lambda answers: ground.weigh(answers).urgency.is_at_least(least),
    )
    found = next(below, None)
    message = f"with {finding.slug} = not-sure comes out less urgent than with {safe}"
    return _unless(found is None, SafetyProperty.NOT_SURE, record, message, found)


def _with_answer(ground: Ground, answers: Answers, finding: str, answer: str) -> Iterator[Answers]:
    """The answers with another one to a question: in place of what was said, and beside it where that can be."""
    yield {**answers, finding: frozenset({answer})}
    beside = adding(ground.index, answers, (finding, answer))
    if beside is not None:
        yield beside


def _without(answers: Answers, finding: Finding) -> Answers:
    return {slug: held for slug, held in answers.items() if slug != finding.slug}


def _likely(ground: Ground, cause: Cause) -> Answers | None:
    """Answers that somebody can give and with which a cause is likely; None when there are none."""
    for start in fitting(ground.index, cause):
        for answers in islice(asked(ground.index, start), MOST_DETOURS):
            fits = assess(ground.index.edition, answers).fits
            if any(fit.slug == cause.slug and fit.fit is Fit.LIKELY for fit in fits):
                return answers
    return None


def _results(ground: Ground) -> Iterator[tuple[Document, Answers]]:
    """Answers that lead to every rule and every cause, with the record that they are about."""
    yield ground.index.level(Urgency.ROUTINE), {}
    for rule in ground.index.edition.safety_rules:
        for answers in ground.different_ways[rule.slug]:
            yield rule, answers
    for slug, sets in ground.raising.items():
        for answers in sets[:1]:
            yield ground.index.causes[slug], answers
    for cause, answers in ground.explained:
        yield cause, answers


def _missing(ground: Ground, assessment: Assessment, answers: Answers) -> Iterator[str]:
    """What a result does not say, though it must."""
    level = assessment.level
    if level.urgency is not assessment.urgency or not level.title:
        yield "its level"
    if not level.contacts:
        yield "who to turn to"
    if not level.timescale:
        yield "by when"
    if not level.what_to_do or level.what_to_do not in assessment.next_steps:
        yield "what to do"
    if not _has_elsewhere(ground, level):
        yield "where to turn if that is not to be had"
    if any(not reason.tell for reason in assessment.reasons):
        yield "the words of what set the level"
    if not assessment.is_emergency and not _can_rise(ground, answers):
        yield "what would make it more urgent"


def _has_elsewhere(ground: Ground, level: UrgencyLevel) -> bool:
    """True when the next more urgent level has a contact wherever this one has: that is where to turn then.

    Above an emergency there is nothing, and nobody has to be seen for self-care.
    """
    if level.urgency in (Urgency.EMERGENCY, Urgency.SELF_CARE):
        return True
    above = ground.index.level(list(Urgency)[level.urgency.rank + 1])
    return {contact.region for contact in level.contacts} <= {contact.region for contact in above.contacts}


def _missing_outlook(ground: Ground, assessment: Assessment, answers: Answers) -> Iterator[str]:
    """The same for what the page lists under "what would change this"."""
    if not assessment.is_emergency and not outlook(ground.index.edition, answers).changes:
        yield "a list of what would make it more urgent"


def _can_rise(ground: Ground, answers: Answers) -> bool:
    """True when another answer to some question makes it more urgent."""
    now = ground.weigh(answers).urgency
    sets = (more for atom in ground.alarming for more in _with_answer(ground, answers, *atom))
    return any(ground.weigh(more).urgency.rank > now.rank for more in sets)


def _unless(
    holds: bool, safety_property: SafetyProperty, record: Document, message: str, answers: Answers | None = None
) -> Counterexample | None:
    """None when it holds, or the counterexample."""
    if holds:
        return None
    said = tuple((slug, tuple(sorted(held))) for slug, held in sorted((answers or {}).items()) if held)
    return Counterexample(safety_property, record.kind, record.slug, message, said)
