"""The duty of care before a start: somebody answers for a checker that gives personal advice."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django.fixtures import Settings

OFFICER = "A name, clinical safety officer"


def found() -> list[str | None]:
    """The ids of the complaints about the checker."""
    return [message.id for message in run_checks() if str(message.id).startswith("triage.")]


@pytest.fixture
def deployed(settings: Settings) -> Settings:
    """A real deployment in personal mode, in which nobody is named yet."""
    settings.DEMO = False
    settings.DEBUG = False
    settings.CHECKER_MODE = "personal"
    settings.CLINICAL_SAFETY_OFFICER = ""
    return settings


@pytest.mark.parametrize("officer", ["", "A name", "A name,", ", clinical safety officer", " , "])
def test_personal_mode_does_not_start_while_nobody_answers_for_it(deployed: Settings, officer: str) -> None:
    deployed.CLINICAL_SAFETY_OFFICER = officer

    assert found() == ["triage.E001"]


def test_the_refusal_says_why_and_what_to_set(deployed: Settings) -> None:
    with pytest.raises(SystemCheckError) as caught:
        call_command("check")

    assert "medical device" in str(caught.value)
    assert "Set CLINICAL_SAFETY_OFFICER to the name and the role" in str(caught.value)
    assert "CHECKER_MODE=guided" in str(caught.value)


def test_personal_mode_starts_once_somebody_with_a_role_is_named(deployed: Settings) -> None:
    deployed.CLINICAL_SAFETY_OFFICER = OFFICER

    assert found() == []


@pytest.mark.parametrize("setting", ["DEMO", "DEBUG"])
def test_a_site_that_serves_nobody_starts_without_anybody_named(deployed: Settings, setting: str) -> None:
    setattr(deployed, setting, True)

    assert found() == []


def test_guided_mode_starts_without_anybody_named(deployed: Settings) -> None:
    deployed.CHECKER_MODE = "guided"

    assert found() == []


def test_a_mode_that_does_not_exist_is_refused(deployed: Settings) -> None:
    deployed.CHECKER_MODE = "bold"
    deployed.CLINICAL_SAFETY_OFFICER = OFFICER

    assert found() == ["triage.E002"]
