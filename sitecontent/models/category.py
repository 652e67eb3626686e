"""Categories: the groups in which causes are listed."""

from django.db import models

from sitecontent import documents
from sitecontent.models.base import WorkingRecord


class Category(WorkingRecord):
    """The draft of a category. Saving changes nothing public."""

    document_class = documents.Category

    title = models.CharField(max_length=300)
    summary = models.TextField(help_text="One or two sentences in plain words.")
    order = models.PositiveSmallIntegerField(default=0, help_text="Smaller comes first.")

    class Meta(WorkingRecord.Meta):
        ordering = ["order", "slug"]
        verbose_name_plural = "categories"
        constraints = [models.CheckConstraint(condition=models.Q(order__lte=1000), name="category_order_in_range")]
