"""What a deployment must have settled before the checker may speak to anybody."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from triage.mode import GUIDED, MODES, PERSONAL


@register(Tags.security)
def check_duty(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Stop the start while nobody answers for a checker that gives personal advice.

    Telling one person how soon to be seen can make the checker a medical device. The demo and a
    site that is being worked on (`DEBUG`) serve nobody and are let be.
    """
    if settings.CHECKER_MODE not in MODES:
        return [
            Error(
                f"CHECKER_MODE is {settings.CHECKER_MODE!r}.",
                hint=f"Set it to {PERSONAL} or {GUIDED}.",
                id="triage.E002",
            )
        ]
    needs_officer = settings.CHECKER_MODE == PERSONAL and not (settings.DEBUG or settings.DEMO)
    if needs_officer and not names_officer(settings.CLINICAL_SAFETY_OFFICER):
        return [
            Error(
                "The checker tells each visitor how soon to be seen, which can make it a medical device in some "
                "countries, and nobody is named who answers for its safety.",
                hint=(
                    "Set CLINICAL_SAFETY_OFFICER to the name and the role of that person, with a comma between them, "
                    f"or set CHECKER_MODE={GUIDED}. docs/clinical-safety/ says what the role is for."
                ),
                id="triage.E001",
            )
        ]
    return []


def names_officer(value: str) -> bool:
    """True for a name and a role with a comma between them."""
    name, _, role = value.partition(",")
    return bool(name.strip() and role.strip())
