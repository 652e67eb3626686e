"""The proof that the checker is safe, made for one edition. Pure.

**How it argues.** The level is the most urgent of what rules and causes ask for, and of the floor
of the topic. A condition is made of "one of these answers was given" alone, and what was given only
grows; so a rule that holds goes on holding whatever else is said, and so does what a cause asks
for, because only what speaks for it is summed. The floor falls, from routine to self-care, only
when the limits of self-care let it. That is the argument; the checks put it to the test on the
edition and the engine as they are.

**What it tries.** `parts` shows that the whole is the most urgent of its parts and that each part
looks at nothing but its own questions, on answer sets in which every two answers to different
questions meet. With that, what holds of each part holds of the whole, and a part is small: every
way in which a rule can hold, and every smallest set of answers with which a cause asks for a level,
is tried with every answer that the part can see. Nothing is drawn at random.

A property that does not hold comes with the answers that show it.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice

from sitecontent.documents import canonical_json
from sitecontent.edition.edition import Edition
from sitecontent.edition.proof import ProofLine, ProofSummary
from triage.ground import Ground
from triage.index import index_of
from triage.properties import CHECKS, LEFT_OUT, QUICK_CHECKS, STATEMENTS, Counterexample, SafetyProperty

MOST_SHOWN = 10
"""How many counterexamples of one property are kept."""

MADE_OF = ("finding", "safety-rule", "cause", "urgency-level")
"""The kinds of records that the checker is made of. Nothing else can change a proof."""


@dataclass(frozen=True)
class Result:
    """How one property fared: how much was tried, and what did not fit."""

    safety_property: SafetyProperty
    checked: int
    found: int
    """All counterexamples."""
    counterexamples: tuple[Counterexample, ...]
    """The first of them."""
    left_out: tuple[str, ...] = ()
    """Slugs of the records that the property is not about, and why is part of its statement."""

    @property
    def holds(self) -> bool:
        """True when nothing that was tried speaks against it."""
        return self.found == 0


@dataclass(frozen=True)
class Proof:
    """The proof for one edition."""

    edition: int
    edition_sha256: str
    results: tuple[Result, ...]

    @property
    def holds(self) -> bool:
        """True when every property holds."""
        return all(result.holds for result in self.results)

    @property
    def sha256(self) -> str:
        """SHA-256 over the seal of the edition, the counts and the results: the same wherever it is made again."""
        return hashlib.sha256(canonical_json(asdict(self)).encode()).hexdigest()


Each = Callable[[Callable[[SafetyProperty], Result], Iterable[SafetyProperty]], Iterable[Result]]
"""How a function is applied to each of some properties, in their order: `map`, or that of a pool of processes."""


def prove(edition: Edition, *, each: Each | None = None, tell: Callable[[Result], None] = lambda result: None) -> Proof:
    """Try every property on an edition.

    `tell` hears of each property as it is done. With the `map` of a pool of processes as `each`
    the properties are tried side by side, with the same result.
    """
    done: Iterable[Result]
    if each is None:
        ground = Ground(index_of(edition))
        done = (_tried(ground, safety_property) for safety_property in SafetyProperty)
    else:
        done = each(partial(prove_property, edition), SafetyProperty)
    results = []
    for result in done:
        tell(result)
        results.append(result)
    return Proof(edition.number, edition.sha256, tuple(results))


def prove_property(edition: Edition, safety_property: SafetyProperty) -> Result:
    """Try one property on an edition."""
    return _tried(Ground(index_of(edition)), safety_property)


def quick_proof(edition: Edition) -> tuple[Counterexample, ...]:
    """What a build can afford to prove: the first counterexamples to what needs no pairs of answers.

    The references of the edition must resolve, and every level must have its words.
    """
    return _quick_proof(_Checker.of(edition))


@dataclass(frozen=True)
class _Checker:
    """What the checker is made of, in one edition: editions that differ in nothing else need no proof again."""

    documents: tuple[str, ...]
    """The hash of each."""
    edition: Edition = field(compare=False, repr=False)

    @classmethod
    def of(cls, edition: Edition) -> "_Checker":
        entries = (entry for entry in edition.entries if entry.document.kind in MADE_OF)
        return cls(tuple(entry.document_sha256 for entry in entries), edition)


@lru_cache(maxsize=4)
def _quick_proof(checker: _Checker) -> tuple[Counterexample, ...]:
    ground = Ground(index_of(checker.edition))
    outcomes = (outcome for check in QUICK_CHECKS for outcome in check(ground))
    return tuple(islice((outcome for outcome in outcomes if outcome), MOST_SHOWN))


def _tried(ground: Ground, safety_property: SafetyProperty) -> Result:
    checked, found = 0, []
    for outcome in CHECKS[safety_property](ground):
        checked += 1
        if outcome:
            found.append(outcome)
    left_out = LEFT_OUT[safety_property](ground) if safety_property in LEFT_OUT else ()
    return Result(safety_property, checked, len(found), tuple(found[:MOST_SHOWN]), left_out)


def summary_of(proof: Proof, *, proved_at: datetime, seconds: float) -> ProofSummary:
    """What a page shows of a proof."""
    return ProofSummary(
        edition=proof.edition,
        edition_sha256=proof.edition_sha256,
        sha256=proof.sha256,
        proved_at=proved_at,
        seconds=round(seconds, 1),
        lines=tuple(
            ProofLine(
                name=result.safety_property.value,
                statement=STATEMENTS[result.safety_property],
                checked=result.checked,
                found=result.found,
                left_out=result.left_out,
            )
            for result in proof.results
        ),
    )
