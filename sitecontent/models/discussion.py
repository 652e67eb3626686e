"""What is said about a revision and decides nothing, and who is on it. Nothing changes a row once it is written."""

from datetime import date
from typing import Any

from django.db import models

from sitecontent.models.base import is_one_of
from sitecontent.models.people import person
from sitecontent.models.revision import Revision


class Audience(models.TextChoices):
    """Who may read a comment."""

    EVERYBODY = "everybody", "Everybody at the desk"
    MODERATORS = "moderators", "Moderators only"


class CommentQuerySet(models.QuerySet["Comment"]):
    """Ways to ask for comments."""

    def readable_by(self, user: Any) -> "CommentQuerySet":
        """Those that this person may read.

        What is for moderators only is read by whoever wrote it, and by moderators who have no part in the revision:
        its author and contributors do not see it, whatever their role.
        """
        public = models.Q(audience=Audience.EVERYBODY) | models.Q(by=user.pk)
        if not user.has_perm("sitecontent.approve_revision"):
            return self.filter(public)
        touched = Revision.objects.filter(pk=models.OuterRef("revision_id")).filter(
            models.Q(author=user.pk) | models.Q(contributors__person=user.pk)
        )
        return self.filter(public | ~models.Exists(touched))


class Comment(models.Model):
    """A word in the discussion of a revision. It decides nothing. Only `review.comment` adds one."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="comments")
    audience = models.CharField(max_length=20, choices=Audience.choices)
    text = models.TextField()
    by = person()
    by_name = models.CharField(max_length=200)
    role = models.CharField(max_length=100)
    said_at = models.DateTimeField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["said_at", "pk"]
        constraints = [
            is_one_of("audience", Audience.values, model="comment"),
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) & ~models.Q(by_name="") & ~models.Q(role="") & ~models.Q(text=""),
                name="comment_has_its_person_and_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.text[:60]}"

    @property
    def is_for_moderators(self) -> bool:
        """True when the author and other reviewers do not see it."""
        return self.audience == Audience.MODERATORS


class ReviewClaim(models.Model):
    """Somebody said that they are on a review, and by when, or that they no longer are (no due date).

    The newest row of a revision counts. It tells others and stops nobody. Only `review.claim` and
    `review.release` add one.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="claims")
    due_on = models.DateField(null=True)
    by = person()
    by_name = models.CharField(max_length=200)
    words = models.TextField(blank=True)
    """Why it was taken over from somebody else."""
    claimed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) & ~models.Q(by_name=""), name="claim_has_its_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.due_on or 'released'}"

    @property
    def is_release(self) -> bool:
        """True when it says that somebody is no longer on the review."""
        return self.due_on is None

    def is_overdue_on(self, day: date) -> bool:
        """True when the due date has passed: then somebody else can take the review over."""
        return self.due_on is not None and self.due_on < day
