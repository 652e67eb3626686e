"""A desk as a real deployment has it: nobody gets in with a password alone."""

from collections import Counter

import pytest

from sitecontent.sign_in import views
from tests.admin.conftest import administrator, things  # noqa: F401  Fixtures that both folders lean on.

made: Counter[str] = Counter()
"""How many requests the fuzzing has made, by part."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many requests were made."""
    if made:
        parts = ", ".join(f"{name} {count:,}" for name, count in sorted(made.items()))
        terminalreporter.write_line(f"{made.total():,} requests: {parts}")


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    views.tries.forget()
    yield
    views.tries.forget()


@pytest.fixture
def real_desk(settings, db):
    settings.SECOND_STEP_REQUIRED = True
