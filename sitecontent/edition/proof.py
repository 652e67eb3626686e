"""The latest proof that the checker is safe, as a page shows it. Pure but for one file.

`triage.proof` makes the proof; the command `prove_safety` keeps this summary of it in a file,
and public pages, which know nothing of the checker, read it from there.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sitecontent.documents import canonical_json
from sitecontent.edition.edition import Edition
from sitecontent.whole_file import in_place_of


@dataclass(frozen=True)
class ProofLine:
    """One property as a page shows it."""

    name: str
    statement: str
    checked: int
    found: int
    left_out: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """True when nothing that was tried speaks against it."""
        return self.found == 0


@dataclass(frozen=True)
class ProofSummary:
    """The latest proof as a page shows it: for which edition, when, how much was tried, and what came of it."""

    edition: int
    edition_sha256: str
    sha256: str
    proved_at: datetime
    seconds: float
    lines: tuple[ProofLine, ...]

    @property
    def holds(self) -> bool:
        """True when every property holds."""
        return all(line.holds for line in self.lines)

    @property
    def checked(self) -> int:
        """How many answer sets were tried in all."""
        return sum(line.checked for line in self.lines)

    def is_about(self, edition: Edition) -> bool:
        """True when it was made for this very edition."""
        return self.edition_sha256 == edition.sha256


class ProofUnreadable(ValueError):
    """A kept summary can not be read."""


def summary_to_json(summary: ProofSummary) -> str:
    """Write a summary as one JSON text."""
    return canonical_json({**asdict(summary), "proved_at": summary.proved_at.isoformat()})


def summary_from_json(text: str) -> ProofSummary:
    """Read back what `summary_to_json` wrote. Raises: ProofUnreadable."""
    try:
        data: dict[str, Any] = json.loads(text)
        lines = tuple(ProofLine(**{**line, "left_out": tuple(line["left_out"])}) for line in data["lines"])
        return ProofSummary(**{**data, "proved_at": datetime.fromisoformat(data["proved_at"]), "lines": lines})
    except (ValueError, KeyError, TypeError) as error:
        raise ProofUnreadable(f"the kept proof can not be read: {error}") from error


def write_proof(path: Path, summary: ProofSummary) -> None:
    """Keep a summary in a file, in place of the one before. Raises: OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with in_place_of(path, mode=0o644) as file:
        file.write(summary_to_json(summary))


def read_proof(path: Path) -> ProofSummary | None:
    """The summary that was kept last, or None while there is none. Raises: ProofUnreadable."""
    try:
        return summary_from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ProofUnreadable(f"the kept proof can not be read: {error}") from error
