"""Ask a server with wrk, and say how fast it answered and what that cost it."""

import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import cpu_seconds

SERVER_CORE = "0"
WRK_CORE = "1"
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}

POST = """wrk.method = "POST"
wrk.body = [[{body}]]
wrk.headers["Content-Type"] = "{kind}"
"""


class BenchImpossible(Exception):
    """Something that the bench needs is not here. The text says what."""


@dataclass(frozen=True)
class Question:
    """What is asked of a server: an address with headers, or a form that is sent."""

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    post: tuple[str, str] | None = None
    """Kind and body of what is sent."""
    expected: int = 200


@dataclass(frozen=True)
class Run:
    """What one run of wrk came to."""

    requests: int
    requests_a_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    """Processor time of the server for one request."""


@dataclass
class Measured:
    """All runs of one question, as medians."""

    question: Question
    runs: list[Run] = field(default_factory=list)
    alone: list[Run] = field(default_factory=list)
    """The runs with one connection."""

    def median(self, what: str) -> float:
        """The median of this figure over the runs at many connections."""
        return statistics.median(getattr(run, what) for run in self.runs)

    @property
    def p50_alone_ms(self) -> float:
        """How long one visitor waits who is alone."""
        return statistics.median(run.p50_ms for run in self.alone)


def require_wrk() -> None:
    """Raises: BenchImpossible without wrk or taskset."""
    for name in ("wrk", "taskset"):
        if shutil.which(name) is None:
            raise BenchImpossible(f"{name} is not installed. On Debian and Ubuntu: apt install wrk nginx util-linux.")


def ask(question: Question, *, group: int, connections: int, seconds: int) -> Run:
    """Ask over and over for some seconds. Raises: BenchImpossible, when the answers are not as expected."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["taskset", "-c", WRK_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
        for name, value in question.headers.items():
            command += ["-H", f"{name}: {value}"]
        script = _script(question)
        path = Path(folder) / "script.lua"
        path.write_text(script)
        before = cpu_seconds(group)
        said = subprocess.run([*command, "-s", path, question.url], capture_output=True, text=True, check=True).stdout
        used = cpu_seconds(group) - before
    return _read(said, used, question)


def _script(question: Question) -> str:
    sent = POST.format(kind=question.post[0], body=question.post[1]) if question.post else ""
    # wrk counts what is not 2xx or 3xx; it does not say which. So the statuses are counted here.
    return sent + (
        "local wrong = 0\n"
        f"function response(status) if status ~= {question.expected} then wrong = wrong + 1 end end\n"
        "function setup(thread) threads = thread end\n"
        'function done() io.write("wrong: ", threads:get("wrong") or "?", "\\n") end\n'
    ).replace("local wrong", "wrong")


def _read(said: str, used: float, question: Question) -> Run:
    wrong = re.search(r"wrong: (\S+)", said)
    if wrong and wrong[1] not in {"0", "?"}:
        raise BenchImpossible(f"{question.name}: {wrong[1]} answers were not {question.expected}.\n{said}")
    requests = int(re.search(r"(\d+) requests in", said)[1])
    return Run(
        requests=requests,
        requests_a_second=float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        p50_ms=_latency(said, "50%"),
        p99_ms=_latency(said, "99%"),
        cpu_us=used / requests * 1e6,
    )


def _latency(said: str, which: str) -> float:
    found = re.search(rf"{which}\s+([\d.]+)(us|ms|s)", said)
    return float(found[1]) * UNITS[found[2]]
