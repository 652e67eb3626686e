"""Lists: several questions asked as one, each by a box or a few, so that fewer have to be read. Pure.

A list belongs to the finding that opens it. A member with a box of its own has that box, and ticking
it opens the question itself; any other member has its answers as boxes. A member whose opener is
not published is asked by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sitecontent.documents import Finding, Step


@dataclass(frozen=True)
class AskedList:
    """Questions that are asked as one."""

    opener: Finding
    members: tuple[Finding, ...]
    """The questions of the list in their order, its opener among them."""

    @property
    def field(self) -> str:
        """The name of its field in a form: which boxes were ticked, and "none of these"."""
        return list_field(self.opener.slug)


Asked = Finding | AskedList


def list_field(opener: str) -> str:
    """The name of the form field of a list. No finding has such a slug."""
    return f"{opener}--list"


def lists_of(findings: Iterable[Finding]) -> Mapping[str, AskedList]:
    """The lists by the slug of their opener, in the order of the questions."""
    held = tuple(findings)
    return {
        opener.slug: AskedList(opener, tuple(finding for finding in held if finding.asked_in == opener.slug))
        for opener in held
        if opener.list_question
    }


def steps_of(findings: Iterable[Finding]) -> tuple[tuple[Step, tuple[Asked, ...]], ...]:
    """What is asked, by step, in the order of the steps and without empty ones.

    A list stands where its opener stands, whatever the steps of its other members are.
    """
    held = tuple(findings)
    lists = lists_of(held)
    asked: list[tuple[Step, Asked]] = [
        (finding.step, lists.get(finding.slug, finding))
        for finding in held
        if finding.asked_in == finding.slug or finding.asked_in not in lists
    ]
    steps = ((step, tuple(item for place, item in asked if place is step)) for step in Step)
    return tuple((step, items) for step, items in steps if items)
