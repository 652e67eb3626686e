"""How many questions a person meets: the form, walked through by everybody in the vignettes.

    python -m bench.questions

A list that asks several questions as one counts as one; what a tick in it opens counts too. The box "if sex
was not something you wanted" is never asked in sequence and is left out.
"""

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from statistics import median

from sitecontent.documents import Answers, Finding, Vignette
from sitecontent.edition.compile import compile_edition
from sitecontent.edition.edition import FIRST_PREVIOUS, Edition, Entry, Origin
from sitecontent.starter import read_starter
from triage.answers import NOTHING, read_answers
from triage.index import UNWANTED_SEX, Index, index_of
from triage.lists import Asked, AskedList, steps_of
from triage.sent import NONE_OF_THESE, SHOWN

NO_TICK: Mapping[str, frozenset[str]] = {
    "between-periods": frozenset({"does-not-apply"}),
    "bleed-timing": frozenset({"during", "no-bleeding"}),
    "pain-with-sex": frozenset({"not-lately"}),
    "screening-status": frozenset({"up-to-date"}),
}
"""Answers besides `unticked` with which nobody would tick the box of a question, as it is worded."""

AIM = (8, 12)
"""The number of questions that a typical person should meet."""


def seen_by(edition: Edition, vignette: Vignette) -> tuple[Finding | AskedList, ...]:
    """The questions that the person of a vignette meets, in their order."""
    return seen(index_of(edition), {given.finding: given.answers for given in vignette.answers})


def seen(index: Index, answers: Mapping[str, Collection[str]]) -> tuple[Finding | AskedList, ...]:
    """The questions that are asked of somebody with these answers, who answers what is asked and nothing else.

    What the answers do not tell is left open in a question and not ticked in a list.
    """
    steps = steps_of(finding for finding in index.findings.values() if finding.slug not in UNWANTED_SEX)
    items = [item for _, held in steps for item in held]
    known: Answers = {}
    while (further := dict(_answered(index, items, known, answers))) != known:
        known = further
    everything = read_answers(index.findings, known).everything
    return tuple(question for item in items for question in _met(index, item, everything, answers))


def filled_in(index: Index, answers: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """The fields of the form as somebody with these answers sends it: what is asked, and what is in the box."""
    met = seen(index, answers)
    fields: dict[str, list[str]] = {slug: sorted(answers[slug]) for slug in UNWANTED_SEX if answers.get(slug)}
    shown = {member.slug for item in met if isinstance(item, AskedList) for member in item.members}
    for item in met:
        if not isinstance(item, AskedList):
            if answers.get(item.slug):
                fields[item.slug] = sorted(answers[item.slug])
            continue
        ticked = {member.slug: _ticks(member, answers.get(member.slug, NOTHING)) for member in item.members}
        boxes = [member.slug for member in item.members if member.box and member in met]
        fields[item.field] = [SHOWN, *boxes] if any(ticked.values()) else [SHOWN, NONE_OF_THESE]
        for member in item.members:
            if ticked[member.slug] and not member.box and member.slug in shown:
                fields[member.slug] = sorted(ticked[member.slug])
    return fields


def _answered(
    index: Index, items: list[Asked], known: Answers, answers: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, frozenset[str]]]:
    """The answers to the questions that are asked of somebody of whom so much is known."""
    everything = read_answers(index.findings, known).everything
    for item in items:
        for finding in item.members if isinstance(item, AskedList) else (item,):
            said = frozenset(answers.get(finding.slug, NOTHING))
            if isinstance(item, AskedList) and finding.unticked and not _ticks(finding, said):
                said = frozenset({finding.unticked})
            if said and index.applies(finding, everything):
                yield finding.slug, said


def _met(index: Index, item: Asked, everything: Answers, answers: Mapping[str, Collection[str]]) -> Iterator[Asked]:
    if isinstance(item, Finding):
        if index.applies(item, everything):
            yield item
        return
    members = [member for member in item.members if index.applies(member, everything)]
    if members:
        yield item
    yield from (member for member in members if member.box and _ticks(member, answers.get(member.slug, NOTHING)))


def _ticks(member: Finding, said: Collection[str]) -> frozenset[str]:
    """The answers for which somebody ticks something in a list."""
    return frozenset(said) - {member.unticked} - NO_TICK.get(member.slug, NOTHING)


def spread(counts: Collection[int]) -> tuple[float, int, int, int]:
    """Median, 90th percentile, fewest and most."""
    ordered = sorted(counts)
    return median(ordered), ordered[-(-len(ordered) * 9 // 10) - 1], ordered[0], ordered[-1]


def report(edition: Edition) -> Iterator[str]:
    """The lines of the report."""
    walks = {vignette.slug: seen_by(edition, vignette) for vignette in edition.vignettes}
    counts = {slug: len(questions) for slug, questions in walks.items()}
    middle, ninth, fewest, most = spread(counts.values())
    share = sum(AIM[0] <= count <= AIM[1] for count in counts.values()) / len(counts)
    yield f"{len(counts)} vignettes, {len(edition.findings)} findings"
    yield f"questions seen: median {middle:g}, 90th percentile {ninth}, fewest {fewest}, most {most}"
    yield f"within {AIM[0]} to {AIM[1]}: {share:.0%}; at most {AIM[1]}: {_at_most(counts, AIM[1]):.0%}"
    for count, people in sorted(Counter(counts.values()).items()):
        yield f"{count:>4}  {people:>3}  {'#' * people}"
    yield "most questions:"
    for slug, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:5]:
        yield f"{count:>4}  {slug}"
    met = Counter(_name(question) for questions in walks.values() for question in questions)
    yield "met by:"
    for name, people in met.most_common():
        yield f"{people / len(counts):>5.0%}  {name}"


def _at_most(counts: Mapping[str, int], most: int) -> float:
    return sum(count <= most for count in counts.values()) / len(counts)


def _name(question: Asked) -> str:
    if isinstance(question, AskedList):
        return f"{question.opener.slug} (list of {len(question.members)})"
    return question.slug


def main() -> None:
    """Print how many questions the people of the starter's vignettes meet."""
    when = datetime.now(UTC)
    entries = [
        Entry(document=document, origin=Origin.STARTER, revision=1, changed_at=when) for document in read_starter()
    ]
    compiled = compile_edition(entries, number=1, previous_sha256=FIRST_PREVIOUS, published_at=when, note="")
    for line in report(compiled.edition):
        print(line)


if __name__ == "__main__":
    sys.exit(main())
