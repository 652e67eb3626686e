"""What visitors report about a page."""

from django.db import models

from sitecontent.models.people import person

LONGEST_PAGE = 300
LONGEST_TEXT = 4_000
LONGEST_CONTACT = 200


class ProblemReport(models.Model):
    """A problem with a page, as a visitor wrote it down.

    The form adds one; nobody changes its words. Dealing with it adds who did so and when, and takes the contact
    away: it is kept for an answer and for nothing else. No address, browser or account of the visitor is kept.
    """

    page = models.CharField(max_length=LONGEST_PAGE, help_text="The address of the page, as the visitor gave it.")
    text = models.TextField("what is wrong", max_length=LONGEST_TEXT)
    contact = models.CharField(
        max_length=LONGEST_CONTACT, blank=True, help_text="Given for an answer. Erased once the report is dealt with."
    )
    edition = models.PositiveIntegerField(help_text="The edition that the visitor was reading.")
    reported_at = models.DateTimeField(db_index=True)
    handled_at = models.DateTimeField("dealt with", null=True, blank=True)
    handled_by = person()
    handled_by_name = models.CharField("dealt with by", max_length=200, blank=True)

    class Meta:
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(handled_at__isnull=True, handled_by_name="")
                | (models.Q(handled_at__isnull=False, contact="") & ~models.Q(handled_by_name="")),
                name="report_handled_by_somebody_and_contact_erased",
            )
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.text[:60]}"
