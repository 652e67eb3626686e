"""Build an edition: compile, content checks, every clinical test case, and the quick part of the safety proof."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sitecontent.edition.checks import check_edition
from sitecontent.edition.compile import Compilation, Problem, Severity, compile_edition
from sitecontent.edition.edition import Edition, Entry
from triage.proof import quick_proof
from triage.vignettes import run_vignettes


class BuildRefused(Exception):
    """The build has problems that block it. Nothing was published; `problems` say where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def build_edition(
    entries: Iterable[Entry],
    *,
    number: int,
    previous_sha256: str,
    published_at: datetime,
    note: str,
    published_by: str = "",
) -> Compilation:
    """Make an edition and collect all that is wrong with it. Nothing is written.

    Clinical test cases and the proof run only when every reference resolves; they need a whole edition.
    """
    compilation = compile_edition(
        entries,
        number=number,
        previous_sha256=previous_sha256,
        published_at=published_at,
        note=note,
        published_by=published_by,
    )
    if compilation.blocking:
        return compilation
    edition = compilation.edition
    found = (*compilation.problems, *check_edition(edition), *_checker_problems(edition))
    return Compilation(edition=edition, problems=tuple(sorted(set(found))))


CHECKER_KINDS = frozenset({"cause", "finding", "safety-rule", "urgency-level", "vignette"})
"""The kinds of records that the checker reads, and its test cases."""

MOST_REMEMBERED = 8
_remembered: dict[tuple[tuple[str, str], ...], tuple[Problem, ...]] = {}
"""What test cases and proof found, by the documents that the checker reads. It is the same for ever, and what a
moderator looked at is built again when it is approved."""


def _checker_problems(edition: Edition) -> tuple[Problem, ...]:
    key = tuple(
        (entry.document.slug, entry.document_sha256)
        for entry in edition.entries
        if entry.document.kind in CHECKER_KINDS
    )
    if key not in _remembered:
        if len(_remembered) >= MOST_REMEMBERED:
            del _remembered[next(iter(_remembered))]
        _remembered[key] = (*_failed_vignettes(edition), *_unproved(edition))
    return _remembered[key]


def _unproved(edition: Edition) -> Iterator[Problem]:
    for found in quick_proof(edition):
        yield Problem(found.kind, found.slug, "(safety)", str(found.safety_property), Severity.BLOCK, found.message)


def _failed_vignettes(edition: Edition) -> Iterator[Problem]:
    for result in run_vignettes(edition):
        for failure in result.failures:
            yield Problem("vignette", result.slug, "(outcome)", "vignette", Severity.BLOCK, failure)
