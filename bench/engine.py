"""How long one assessment takes at 70, 700 and 7,000 causes: `python -m bench.engine`, or with `--json` as JSON.

The answers are those of every vignette of the starter content. Larger editions take its causes again and again under
other names, so every answer touches ten or a hundred times as many. What is told is processor time, which does not grow
when the machine is busy with something else, of the best of some rounds.
"""

import argparse
import json
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sitecontent.documents import Cause, Document
from sitecontent.edition.compile import compile_edition
from sitecontent.edition.edition import FIRST_PREVIOUS, Edition, Entry, Origin
from sitecontent.starter import read_starter
from triage.engine import assess
from triage.index import index_of

COUNTS = (70, 700, 7_000)
ROUNDS = 5
GOAL_MS = 1.0
"""What 95 of 100 assessments should stay under, at the smallest count."""

AT = datetime(2026, 1, 1, tzinfo=UTC)

Answers = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Timing:
    """What assessing every vignette took at one number of causes, in milliseconds of processor time."""

    causes: int
    vignettes: int
    index_ms: float
    """Preparing the lookups, once for each edition."""
    median_ms: float
    p95_ms: float
    slowest_ms: float


def grown(documents: Sequence[Document], count: int) -> list[Document]:
    """The documents with so many causes: those there are, then copies of them under other names."""
    causes = [document for document in documents if isinstance(document, Cause)]
    others = [document for document in documents if not isinstance(document, Cause)]
    copies = [
        cause.model_copy(update={"slug": f"{cause.slug}-{turn}", "title": f"{cause.title} {turn}"})
        for turn in range(1, count // len(causes) + 1)
        for cause in causes
    ]
    return [*others, *causes, *copies[: max(0, count - len(causes))]]


def edition_with(documents: Sequence[Document]) -> Edition:
    """An edition of these documents."""
    entries = [Entry(document=document, origin=Origin.STARTER, revision=1, changed_at=AT) for document in documents]
    return compile_edition(entries, number=1, previous_sha256=FIRST_PREVIOUS, published_at=AT, note="Bench").edition


def timings_of(edition: Edition, *, rounds: int = ROUNDS, every: int = 1) -> Timing:
    """Assess the answers of every vignette, or of one in so many, each in its best of some rounds."""
    assert edition.sha256
    began = time.process_time()
    index_of(edition)
    index_ms = (time.process_time() - began) * 1e3
    cases = [{given.finding: given.answers for given in vignette.answers} for vignette in edition.vignettes[::every]]
    best = sorted(min(_milliseconds(edition, answers) for _ in range(rounds)) for answers in cases)
    return Timing(
        causes=len(edition.causes),
        vignettes=len(cases),
        index_ms=index_ms,
        median_ms=best[len(best) // 2],
        p95_ms=best[int(0.95 * (len(best) - 1))],
        slowest_ms=best[-1],
    )


def _milliseconds(edition: Edition, answers: Answers) -> float:
    began = time.thread_time_ns()
    assess(edition, answers)
    return (time.thread_time_ns() - began) / 1e6


def table(timings: Sequence[Timing]) -> str:
    """The figures as a table in Markdown; `growth` is how often the number of causes the time grew, from row to row."""
    lines = [
        "| causes | median | 95 of 100 under | slowest | index, once | times the causes | times the time |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for before, timing in zip([None, *timings], timings, strict=False):
        growth = f"{timing.causes / before.causes:.1f} | {timing.p95_ms / before.p95_ms:.1f}" if before else " | "
        lines.append(
            f"| {timing.causes:,} | {timing.median_ms:.2f} ms | {timing.p95_ms:.2f} ms | {timing.slowest_ms:.2f} ms "
            f"| {timing.index_ms:.0f} ms | {growth} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Measure at each count and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS, help="numbers of causes (default 70 700 7000)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds of each assessment (default {ROUNDS})")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = parser.parse_args(arguments)
    documents = read_starter()
    timings = [timings_of(edition_with(grown(documents, count)), rounds=chosen.rounds) for count in chosen.counts]
    sys.stdout.write(json.dumps([asdict(timing) for timing in timings]) if chosen.json else table(timings))
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
