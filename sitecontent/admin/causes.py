"""Causes on the desk."""

from django import forms
from django.contrib import admin

from sitecontent.admin.drafts import AnswersForm, PartInline, PartTable
from sitecontent.admin.fields import ICD10_PATTERN, ICD10_WORDS
from sitecontent.admin.records import RecordAdmin
from sitecontent.documents import BodySite, Trimester
from sitecontent.models import Cause, CauseName, Escalation, FindingLink
from sitecontent.models.cause import SECTION_NAMES


class CauseNameInline(PartTable):
    """Other names of a cause."""

    model = CauseName
    label_prefix = "also_called."
    verbose_name = "other name"
    verbose_name_plural = "also called"
    fields = ("name", "outdated", "position")


class EscalationInline(PartInline):
    """Contexts in which a cause is more urgent."""

    model = Escalation
    label_prefix = "escalations."
    verbose_name_plural = "escalations: in this context, at least this urgency"
    fields = ("when", ("urgency", "position"), "tell", "citations")


class FindingLinkForm(AnswersForm):
    """A link, with its strength in words."""

    strength = forms.TypedChoiceField(
        coerce=int, choices=[(1, "1, a weak hint"), (2, "2, typical"), (3, "3, characteristic")]
    )


class FindingLinkInline(PartInline):
    """Which answers speak for or against a cause."""

    model = FindingLink
    label_prefix = "finding_links."
    form = FindingLinkForm
    verbose_name = "link to a question"
    verbose_name_plural = "links to questions: which answers speak for it and against it"
    fields = (("finding", "effect", "strength", "position"), ("answers", "citations"), "because")
    autocomplete_fields = ("finding",)


@admin.register(Cause)
class CauseAdmin(RecordAdmin):
    """The causes."""

    list_display = ("title", "urgency", "nature", "pregnancy", "category", "status")
    list_filter = ("urgency", "nature", "pregnancy", "category")
    list_select_related = ("category",)
    search_fields = ("title", "slug", "clinical_name", "summary", "also_called__name")
    autocomplete_fields = ("category", "sources")
    inlines = (CauseNameInline, EscalationInline, FindingLinkInline)
    ticked_fields = {"sites": BodySite, "trimesters": Trimester}
    word_lists = {"icd10": {"pattern": ICD10_PATTERN, "pattern_words": ICD10_WORDS, "noun": "code"}}
    markdown_fields = ("urgency_reason", "nature_note", "how_common_text", *SECTION_NAMES)
    fieldsets = (
        (None, {"fields": ("title", "slug", "clinical_name", "category", "summary")}),
        ("How soon", {"fields": ("urgency", "urgency_reason")}),
        ("What kind of cause", {"fields": ("nature", "nature_note", "pregnancy", "trimesters", "sites")}),
        ("The page", {"fields": SECTION_NAMES}),
        ("How common", {"fields": ("how_common_level", "how_common_text")}),
        ("In the symptom checker", {"fields": ("only_when", "not_when", "never_likely_because")}),
        ("Sources and codes", {"fields": ("sources", "icd10", "language")}),
    )
