"""Ask whether a pinned package has a known hole. Where nobody can be asked, say so and let the rest go on."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ASK = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--timeout", "10")
MOST_SECONDS = 180
FILES = ("requirements.txt", "requirements-dev.txt")


@dataclass(frozen=True)
class Audit:
    """What came of asking: packages that were looked up, those that could not be, and the holes."""

    looked_up: int
    not_looked_up: int
    holes: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """One line, or one for each hole."""
        if self.holes:
            return "Known holes:\n" + "\n".join(f"  {hole}" for hole in self.holes)
        if not self.looked_up:
            return "pip-audit: its service can not be reached from here, so no package was looked up."
        missing = f"; {self.not_looked_up} could not be looked up" if self.not_looked_up else ""
        return f"pip-audit: {self.looked_up} packages, no known hole{missing}."


def read(report: dict[str, Any]) -> Audit:
    """Understand what pip-audit writes as JSON."""
    rows = report.get("dependencies", [])
    known = [row for row in rows if "skip_reason" not in row]
    holes = [
        f"{row['name']} {row['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for row in known
        for hole in row.get("vulns", [])
    ]
    return Audit(len(known), len(rows) - len(known), tuple(holes))


def ask(path: Path) -> Audit:
    """Look up every package of one file. Nobody answers: nothing was looked up."""
    program = Path(sys.executable).with_name("pip-audit")
    command = [str(program), *ASK, "--requirement", str(path)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
        return read(json.loads(ended.stdout))
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return Audit(0, 0, ())


def main(files: Sequence[str] = FILES) -> int:
    """Look up every file; 1 when there is a hole."""
    audits = [ask(Path(name)) for name in files]
    for words in dict.fromkeys(audit.in_words for audit in audits):
        print(words)
    return int(any(audit.holes for audit in audits))


if __name__ == "__main__":
    sys.exit(main())
