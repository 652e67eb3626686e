"""Sources: what a statement rests on."""

from django.core.validators import RegexValidator
from django.db import models

from sitecontent import documents
from sitecontent.models.base import WorkingRecord, choices_of, is_one_of

region_validator = RegexValidator(r"^([a-z]{2}|international)\Z", "Use a two-letter country code, or “international”.")


class Source(WorkingRecord):
    """The draft of a source. Saving changes nothing public."""

    document_class = documents.Source

    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=300)
    url = models.URLField(max_length=500, help_text="The publisher's own address of the page.")
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Year of publication, when it is known.")
    source_kind = models.CharField(max_length=30, choices=choices_of(documents.SourceKind))
    region = models.CharField(max_length=13, default="international", validators=[region_validator])
    last_checked = models.CharField(
        max_length=10,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d{4}-\d{2}-\d{2}\Z", "Write the day as 2026-01-31.")],
        help_text="The day on which somebody last read this page, as 2026-01-31.",
    )
    low_authority = models.BooleanField(default=False, help_text="It must never stand alone under a statement.")
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    note = models.TextField(blank=True, help_text="What a reader should know about it.")

    class Meta(WorkingRecord.Meta):
        constraints = [
            is_one_of("source_kind", documents.SourceKind, model="source"),
            models.CheckConstraint(
                condition=models.Q(year__isnull=True) | models.Q(year__range=(1900, 2100)), name="source_year_plausible"
            ),
        ]
