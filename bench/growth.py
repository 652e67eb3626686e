"""How the work grows with the number of causes: `python -m bench.growth 700` prints what it measured, as JSON;
`python -m bench.growth search` searches 5,000 long documents.

Each number runs in a process of its own, so that its memory is its own. The causes are those of the starter content,
taken again and again under other names; their sources, findings, rules and test cases stay what they are.
"""

import json
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LARGE_DOCUMENTS, LARGE_BYTES = 5_000, 8_192
SEARCH_ROUNDS = 7
PAGES_MADE = 300
"""How many pages are made to know what one takes."""

QUESTIONS = (
    "bleeding after sex",
    "coil",
    "cervical screening",
    "pregnant",
    "itch",
    "chlamidia",
    "pain when peeing",
    "xyzzy",
    "erosion",
    "yeast infection",
    "pink discharge",
    "ectopic pregnancies",
    "gonnorhea",
    "endometrosis",
    "sexually transmited infectoin",
    "Crohn's disease",
    "post-menopausal bleeding",
    "placenta previa",
    "is it normal",
    "what is it",
    "bleeding sex pain pregnancy discharge cervix infection womb",
    "the bleeding that I have after having sex with my partner in the second trimester",
    "pre",
    "con",
    "in",
    "chl gon syp tri",
    "zzzz qqqq bleeding",
    "x" * 400,
)
"""What people type, and what costs most: common words, slips, beginnings of words, many words, nonsense."""

SAID = (
    {},
    {"danger-signs": ["none"], "bleed-amount": "spots", "pregnancy-status": "no"},
    {"danger-signs": ["fainted"]},
)


def main(count: int) -> dict[str, Any]:
    """Measure everything at this number of causes."""
    _set_up()
    from sitecontent.edition.checks import check_edition
    from sitecontent.edition.compile import compile_edition
    from sitecontent.edition.edition import FIRST_PREVIOUS, Edition, Entry, Origin, edition_from_json, edition_to_json
    from sitecontent.starter import read_starter
    from triage.engine import assess
    from triage.vignettes import run_vignettes

    at = datetime(2026, 1, 1, tzinfo=UTC)
    documents = _grown(read_starter(), count)
    entries = [Entry(document=document, origin=Origin.STARTER, revision=1, changed_at=at) for document in documents]

    def compiled() -> Edition:
        return compile_edition(entries, number=1, previous_sha256=FIRST_PREVIOUS, published_at=at, note="Bench").edition

    told: dict[str, Any] = {"causes": count, "documents": len(documents)}
    seconds, edition = _timed(compiled)
    told["compile_seconds"] = seconds
    told["seal_seconds"], _ = _timed(lambda: edition.sha256)
    say("checks")
    told["checks_seconds"], _ = _timed(lambda: tuple(check_edition(edition)))
    assess(edition, {})  # Prepares the lookups.
    say("test cases")
    told["vignettes_seconds"], results = _timed(lambda: run_vignettes(edition))
    told["vignettes"] = len(results)
    text = edition_to_json(edition)
    told["edition_mb"] = len(text) / 1e6
    told["load_seconds"], edition = _timed(lambda: edition_from_json(text))
    told["assess_ms"] = [_median_ms(lambda said=said: assess(edition, said)) for said in SAID]
    say("pages")
    told |= _pages(edition)
    say("search")
    told |= _search(edition)
    told["memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told


def say(text: str) -> None:
    """Tell how far it has come, where it does not get among the figures."""
    print(f"  growth: {text}", file=sys.stderr, flush=True)


def _grown(documents: tuple[Any, ...], count: int) -> list[Any]:
    """The documents with so many causes: the first of them, or copies under other names."""
    causes = [document for document in documents if document.kind == "cause"]
    others = [document for document in documents if document.kind != "cause"]
    grown = list(causes)
    turn = 1
    while len(grown) < count:
        grown += [
            cause.model_copy(update={"slug": f"{cause.slug}-{turn}", "title": f"{cause.title} {turn}"})
            for cause in causes
        ]
        turn += 1
    return [*others, *(grown[:count] if count > len(causes) else causes)]


def _pages(edition: Any) -> dict[str, Any]:
    """What making, compressing and keeping pages takes. The words for the search are made before: they have a row."""
    from django.core.handlers.wsgi import WSGIHandler

    from sitecontent.finished.addresses import addresses_of
    from sitecontent.finished.asking import ask
    from sitecontent.finished.page import finish
    from sitecontent.pages.index import index_of

    _ = index_of(edition).search
    addresses = addresses_of(edition)
    step = max(1, len(addresses) // PAGES_MADE)
    chosen = addresses[::step]
    application = WSGIHandler()
    ask(application, "/", edition)
    answers, times = [], []
    for address in chosen:
        begun = time.process_time()
        answers.append(ask(application, address, edition))
        times.append(time.process_time() - begun)
    made = sum(times)
    slowest = max(zip(chosen, times, strict=True), key=lambda item: item[1])
    begun = time.process_time()
    finished = [finish(answer.headers, answer.body, fallback_etag='"x"') for answer in answers]
    packed = time.process_time() - begun
    return {
        "pages": len(addresses),
        "page_ms": made / len(chosen) * 1e3,
        "pack_ms": packed / len(chosen) * 1e3,
        "kept_kb": sum(page.size for page in finished) / len(finished) / 1e3,
        "slowest_page": [slowest[0], slowest[1] * 1e3],
    }


def _search(edition: Any) -> dict[str, Any]:
    """Searches as a worker makes them: in the file that was written once. In processor time, each answer by itself."""
    from sitecontent.pages.search import SearchIndex
    from sitecontent.pages.search.build import build_file

    path = Path(tempfile.mkdtemp(prefix="causeway-bench-")) / "search"
    begun = time.process_time()
    build_file(edition, str(path))
    built = time.process_time() - begun
    index = SearchIndex(edition, path)
    times = []
    for question in QUESTIONS * SEARCH_ROUNDS:
        begun = time.thread_time()
        index.find(question)
        times.append((time.thread_time() - begun) * 1e3)
    size = path.stat().st_size
    shutil.rmtree(path.parent)
    return {
        "search_index_seconds": built,
        "search_file_mb": size / 1e6,
        "search_p50_ms": statistics.median(times),
        "search_worst_ms": max(times),
    }


def large_search() -> dict[str, Any]:
    """Search in 5,000 causes with 8 KB of text each, made of the sentences of the starter content."""
    _set_up()
    from sitecontent.edition.compile import compile_edition
    from sitecontent.edition.edition import FIRST_PREVIOUS, Entry, Origin
    from sitecontent.starter import read_starter

    at = datetime(2026, 1, 1, tzinfo=UTC)
    starter = read_starter()
    causes = [document for document in starter if document.kind == "cause"]
    texts = [text for cause in causes for text in cause.sections.model_dump().values() if text]
    chance = random.Random(1)  # noqa: S311 - the same texts every time

    def long(number: int) -> Any:
        cause = causes[number % len(causes)]
        text = ""
        while len(text) < LARGE_BYTES:
            text += chance.choice(texts) + "\n\n"
        sections = cause.sections.model_copy(update={"what_it_is": text.strip()})
        name = {"slug": f"{cause.slug}-{number}", "title": f"{cause.title} {number}"}
        return cause.model_copy(update={**name, "sections": sections, "finding_links": ()})

    documents = [document for document in starter if document.kind not in {"cause", "claim-review", "vignette"}]
    documents += [long(number) for number in range(LARGE_DOCUMENTS)]
    entries = [Entry(document=document, origin=Origin.STARTER, revision=1, changed_at=at) for document in documents]
    edition = compile_edition(entries, number=1, previous_sha256=FIRST_PREVIOUS, published_at=at, note="Bench").edition
    return {"documents": LARGE_DOCUMENTS, "bytes_each": LARGE_BYTES, **_search(edition)}


def _set_up() -> None:
    os.environ.update(DEMO="1", SECRET_KEY="x" * 60, DEMO_PASSWORD="x", DJANGO_SETTINGS_MODULE="config.settings")
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="causeway-bench-")
    import django

    django.setup()


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = act()
    return time.perf_counter() - begun, result


def _median_ms(act: Callable[[], Any], rounds: int = 15) -> float:
    act()
    return statistics.median(_timed(act)[0] for _ in range(rounds)) * 1e3


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    print(json.dumps(large_search() if sys.argv[1] == "search" else main(int(sys.argv[1]))))
