"""Findings: the questions of the vocabulary and their answers."""

from django.db import models

from sitecontent import documents
from sitecontent.models.base import Part, WorkingRecord, choices_of, is_one_of, slug_validator
from sitecontent.models.fields import ConditionField, validate_implication


class Finding(WorkingRecord):
    """The draft of a question. Saving changes nothing public."""

    document_class = documents.Finding

    title = models.CharField(max_length=300, help_text="The symptom in plain words, as the heading of its page.")
    summary = models.TextField(blank=True, help_text="Markdown, with citations as [@source-slug].")
    question = models.CharField(max_length=300)
    noted_as = models.CharField(
        max_length=300,
        blank=True,
        help_text="What it asks about in a few words, as they stand before the answer in the notes for a clinician: "
        "“Bleeding now”. Empty: the question itself.",
    )
    help = models.TextField(blank=True)
    step = models.CharField(max_length=20, choices=choices_of(documents.Step))
    order = models.PositiveSmallIntegerField(default=0, help_text="Order within its step; smaller is asked first.")
    multiple = models.BooleanField(default=False, help_text="Several answers may be chosen.")
    ask_if = ConditionField(null=True, blank=True, help_text="Ask only when this holds. Empty: always ask.")
    why_asked = models.TextField(help_text="Shown to whoever wants to know why we ask.")
    unsure_raises_nothing_because = models.TextField(
        blank=True, help_text="Where “not sure” fires no safety rule: the reason, for whoever reviews it."
    )
    list_question = models.CharField(
        max_length=300,
        blank=True,
        help_text="Opens a list that asks several questions as one: its heading. Then “asked in” is this question.",
    )
    list_help = models.TextField(blank=True, help_text="Help under the heading of the list.")
    list_why = models.TextField(blank=True, help_text="Shown to whoever wants to know why we ask what is in the list.")
    asked_in = models.CharField(
        max_length=80,
        blank=True,
        validators=[slug_validator],
        help_text="The question (slug) that opens the list in which this one is asked. Empty: asked by itself.",
    )
    box = models.CharField(
        max_length=300,
        blank=True,
        help_text="Its box in the list; ticked, the question is asked. Empty: each of its answers is a box.",
    )
    unticked = models.CharField(
        max_length=80,
        blank=True,
        validators=[slug_validator],
        help_text="The answer (slug) that counts when the list was answered and nothing of this was ticked.",
    )
    citations = models.ManyToManyField("sitecontent.Source", related_name="+")

    class Meta(WorkingRecord.Meta):
        ordering = ["step", "order", "slug"]
        constraints = [
            is_one_of("step", documents.Step, model="finding"),
            models.CheckConstraint(condition=models.Q(order__lte=10000), name="finding_order_in_range"),
        ]


class FindingAnswer(Part):
    """One answer that a question offers."""

    owner_name = "record"
    data_fields = ("slug", "label", "help", "implies", "exclusive", "box")

    record = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="answers")
    slug = models.CharField(max_length=80, validators=[slug_validator])
    label = models.CharField(max_length=300)
    help = models.TextField(blank=True)
    implies = models.JSONField(
        null=True,
        blank=True,
        validators=[validate_implication],
        help_text="Another question that this answer settles: {“finding”: …, “answer”: …}.",
    )
    exclusive = models.BooleanField(default=False, help_text="It can not stand beside another answer.")
    box = models.CharField(
        max_length=300, blank=True, help_text="How it reads as a box of a list; its label where this is empty."
    )

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["record", "slug"], name="finding_answer_once")]

    def __str__(self) -> str:
        return self.label
