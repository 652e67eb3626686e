"""Write what was measured into docs/performance.md, between two marks; what stands around them stays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.plot import plot

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "performance.md"
PLOT = ROOT / "docs" / "performance.svg"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def write(kept: dict[str, Any]) -> None:
    """Put the measured part into the document, and draw the plot."""
    text = DOCUMENT.read_text() if DOCUMENT.exists() else "# Performance\n"
    measured = "\n".join([BEGIN, *_lines(kept), END])
    if BEGIN in text:
        before, _, rest = text.partition(BEGIN)
        text = before + measured + rest.partition(END)[2]
    else:
        head, _, rest = text.partition("\n")
        text = f"{head}\n\n{measured}\n{rest}"
    DOCUMENT.write_text(text)
    if "rows" in kept.get("growth", {}):
        PLOT.write_text(_plot(kept["growth"]["rows"]))


def summary(kept: dict[str, Any]) -> Iterator[str]:
    """What was measured, for a terminal: the goals first, then each server."""
    if "results" not in kept.get("http", {}):
        return
    for what, goal, measured, is_met in _judged(kept["http"]["results"], kept):
        yield f"{'met   ' if is_met else 'MISSED'}  {what}: {measured} ({goal})"
    yield ""
    yield f"{'':40}{'requests/s':>12}{'CPU µs':>10}{'p50 ms':>9}{'p99 ms':>9}{'alone ms':>10}"
    for row in kept["http"]["results"].values():
        yield (
            f"{row['name']:40}{row['requests_a_second']:12,.0f}{row['cpu_us']:10.1f}{row['p50_ms']:9.2f}"
            f"{row['p99_ms']:9.2f}{row['p50_alone_ms']:10.3f}"
        )
    yield "memory, MiB: " + ", ".join(f"{name} {value:.0f}" for name, value in kept["http"]["memory_mib"].items())


def _lines(kept: dict[str, Any]) -> Iterator[str]:
    box, versions = kept["machine"], kept["versions"]
    yield "## What was measured, and how"
    yield ""
    yield (
        f"On {box['model']}, {box['cores']} cores, {box['gib']:.0f} GiB. Python {versions['Python']}, "
        f"Django {versions['django']}, granian {versions['granian']}, nginx {versions['nginx']}, "
        f"wrk {versions['wrk']}, Linux {versions['kernel']}."
    )
    yield ""
    yield (
        "`make bench` measures all of it again and rewrites this part; `.venv/bin/python -m bench --only http` does "
        "one. Each server runs on core 0 and wrk on core 1. The servers take turns in every round; what is told is the "
        "median of the rounds. Processor time is read from `/proc` for all processes of a server."
    )
    yield ""
    yield from _quietness(kept)
    if "results" in kept.get("http", {}):
        yield from _goals(kept)
        yield from _http(kept["http"])
    if "rows" in kept.get("growth", {}):
        yield from _growth(kept["growth"]["rows"])
    yield from _others(kept)


def _quietness(kept: dict[str, Any]) -> Iterator[str]:
    yield "| part | when | of the machine in use by others just before |"
    yield "| --- | --- | --- |"
    for part in kept:
        if "when" in kept[part]:
            missing = f"; not measured: {kept[part]['missing']}" if "missing" in kept[part] else ""
            yield f"| {part} | {kept[part]['when']} | {kept[part]['busy_before']:.0%}{missing} |"
    yield ""


def _goals(kept: dict[str, Any]) -> Iterator[str]:
    found = kept["http"]["results"]
    yield "## Goals"
    yield ""
    yield "| what | goal | measured | |"
    yield "| --- | --- | --- | --- |"
    for what, goal, measured, is_met in _judged(found, kept):
        yield f"| {what} | {goal} | {measured} | {'met' if is_met else '**missed**'} |"
    yield ""


def _judged(found: dict[str, Any], kept: dict[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    def cpu(name: str) -> float:
        return float(found[name]["cpu_us"])

    for kind in ("", "-gzip"):
        ratio = cpu(f"ours{kind}") / cpu(f"nginx{kind}")
        word = "gzip" if kind else "identity"
        yield f"warm page, {word}, CPU", "at most 2 × nginx", f"{ratio:.2f} ×", ratio <= 2
        rate = found[f"ours{kind}"]["requests_a_second"] / found[f"nginx{kind}"]["requests_a_second"]
        yield f"warm page, {word}, requests a second", "at least 0.5 × nginx", f"{rate:.2f} ×", rate >= 0.5
    ratio = cpu("ours") / cpu("trivial")
    yield "warm page, CPU", "at most 1.25 × a trivial application on granian", f"{ratio:.2f} ×", ratio <= 1.25
    if "wagtail" in found:
        ratio = cpu("wagtail-cached") / cpu("ours")
        yield "Wagtail with the per-site cache, CPU", "at least 8 × ours", f"{ratio:.0f} ×", ratio >= 8
        ratio = cpu("wagtail") / cpu("ours")
        yield "Wagtail uncached, CPU", "at least 500 × ours", f"{ratio:.0f} ×", ratio >= 500
    ratio = cpu("ours-304") / cpu("ours")
    yield "304", "no dearer than the 200", f"{ratio:.2f} ×", ratio <= 1.0
    alone = found["ours"]["p50_alone_ms"]
    yield "p50 at 1 connection", "at most 0.15 ms", f"{alone:.3f} ms", alone <= 0.15
    ratio = found["ours"]["p99_ms"] / found["nginx"]["p99_ms"]
    yield "p99 at 64 connections", "at most 2 × nginx", f"{ratio:.2f} ×", ratio <= 2
    first = cpu("list-first") / 1e3
    yield "filtered list, first sight, CPU", "at most 1.0 ms", f"{first:.1f} ms", first <= 1.0
    ratio = cpu("list") / cpu("ours")
    yield "filtered list, seen before", "as a warm page", f"{ratio:.2f} ×", ratio <= 1.5
    for name in ("check-form", "check-api"):
        milliseconds = cpu(name) / 1e3
        alone = found[name]["p50_alone_ms"]
        yield f"{found[name]['name']}, CPU", "at most 1.5 ms", f"{milliseconds:.1f} ms", milliseconds <= 1.5
        yield f"{found[name]['name']}, p50 alone", "at most 2 ms", f"{alone:.1f} ms", alone <= 2
    rows = kept.get("growth", {}).get("rows")
    if rows:
        page = rows[0]["page_ms"] + rows[0]["pack_ms"]
        yield "rebuild of all pages, for each", "at most 4 ms", f"{page:.1f} ms", page <= 4
    found = kept.get("growth", {}).get("search")
    if found:
        name = f"search, {found['documents']:,} documents of 8 KB"
        p50, worst = found["search_p50_ms"], found["search_worst_ms"]
        yield f"{name}, median, CPU", "at most 2 ms", f"{p50:.1f} ms", p50 <= 2
        yield f"{name}, worst of all answers, CPU", "at most 10 ms", f"{worst:.1f} ms", worst <= 10
    desk = kept.get("desk", {})
    if "cause_list" in desk:
        ratio = desk["cause_list"]["ms"] / desk["cause_list_stock"]["ms"]
        yield "list of 5,000 causes at the desk, time", "at most 1.3 × the stock admin", f"{ratio:.2f} ×", ratio <= 1.3
        queries = desk["cause_list"]["queries"]
        yield "list of 5,000 causes at the desk, queries", "at most 10", str(queries), queries <= 10
    worker = kept.get("worker", {})
    if "rss" in worker:
        name = f"worker with an edition of {worker['edition_mb']:.1f} MB and {worker['pages']:,} pages, RSS"
        yield name, "at most 150 MB", f"{worker['rss']:.0f} MB", worker["rss"] <= 150


def _http(http: dict[str, Any]) -> Iterator[str]:
    yield "## Requests"
    yield ""
    yield (
        f"The page is `{http['page']}`, {http['page_bytes']:,} bytes; Wagtail's is of the same size. 64 connections, "
        f"8 where Django answers; {http['rounds']} rounds. Ours and nginx send all security headers."
    )
    yield ""
    yield "| what | requests a second | CPU a request | p50 | p99 | p50 alone |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for row in http["results"].values():
        cpu = f"{row['cpu_us']:.0f} µs" if row["cpu_us"] < 10_000 else f"{row['cpu_us'] / 1e3:.1f} ms"
        yield (
            f"| {row['name']} | {row['requests_a_second']:,.0f} | {cpu} | {row['p50_ms']:.2f} ms "
            f"| {row['p99_ms']:.2f} ms | {row['p50_alone_ms']:.3f} ms |"
        )
    yield ""
    yield (
        "Memory of the largest process: "
        + ", ".join(f"{name} {value:.0f} MiB" for name, value in http["memory_mib"].items())
        + "."
    )
    yield ""
    yield "| page | bytes | gzip | brotli |"
    yield "| --- | ---: | ---: | ---: |"
    for address, (plain, gzip, brotli) in http["weights"].items():
        yield f"| `{address}` | {plain:,} | {gzip:,} | {brotli:,} |"
    yield ""


GROWTH = (
    ("causes", "causes", "{:,.0f}"),
    ("documents", "documents", "{:,.0f}"),
    ("pages", "public pages", "{:,.0f}"),
    ("edition_mb", "edition as JSON, MB", "{:.1f}"),
    ("compile_seconds", "compile, s", "{:.3f}"),
    ("checks_seconds", "content checks, s", "{:.2f}"),
    ("vignettes_seconds", "clinical test cases, s", "{:.2f}"),
    ("load_seconds", "load from its file, s", "{:.2f}"),
    ("page_ms", "make a page, ms of CPU", "{:.1f}"),
    ("pack_ms", "compress it, ms of CPU", "{:.1f}"),
    ("kept_kb", "keep it, kB", "{:.0f}"),
    ("search_index_seconds", "write the words for the search, once a machine, s of CPU", "{:.2f}"),
    ("search_file_mb", "their file, MB", "{:.1f}"),
    ("search_p50_ms", "search, median, ms of CPU", "{:.1f}"),
    ("search_worst_ms", "search, worst of all answers, ms of CPU", "{:.1f}"),
    ("memory_mib", "memory of all this, MiB", "{:.0f}"),
)


def _growth(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield "## By number of causes"
    yield ""
    yield "![How the work grows with the number of causes](performance.svg)"
    yield ""
    yield "| | " + " | ".join(f"{row['causes']:,}" for row in rows) + " |"
    yield "| --- |" + " ---: |" * len(rows)
    for key, words, form in GROWTH[1:]:
        yield f"| {words} | " + " | ".join(form.format(row[key]) for row in rows) + " |"
    for number, words in enumerate(("nothing said", "three answers", "an emergency sign")):
        yield f"| assess, {words}, ms | " + " | ".join(f"{row['assess_ms'][number]:.2f}" for row in rows) + " |"
    slowest = " | ".join(f"`{row['slowest_page'][0]}` {row['slowest_page'][1]:.0f}" for row in rows)
    yield f"| slowest page, ms | {slowest} |"
    yield ""


def _others(kept: dict[str, Any]) -> Iterator[str]:
    yield "## Desk, proof, start"
    yield ""
    desk = kept.get("desk", {})
    if "cause_list" in desk:
        yield f"The desk on PostgreSQL with {desk['causes']:,} causes and {desk['revisions']:,} revisions:"
        yield ""
        yield "| page | the first time | then | queries |"
        yield "| --- | ---: | ---: | ---: |"
        for key, words in (
            ("cause_list", "causes"),
            ("cause_list_stock", "causes, stock admin"),
            ("cause_search", "causes, searched"),
            ("revision_list", "revisions"),
            ("desk", "the desk"),
            ("queue", "review queue, {waiting} waiting"),
            ("decision", "decision page"),
            ("revision_list_stock", "revisions, stock admin"),
        ):
            if key in desk:
                found = desk[key]
                ms = f"{found['ms']:,.0f} ms" if "ms" in found else f"more than {found['given_up_ms']:,.0f} ms"
                first = f"{found['first_ms']:,.0f} ms" if "first_ms" in found else ""
                yield f"| {words.format(**desk)} | {first} | {ms} | {found['queries']} |"
        yield ""
    proof = kept.get("proof", {})
    if "seconds" in proof:
        yield f"`prove_safety` on the starter content: {proof['seconds']:.0f} s ({proof['said'][0]})."
        yield ""
    start = kept.get("start", {})
    if "first_page_seconds" in start:
        yield (
            f"From starting the server to the first page: {start['first_page_seconds']:.1f} s. A process without "
            f"visitors uses {start['idle_cpu_share']:.2%} of a core and {start['memory_mib']:.0f} MiB."
        )


def _plot(rows: list[dict[str, Any]]) -> str:
    def line(key: str, factor: float = 1.0) -> list[tuple[float, float]]:
        return [(row["causes"], row[key] * factor) for row in rows]

    return plot(
        {
            "compile": line("compile_seconds", 1e3),
            "content checks": line("checks_seconds", 1e3),
            "clinical test cases": line("vignettes_seconds", 1e3),
            "load from file": line("load_seconds", 1e3),
            "search index": line("search_index_seconds", 1e3),
            "one search": line("search_p50_ms"),
            "one page": line("page_ms"),
            "one assessment": [(row["causes"], row["assess_ms"][1]) for row in rows],
        },
        x="causes",
        y="milliseconds",
        title="How the work grows with the number of causes",
    )
