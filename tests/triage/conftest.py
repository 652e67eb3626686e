"""What the tests of the checker lean on."""

import math

import pytest

from sitecontent.edition import current
from sitecontent.edition.edition import Edition


@pytest.fixture
def served(starter_edition: Edition, monkeypatch: pytest.MonkeyPatch) -> Edition:
    """The starter content as the edition at hand. No database stands behind it, so any query fails the test."""
    monkeypatch.setattr(current._holder, "edition", starter_edition)
    monkeypatch.setattr(current._holder, "look_at", math.inf)
    return starter_edition
