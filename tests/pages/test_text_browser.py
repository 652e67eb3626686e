"""Read in w3m, a browser that shows words alone: no stylesheet, no script, no picture."""

import subprocess

import pytest

from tests.tooling.programs import find_program

COLUMNS = 80


@pytest.fixture
def show():
    """Show an answer as w3m does, as lines."""
    w3m = find_program("w3m", package="w3m", needed_by="Reading the pages in a text browser")

    def shown(response) -> list[str]:
        assert response.status_code == 200
        command = [w3m, "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", str(COLUMNS)]
        text = subprocess.run(command, input=response.content, capture_output=True, check=True, timeout=30).stdout
        return text.decode().splitlines()

    return shown


def places(lines: list[str], *words: str) -> list[int]:
    """The first line that holds each of these."""
    return [next((number for number, line in enumerate(lines) if word in line), -1) for word in words]


def test_home_offers_its_three_ways_the_emergency_first(show, visit):
    lines = show(visit("/"))

    found = places(lines, "Skip to the content", "Is this an emergency?", "Check what it may be", "Read about a cause")
    assert -1 not in found
    assert found == sorted(found)
    assert places(lines, "Leave this page") != [-1]


def test_a_cause_says_how_soon_before_it_explains_and_lists_its_sources(show, visit, starter_edition):
    cause = starter_edition.cause("cervical-ectropion")
    lines = show(visit("/causes/cervical-ectropion/"))

    found = places(lines, cause.title, "Get help sooner if", "What it is", "Why it bleeds", "Sources", "Last changed")
    assert -1 not in found
    assert found == sorted(found)
    assert any(line.lstrip().startswith("1. ") for line in lines[found[4] :])
    assert max(map(len, lines)) <= COLUMNS


def test_the_checker_can_be_filled_in_and_its_emergency_signs_come_first(show, visit):
    lines = show(visit("/check/"))

    found = places(lines, "How much are you bleeding right now?", "About you", "Contraception")
    assert -1 not in found
    assert found == sorted(found)
    assert sum("[ ]" in line or "( )" in line for line in lines) > 100


def test_a_result_says_first_how_soon(show, visit):
    client = visit.__self__

    emergency = show(client.post("/check/", {"danger-signs": ["fainted"]}))
    quiet = show(client.post("/check/", {"danger-signs": ["none"], "bleed-amount": "spots"}))

    assert 0 <= places(emergency, "Emergency")[0] < 30
    assert -1 not in places(emergency, "ambulance")
    assert -1 not in places(quiet, "Leave this page", "clinician")


def test_the_cycle_and_the_amounts_are_words_too(show, visit):
    cycle = show(visit("/causes/ovulation-spotting/"))
    amounts = show(visit("/emergency/"))

    assert -1 not in places(cycle, "About the middle: Spotting around ovulation")
    assert -1 not in places(amounts, "Soaking a pad or tampon in an hour or less")
