"""Claim reviews: what circulates, and what is known."""

from django.db import models

from sitecontent import documents
from sitecontent.models.base import WorkingRecord, choices_of, is_one_of, slug_validator


class ClaimReview(WorkingRecord):
    """The draft of a claim review. Saving changes nothing public."""

    document_class = documents.ClaimReview

    title = models.CharField(max_length=300)
    claim = models.TextField(help_text="What people may have read, in our own words.")
    verdict = models.CharField(max_length=20, choices=choices_of(documents.Verdict))
    correction = models.TextField(help_text="What is known. Markdown, with citations as [@source-slug].")
    theme = models.CharField(max_length=80, validators=[slug_validator])
    causes = models.ManyToManyField("sitecontent.Cause", blank=True, related_name="claims")
    order = models.PositiveSmallIntegerField(default=0)
    sources = models.ManyToManyField("sitecontent.Source", related_name="+")

    class Meta(WorkingRecord.Meta):
        ordering = ["order", "slug"]
        constraints = [is_one_of("verdict", documents.Verdict, model="claim_review")]
