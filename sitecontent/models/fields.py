"""Columns for the small structured values inside a record: conditions and lists of slugs."""

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import models
from pydantic import Field, TypeAdapter
from pydantic import ValidationError as DocumentError

from sitecontent.documents import Condition, Implication, Slug, problems_of

_SLUGS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[Slug, ...])
_WORDS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[Annotated[str, Field(min_length=1, max_length=80)], ...])


def _say(error: DocumentError) -> ValidationError:
    return ValidationError([f"{problem.field}: {problem.reason}" for problem in problems_of(error)])


def validate_condition(value: Any) -> None:
    """Refuse what is not a condition over findings. Raises: ValidationError."""
    try:
        Condition.model_validate(value)
    except DocumentError as error:
        raise _say(error) from error


def validate_implication(value: Any) -> None:
    """Refuse what does not name a finding and one of its answers. Raises: ValidationError."""
    try:
        Implication.model_validate(value)
    except DocumentError as error:
        raise _say(error) from error


def validate_slugs(value: Any) -> None:
    """Refuse what is not a list of slugs. Raises: ValidationError."""
    try:
        _SLUGS.validate_python(value)
    except DocumentError as error:
        raise _say(error) from error


def validate_words(value: Any) -> None:
    """Refuse what is not a list of short words. Raises: ValidationError."""
    try:
        _WORDS.validate_python(value)
    except DocumentError as error:
        raise _say(error) from error


class ConditionField(models.JSONField):
    """A condition over findings, `{"all_of": [{"finding": …, "is": […]}], "any_of": […]}`."""

    default_validators = [*models.JSONField.default_validators, validate_condition]


class WordListField(models.JSONField):
    """A list of words, `["N93.0", "S31.4"]`; empty unless something is given."""

    default_validators = [*models.JSONField.default_validators, validate_words]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class SlugListField(WordListField):
    """A list of slugs, `["one", "two"]`."""

    default_validators = [*WordListField.default_validators, validate_slugs]
