"""Safety rules: floors under the urgency."""

from django.db import models

from sitecontent import documents
from sitecontent.models.base import WorkingRecord, choices_of, is_one_of
from sitecontent.models.fields import ConditionField


class SafetyRule(WorkingRecord):
    """The draft of a safety rule. Saving changes nothing public; weakening one takes two approvals."""

    document_class = documents.SafetyRule

    title = models.CharField(max_length=300)
    when = ConditionField(help_text="The answers with which the rule fires. An unanswered question never fires one.")
    at_least = models.CharField(max_length=20, choices=choices_of(documents.Urgency))
    route = models.CharField(max_length=30, choices=choices_of(documents.Route), help_text="Where it sends somebody.")
    tell = models.TextField(help_text="What the visitor is told.")
    why = models.TextField(help_text="The clinical reason.")
    basis = models.CharField(max_length=20, choices=choices_of(documents.Basis))
    guidance_note = models.TextField(blank=True, help_text="Where guidance differs, and what was chosen.")
    citations = models.ManyToManyField("sitecontent.Source", related_name="+")

    class Meta(WorkingRecord.Meta):
        constraints = [
            is_one_of("at_least", documents.Urgency, model="safety_rule"),
            is_one_of("route", documents.Route, model="safety_rule"),
            is_one_of("basis", documents.Basis, model="safety_rule"),
        ]
