"""Editorial pages: emergency, pregnancy, how we review, privacy, about."""

from django.db import models

from sitecontent import documents
from sitecontent.models.base import WorkingRecord


class Page(WorkingRecord):
    """The draft of an editorial page. Saving changes nothing public."""

    document_class = documents.Page

    title = models.CharField(max_length=300)
    summary = models.TextField()
    body = models.TextField(help_text="Markdown, with citations as [@source-slug].")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta(WorkingRecord.Meta):
        ordering = ["order", "slug"]
