"""Urgency levels: the words that belong to each."""

from django.db import models

from sitecontent import documents
from sitecontent.models.base import Part, WorkingRecord, slug_validator
from sitecontent.models.fields import ConditionField
from sitecontent.models.source import region_validator


class UrgencyLevel(WorkingRecord):
    """The draft of a level's words. Its slug is the level. Saving changes nothing public."""

    document_class = documents.UrgencyLevel

    title = models.CharField(max_length=300)
    short = models.CharField(max_length=300)
    what_to_do = models.TextField()
    timescale = models.CharField(max_length=300)
    never_say = models.TextField(help_text="What must never be said at this level, for whoever writes.")
    not_for = ConditionField(null=True, blank=True, help_text="Answers with which this level is never given.")
    citations = models.ManyToManyField("sitecontent.Source", related_name="+")

    class Meta(WorkingRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__in=[str(level) for level in documents.Urgency]),
                name="urgency_level_slug_known",
            )
        ]


class LevelContact(Part):
    """Whom to turn to at a level, in one region."""

    owner_name = "record"
    data_fields = ("region", "text")

    record = models.ForeignKey(UrgencyLevel, on_delete=models.CASCADE, related_name="contacts")
    region = models.CharField(max_length=13, validators=[region_validator])
    text = models.TextField()

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["record", "region"], name="level_contact_once_a_region")]

    def __str__(self) -> str:
        return self.region


class LevelEquivalent(Part):
    """What another scale calls the same level."""

    owner_name = "record"
    data_fields = ("scale", "text")

    record = models.ForeignKey(UrgencyLevel, on_delete=models.CASCADE, related_name="equivalents")
    scale = models.CharField(max_length=80, validators=[slug_validator])
    text = models.TextField()

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["record", "scale"], name="level_equivalent_once_a_scale")]

    def __str__(self) -> str:
        return self.scale
