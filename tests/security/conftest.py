"""A desk as a real deployment has it: nobody gets in with a password alone."""

from collections import Counter
from typing import Any

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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the count to the process that started this one, where the tests are spread over several."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["requests"] = dict(made)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Add up what each process made."""
    made.update(getattr(node, "workeroutput", {}).get("requests", {}))


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    views.tries.forget()
    yield
    views.tries.forget()


@pytest.fixture
def real_desk(settings, db):
    settings.SECOND_STEP_REQUIRED = True
