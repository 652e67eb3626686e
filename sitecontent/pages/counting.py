"""How many answers this process has given, by who made them and by the class of their status. Nothing else is kept."""

from collections.abc import Iterator
from itertools import count


class Tally:
    """Counts up. Python draws from a counter in one step, so no two threads lose one."""

    __slots__ = ("_numbers", "value")

    def __init__(self) -> None:
        self._numbers = count(1)
        self.value = 0

    def add(self) -> None:
        """One more."""
        self.value = next(self._numbers)


FINISHED, FINISHED_UNCHANGED = Tally(), Tally()
"""Answers from finished pages: whole ones, and those that said that nothing has changed."""

_by_django: dict[str, Tally] = {f"{hundred}xx": Tally() for hundred in range(1, 6)}


def count_answer_of_django(status: int) -> None:
    """Count one answer that Django made for a visitor."""
    _by_django[f"{status // 100}xx"].add()


def answered() -> Iterator[tuple[str, str, int]]:
    """Who made the answers, the class of their status, and how many there were."""
    yield "finished", "2xx", FINISHED.value
    yield "finished", "3xx", FINISHED_UNCHANGED.value
    for status, tally in _by_django.items():
        yield "django", status, tally.value
