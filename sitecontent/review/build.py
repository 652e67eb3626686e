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
    found = (*compilation.problems, *check_edition(edition), *_failed_vignettes(edition), *_unproved(edition))
    return Compilation(edition=edition, problems=tuple(sorted(set(found))))


def _unproved(edition: Edition) -> Iterator[Problem]:
    for found in quick_proof(edition):
        yield Problem(found.kind, found.slug, "(safety)", str(found.safety_property), Severity.BLOCK, found.message)


def _failed_vignettes(edition: Edition) -> Iterator[Problem]:
    for result in run_vignettes(edition):
        for failure in result.failures:
            yield Problem("vignette", result.slug, "(outcome)", "vignette", Severity.BLOCK, failure)
