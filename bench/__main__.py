"""Run the measurements and write docs/performance.md: `make bench`, or `python -m bench --only http`."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine, report
from bench.growth import QUESTIONS
from bench.load import BenchImpossible, Measured, Question, ask, require_wrk
from bench.servers import DJANGO_ALONE, TRIVIAL, Server, granian, running, write_nginx
from bench.wagtail import prepare

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "bench"
RESULTS = FOLDER / "results.json"
PAGE = "/causes/cervical-ectropion/"
COUNTS = (70, 700, 7_000)
PARTS = ("http", "growth", "desk", "worker", "proof", "start")
IDLE_SECONDS = 10
LONGEST_CHILD_SECONDS = 300
"""A part that takes longer than this is given up, so that the rest is measured."""
LONGEST_FINISHING_SECONDS = 120
CHECK_FORM = "danger-signs=none&bleed-amount=spots&pregnancy-status=no"
CHECK_JSON = '{"answers":{"danger-signs":["none"],"bleed-amount":"spots","pregnancy-status":"no"}}'


def main(arguments: Sequence[str]) -> int:
    """Measure, keep the figures in var/bench and write the document."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="measure this part; the others stay as they were"
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the servers (default 3)")
    parser.add_argument("--seconds", type=int, default=2, help="whole seconds of each run, as wrk wants (default 2)")
    parser.add_argument("--quick", action="store_true", help="see that all of it works; the figures mean little")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md alone")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.rounds, chosen.seconds, chosen.no_write = 1, 1, True
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for part in chosen.only or PARTS:
        say(f"== {part}")
        begun = time.monotonic()
        busy = machine.busy_share()
        try:
            kept[part] = MEASURES[part](chosen)
        except BenchImpossible as missing:
            say(f"not measured: {missing}")
            kept[part] = {"missing": str(missing)}
        kept[part]["when"] = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        kept[part]["busy_before"] = busy
        kept[part]["took_seconds"] = time.monotonic() - begun
        kept["machine"] = {"model": machine.model(), "cores": os.cpu_count(), "gib": machine.memory_gib()}
        kept["versions"] = machine.versions()
        say(f"took {kept[part]['took_seconds']:.0f} s")
        results = RESULTS.with_name("quick.json") if chosen.quick else RESULTS
        results.write_text(json.dumps(kept, indent=1))
    for line in report.summary(kept):
        say(line)
    if not chosen.no_write:
        report.write(kept)
        say("docs/performance.md is written")
    return 0


def say(text: str) -> None:
    """Tell how far it has come."""
    print(text, flush=True)


def environment(var_dir: Path, **more: str) -> dict[str, str]:
    """The demo's settings in a folder of the bench."""
    return {
        **os.environ,
        "DEMO": "1",
        "DEMO_PASSWORD": "x" * 20,
        "SECRET_KEY": "x" * 60,
        "SITE_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": "",
        "VAR_DIR": str(var_dir),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def manage(env: dict[str, str], *command: str) -> str:
    """Run a management command."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_CHILD_SECONDS,
    )
    if done.returncode:
        raise BenchImpossible(f"manage.py {' '.join(command)}: {done.stderr[-1500:]}")
    return done.stdout


def site(name: str = "site") -> dict[str, str]:
    """A site with the starter content, on SQLite; gives its environment."""
    var_dir = FOLDER / name
    shutil.rmtree(var_dir, ignore_errors=True)
    var_dir.mkdir(parents=True)
    env = environment(var_dir)
    manage(env, "migrate", "-v0")
    manage(env, "load_starter")
    return env


def measure_http(chosen: argparse.Namespace) -> dict[str, Any]:
    """Ask every server the same, in rounds that take turns."""
    require_wrk()
    if shutil.which("nginx") is None:
        raise BenchImpossible("nginx is not installed. On Debian and Ubuntu: apt install nginx.")
    env = site()
    exported = FOLDER / "export"
    manage(env, "build", str(exported))
    page = exported / PAGE.strip("/") / "index.html"
    programs = FOLDER / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "trivial.py").write_text(TRIVIAL.format(path=str(page)))
    (programs / "django_alone.py").write_text(DJANGO_ALONE)
    env["PYTHONPATH"] = f"{ROOT}:{programs}"
    with ExitStack() as stack:

        def start(
            name: str,
            command: Sequence[str],
            port: int,
            path: str = "/",
            cwd: Path = ROOT,
            env: dict[str, str] = env,
        ) -> Server:
            return stack.enter_context(running(name, command, port=port, path=path, cwd=cwd, env=env))

        ours = start("Causeway", granian("config.wsgi:application", 8901), 8901, PAGE)
        nginx = start(
            "nginx", ["nginx", "-c", str(write_nginx(FOLDER / "nginx", root=exported, port=8902))], 8902, PAGE
        )
        trivial = start("a trivial application", granian("trivial:application", 8903), 8903)
        alone = start("Django alone", granian("django_alone:application", 8904), 8904, PAGE)
        questions = _questions(ours, nginx, trivial, alone, etag_of(ours), etag_of(nginx))
        peers = _wagtail(start, page.stat().st_size)
        everything = {**questions, **peers}
        time.sleep(6)  # Until every page is finished.
        measured = {name: Measured(question) for name, (_, question) in everything.items()}
        for number in range(chosen.rounds):
            for name, (server, question) in everything.items():
                slow = name.startswith(("wagtail", "django", "check", "search", "list"))
                many = 64 if not slow else 8
                measured[name].runs.append(ask(question, group=server.group, connections=many, seconds=chosen.seconds))
                measured[name].alone.append(ask(question, group=server.group, connections=1, seconds=1))
            say(f"round {number + 1} of {chosen.rounds}")
        told = {name: told_of(result) for name, result in measured.items()}
        return {
            "page": PAGE,
            "page_bytes": page.stat().st_size,
            "results": told,
            "memory_mib": {server.name: machine.memory_mib(server.group) for server in (ours, nginx, trivial, alone)},
            "start_seconds": {"Causeway": ours.start_seconds, "nginx": nginx.start_seconds},
            "rounds": chosen.rounds,
            "weights": weights(exported),
        }


def _questions(
    ours: Server, nginx: Server, trivial: Server, alone: Server, our_etag: str, nginx_etag: str
) -> dict[str, tuple[Server, Question]]:
    gzip = {"Accept-Encoding": "gzip"}
    form = "application/x-www-form-urlencoded"
    return {
        "ours": (ours, Question("Causeway, identity", ours.url + PAGE)),
        "ours-gzip": (ours, Question("Causeway, gzip", ours.url + PAGE, gzip)),
        "ours-304": (ours, Question("Causeway, 304", ours.url + PAGE, {"If-None-Match": our_etag}, expected=304)),
        "nginx": (nginx, Question("nginx, identity", nginx.url + PAGE)),
        "nginx-gzip": (nginx, Question("nginx, gzip", nginx.url + PAGE, gzip)),
        "nginx-304": (nginx, Question("nginx, 304", nginx.url + PAGE, {"If-None-Match": nginx_etag}, expected=304)),
        "trivial": (trivial, Question("granian with a trivial application", trivial.url + "/")),
        "list": (ours, Question("a filtered list, seen before", ours.url + "/causes/?urgency=soon")),
        "list-first": (alone, Question("a filtered list, first sight", alone.url + "/causes/?urgency=soon")),
        "django": (alone, Question("Django without finished pages", alone.url + PAGE)),
        "check-form": (ours, Question("the checker, form", ours.url + "/check/", post=(form, CHECK_FORM))),
        "check-api": (
            ours,
            Question("the checker, API", ours.url + "/api/v1/check", post=("application/json", CHECK_JSON)),
        ),
        "search": (ours, Question("search", ours.url + "/search/?q=bleeding")),
    }


def _wagtail(start: Any, size: int) -> dict[str, tuple[Server, Question]]:
    try:
        python, folder = prepare(FOLDER / "wagtail", size=size)
    except BenchImpossible as missing:
        say(f"Wagtail is left out: {missing}")
        return {}
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "peer.settings.production", "PYTHONPATH": str(folder)}
    command = granian("peer.wsgi:application", 8905, python=str(python))
    cached = granian("peer.wsgi:application", 8906, python=str(python))
    uncached_server = start("Wagtail", command, 8905, cwd=folder, env=env)
    cached_server = start("Wagtail, cached", cached, 8906, cwd=folder, env={**env, "PER_SITE_CACHE": "1"})
    return {
        "wagtail": (uncached_server, Question("Wagtail", uncached_server.url + "/")),
        "wagtail-cached": (cached_server, Question("Wagtail with the per-site cache", cached_server.url + "/")),
    }


def etag_of(server: Server) -> str:
    """The ETag of the page as it is without an encoding."""
    with urllib.request.urlopen(server.url + PAGE, timeout=10) as response:  # noqa: S310 - our own server
        return str(response.headers["ETag"])


def told_of(result: Measured) -> dict[str, Any]:
    """The medians of one question."""
    return {
        "name": result.question.name,
        "requests_a_second": result.median("requests_a_second"),
        "cpu_us": result.median("cpu_us"),
        "p50_ms": result.median("p50_ms"),
        "p99_ms": result.median("p99_ms"),
        "p50_alone_ms": result.p50_alone_ms,
        "spread": [min(run.cpu_us for run in result.runs), max(run.cpu_us for run in result.runs)],
    }


def weights(exported: Path) -> dict[str, list[int]]:
    """What each kind of page weighs: as it is, gzip, brotli."""
    told = {}
    for address in ("/", "/causes/", PAGE, "/emergency/", "/pregnancy/", "/sources/"):
        path = exported / address.strip("/") / "index.html"
        told[address] = [path.stat().st_size, *(path.with_name(path.name + s).stat().st_size for s in (".gz", ".br"))]
    for path in sorted((exported / "static").glob("*.css")):
        told[f"/static/{path.name}"] = [
            path.stat().st_size,
            *(path.with_name(path.name + s).stat().st_size for s in (".gz", ".br")),
        ]
    return told


def measure_growth(chosen: argparse.Namespace) -> dict[str, Any]:
    """One process for each number of causes, and one for the search in many long documents."""
    rows = []
    for count in COUNTS[:1] if chosen.quick else COUNTS:
        rows.append(_grow(str(count)))
        say(f"{count} causes")
    return {"rows": rows} if chosen.quick else {"rows": rows, "search": _grow("search")}


def _grow(what: str) -> dict[str, Any]:
    return child("bench.growth", what)


def child(module: str, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    """What a module measures in a process of its own. It tells how far it is on its standard error.

    Raises: BenchImpossible, when it fails or takes too long.
    """
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=False, timeout=LONGEST_CHILD_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise BenchImpossible(f"{module} {' '.join(arguments)} took more than {LONGEST_CHILD_SECONDS} s") from error
    if done.returncode:
        raise BenchImpossible(f"{module} {' '.join(arguments)} failed; it said why above")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure_desk(_: argparse.Namespace) -> dict[str, Any]:
    """The desk's lists, on a PostgreSQL of its own."""
    from tests.tooling import MissingComponentError, postgres

    try:
        with postgres.running_postgres() as server, tempfile.TemporaryDirectory() as var_dir:
            env = environment(Path(var_dir), DATABASE_URL=server.url)
            return child("bench.desk", env=env)
    except MissingComponentError as missing:
        raise BenchImpossible(str(missing)) from missing


def measure_worker(_: argparse.Namespace) -> dict[str, Any]:
    """What a worker holds with an edition of 5 MB and 1,000 pages, each asked for in every encoding."""
    var_dir = FOLDER / "worker"
    shutil.rmtree(var_dir, ignore_errors=True)
    var_dir.mkdir(parents=True)
    env = environment(var_dir, SEARCHES_A_MINUTE="100000")
    manage(env, "migrate", "-v0")
    say("publishing")
    told = child("bench.worker", str(var_dir / "addresses.txt"), env=env)
    command = [sys.executable, "manage.py", "serve", "--quiet", "--port", "8908", "--workers", "1"]
    with running("Causeway", command, port=8908, path=PAGE, cwd=ROOT, env=env) as server:
        say("finishing the pages")
        _until_idle(server.group)
        for address in (var_dir / "addresses.txt").read_text().splitlines():
            for encoding in ("identity", "gzip", "br"):
                get(server.url + address, {"Accept-Encoding": encoding})
        for question in QUESTIONS[:8]:
            get(f"{server.url}/search/?{urllib.parse.urlencode({'q': question})}", {})
        get(server.url + "/check/", {}, CHECK_FORM.encode())
        return {**told, **machine.memory_kept_mb(server.group)}


def _until_idle(group: int) -> None:
    """Wait until a server has nothing left to do."""
    deadline = time.monotonic() + LONGEST_FINISHING_SECONDS
    while time.monotonic() < deadline:
        before = machine.cpu_seconds(group)
        time.sleep(2)
        if machine.cpu_seconds(group) - before < 0.2:
            return
    raise BenchImpossible(f"the pages were not finished within {LONGEST_FINISHING_SECONDS} s")


def get(url: str, headers: dict[str, str], data: bytes | None = None) -> None:
    """Ask for one page of our own server and read it."""
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - our own server
        response.read()


def measure_proof(_: argparse.Namespace) -> dict[str, Any]:
    """How long the proof of the checker takes."""
    env = site("proof")
    begun = time.monotonic()
    said = manage(env, "prove_safety")
    return {"seconds": time.monotonic() - begun, "said": said.splitlines()[-3:]}


def measure_start(_: argparse.Namespace) -> dict[str, Any]:
    """From nothing to the first page; and what a process without visitors costs."""
    env = site("start")
    command = granian("config.wsgi:application", 8907)
    starts = []
    for _turn in range(4):
        with running("Causeway", command, port=8907, path=PAGE, cwd=ROOT, env=env) as server:
            starts.append(server.start_seconds)
    with running("Causeway", command, port=8907, path=PAGE, cwd=ROOT, env=env) as server:
        starts.append(server.start_seconds)
        time.sleep(6)  # Until every page is finished.
        before = machine.cpu_seconds(server.group)
        time.sleep(IDLE_SECONDS)
        idle = (machine.cpu_seconds(server.group) - before) / IDLE_SECONDS
        memory = machine.memory_mib(server.group)
    return {"first_page_seconds": statistics.median(starts), "idle_cpu_share": idle, "memory_mib": memory}


MEASURES = {
    "http": measure_http,
    "growth": measure_growth,
    "desk": measure_desk,
    "worker": measure_worker,
    "proof": measure_proof,
    "start": measure_start,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
