"""What a moderator looks at and what is dear to work out, kept in files: every process finds it, also after a restart.

What would be wrong with a proposal, and what it would change in the checker's answers, is the same for ever for the
same documents and the same code. It is only shown from here. Whatever is published is built anew: no file says that
it may be.
"""

import contextlib
import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from sitecontent.documents import Document, Urgency, canonical_json
from sitecontent.edition.checks import check_edition
from sitecontent.edition.compile import Compilation, Problem, Severity
from sitecontent.edition.edition import Edition
from sitecontent.review import impact
from sitecontent.review.build import CHECKER_KINDS
from sitecontent.review.impact import Impact, Outcome, OutcomeChange, VignetteChange, impact_of
from sitecontent.review.proposal import Proposal, propose, with_documents
from sitecontent.whole_file import in_place_of

MOST_KEPT = 500
"""Files, the newest."""

T = TypeVar("T")

log = logging.getLogger(__name__)


def proposal_of(edition: Edition, documents: Iterable[Document]) -> Proposal:
    """As `propose`: what would be if these documents were published in the edition, and what is wrong with it."""
    rows = tuple(documents)
    problems = _kept(
        "proposal",
        [edition.sha256, *(row.sha256 for row in rows)],
        lambda: propose(edition, rows).compilation.problems,
        write=_problems_json,
        read=_problems,
    )
    return Proposal(Compilation(with_documents(edition, rows), problems), rows)


def impact_on(edition: Edition, documents: Iterable[Document]) -> Impact:
    """As `impact_of`: what these documents would change in the checker's answers."""
    rows = tuple(documents)
    read = sorted(entry.document_sha256 for entry in edition.entries if entry.document.kind in CHECKER_KINDS)
    cases = {vignette.slug: vignette for vignette in edition.vignettes}
    cases |= {row.slug: row for row in with_documents(edition, rows).vignettes}
    return _kept(
        "impact",
        [*impact.CONTEXTS, *read, *(row.sha256 for row in rows)],
        lambda: impact_of(edition, with_documents(edition, rows), rows),
        write=_impact_json,
        read=lambda data: Impact(
            vignettes=tuple(
                VignetteChange(cases[slug], _change(change), passes) for slug, change, passes in data["vignettes"]
            ),
            outcomes=tuple(map(_change, data["outcomes"])),
            tried=data["tried"],
            vignettes_run=data["vignettes_run"],
        ),
    )


def problems_in(edition: Edition) -> tuple[Problem, ...]:
    """As `check_edition`: what the checks say of all that is published."""
    return _kept("checks", [edition.sha256], lambda: check_edition(edition), write=_problems_json, read=_problems)


def _problems_json(problems: Iterable[Problem]) -> list[Any]:
    return [astuple(problem) for problem in problems]


def _problems(data: list[Any]) -> tuple[Problem, ...]:
    return tuple(
        Problem(kind, slug, field, check, Severity(severity), message)
        for kind, slug, field, check, severity, message in data
    )


def _impact_json(impact: Impact) -> dict[str, Any]:
    return {
        "vignettes": [[item.vignette.slug, _change_json(item.change), item.passes] for item in impact.vignettes],
        "outcomes": [_change_json(change) for change in impact.outcomes],
        "tried": impact.tried,
        "vignettes_run": impact.vignettes_run,
    }


def _change_json(change: OutcomeChange) -> list[Any]:
    sides = ([side.urgency, sorted(side.causes)] if side else None for side in (change.before, change.after))
    return [change.title, change.answers, *sides]


def _change(data: list[Any]) -> OutcomeChange:
    title, answers, *sides = data
    before, after = (Outcome(Urgency(side[0]), frozenset(side[1])) if side else None for side in sides)
    return OutcomeChange(title, tuple((finding, tuple(given)) for finding, given in answers), before, after)


# Files


def _kept(
    name: str, key: list[str], work: Callable[[], T], *, write: Callable[[T], Any], read: Callable[[Any], T]
) -> T:
    """What was kept under this key, or what the work gives, which is then kept. A file that does not fit is no file."""
    folder = Path(settings.VAR_DIR, "looked-at")
    path = folder / hashlib.sha256(canonical_json([name, _code(), *key]).encode()).hexdigest()
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return read(json.loads(path.read_text(encoding="utf-8")))
    found = work()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with in_place_of(path) as file:
            file.write(json.dumps(write(found), separators=(",", ":")))
        _forget_the_oldest(folder)
    except OSError as error:
        log.warning("What was worked out for the desk could not be kept: %s", error)
    return found


def _forget_the_oldest(folder: Path) -> None:
    kept = list(folder.iterdir())
    if len(kept) > MOST_KEPT:
        ages = {path: path.stat().st_mtime for path in kept}
        for path in sorted(kept, key=ages.__getitem__)[: len(kept) - MOST_KEPT]:
            path.unlink(missing_ok=True)


@cache
def _code() -> str:
    """The hash of all code that such an answer can depend on: another release works everything out anew."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.sha256()
    for folder in ("sitecontent", "triage"):
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
