"""The hazard log: every hazard is told in full, and every test that it names is there."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

SAFETY = settings.BASE_DIR / "docs" / "clinical-safety"
PARTS = ("Cause", "Effect", "Control", "Shown by", "Remains")


@dataclass(frozen=True)
class Hazard:
    """One hazard of the log."""

    id: str
    title: str
    parts: dict[str, str]

    @property
    def tests(self) -> tuple[tuple[str, str], ...]:
        """File and function of each test that is named."""
        return tuple(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", self.parts.get("Shown by", "")))


def hazards() -> tuple[Hazard, ...]:
    text = (SAFETY / "hazard-log.md").read_text(encoding="utf-8")
    found = re.findall(r"^### (H\d\d) ([^\n]+)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    return tuple(Hazard(id_, title, parts_of(body)) for id_, title, body in found)


def parts_of(body: str) -> dict[str, str]:
    return dict(re.findall(r"^- \*\*([\w ]+):\*\*\s+(.*?)(?=^- \*\*|\Z)", body, re.MULTILINE | re.DOTALL))


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_there_are_at_least_twenty_hazards_numbered_one_by_one() -> None:
    ids = [hazard.id for hazard in hazards()]

    assert len(ids) >= 20
    assert ids == [f"H{number:02}" for number in range(1, len(ids) + 1)]


@pytest.mark.parametrize("hazard", hazards(), ids=lambda hazard: hazard.id)
def test_each_hazard_says_cause_effect_control_test_and_what_remains(hazard: Hazard) -> None:
    assert tuple(hazard.parts) == PARTS
    assert all(text.strip() for text in hazard.parts.values())
    assert hazard.tests


@pytest.mark.parametrize("hazard", hazards(), ids=lambda hazard: hazard.id)
def test_each_test_that_a_hazard_names_is_there(hazard: Hazard) -> None:
    named = [(settings.BASE_DIR / path, name) for path, name in hazard.tests]

    assert [f"{path.name}::{name}" for path, name in named if name not in names_in(path)] == []


def test_every_page_about_clinical_safety_is_reached_from_the_first() -> None:
    linked = re.findall(r"\]\(([\w-]+\.md)\)", (SAFETY / "README.md").read_text(encoding="utf-8"))

    assert {"README.md", *linked} == {path.name for path in SAFETY.iterdir()}
    assert {"intended-purpose.md", "hazard-log.md", "known-limits.md"} == set(linked)


def test_the_number_of_causes_that_is_told_is_the_number_there_is(starter_edition) -> None:
    limits = (SAFETY / "known-limits.md").read_text(encoding="utf-8")

    assert f"the list of causes is {len(starter_edition.causes)} long" in limits
