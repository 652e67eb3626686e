"""The static export is the site: the same bytes as the live pages, the same on every machine, switched in one step."""

import gzip
import hashlib
import json
import os
import re
import time
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import CommandError, call_command

from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from sitecontent.finished import export as export_module
from sitecontent.finished.addresses import addresses_of
from sitecontent.finished.export import (
    MANIFEST,
    ExportRefused,
    export,
    exported_addresses,
    exported_edition,
    file_of,
    take_down,
)
from sitecontent.management.progress import ProgressBar
from tests.pages.site import Reading, with_document
from tests.pages.wsgi import Holding, ask, only_a_few

pytestmark = pytest.mark.usefixtures("connections_left_alone")


@pytest.fixture(scope="module")
def small(starter_edition: Edition) -> Edition:
    """An edition that is quick to export."""
    return only_a_few(starter_edition)


@pytest.fixture(autouse=True)
def holding(monkeypatch: pytest.MonkeyPatch, small: Edition) -> Holding:
    holder = Holding(small)
    monkeypatch.setattr(current, "_holder", holder)
    return holder


@pytest.fixture(scope="module")
def site(small: Edition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small edition, exported once."""
    target = tmp_path_factory.mktemp("export") / "site"
    export(WSGIHandler(), small, target)
    return target


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compress less hard, where the test is about something else."""
    monkeypatch.setattr(export_module, "BROTLI_EXPORT", 1)


def canned(environ, start_response):
    """Stands in for Django where the test is about files and not about pages."""
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode() * 100]


def plain_files(site: Path) -> dict[str, Path]:
    """Path below the site -> file, without the compressed variants."""
    files = (path for path in site.rglob("*") if path.is_file() and path.suffix not in {".gz", ".br"})
    return {path.relative_to(site).as_posix(): path for path in files}


def everything(site: Path) -> dict[str, tuple[str, int, int]]:
    """Path -> hash, time of change and mode of every file."""
    return {
        path.relative_to(site).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            int(path.stat().st_mtime),
            path.stat().st_mode,
        )
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def test_every_page_is_exported_with_the_bytes_of_the_live_page(site, small):
    django = WSGIHandler()

    for address in exported_addresses(small):
        assert (site / file_of(address)).read_bytes() == ask(django, address).body, address


def test_what_answers_a_visitor_stays_with_the_application(site, small):
    left_out = {address for address in addresses_of(small) if not (site / file_of(address)).is_file()}

    assert {address for address in left_out if "?" not in address} == {"/check/", "/search/"}
    assert not [path for path in plain_files(site) if path.startswith(("admin", "api", "check", "search"))]


def test_the_compressed_variants_hold_the_same_bytes(site):
    for name, path in plain_files(site).items():
        gzipped, brotlied = path.with_name(path.name + ".gz"), path.with_name(path.name + ".br")
        if path.stat().st_size > 300 and name != MANIFEST:
            assert gzip.decompress(gzipped.read_bytes()) == path.read_bytes()
            assert brotli.decompress(brotlied.read_bytes()) == path.read_bytes()
            assert brotlied.stat().st_size < path.stat().st_size


def test_brotli_is_no_larger_than_gzip(site):
    sizes = [
        ((site / f"{path}.br").stat().st_size, (site / f"{path}.gz").stat().st_size)
        for path in plain_files(site)
        if path.endswith(".html")
    ]

    assert all(brotlied <= gzipped for brotlied, gzipped in sizes)


def test_every_static_file_that_a_page_names_is_there(site):
    missing = {
        (name, link)
        for name, path in plain_files(site).items()
        if name.endswith(".html")
        for link in re.findall(r'(?:href|src|content)="[^"/]*(?://[^"/]+)?(/static/[^"]+)"', path.read_text())
        if not (site / link.lstrip("/")).is_file()
    }

    assert missing == set()


def test_links_lead_to_exported_pages_or_to_what_the_application_answers(site):
    dead = set()
    for name, path in plain_files(site).items():
        if not name.endswith(".html"):
            continue
        for link in Reading(path.read_text()).links:
            address = link.partition("#")[0].partition("?")[0]
            if not address.startswith("/") or address.startswith(("/check/", "/search/", "/api/", "/report/")):
                continue
            # The small edition lacks records that its own pages name; those of the whole one are tested elsewhere.
            if address.startswith(("/sources/", "/claims/", "/causes/", "/findings/")) and address.count("/") > 2:
                continue
            if not (site / file_of(address)).is_file():
                dead.add((name, link))

    assert dead == set()


def test_the_manifest_names_the_edition_and_every_file(site, small, settings):
    manifest = json.loads((site / MANIFEST).read_text())

    assert manifest["edition"] == {
        "number": small.number,
        "sha256": small.sha256,
        "published_at": small.published_at.isoformat(),
    }
    assert manifest["site"] == settings.SITE_URL
    assert manifest["files"] == {
        name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for name, path in plain_files(site).items()
        if name != MANIFEST
    }
    assert exported_edition(site) == (small.number, small.sha256)


def test_the_same_edition_gives_the_same_bytes_times_and_modes_elsewhere(site, small, tmp_path):
    before = os.umask(0o077)
    try:
        export(WSGIHandler(), small, tmp_path / "other" / "name")
    finally:
        os.umask(before)

    assert everything(tmp_path / "other" / "name") == everything(site)


def test_two_texts_of_one_length_never_share_the_time_that_validators_are_made_of(site, small):
    pairs = {(path.stat().st_size, path.stat().st_mtime) for path in plain_files(site).values()}
    now = time.time()

    assert len(pairs) == len(plain_files(site))
    assert all(path.stat().st_mtime <= min(now, small.published_at.timestamp()) for path in plain_files(site).values())


def test_everybody_may_read_the_files(site):
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in site.rglob("*") if path.is_file())
    assert all(path.stat().st_mode & 0o777 == 0o755 for path in (site, *site.rglob("*")) if path.is_dir())


def with_another_title(edition: Edition) -> Edition:
    cause = edition.causes[0].model_copy(update={"title": "A title that is new"})
    later = replace(edition, published_at=edition.published_at + timedelta(days=1))
    return with_document(later, cause)


@pytest.mark.usefixtures("quick")
def test_a_new_edition_takes_the_place_of_the_old_in_one_step(small, tmp_path, monkeypatch):
    target = tmp_path / "site"
    export(WSGIHandler(), small, target)
    old = target.resolve()
    seen = []
    monkeypatch.setattr(export_module, "_turn", lambda link, folder: (seen.append(link.resolve()), turn(link, folder)))

    export(WSGIHandler(), with_another_title(small), target)

    assert seen == [old]  # Until the switch, and complete before it, the old one was there.
    assert "A title that is new" in (target / "causes/index.html").read_text()
    assert (old / "causes/index.html").is_file()  # Whoever is still reading it may finish.


turn = export_module._turn


def test_only_the_newest_two_exports_are_kept(small, tmp_path):
    target = tmp_path / "site"
    for _ in range(4):
        export(canned, small, target)

    folders = [path for path in (tmp_path / ".site.builds").iterdir() if path.is_dir()]
    assert len(folders) == 2
    assert target.resolve() in folders


def test_a_page_that_can_not_be_made_stops_the_export_and_leaves_the_old_one(small, tmp_path):
    target = tmp_path / "site"
    export(canned, small, target)
    before = everything(target)

    def broken(environ, start_response):
        if environ["PATH_INFO"] == "/pregnancy/":
            start_response("500 Internal Server Error", [])
            return [b""]
        return canned(environ, start_response)

    with pytest.raises(ExportRefused, match="/pregnancy/ answers 500"):
        export(broken, small, target)

    assert everything(target) == before
    assert [path for path in (tmp_path / ".site.builds").iterdir() if path.is_dir()] == [target.resolve()]


def test_something_that_is_not_ours_is_never_replaced(small, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "precious").write_text("x")

    with pytest.raises(ExportRefused, match="not an export of ours"):
        export(canned, small, tmp_path / "home")

    assert (tmp_path / "home" / "precious").read_text() == "x"


def test_two_exports_to_one_place_do_not_meet(small, tmp_path):
    target = tmp_path / "site"

    def meanwhile(done: int, everything: int) -> None:
        if done == 1:
            with pytest.raises(ExportRefused, match="under way"):
                export(canned, small, target)
            raise ExportRefused("that was the test")

    with pytest.raises(ExportRefused, match="that was the test"):
        export(canned, small, target, told=meanwhile)


def test_progress_goes_from_the_first_page_to_the_last_file(small, tmp_path):
    told = []

    export(canned, small, tmp_path / "site", told=lambda done, everything: told.append((done, everything)))

    assert told == sorted(told)
    assert told[0][0] == 1
    assert told[-1][0] == told[-1][1]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_is_drawn_on_a_terminal_and_nowhere_else():
    terminal, file = Terminal(), StringIO()
    for stream in (terminal, file):
        bar = ProgressBar(stream, "Edition 1")
        for done in range(1_001):
            bar(done, 1_000)

    assert file.getvalue() == ""
    assert terminal.getvalue().count("\r") == 101
    assert terminal.getvalue().endswith(f"[{'#' * 30}] 100 %\n")


@pytest.mark.usefixtures("quick")
def test_the_command_exports_the_current_edition_and_says_what_it_made(small, tmp_path):
    said = StringIO()

    call_command("build", str(tmp_path / "site"), stdout=said)

    assert said.getvalue().startswith(f"Edition 1 ({small.sha256[:12]}): ")
    assert exported_edition(tmp_path / "site") == (1, small.sha256)


def test_the_command_refuses_plainly_when_there_is_no_edition(holding, tmp_path):
    holding.edition = None

    with pytest.raises(CommandError, match="No edition has been published yet"):
        call_command("build", str(tmp_path / "site"))

    assert list(tmp_path.iterdir()) == []


def test_the_command_can_take_the_files_away(site):
    where = site.resolve()
    take_down(site)

    assert not site.exists()
    assert where.is_dir()
    assert exported_edition(site) is None
    turn(site, where)
