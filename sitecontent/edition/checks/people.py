"""Checks of who wrote and who approves: are their interests declared, and lately enough. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sitecontent.edition.checks.around import Found
from sitecontent.edition.due import add_months

INTERESTS_MONTHS = 12
"""A declaration of interests is renewed every year. This project's own choice."""


class Declarer(NamedTuple):
    """Somebody who wrote a document or approves it, and what their profile says of their interests."""

    name: str
    act: str
    """`wrote it` or `approves it`."""
    has_profile: bool
    interests: str = ""
    declared_on: date | None = None


def interests(people: Iterable[Declarer], on: date) -> Found:
    """Interests that were not declared, or too long ago."""
    for person in people:
        who = f"{person.name}, who {person.act},"
        if not person.has_profile:
            continue
        if not person.interests.strip() or person.declared_on is None:
            yield "(people)", f"{who} has declared no interests, not even “none”"
        elif add_months(person.declared_on, INTERESTS_MONTHS) < on:
            yield "(people)", f"{who} last declared interests on {person.declared_on}, more than a year ago"


def no_profiles(people: Iterable[Declarer]) -> Found:
    """Somebody without a profile, in whom nobody can look up an interest."""
    for person in people:
        if not person.has_profile:
            yield "(people)", f"{person.name}, who {person.act}, has no profile"
