"""Vignettes: clinical test cases that every build must pass."""

from django.db import models

from sitecontent import documents
from sitecontent.models.base import Part, WorkingRecord, choices_of, is_one_of
from sitecontent.models.fields import SlugListField


class Vignette(WorkingRecord):
    """The draft of a clinical test case. Saving changes nothing public."""

    document_class = documents.Vignette

    title = models.CharField(max_length=300)
    story = models.TextField()
    least = models.CharField(
        max_length=20, choices=choices_of(documents.Urgency), help_text="The least urgent outcome that is acceptable."
    )
    most = models.CharField(
        max_length=20, choices=choices_of(documents.Urgency), help_text="The most urgent outcome that is acceptable."
    )
    must_list = models.ManyToManyField("sitecontent.Cause", blank=True, related_name="+")
    citations = models.ManyToManyField("sitecontent.Source", related_name="+")

    class Meta(WorkingRecord.Meta):
        constraints = [
            is_one_of("least", documents.Urgency, model="vignette"),
            is_one_of("most", documents.Urgency, model="vignette"),
        ]


class VignetteAnswer(Part):
    """What the person of the story answers to one question."""

    owner_name = "record"
    data_fields = ("finding", "answers")

    record = models.ForeignKey(Vignette, on_delete=models.CASCADE, related_name="answers")
    finding = models.ForeignKey("sitecontent.Finding", on_delete=models.PROTECT, related_name="vignette_answers")
    answers = SlugListField(blank=False, help_text="Slugs of the answers, as a list.")

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["record", "finding"], name="vignette_answer_once")]

    def __str__(self) -> str:
        return str(self.finding)
