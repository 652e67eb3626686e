"""How dangerous each change is, and why. Pure.

A change gets every label that applies; the most dangerous one decides its place. Whoever
approves ticks the dangerous ones one by one. Where a change might be harmless but this module
can not tell, it counts as dangerous: a needless tick costs a second.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sitecontent.documents import (
    Document,
    Effect,
    Escalation,
    FindingLink,
    Verdict,
)
from sitecontent.edition.citations import cited_in, without_citations
from sitecontent.review.diff import Act, FieldChange, Names, Piece, diff_documents
from sitecontent.review.risk import is_at_least_as_wide


class Risk(Enum):
    """A label of a change, the most dangerous first. The value is what the desk says."""

    URGENCY_LOWERED = "Urgency lowered"
    RED_FLAG = "Red flag or escalation removed or narrowed"
    SAFEGUARD = "Safeguard weakened"
    NUMBER = "Number or unit changed"
    NEGATION = "Negation added or lost"
    PREGNANCY = "Pregnancy scope changed"
    LINK = "Link to a question removed or weakened"
    SOURCE = "Source removed"
    URGENCY_RAISED = "Urgency raised"
    CONTENT = "Content changed"
    WORDING = "Wording only"

    @property
    def rank(self) -> int:
        """0 for the most dangerous."""
        return list(Risk).index(self)

    @property
    def is_dangerous(self) -> bool:
        """True when whoever approves must tick it."""
        return self.rank <= Risk.LINK.rank

    @property
    def slug(self) -> str:
        """For a class in HTML."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class RatedChange:
    """A change with its labels, the most dangerous first."""

    change: FieldChange
    risks: tuple[Risk, ...]

    @property
    def worst(self) -> Risk:
        """The label that decides its place."""
        return self.risks[0]

    @property
    def is_dangerous(self) -> bool:
        """True when whoever approves must tick it."""
        return self.worst.is_dangerous


def rate_documents(old: Document | None, new: Document | None, names: Names | None = None) -> tuple[RatedChange, ...]:
    """Everything in which two documents differ, the most dangerous first, then in the order of the fields."""
    changes = diff_documents(old, new, names)
    if old is None or new is None:
        return tuple(RatedChange(change, (Risk.CONTENT,)) for change in changes)
    rated = [RatedChange(change, rate(new.kind, change)) for change in changes]
    return tuple(sorted(rated, key=lambda item: item.worst.rank))


def rate(kind: str, change: FieldChange) -> tuple[Risk, ...]:
    """The labels of one change in a document of this kind, the most dangerous first; never none."""
    found = set(_by_field(kind, change))
    if _is_prose(change):
        found.update(_by_words(change))
    if not found:
        found = {Risk.WORDING if _is_prose(change) or change.act is Act.REORDERED else Risk.CONTENT}
    return tuple(sorted(found, key=lambda risk: risk.rank))


def _is_prose(change: FieldChange) -> bool:
    """True when free text was changed, or came or went with a part of a list."""
    texts = (change.before, change.after)
    return change.path not in _NOT_PROSE and all(type(text) is str for text in texts)


_NOT_PROSE = frozenset({"slug", "language", "url", "region", "category", "theme", "superseded_by", "last_checked"})


# By field

_Rule = Callable[[FieldChange], Iterable[Risk]]


def _by_field(kind: str, change: FieldChange) -> Iterator[Risk]:
    for rule in (_RULES.get((kind, change.path)), _RULES.get(("", change.path))):
        if rule is not None:
            yield from rule(change)
    if _lost(cited(change.before), cited(change.after)):
        yield Risk.SOURCE


def cited(value: Any) -> frozenset[str]:
    """Sources that a value cites: a Markdown text, a set of citations, or a part that has one."""
    match value:
        case str():
            return frozenset(cited_in(value))
        case Escalation() | FindingLink():
            return frozenset(value.citations)
        case _:
            return frozenset()


def _lost(before: frozenset[str], after: frozenset[str]) -> bool:
    return not before <= after


def _set_lost(change: FieldChange) -> Iterator[Risk]:
    if not set(change.before or ()) <= set(change.after or ()):
        yield Risk.SOURCE


def _level(change: FieldChange) -> Iterator[Risk]:
    before, after = change.before, change.after
    if before is None or after is None:
        return
    yield Risk.URGENCY_LOWERED if after.rank < before.rank else Risk.URGENCY_RAISED


def _may_only_widen(risk: Risk) -> _Rule:
    """For a condition that protects: it may hold more often, never less."""

    def rule(change: FieldChange) -> Iterator[Risk]:
        if not is_at_least_as_wide(change.after, change.before):
            yield risk

    return rule


def _may_only_narrow(risk: Risk) -> _Rule:
    """For a condition that excludes: it may hold less often, never more."""

    def rule(change: FieldChange) -> Iterator[Risk]:
        if not is_at_least_as_wide(change.before, change.after):
            yield risk

    return rule


def _demands_no_more(risk: Risk) -> _Rule:
    """For a condition without which a record is not considered: none at all asks for nothing."""

    def rule(change: FieldChange) -> Iterator[Risk]:
        if change.after and not (change.before and is_at_least_as_wide(change.after, change.before)):
            yield risk

    return rule


def _part_gone(risk: Risk) -> _Rule:
    def rule(change: FieldChange) -> Iterator[Risk]:
        if change.act is Act.REMOVED:
            yield risk

    return rule


def _any(risk: Risk) -> _Rule:
    def rule(change: FieldChange) -> Iterator[Risk]:
        yield risk

    return rule


def _escalation(change: FieldChange) -> Iterator[Risk]:
    if change.act is Act.REMOVED:
        yield Risk.RED_FLAG
    elif change.act is Act.ADDED:
        yield Risk.URGENCY_RAISED


def _red_flag_lines(change: FieldChange) -> Iterator[Risk]:
    kept = set((change.after or "").splitlines())
    if any(line.strip() and line not in kept for line in (change.before or "").splitlines()):
        yield Risk.RED_FLAG


def _link(change: FieldChange) -> Iterator[Risk]:
    """A link that is gone weakens when it spoke for the cause; a new one when it speaks against it."""
    part = change.before if change.act is Act.REMOVED else change.after
    is_for = isinstance(part, FindingLink) and part.effect is Effect.FOR
    if change.act is Act.REMOVED and is_for:
        yield Risk.LINK
    if change.act is Act.ADDED and not is_for:
        yield Risk.LINK


def _link_field(change: FieldChange) -> Iterator[Risk]:
    """Stronger and wider is safe where a link speaks for a cause; where it speaks against it, the reverse."""
    old, new = change.old_part, change.new_part
    if not isinstance(old, FindingLink) or not isinstance(new, FindingLink):
        return
    if old.effect is not new.effect or old.finding != new.finding:
        yield Risk.LINK
        return
    more, less = (new, old) if old.effect is Effect.FOR else (old, new)
    if more.strength < less.strength or not set(less.answers) <= set(more.answers):
        yield Risk.LINK


def _verdict(change: FieldChange) -> Iterator[Risk]:
    """A verdict that warns less than before."""
    severities = list(Verdict)
    if change.before and change.after and severities.index(change.after) < severities.index(change.before):
        yield Risk.SAFEGUARD


def _least(change: FieldChange) -> Iterator[Risk]:
    if change.before and change.after and change.after.rank < change.before.rank:
        yield Risk.SAFEGUARD


def _now_trusted(change: FieldChange) -> Iterator[Risk]:
    if change.before and not change.after:
        yield Risk.SAFEGUARD


def _fewer(risk: Risk) -> _Rule:
    def rule(change: FieldChange) -> Iterator[Risk]:
        if not set(change.before or ()) <= set(change.after or ()):
            yield risk

    return rule


_RULES: Mapping[tuple[str, str], _Rule] = {
    ("", "citations"): _set_lost,
    ("", "sources"): _set_lost,
    ("", "escalations.citations"): _set_lost,
    ("", "finding_links.citations"): _set_lost,
    ("cause", "urgency"): _level,
    ("cause", "escalations"): _escalation,
    ("cause", "escalations.urgency"): _level,
    ("cause", "escalations.when"): _may_only_widen(Risk.RED_FLAG),
    ("cause", "only_when"): _demands_no_more(Risk.RED_FLAG),
    ("cause", "not_when"): _may_only_narrow(Risk.RED_FLAG),
    ("cause", "never_likely_because"): _any(Risk.SAFEGUARD),
    ("cause", "sections.get_help_sooner_if"): _red_flag_lines,
    ("cause", "pregnancy"): _any(Risk.PREGNANCY),
    ("cause", "trimesters"): _any(Risk.PREGNANCY),
    ("cause", "finding_links"): _link,
    ("cause", "finding_links.finding"): _link_field,
    ("cause", "finding_links.answers"): _link_field,
    ("cause", "finding_links.effect"): _link_field,
    ("cause", "finding_links.strength"): _link_field,
    ("safety-rule", "at_least"): _level,
    ("safety-rule", "when"): _may_only_widen(Risk.RED_FLAG),
    ("safety-rule", "route"): _any(Risk.SAFEGUARD),
    ("urgency-level", "not_for"): _may_only_widen(Risk.SAFEGUARD),
    ("urgency-level", "contacts"): _part_gone(Risk.SAFEGUARD),
    ("finding", "answers"): _part_gone(Risk.SAFEGUARD),
    ("finding", "answers.slug"): _any(Risk.SAFEGUARD),
    ("finding", "answers.implies"): _any(Risk.SAFEGUARD),
    ("finding", "answers.exclusive"): _any(Risk.SAFEGUARD),
    ("finding", "multiple"): _any(Risk.SAFEGUARD),
    ("finding", "step"): _any(Risk.SAFEGUARD),
    ("finding", "ask_if"): _demands_no_more(Risk.SAFEGUARD),
    ("finding", "unsure_raises_nothing_because"): _any(Risk.SAFEGUARD),
    ("finding", "asked_in"): _any(Risk.SAFEGUARD),
    ("finding", "box"): _any(Risk.SAFEGUARD),
    ("finding", "unticked"): _any(Risk.SAFEGUARD),
    ("finding", "answers.box"): _any(Risk.SAFEGUARD),
    ("vignette", "least"): _least,
    ("vignette", "most"): _any(Risk.SAFEGUARD),
    ("vignette", "must_list"): _fewer(Risk.SAFEGUARD),
    ("vignette", "answers"): _any(Risk.SAFEGUARD),
    ("vignette", "answers.answers"): _any(Risk.SAFEGUARD),
    ("vignette", "answers.finding"): _any(Risk.SAFEGUARD),
    ("claim-review", "verdict"): _verdict,
    ("source", "low_authority"): _now_trusted,
}
"""What a change of a field means, by kind of document; an empty kind stands for all."""


# By words

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unless|except|avoid|stop|unlikely|rarely|hardly"
    r"|\w+n['’]t)\b",
    re.IGNORECASE,
)
_UNITS = (
    r"(?:per\s+cent|percent|%|‰|mcg|µg|mg|kg|ml|millilitres?|litres?|cm|mm|mmol|°\s?[cf]|degrees|seconds|minutes?|hours?"
    r"|days?|weeks?|months?|years?|trimesters?|pads?|tampons?|tablets?|doses?)"
)
_COUNTS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand"
)
_PARTS_AND_TIMES = "once|twice|half|thirds?|quarters?|fifth|tenth|double|daily|weekly|monthly|hourly|yearly"
_BOUNDS = (
    "under|over|above|below|within|after|before|until|about|around"
    "|more than|less than|fewer than|at least|at most|up to"
)
_AMOUNT = re.compile(
    rf"\d+(?:[.,:/]\d+)*|[<>≤≥±]|\b(?:{_COUNTS}|{_PARTS_AND_TIMES})\b|\bone(?=\s+(?:in|out of|{_UNITS})(?![a-z]))"
    rf"|(?<![a-z]){_UNITS}(?![a-z])|\b(?:{_BOUNDS})(?=\s+(?:\d|one\b|an?\b|(?:{_COUNTS})\b))",
    re.IGNORECASE,
)
"""Numbers, in digits or words; units; and what bounds a number: “under 16” is not “over 16”."""

_CONTEXT = 24
"""So many letters after a change tell whether its last word belongs to a number."""


def _by_words(change: FieldChange) -> Iterator[Risk]:
    """What the words that came and went say, stretch by stretch; citations are looked at elsewhere."""
    for removed, added in _stretches(change):
        if _counted(_AMOUNT, removed) != _counted(_AMOUNT, added):
            yield Risk.NUMBER
        if _counted(_NEGATION, removed).total() != _counted(_NEGATION, added).total():
            yield Risk.NEGATION


def _stretches(change: FieldChange) -> Iterator[tuple[str, str]]:
    """What went and what came, for every place in which the text differs, each with a little of what follows."""
    removed, added = "", ""
    for piece in (*change.pieces, Piece(Act.SAME, "")):
        if piece.act is Act.REMOVED:
            removed += piece.text
        elif piece.act is Act.ADDED:
            added += piece.text
        else:
            if removed or added:
                following = piece.text[:_CONTEXT]
                yield without_citations(removed + following), without_citations(added + following)
            removed, added = "", ""


def _counted(pattern: re.Pattern[str], text: str) -> "Counter[str]":
    return Counter(found.lower() for found in pattern.findall(text))
