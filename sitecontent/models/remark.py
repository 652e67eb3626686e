"""What a request for changes asks for, and how it was answered. Nothing changes a row once it is written."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from sitecontent.models.base import is_one_of
from sitecontent.models.people import person
from sitecontent.models.revision import Decision, Revision

LONGEST_PLACE = 400


class Reason(models.TextChoices):
    """Why somebody asks for a change."""

    WRONG = "wrong", "Wrong"
    UNSAFE = "unsafe", "Unsafe"
    UNCLEAR = "unclear", "Unclear"
    NO_SOURCE = "no-source", "No source"
    OTHER = "other", "Other"


class Remark(models.Model):
    """One thing that a request for changes asks for: of the whole record, or of one field.

    Only `review.request_changes` adds one. While a record has an open remark no revision of it can be approved.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="remarks")
    field = models.CharField(max_length=200, blank=True)
    """The field in the document's schema, as a comparison names it; empty for the whole record."""
    place = models.CharField(max_length=LONGEST_PLACE, blank=True)
    """The field in the words of that day; empty for the whole record."""
    reason = models.CharField(max_length=20, choices=Reason.choices)
    text = models.TextField()

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            is_one_of("reason", Reason.values, model="remark"),
            models.CheckConstraint(condition=~models.Q(text=""), name="remark_has_words"),
            models.CheckConstraint(
                condition=models.Q(field="", place="") | (~models.Q(field="") & ~models.Q(place="")),
                name="remark_names_its_field_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.where}: {self.text[:60]}"

    @property
    def where(self) -> str:
        """What it is about, in words."""
        return self.place or "The whole record"

    @property
    def is_in_the_words(self) -> bool:
        """True when it is what the request for changes says of the whole, and so is read there already."""
        return not self.field and self.text == self.decision.comment

    @property
    def resolved(self) -> "RemarkResolution | None":
        """How it was answered, or None while it is open."""
        try:
            return self.resolution
        except ObjectDoesNotExist:
            return None

    @property
    def is_open(self) -> bool:
        """True while nobody has marked it resolved."""
        return self.resolved is None


class RemarkResolution(models.Model):
    """Somebody found that a remark was answered, or took it back. Only `review.resolve` adds one."""

    remark = models.OneToOneField(Remark, on_delete=models.PROTECT, related_name="resolution")
    answered_in = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")
    """The revision that waited when the remark was resolved, if any did."""
    by = person()
    by_name = models.CharField(max_length=200)
    role = models.CharField(max_length=100)
    words = models.TextField(blank=True)
    resolved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) & ~models.Q(by_name="") & ~models.Q(role=""),
                name="resolution_has_its_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.remark}"
