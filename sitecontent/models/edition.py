"""Published editions: the ledger. Nothing changes a row of these tables once it is written."""

from django.db import models

from sitecontent.models.people import KINDS_MAX_LENGTH, person
from sitecontent.models.revision import Revision


class PublishedEdition(models.Model):
    """One link of the chain: its number, its seal and the seal before. Only the publish function adds one."""

    number = models.PositiveIntegerField(unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    previous_sha256 = models.CharField(max_length=64, unique=True)
    note = models.TextField()
    published_at = models.DateTimeField()
    published_by = person()
    published_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.CheckConstraint(condition=models.Q(number__gte=1), name="edition_number_from_1")]

    def __str__(self) -> str:
        return f"Edition {self.number}"


class EditionChange(models.Model):
    """What an edition changed: a record published in this revision, or taken down (no revision).

    The content of edition n is, for each record, the newest change up to n.
    """

    edition = models.ForeignKey(PublishedEdition, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=KINDS_MAX_LENGTH)
    slug = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    revision = models.OneToOneField(Revision, null=True, on_delete=models.PROTECT, related_name="publication")

    class Meta:
        ordering = ["kind", "slug"]
        indexes = [models.Index(fields=["kind", "slug", "edition"], name="edition_change_record")]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind", "slug"], name="edition_changes_a_record_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug} in {self.edition}"

    @property
    def action(self) -> str:
        """`publish` or `retire`."""
        return "publish" if self.revision_id else "retire"


class RecordReview(models.Model):
    """“Reviewed, no change”: somebody read all that is public of a record and signed it as it is.

    It moves when the record was last reviewed, in the edition that it names, and nothing else. Only
    `sitecontent.review` adds one. The database refuses to change or delete it.
    """

    edition = models.ForeignKey(PublishedEdition, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=KINDS_MAX_LENGTH)
    slug = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="reviews")
    seen_sha256 = models.CharField(max_length=64)
    by = person()
    by_name = models.CharField(max_length=200)
    role = models.CharField(max_length=100)
    qualification = models.CharField(max_length=200, blank=True)
    registration = models.CharField(max_length=300, blank=True)
    declared = models.JSONField(null=True, editable=False)
    note = models.TextField()
    reviewed_at = models.DateTimeField()

    class Meta:
        ordering = ["reviewed_at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "slug"], name="record_review_record")]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind", "slug"], name="edition_reviews_a_record_once"),
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) & ~models.Q(by_name="") & ~models.Q(role="") & ~models.Q(note=""),
                name="record_review_has_its_person_and_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.kind}/{self.slug} reviewed, no change"
