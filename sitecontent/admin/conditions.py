"""A small line language for conditions, so that nobody has to write JSON. Pure.

    all of:
      pregnancy-status: yes, maybe
    any of:
      danger-signs: fainted, dizzy
      pain-now: severe

Each line names a question and the answers of which one is enough. Lines above any heading
belong to "all of". `read_condition` and `write_condition` are each other's reverse.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

Vocabulary = Mapping[str, Sequence[str]]
"""Slug of each question -> slugs of its answers."""

ConditionData = dict[str, list[dict[str, Any]]]

_HEADINGS = {"all of": "all_of", "any of": "any_of"}
_BULLET = re.compile(r"^[-–•*]\s+")
_BETWEEN = re.compile(r"\s*,\s*|\s+or\s+")


class ConditionUnreadable(ValueError):
    """The lines can not be read as a condition. `problems` say for each line why."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def write_condition(condition: Mapping[str, Any] | None) -> str:
    """A condition as lines; nothing for no condition."""
    lines: list[str] = []
    for heading, name in _HEADINGS.items():
        matches = (condition or {}).get(name) or ()
        if matches:
            lines.append(f"{heading}:")
            lines.extend(f"  {match['finding']}: {', '.join(match['is'])}" for match in matches)
    return "\n".join(lines)


def read_condition(text: str, vocabulary: Vocabulary) -> ConditionData | None:
    """The condition that the lines tell, or None when there are none.

    Raises: ConditionUnreadable, naming each line, question and answer that is wrong.
    """
    condition: ConditionData = {"all_of": [], "any_of": []}
    problems: list[str] = []
    part = "all_of"
    has_heading = False
    for number, raw in enumerate(text.splitlines(), start=1):
        line = _BULLET.sub("", raw.strip())
        heading = " ".join(line.rstrip(":").lower().split())
        if not line:
            continue
        if heading in _HEADINGS:
            part, has_heading = _HEADINGS[heading], True
            continue
        try:
            condition[part].append(_read_line(line, vocabulary))
        except ValueError as error:
            problems.append(f"Line {number}: {error}")
    if problems:
        raise ConditionUnreadable(problems)
    if not condition["all_of"] and not condition["any_of"]:
        if has_heading:
            raise ConditionUnreadable(["There is a heading and no question below it."])
        return None
    return condition


def _read_line(line: str, vocabulary: Vocabulary) -> dict[str, Any]:
    finding, colon, rest = (part.strip() for part in line.partition(":"))
    answers = [answer for answer in _BETWEEN.split(rest) if answer]
    if not colon or not finding or not answers:
        raise ValueError(f"“{line}” should read “question: answer, answer”.")
    if finding not in vocabulary:
        raise ValueError(f"there is no question called “{finding}”.{_did_you_mean(finding, vocabulary)}")
    unknown = [answer for answer in answers if answer not in vocabulary[finding]]
    if unknown:
        raise ValueError(unknown_answers(finding, unknown, vocabulary[finding]))
    repeated = sorted({answer for answer in answers if answers.count(answer) > 1})
    if repeated:
        raise ValueError(f"“{repeated[0]}” is there twice.")
    return {"finding": finding, "is": answers}


def unknown_answers(finding: str, unknown: Sequence[str], allowed: Sequence[str]) -> str:
    """Say that a question has no such answers, and which it has."""
    named = " or ".join(f"“{answer}”" for answer in unknown)
    return f"“{finding}” has no answer {named}; it has {', '.join(allowed)}."


def _did_you_mean(slug: str, known: Iterable[str]) -> str:
    close = get_close_matches(slug, list(known), n=1)
    return f" Did you mean “{close[0]}”?" if close else ""
