"""How the columns of a draft are edited, in the form of a record and in its inlines."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.text import capfirst

from sitecontent.admin.fields import (
    SLUG_PATTERN,
    SLUG_WORDS,
    ConditionField,
    ImplicationField,
    ListField,
    TextField,
    TickedField,
    unknown_answers,
    unknown_sources,
    vocabulary,
)
from sitecontent.admin.widgets import FindsOthers, MarkdownWidget
from sitecontent.models import fields as columns
from sitecontent.review.diff import LABELS

HOW_TO_LIST = "One on each line."
HOW_TO_CONDITION = (
    "One question on each line, as “question: answer, answer”, below “all of:” or “any of:”. "
    "Leave it empty for no condition."
)


class DraftFields(FindsOthers):
    """Gives each column the form field in which a person can write it."""

    markdown_fields: ClassVar[tuple[str, ...]] = ()
    ticked_fields: ClassVar[Mapping[str, type[StrEnum]]] = {}
    word_lists: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Lists of other things than slugs: name -> pattern and its words."""
    label_prefix: ClassVar[str] = ""
    """Where the columns are in the document: `escalations.` for the parts of that list."""

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The form field of a column."""
        said = {
            "label": self.label_of(db_field),
            "help_text": db_field.help_text,
            "required": not db_field.blank,
        }
        name = db_field.name
        if name in self.ticked_fields:
            return TickedField(words=self.ticked_fields[name], **{**said, "help_text": ""})
        if name in self.word_lists:
            return ListField(**said | {"help_text": HOW_TO_LIST}, **self.word_lists[name])
        if isinstance(db_field, columns.SlugListField):
            return _slug_list(name, said)
        if isinstance(db_field, columns.ConditionField):
            help_text = f"{db_field.help_text} {HOW_TO_CONDITION}".strip()
            return ConditionField(**said | {"help_text": help_text})
        if isinstance(db_field, models.JSONField):
            return ImplicationField(**said | {"help_text": "Another question that it settles: “question: answer”."})
        if isinstance(db_field, models.TextField):
            plain = admin.widgets.AdminTextareaWidget({"rows": 3})
            widget = MarkdownWidget() if name in self.markdown_fields else plain
            return db_field.formfield(form_class=TextField, widget=widget, label=said["label"])
        if isinstance(db_field, models.URLField):
            widget = admin.widgets.AdminURLFieldWidget()
            return db_field.formfield(widget=widget, assume_scheme="https", label=said["label"])
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.label = said["label"]
        if isinstance(getattr(field, "widget", None), admin.widgets.RelatedFieldWidgetWrapper):
            # Another record is changed on its own page, where its status and its review are in sight.
            field.widget.can_change_related = field.widget.can_delete_related = False
        return field

    def label_of(self, column: models.Field) -> str:
        """What a column is called: as in a comparison of documents, so that both speak of the same thing."""
        names = (
            f"{self.label_prefix}{column.name}",
            f"sections.{column.name}",
            column.name.replace("_common_", "_common."),
        )
        return next((LABELS[name] for name in names if name in LABELS), str(capfirst(column.verbose_name)))


def _slug_list(name: str, said: dict[str, Any]) -> ListField:
    """A list of slugs; the page's script offers what they can be."""
    if name == "citations":
        widget = forms.Textarea(attrs={"rows": 2, "class": "vListField", "data-list": "sources"})
        help_text = f"The sources that say so, by their short names. {HOW_TO_LIST}"
        return ListField(
            **said | {"help_text": help_text},
            widget=widget,
            pattern=SLUG_PATTERN,
            pattern_words=SLUG_WORDS,
            unknown=unknown_sources,
            noun="source",
        )
    widget = forms.Textarea(attrs={"rows": 2, "class": "vListField", "data-list": "answers"})
    help_text = f"Answers to the question, by their short names; any one of them is enough. {HOW_TO_LIST}"
    return ListField(**said | {"help_text": help_text}, widget=widget, pattern=SLUG_PATTERN, pattern_words=SLUG_WORDS)


LAST = 32767
"""The position of a part that nobody gave one: it comes last."""


class PartForm(forms.ModelForm):
    """A part of a record. It needs no position: without one it comes last."""

    position = forms.IntegerField(
        required=False, min_value=0, max_value=LAST, help_text="Smaller comes first. Empty: last."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["position"] = None

    def clean_position(self) -> int:
        """The position given, or the last one."""
        position = self.cleaned_data.get("position")
        return LAST if position is None else position


class AnswersForm(PartForm):
    """A part that names a question and some of its answers."""

    def clean(self) -> dict[str, Any]:
        """Refuse answers that the question does not have."""
        data = super().clean() or {}
        finding, answers = data.get("finding"), data.get("answers")
        if finding and answers:
            allowed = vocabulary().get(finding.slug, ())
            unknown = [answer for answer in answers if answer not in allowed]
            if unknown:
                self.add_error("answers", unknown_answers(finding.slug, unknown, allowed))
        return data


class PartInline(DraftFields, admin.StackedInline):
    """The parts of a record, edited with it, in the order of their positions."""

    form = PartForm
    extra = 0


class LabelledFormSet(BaseInlineFormSet):
    """Rows of a table, whose fields say their names to whoever can not see the head of the column."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        """Give each field its label, the box that removes a row too."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = str(field.label or name.replace("_", " ").capitalize())


class PartTable(DraftFields, admin.TabularInline):
    """Parts of a record that need little room."""

    form = PartForm
    formset = LabelledFormSet
    extra = 0
