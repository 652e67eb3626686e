"""What the symptom checker works with, on the desk: questions, safety rules, levels, test cases."""

from django.contrib import admin

from sitecontent.admin.drafts import AnswersForm, PartInline, PartTable
from sitecontent.admin.records import RecordAdmin
from sitecontent.models import (
    Finding,
    FindingAnswer,
    LevelContact,
    LevelEquivalent,
    SafetyRule,
    UrgencyLevel,
    Vignette,
    VignetteAnswer,
)


class FindingAnswerInline(PartInline):
    """The answers that a question offers."""

    model = FindingAnswer
    label_prefix = "answers."
    verbose_name = "answer"
    verbose_name_plural = "answers, in the order in which they are offered"
    fields = (("label", "slug", "position"), "help", ("implies", "exclusive"), "box")


@admin.register(Finding)
class FindingAdmin(RecordAdmin):
    """The questions of the vocabulary."""

    list_display = ("question", "slug", "step", "order", "multiple", "status")
    list_filter = ("step", "multiple")
    search_fields = ("question", "title", "slug")
    autocomplete_fields = ("citations",)
    markdown_fields = ("summary",)
    inlines = (FindingAnswerInline,)
    fieldsets = (
        (None, {"fields": ("question", "slug", "noted_as", "help", "why_asked")}),
        ("In the questionnaire", {"fields": ("step", "order", "multiple", "ask_if")}),
        ("Asked in a list", {"fields": ("asked_in", "box", "unticked", "list_question", "list_help", "list_why")}),
        ("Its own page", {"fields": ("title", "summary")}),
        ("Sources and safety", {"fields": ("citations", "unsure_raises_nothing_because", "language")}),
    )


@admin.register(SafetyRule)
class SafetyRuleAdmin(RecordAdmin):
    """The floors under the urgency."""

    has_public_page = False
    list_display = ("title", "slug", "at_least", "route", "basis", "status")
    list_filter = ("at_least", "route", "basis")
    search_fields = ("title", "slug", "tell", "why")
    autocomplete_fields = ("citations",)
    fieldsets = (
        (None, {"fields": ("title", "slug", "when", "at_least", "route")}),
        ("In words", {"fields": ("tell", "why")}),
        ("What it rests on", {"fields": ("basis", "guidance_note", "citations", "language")}),
    )


class LevelContactInline(PartTable):
    """Whom to turn to, by region."""

    model = LevelContact
    label_prefix = "contacts."
    verbose_name = "contact"
    fields = ("region", "text", "position")


class LevelEquivalentInline(PartTable):
    """What other scales call the level."""

    model = LevelEquivalent
    label_prefix = "equivalents."
    verbose_name = "same level elsewhere"
    verbose_name_plural = "same level elsewhere"
    fields = ("scale", "text", "position")


@admin.register(UrgencyLevel)
class UrgencyLevelAdmin(RecordAdmin):
    """The words of each level."""

    prepopulated_fields = {}
    has_public_page = False
    list_display = ("title", "slug", "timescale", "status")
    search_fields = ("title", "slug", "what_to_do")
    autocomplete_fields = ("citations",)
    inlines = (LevelContactInline, LevelEquivalentInline)
    fieldsets = (
        (None, {"fields": ("slug", "title", "short", "what_to_do", "timescale")}),
        ("Limits", {"fields": ("not_for", "never_say")}),
        ("Sources", {"fields": ("citations", "language")}),
    )


class VignetteAnswerInline(PartInline):
    """What the person of the story answers."""

    model = VignetteAnswer
    label_prefix = "answers."
    form = AnswersForm
    verbose_name = "given answer"
    verbose_name_plural = "what she answers"
    fields = (("finding", "position"), "answers")
    autocomplete_fields = ("finding",)


@admin.register(Vignette)
class VignetteAdmin(RecordAdmin):
    """Clinical test cases, which every edition must pass."""

    has_public_page = False
    list_display = ("title", "slug", "least", "most", "status")
    list_filter = ("least", "most")
    search_fields = ("title", "slug", "story")
    autocomplete_fields = ("must_list", "citations")
    inlines = (VignetteAnswerInline,)
    fieldsets = (
        (None, {"fields": ("title", "slug", "story")}),
        ("What must come out", {"fields": (("least", "most"), "must_list")}),
        ("Sources", {"fields": ("citations", "language")}),
    )
