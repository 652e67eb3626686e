"""Revisions and the decisions about them. Nothing changes a row of these tables once it is written."""

import hashlib
import json
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models

from sitecontent import documents
from sitecontent.models.base import is_one_of
from sitecontent.models.people import KINDS_MAX_LENGTH, person

if TYPE_CHECKING:
    from sitecontent.models.discussion import ReviewClaim

ORIGINS = [("review", "Review"), ("starter", "Starter content")]


class Verdict(models.TextChoices):
    """What somebody can decide about a revision."""

    APPROVE = "approve", "Approved"
    REQUEST_CHANGES = "request-changes", "Changes requested"
    WITHDRAW = "withdraw", "Withdrawn"


class State(models.TextChoices):
    """Where a revision stands. It is read off its decisions and kept nowhere."""

    SUBMITTED = "submitted", "In review"
    APPROVED = "approved", "Approved"
    CHANGES_REQUESTED = "changes-requested", "Changes requested"
    WITHDRAWN = "withdrawn", "Withdrawn"
    STARTER = "starter", "Starter content"


_STATE_AFTER = {
    Verdict.APPROVE: State.APPROVED,
    Verdict.REQUEST_CHANGES: State.CHANGES_REQUESTED,
    Verdict.WITHDRAW: State.WITHDRAWN,
}


class ChangeSet(models.Model):
    """Revisions that need each other: submitted as one, decided as one, published in one edition or not at all.

    Its members are the revisions that name it. They were frozen with it; the database lets none join later.
    """

    note = models.TextField()
    author = person()
    author_name = models.CharField(max_length=200)
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(author__isnull=False) & ~models.Q(author_name="") & ~models.Q(note=""),
                name="change_set_has_its_author_and_note",
            )
        ]

    def __str__(self) -> str:
        return f"Change set {self.pk}"


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Ways to ask for revisions."""

    def open(self) -> "RevisionQuerySet":
        """Those that wait for a decision. Starter content waits for none: it is not reviewed."""
        ended = Decision.objects.filter(revision=models.OuterRef("pk"), closes=True)
        return self.filter(~models.Exists(ended), origin="review")

    def of(self, kind: str, slug: str) -> "RevisionQuerySet":
        """Those of one record, newest first."""
        return self.filter(kind=kind, slug=slug).order_by("-number")


class Revision(models.Model):
    """One submitted document, frozen with its author and its hash.

    Only `sitecontent.review` adds one. The database refuses to change or delete it.
    """

    kind = models.CharField(max_length=KINDS_MAX_LENGTH)
    slug = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    document_json = models.TextField()
    sha256 = models.CharField(max_length=64)
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    change_set = models.ForeignKey(ChangeSet, null=True, on_delete=models.PROTECT, related_name="revisions")
    origin = models.CharField(max_length=10, choices=ORIGINS)
    author = person()
    author_name = models.CharField(max_length=200, blank=True)
    note = models.TextField()
    submitted_at = models.DateTimeField()
    approvals_needed = models.PositiveSmallIntegerField(null=True, editable=False)
    """How many people had to approve it when it was submitted; later it may be more. Null: it was not kept then."""

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["submitted_at"], name="revision_submitted"),
            # What waits is looked for without reading the documents of all that does not.
            models.Index(fields=["origin"], name="revision_origin"),
        ]
        permissions = [
            ("submit_revision", "Can submit a draft for review"),
            ("approve_revision", "Can approve a revision or ask for changes"),
            ("retire_record", "Can take a record down"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug", "number"], name="revision_number_once"),
            models.CheckConstraint(condition=models.Q(kind__in=list(documents.KINDS)), name="revision_kind_known"),
            models.CheckConstraint(
                condition=(models.Q(origin="starter") & models.Q(author__isnull=True) & models.Q(author_name=""))
                | (models.Q(origin="review") & models.Q(author__isnull=False) & ~models.Q(author_name="")),
                name="revision_has_its_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug} revision {self.number}"

    @cached_property
    def document(self) -> documents.Document:
        """The frozen document."""
        return documents.load_document(json.loads(self.document_json))

    @property
    def people(self) -> dict[int, str]:
        """Everybody who wrote or touched it: id of the account -> name. Nobody, for starter content."""
        people = {row.person_id: row.name for row in self.contributors.all() if row.person_id}
        return people if self.author_id is None else {**people, self.author_id: self.author_name}

    @cached_property
    def closing_decision(self) -> "Decision | None":
        """The decision that ended the review, or None while it waits."""
        return next((decision for decision in self.decisions.all() if decision.closes), None)

    @property
    def state(self) -> State:
        """Where the revision stands."""
        if self.origin == "starter":
            return State.STARTER
        decision = self.closing_decision
        return _STATE_AFTER[Verdict(decision.verdict)] if decision else State.SUBMITTED

    @property
    def approvals_kept(self) -> int:
        """How many people must approve it at least: what was kept when it was submitted, and with each approval."""
        return max(1, self.approvals_needed or 1, *(row.approvals_needed or 1 for row in self.decisions.all()))

    @property
    def claim(self) -> "ReviewClaim | None":
        """Who says that they are on the review, and by when. None when nobody does, or when they have signed it."""
        claims = list(self.claims.all())
        newest = claims[-1] if claims else None
        if newest is None or newest.is_release or not self.is_open:
            return None
        return None if any(decision.by_id == newest.by_id for decision in self.decisions.all()) else newest

    @property
    def is_open(self) -> bool:
        """True while it waits for a decision."""
        return self.state is State.SUBMITTED


class RevisionContributor(models.Model):
    """Somebody who wrote or touched the document since the last approved one, and so may not approve it."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="contributors")
    person = person()
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "person"], name="contributor_once"),
            models.CheckConstraint(condition=models.Q(person__isnull=False), name="contributor_is_a_person"),
        ]

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """What somebody decided about a revision, and who they were on that day.

    `closes` is true for the one decision that ends the review: the last approval needed, a
    request for changes, or a withdrawal. A first of two approvals does not close.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    closes = models.BooleanField()
    seen_sha256 = models.CharField(max_length=64)
    by = person()
    by_name = models.CharField(max_length=200)
    role = models.CharField(max_length=100)
    qualification = models.CharField(max_length=200, blank=True)
    registration = models.CharField(max_length=300, blank=True)
    comment = models.TextField(blank=True)
    checks = models.JSONField(null=True, editable=False)
    """What the checks said on that day, each with the reason why it was let through. Null: it was not kept then."""
    declared = models.JSONField(null=True, editable=False)
    """The public words about them on that day: `bio`, `interests` and `interests_declared_on`. Null: none."""
    approvals_needed = models.PositiveSmallIntegerField(null=True, editable=False)
    """Of an approval: how many it took on that day. Null: it was not kept then."""
    two_because = models.JSONField(null=True, editable=False)
    """Of an approval: which changes demanded two, in words."""
    ticked = models.JSONField(null=True, editable=False)
    """Of an approval: the dangerous changes that were ticked one by one, each with its labels and its path."""
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at", "pk"]
        indexes = [models.Index(fields=["decided_at"], name="decision_decided")]
        constraints = [
            is_one_of("verdict", Verdict.values, model="decision"),
            models.UniqueConstraint(fields=["revision"], condition=models.Q(closes=True), name="decision_closes_once"),
            models.UniqueConstraint(
                fields=["revision", "by"], condition=models.Q(verdict="approve"), name="decision_approves_once_a_person"
            ),
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) & ~models.Q(by_name="") & ~models.Q(role=""),
                name="decision_has_its_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.get_verdict_display()}"

    @property
    def weighed_sha256(self) -> str:
        """The hash of what an approval weighed, for the seal of its edition; empty when that was not kept yet."""
        if self.approvals_needed is None:
            return ""
        weighed = documents.canonical_json(
            {
                "approvals_needed": self.approvals_needed,
                "checks": self.checks,
                "ticked": self.ticked,
                "two_because": self.two_because,
            }
        )
        return hashlib.sha256(weighed.encode()).hexdigest()
