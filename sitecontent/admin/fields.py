"""Form fields for the structured values of a record: lists, ticked choices, conditions, implications.

All but the ticked choices are text that a person can read and write. What was typed comes
back as it was typed when it can not be read, with the reason in words.
"""

import re
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sitecontent.admin.conditions import (
    ConditionUnreadable,
    Vocabulary,
    read_condition,
    unknown_answers,
    write_condition,
)
from sitecontent.models import FindingAnswer, Source


def vocabulary() -> Vocabulary:
    """Every question of the drafts with its answers."""
    answers: dict[str, list[str]] = {}
    for finding, answer in FindingAnswer.objects.order_by("record__slug", "position", "pk").values_list(
        "record__slug", "slug"
    ):
        answers.setdefault(finding, []).append(answer)
    return answers


def unknown_sources(slugs: Collection[str]) -> list[str]:
    """Those that no source is called."""
    known = set(Source.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    return [slug for slug in slugs if slug not in known]


def tidy(text: str) -> str:
    """One spelling for line ends and blanks, as documents keep it, so that an untouched text counts as untouched."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


class TextField(forms.CharField):
    """Text of several lines. A browser sends other line ends than it was given; that is no change."""

    def to_python(self, value: Any) -> str:
        """The text, tidied."""
        return tidy(super().to_python(value) or "")


class ListField(forms.CharField):
    """A list as text: one item on each line, or with commas between."""

    def __init__(
        self,
        *,
        pattern: str = "",
        pattern_words: str = "",
        unknown: Callable[[Collection[str]], list[str]] | None = None,
        noun: str = "item",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3, "class": "vListField"}))
        super().__init__(**kwargs)
        self.pattern = re.compile(pattern) if pattern else None
        self.pattern_words = pattern_words
        self.unknown = unknown
        self.noun = noun

    def prepare_value(self, value: Any) -> Any:
        """A list as lines; what somebody typed as it is."""
        return "\n".join(str(item) for item in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """The items. Raises: ValidationError for an item given twice or in the wrong form."""
        if isinstance(value, list | tuple):
            return list(value)
        items = [item for item in re.split(r"[,;\s]*\n[,;\s]*|\s*[,;]\s*", tidy(value or "")) if item]
        problems = [f"“{item}” is there twice." for item in sorted({item for item in items if items.count(item) > 1})]
        if self.pattern:
            wrong = [item for item in items if not self.pattern.fullmatch(item)]
            problems += [f"“{item}” is not {self.pattern_words}." for item in wrong]
        if problems:
            raise ValidationError(problems)
        return items

    def validate(self, value: Any) -> None:
        """Raises: ValidationError for an empty list where one is needed, and for items that nobody knows."""
        super().validate(value)
        if self.unknown and value:
            missing = self.unknown(value)
            if missing:
                raise ValidationError([f"There is no {self.noun} called “{slug}”." for slug in missing])

    def run_validators(self, value: Any) -> None:
        """The validators of text mean nothing to a list."""


SLUG_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
SLUG_WORDS = "a short name of small letters, digits and hyphens"
ICD10_PATTERN = r"[A-Z][0-9]{2}(\.[0-9A-Z]{1,4})?"
ICD10_WORDS = "an ICD-10 code such as N93.0"


class TickedField(forms.MultipleChoiceField):
    """A list of words from a vocabulary, as boxes to tick."""

    def __init__(self, *, words: type[StrEnum], **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=[(word.value, word.value.replace("-", " ").capitalize()) for word in words], **kwargs)

    def in_order(self, before: Iterable[str], ticked: Collection[str]) -> list[str]:
        """What is ticked, in the order that it had before, so that no order is lost; what is new comes last."""
        kept = [word for word in before if word in ticked]
        return kept + [word for word, _ in self.choices if word in ticked and word not in kept]


class ConditionField(forms.CharField):
    """A condition over the questions, in the line language of `conditions`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.Textarea(attrs={"rows": 4, "class": "vConditionField", "spellcheck": "false"})
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A condition as lines; what somebody typed as it is."""
        return value if isinstance(value, str) else write_condition(value)

    def to_python(self, value: Any) -> Any:
        """The condition. Raises: ValidationError, one for each line that can not be read."""
        if not isinstance(value, str):
            return value or None
        try:
            return read_condition(value, vocabulary())
        except ConditionUnreadable as error:
            raise ValidationError(list(error.problems)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """True unless the lines tell the same condition."""
        return super().has_changed(_with_both(initial), data)

    def run_validators(self, value: Any) -> None:
        """The validators of text mean nothing to a condition."""


def _with_both(condition: Any) -> Any:
    if not condition:
        return None
    return {"all_of": condition.get("all_of") or [], "any_of": condition.get("any_of") or []}


class ImplicationField(forms.CharField):
    """Another question that an answer settles, as `question: answer`."""

    def prepare_value(self, value: Any) -> Any:
        """An implication as a line; what somebody typed as it is."""
        return f"{value['finding']}: {value['answer']}" if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        """The implication, or None. Raises: ValidationError."""
        if isinstance(value, dict):
            return value
        line = tidy(value or "")
        if not line:
            return None
        finding, _, answer = (part.strip() for part in line.partition(":"))
        answers = vocabulary().get(finding)
        if answers is None:
            raise ValidationError(f"There is no question called “{finding}”. Write “question: answer”.")
        if answer not in answers:
            raise ValidationError(unknown_answers(finding, [answer], answers))
        return {"finding": finding, "answer": answer}

    def run_validators(self, value: Any) -> None:
        """The validators of text mean nothing to an implication."""
