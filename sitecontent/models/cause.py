"""Causes: what may lie behind bleeding or unusual discharge after sex."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from sitecontent import documents
from sitecontent.models.base import Lookup, Part, WorkingRecord, choices_of, is_one_of
from sitecontent.models.fields import ConditionField, SlugListField, WordListField

SECTION_NAMES = tuple(documents.Sections.model_fields)


def _section(what: str) -> models.TextField:
    return models.TextField(blank=True, help_text=f"{what} Markdown, with citations as [@source-slug].")


class Cause(WorkingRecord):
    """The draft of a cause. Saving changes nothing public; submit it for review to publish it."""

    document_class = documents.Cause

    title = models.CharField(max_length=300, help_text="In plain words.")
    clinical_name = models.CharField(max_length=300)
    category = models.ForeignKey("sitecontent.Category", on_delete=models.PROTECT, related_name="causes")
    nature = models.CharField(max_length=20, choices=choices_of(documents.Nature))
    nature_note = models.TextField(blank=True, help_text="Where natural or pathological is debatable: why.")
    pregnancy = models.CharField(
        max_length=20, choices=choices_of(documents.PregnancyScope), help_text="Whether it is met in pregnancy."
    )
    trimesters = SlugListField(help_text="Of first, second, third and after, as a list.")
    urgency = models.CharField(
        max_length=20,
        choices=choices_of(documents.Urgency),
        help_text="How soon somebody who might have it should be seen. Lowering it takes two approvals.",
    )
    urgency_reason = models.TextField(blank=True, help_text="Why this level. Markdown with citations.")
    only_when = ConditionField(
        null=True,
        blank=True,
        help_text="Circumstances without which it can not be the explanation: after a birth, say.",
    )
    not_when = ConditionField(null=True, blank=True, help_text="Answers with which it can not be the explanation.")
    never_likely_because = models.TextField(
        blank=True,
        help_text=(
            "Fill this in only where no answer can speak for the cause: why not. The checker then never calls it "
            "likely, and links to findings that speak for it are refused."
        ),
    )
    how_common_level = models.CharField(
        max_length=20, choices=choices_of(documents.Frequency), default=documents.Frequency.UNKNOWN
    )
    how_common_text = models.TextField(blank=True)
    sites = SlugListField(blank=False, help_text="Where the bleeding comes from, as a list.")
    icd10 = WordListField(help_text="ICD-10 codes, as a list.")
    summary = models.TextField(help_text="One or two sentences: what is it, and should I worry?")
    what_it_is = _section("What it is.")
    signs = _section("Signs that point to it, and signs against.")
    why_it_bleeds = _section("Why it bleeds.")
    what_you_can_do = _section("What somebody can do.")
    what_a_clinician_may_do = _section("What a clinician may do, and how it feels.")
    get_help_sooner_if = _section("When to get help sooner.")
    misconceptions = _section("What people may have read elsewhere.")
    sources = models.ManyToManyField("sitecontent.Source", blank=True, related_name="causes")

    class Meta(WorkingRecord.Meta):
        constraints = [
            is_one_of("nature", documents.Nature, model="cause"),
            is_one_of("pregnancy", documents.PregnancyScope, model="cause"),
            is_one_of("urgency", documents.Urgency, model="cause"),
            is_one_of("how_common_level", documents.Frequency, model="cause"),
        ]

    @classmethod
    def _document_fields(cls) -> list[str]:
        return [name for name in super()._document_fields() if name not in {"how_common", "sections"}]

    def document_data(self) -> dict[str, Any]:
        """The draft as the fields of a Cause document."""
        return {
            **super().document_data(),
            "how_common": {"level": self.how_common_level, "text": self.how_common_text},
            "sections": {name: getattr(self, name) for name in SECTION_NAMES},
        }

    def read_document(self, data: Mapping[str, Any], lookup: Lookup) -> None:
        """Take the columns from a Cause document."""
        super().read_document({"never_likely_because": "", **data}, lookup)
        self.how_common_level = data["how_common"]["level"]
        self.how_common_text = data["how_common"]["text"]
        for name in SECTION_NAMES:
            setattr(self, name, data["sections"][name])


class CauseName(Part):
    """Another name by which people know a cause."""

    owner_name = "record"
    data_fields = ("name", "outdated")

    record = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="also_called")
    name = models.CharField(max_length=300)
    outdated = models.BooleanField(default=False, help_text="An old or misleading name.")

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["record", "name"], name="cause_name_once")]

    def __str__(self) -> str:
        return self.name


class Escalation(Part):
    """A context in which the cause is more urgent than its base level."""

    owner_name = "record"
    data_fields = ("when", "urgency", "tell", "citations")

    record = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="escalations")
    when = ConditionField(help_text="The answers that make this context.")
    urgency = models.CharField(max_length=20, choices=choices_of(documents.Urgency))
    tell = models.TextField(help_text="What the visitor is told then.")
    citations = SlugListField(help_text="Slugs of the sources, as a list.")

    class Meta(Part.Meta):
        constraints = [is_one_of("urgency", documents.Urgency, model="escalation")]

    def __str__(self) -> str:
        return f"{self.get_urgency_display()}: {self.tell[:60]}"


class FindingLink(Part):
    """Which answers to a finding speak for or against the cause."""

    owner_name = "record"
    data_fields = ("finding", "answers", "effect", "strength", "because", "citations")

    record = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="finding_links")
    finding = models.ForeignKey("sitecontent.Finding", on_delete=models.PROTECT, related_name="cause_links")
    answers = SlugListField(blank=False, help_text="Slugs of the answers, as a list.")
    effect = models.CharField(max_length=10, choices=choices_of(documents.Effect))
    strength = models.PositiveSmallIntegerField(default=1, help_text="1 a weak hint, 2 typical, 3 characteristic.")
    because = models.TextField(blank=True)
    citations = SlugListField(help_text="Slugs of the sources, as a list.")

    class Meta(Part.Meta):
        constraints = [
            is_one_of("effect", documents.Effect, model="finding_link"),
            models.CheckConstraint(condition=models.Q(strength__range=(1, 3)), name="finding_link_strength_1_to_3"),
        ]

    def __str__(self) -> str:
        return f"{self.finding} ({self.effect})"
