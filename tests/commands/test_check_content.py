"""What the checks say of the published content, on the terminal."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from tests.pages.wsgi import Holding


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def holding(monkeypatch: pytest.MonkeyPatch, starter_edition: Edition) -> Holding:
    holder = Holding(starter_edition)
    monkeypatch.setattr(current, "_holder", holder)
    return holder


def without_a_reason(edition: Edition) -> Edition:
    """The edition, in which one cause does not say why it is as urgent as it is."""
    cause = edition.cause("chlamydia")
    entries = [
        replace(entry, document=cause.model_copy(update={"urgency_reason": ""})) if entry.document is cause else entry
        for entry in edition.entries
    ]
    return replace(edition, entries=tuple(entries))


def test_it_prints_every_problem_with_its_rule_and_counts_them(holding: Holding) -> None:
    said = StringIO()

    call_command("check_content", stdout=said, stderr=StringIO())

    lines = said.getvalue().splitlines()
    assert sum(line.startswith("warn   superseded-source ") for line in lines) > 1
    assert any(line.startswith("0 block, ") for line in lines)


def test_it_fails_when_something_blocks(holding: Holding) -> None:
    holding.edition = without_a_reason(holding.edition)
    said = StringIO()

    with pytest.raises(CommandError, match=r"^1 block, .* could not be published like this") as refused:
        call_command("check_content", stdout=said, stderr=StringIO())

    assert refused.value.returncode == 1
    assert (
        "block  urgency-reason        cause/chlamydia: urgency_reason: an urgency needs its reason" in said.getvalue()
    )


def test_it_shows_on_a_terminal_how_far_it_has_come(holding: Holding) -> None:
    terminal = Terminal()

    call_command("check_content", stdout=StringIO(), stderr=terminal)

    assert terminal.getvalue().startswith("\rChecking [")
    assert terminal.getvalue().endswith("100 %\n")
    assert "50 %" in terminal.getvalue()
    assert terminal.getvalue().count("\n") == 1
