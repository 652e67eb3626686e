"""Answers that make something true: a condition hold, a question be asked, a cause raise the level. Pure.

The proof asks for such answers rather than drawing them at random: what it has to show depends
on few answers each time, and those it can try one by one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice

from sitecontent.documents import (
    Answers,
    Cause,
    Condition,
    Effect,
    Escalation,
    Finding,
    FindingLink,
    Match,
    PregnancyScope,
    Trimester,
)
from triage.answers import NOTHING, read_answers
from triage.engine import CLEARLY, POSSIBLY, PREGNANCY_STATUS, RECENT_PREGNANCY_END
from triage.index import UNWANTED_SEX, Index

Atom = tuple[str, str]
"""A question and one answer to it."""

Clause = tuple[Atom, ...]
"""Atoms of which one must be given."""

MOST_TRIES = 2_000
"""How many answer sets are looked at before a way of being asked counts as impossible."""

MOST_WAYS = 64
"""How many smallest answer sets are looked at for one reason why a cause raises the level."""


def adding(index: Index, answers: Answers, atom: Atom) -> Answers | None:
    """The answers with one more, as the form would let somebody give it; None where it can not stand beside them.

    A question that takes one answer keeps the one that it has. "None of these" stands alone.
    """
    slug, answer = atom
    finding = index.findings[slug]
    held = answers.get(slug, NOTHING)
    if answer in held:
        return answers
    if held and (not finding.multiple or _exclusive(finding) & (held | {answer})):
        return None
    return {**answers, slug: held | {answer}}


def satisfying(index: Index, condition: Condition, answers: Answers) -> Iterator[Answers]:
    """These answers with what is missing for a condition to hold, in every way that fits beside them."""
    return _solve(index, answers, clauses_of(index, condition))


def ways(index: Index, condition: Condition) -> Iterator[Answers]:
    """Small answer sets with which a condition holds: one at least for every answer that it names."""
    clauses = clauses_of(index, condition)
    seen = set()
    for atom in dict.fromkeys(atom for clause in clauses for atom in clause):
        first = adding(index, {}, atom)
        found = next(_solve(index, first, clauses), None) if first is not None else None
        if found is not None and (key := frozenset(found.items())) not in seen:
            seen.add(key)
            yield found


def clauses_of(index: Index, condition: Condition) -> tuple[Clause, ...]:
    """A condition as clauses: one for each of `all_of`, and one for all of `any_of` together."""
    parts: list[tuple[Match, ...]] = [(match,) for match in condition.all_of]
    parts += [condition.any_of] if condition.any_of else []
    return tuple(
        _with_implying(index, [(match.finding, answer) for match in matches for answer in match.is_])
        for matches in parts
    )


def asked(
    index: Index, answers: Answers, *, enough: Callable[[Answers], bool] = lambda answers: False
) -> Iterator[Answers]:
    """These answers with what else must have been said, question by question, for each of them to be asked.

    Nothing is added to answers that are `enough`, and they do not come up. At most `MOST_TRIES` sets are looked at.
    """
    waiting = [answers]
    met: set[frozenset[tuple[str, frozenset[str]]]] = set()
    for _ in range(MOST_TRIES):
        if not waiting:
            return
        current = waiting.pop()
        if enough(current):
            continue
        known, unasked = _in_turn(index, current)
        if not unasked:
            yield current
        further = _further(index, unasked, known, current)
        new = {frozenset(more.items()): more for more in further if more != current}
        waiting.extend(more for look, more in reversed(new.items()) if look not in met)
        met.update(new)


def first_asked(index: Index, candidates: Iterable[Answers]) -> Answers | None:
    """The first of some answer sets that somebody can give, question by question; None when there is none."""
    return next((found for answers in candidates for found in islice(asked(index, answers), 1)), None)


def is_asked(index: Index, finding: Finding, everything: Answers) -> bool:
    """True when somebody who said all this meets the question: in the sequence, or in the box that is always there."""
    return finding.slug in UNWANTED_SEX or index.applies(finding, everything)


def everything_of(index: Index, answers: Answers) -> Answers:
    """The answers with all that they imply."""
    return read_answers(index.findings, answers).everything


def raising(index: Index, cause: Cause, escalation: Escalation | None) -> Iterator[Answers]:
    """Smallest answer sets with which a cause asks for its own urgency, or for that of an escalation.

    Every smallest set of links that is strong enough comes up, and every answer of each link at least once.
    """
    needed = POSSIBLY if escalation else CLEARLY
    starts = list(ways(index, escalation.when)) if escalation else [{}]
    seen = set()
    for start in starts:
        for met in _met(index, cause, start):
            for found in islice(_strong_enough(index, cause, met, needed), MOST_WAYS):
                if (key := frozenset(found.items())) not in seen:
                    seen.add(key)
                    yield found


def fitting(index: Index, cause: Cause) -> Iterator[Answers]:
    """Answer sets in which enough speaks for a cause to make it likely, its strongest links first."""
    links = sorted((link for link in cause.finding_links if link.effect is Effect.FOR), key=lambda link: -link.strength)
    for met in _met(index, cause, {}):
        yield from islice(_adding_links(index, met, links, CLEARLY), MOST_WAYS)


def _solve(index: Index, answers: Answers, clauses: tuple[Clause, ...]) -> Iterator[Answers]:
    if not clauses:
        yield answers
        return
    said = everything_of(index, answers)
    if any(answer in said.get(slug, NOTHING) for slug, answer in clauses[0]):
        yield from _solve(index, answers, clauses[1:])
        return
    for atom in clauses[0]:
        more = adding(index, answers, atom)
        if more is not None:
            yield from _solve(index, more, clauses[1:])


def _in_turn(index: Index, answers: Answers) -> tuple[Answers, tuple[Finding, ...]]:
    """The answers that can be given one after the other, each to a question that is asked by then; and what is left."""
    known: Answers = {}
    while True:
        said = everything_of(index, known)
        asked_now = {
            slug: held
            for slug, held in answers.items()
            if slug not in known and is_asked(index, index.findings[slug], said)
        }
        if not asked_now:
            return known, tuple(index.findings[slug] for slug in answers if slug not in known)
        known = {**known, **asked_now}


def _further(index: Index, unasked: tuple[Finding, ...], known: Answers, answers: Answers) -> list[Answers]:
    """The next steps towards being asked all of it.

    A question that needs something more whatever else happens is enough to go by: one of its ways must be
    taken. Otherwise every way of every question counts.
    """
    every = []
    for finding in unasked:
        leading = list(_leading_to(index, finding, known, answers))
        if answers not in leading:
            return leading
        every += leading
    return every


def _leading_to(index: Index, finding: Finding, known: Answers, answers: Answers) -> Iterator[Answers]:
    """The answers with what lets a question be asked after what is known; unchanged if that is among them."""
    for found in satisfying(index, finding.ask_if, known) if finding.ask_if else ():
        more: Answers | None = answers
        for atom in ((slug, answer) for slug, held in found.items() for answer in sorted(held)):
            more = adding(index, more, atom) if more is not None else None
        if more is not None:
            yield more


def _with_implying(index: Index, atoms: list[Atom]) -> Clause:
    """The atoms, then those that imply one of them, and so on."""
    wanted = dict.fromkeys(atoms)
    while implying := [atom for atom in _implying(index, wanted) if atom not in wanted]:
        wanted |= dict.fromkeys(implying)
    return tuple(wanted)


def _implying(index: Index, wanted: Collection[Atom]) -> Iterator[Atom]:
    for finding in index.findings.values():
        for answer in finding.answers:
            if answer.implies and (answer.implies.finding, answer.implies.answer) in wanted:
                yield (finding.slug, answer.slug)


def _exclusive(finding: Finding) -> frozenset[str]:
    return frozenset(answer.slug for answer in finding.answers if answer.exclusive)


def _met(index: Index, cause: Cause, answers: Answers) -> Iterator[Answers]:
    """The answers with the circumstances that a cause needs: its own, and that a pregnancy is or lately was."""
    clauses = clauses_of(index, cause.only_when) if cause.only_when else ()
    for clause in _pregnant(index, cause):
        yield from islice(_solve(index, answers, (*clauses, *clause)), 2)


def _pregnant(index: Index, cause: Cause) -> Iterator[tuple[Clause, ...]]:
    if cause.pregnancy is not PregnancyScope.ONLY:
        yield ()
        return
    if PREGNANCY_STATUS in index.findings:
        yield (_with_implying(index, [(PREGNANCY_STATUS, "yes")]),)
    if Trimester.AFTER in cause.trimesters and RECENT_PREGNANCY_END in index.findings:
        ended = index.findings[RECENT_PREGNANCY_END].answer_slugs
        yield (tuple((RECENT_PREGNANCY_END, answer) for answer in ended if answer != "no"),)


def _strong_enough(index: Index, cause: Cause, answers: Answers, needed: int) -> Iterator[Answers]:
    links = [link for link in cause.finding_links if link.effect is Effect.FOR]
    smallest = list(islice(_adding_links(index, answers, links, needed), MOST_WAYS))
    yield from smallest
    for link in links if answers not in smallest else ():
        for answer in link.answers:
            more = adding(index, answers, (link.finding, answer))
            if more is not None:
                yield from islice(_adding_links(index, more, links, needed), 1)


def _adding_links(
    index: Index, answers: Answers, links: list[FindingLink], needed: int, place: int = 0
) -> Iterator[Answers]:
    """Add links, in their order, until they are strong enough."""
    said = everything_of(index, answers)
    held = [link for link in links if not said.get(link.finding, NOTHING).isdisjoint(link.answers)]
    if sum(link.strength for link in held) >= needed:
        yield answers
        return
    for at in range(place, len(links)):
        if links[at] in held:
            continue
        more = (adding(index, answers, (links[at].finding, answer)) for answer in links[at].answers)
        found = next((answers for answers in more if answers is not None), None)
        if found is not None:
            yield from _adding_links(index, found, links, needed, at + 1)
