"""People: the profile of a reviewer, and who has touched which draft."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

REVIEWERS = "Reviewers"
MODERATORS = "Moderators"
ADMINISTRATORS = "Administrators"

KINDS_MAX_LENGTH = 30


def person(*, related_name: str = "+") -> models.ForeignKey:
    """A reference to an account that outlives it: deleting the account touches no row that names it."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name=related_name,
    )


class ReviewerProfile(models.Model):
    """What a page shows about somebody who approves. It is copied into each decision when it is made."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviewer_profile")
    display_name = models.CharField(max_length=200, help_text="As pages show it.")
    qualification = models.CharField(
        max_length=200, blank=True, help_text="For example “MRCOG”. Empty: not a clinician."
    )
    register = models.CharField(max_length=200, blank=True, help_text="The professional register, for example “GMC”.")
    registration_number = models.CharField(max_length=50, blank=True)
    bio = models.TextField(
        blank=True, help_text="Public: it stands beside “Reviewed by” on what is approved from now on."
    )
    interests = models.TextField(
        blank=True, help_text="Declared interests, public like the bio; write “none” when there are none."
    )
    interests_declared_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(register="") & models.Q(registration_number=""))
                | (~models.Q(register="") & ~models.Q(registration_number="")),
                name="profile_register_and_number_together",
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def declared(self) -> dict[str, str] | None:
        """What a decision copies of the public words, without what is empty; None when all is."""
        day = self.interests_declared_on.isoformat() if self.interests_declared_on else ""
        words = {"bio": self.bio.strip(), "interests": self.interests.strip(), "interests_declared_on": day}
        return {name: text for name, text in words.items() if text} or None

    @property
    def registration(self) -> str:
        """Register and number as one line, empty for somebody who is in none."""
        return f"{self.register} {self.registration_number}".strip()


def name_of(user: AbstractBaseUser | None) -> str:
    """What to call somebody in a row that outlives the account."""
    if user is None:
        return ""
    profile = getattr(user, "reviewer_profile", None)
    full_name = getattr(user, "get_full_name", str)()
    return (profile.display_name if profile else "") or full_name or user.get_username()


class Contribution(models.Model):
    """One saved edit of a draft. Only ever added: it is how we know who may not approve it."""

    kind = models.CharField(max_length=KINDS_MAX_LENGTH)
    slug = models.CharField(max_length=80)
    by = person()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "slug", "at"], name="contribution_record")]
        constraints = [
            models.CheckConstraint(condition=models.Q(by__isnull=False), name="contribution_has_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.kind}/{self.slug}"
