"""Which letters somebody gets by e-mail."""

from django.conf import settings
from django.db import models


class LetterChoice(models.Model):
    """What somebody wants to be told by e-mail. Only they change it; without a row they get every letter."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="letter_choice")
    submitted = models.BooleanField(
        "something waits for my decision", default=True, help_text="When somebody submits what you may decide about."
    )
    decided = models.BooleanField(
        "somebody decided about my work", default=True, help_text="With the words of whoever decided."
    )
    digest = models.BooleanField("reviews that are due", default=True, help_text="Once a week.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Letters to {self.user}"
