"""The machine: what it is, how busy it is, and how much processor time a group of processes has used."""

import os
import platform
import re
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
QUIET = 0.05
"""A core of which others use less than this is quiet."""


def model() -> str:
    """The processor, in the kernel's words."""
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.processor()


def memory_gib() -> float:
    """How much memory there is."""
    return os.sysconf("SC_PHYS_PAGES") * PAGE_BYTES / 2**30


def busy_share(seconds: float = 3.0) -> float:
    """How much of all cores is in use while we do nothing."""
    before = _times()
    time.sleep(seconds)
    spent = [now - then for now, then in zip(_times(), before, strict=True)]
    return 1 - (spent[3] + spent[4]) / (sum(spent) or 1)


def _times() -> list[int]:
    return [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]


def cpu_seconds(group: int) -> float:
    """Processor time that the processes of this group have used so far."""
    ticks = 0
    for fields in _processes(group):
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_A_SECOND


def memory_mib(group: int) -> float:
    """Memory that the largest process of this group holds: of a server, its worker."""
    return max((int(fields[21]) * PAGE_BYTES / 2**20 for fields in _processes(group)), default=0.0)


def memory_kept_mb(group: int) -> dict[str, float]:
    """The same of the largest process, in MB of a million bytes: all that it holds (RSS), and with what it shares with
    other processes counted in parts (PSS)."""
    largest: dict[str, float] = {"rss": 0.0, "pss": 0.0}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rpartition(")")[2].split()[2]) != group:
                continue
            rollup = path.with_name("smaps_rollup").read_text()
        except OSError:
            continue
        found = {
            name.lower(): int(size) * 1024 / 1e6 for name, size in re.findall(r"^(Rss|Pss):\s+(\d+)", rollup, re.M)
        }
        largest = max(largest, found, key=lambda item: item.get("rss", 0.0))
    return largest


def _processes(group: int) -> list[list[str]]:
    """The fields of /proc/<pid>/stat that follow the name, of each process of the group."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            found.append(fields)
    return found


def versions() -> dict[str, str]:
    """What was measured, by version."""
    told = {name: version(name) for name in ("django", "granian", "brotli", "psycopg")}
    told["Python"] = platform.python_version()
    told["kernel"] = platform.release()
    for name, command in (("nginx", ["nginx", "-v"]), ("wrk", ["wrk", "-v"])):
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        found = re.search(r"[\d.]+\d", said.stdout + said.stderr)
        told[name] = found[0] if found else "?"
    return told
