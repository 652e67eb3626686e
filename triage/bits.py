"""Answers as bits of one number, for whoever asks many conditions about nearly the same answers. Pure.

Each answer to each question of an edition has one bit, so a condition is asked with a few operations on numbers.
It holds for the bits of everything that was said exactly when it holds for the answers themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sitecontent.documents import Answers, Condition
from triage.index import Sealed

Pair = tuple[str, str]


class Asks(NamedTuple):
    """A condition in bits: one of each of these parts must be said."""

    parts: tuple[int, ...]

    def holds(self, said: int) -> bool:
        """True when the answers with these bits satisfy the condition."""
        for part in self.parts:  # noqa: SIM110 (a plain loop takes half as long)
            if not part & said:
                return False
        return True


ALWAYS = Asks(())


@dataclass(frozen=True)
class Bits:
    """The bits of the answers of one edition."""

    of: Mapping[Pair, int]
    """Finding and answer -> its bit."""
    follows: Mapping[Pair, int]
    """Finding and answer -> its bit and those of all that it implies."""

    def of_all(self, answers: Answers) -> int:
        """The bits of these answers, and of nothing that they imply."""
        return self._joined(self.of, answers)

    def following(self, answers: Answers) -> int:
        """The bits of these answers and of all that they imply."""
        return self._joined(self.follows, answers)

    def any_of(self, finding: str, answers: Iterable[str]) -> int:
        """The bits of some answers to one question. One that it does not have has none."""
        bits = 0
        for answer in answers:
            bits |= self.of.get((finding, answer), 0)
        return bits

    def asks(self, condition: Condition) -> Asks:
        """A condition in bits."""
        parts = [self.any_of(match.finding, match.is_) for match in condition.all_of]
        if condition.any_of:
            either = 0
            for match in condition.any_of:
                either |= self.any_of(match.finding, match.is_)
            parts.append(either)
        return Asks(tuple(parts))

    def _joined(self, bit_of: Mapping[Pair, int], answers: Answers) -> int:
        bits = 0
        for finding, picked in answers.items():
            for answer in picked:
                bits |= bit_of[finding, answer]
        return bits


@lru_cache(maxsize=8)
def bits_of(sealed: Sealed) -> Bits:
    """The bits of an edition."""
    answers = {(finding.slug, answer.slug): answer for finding in sealed.edition.findings for answer in finding.answers}
    of = {pair: 1 << place for place, pair in enumerate(answers)}
    follows = {}
    for pair in answers:
        met: list[Pair] = []
        following: Pair | None = pair
        while following in answers and following not in met:
            met.append(following)
            implied = answers[following].implies
            following = (implied.finding, implied.answer) if implied else None
        follows[pair] = sum(of[one] for one in met)
    return Bits(of=of, follows=follows)
