"""Write the whole public site as static files: for nginx or a CDN, and as a copy that needs no application.

The same edition and the same release give the same bytes on every machine, and the same times of change. The files
are written beside the old ones, and a symbolic link is turned from the old to the new in one step.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from sitecontent.edition.edition import Edition
from sitecontent.finished.addresses import addresses_of, past_addresses
from sitecontent.finished.asking import Application, ask
from sitecontent.finished.page import BROTLI_EXPORT, gzipped
from sitecontent.pages.responses import release

MANIFEST = "edition-manifest.json"
STAYS_WITH_THE_APPLICATION = ("/check/", "/search/")
"""Public addresses that are not exported: they answer what a visitor sends."""

_A_YEAR_IN_SECONDS = 365 * 24 * 60 * 60
_STATIC_LINK = re.compile(rb"""(?:href|src|content)="(?:https?://[^/"]+)?(/static/[^"?#]+)""")
_CSS_LINK = re.compile(rb"""url\(["']?([^"')?#]+)""")

Progress = Callable[[int, int], None]
"""Told how many pieces are done, and of how many."""


class ExportRefused(Exception):
    """The site can not be exported. Nothing was switched; what was there goes on being there."""


@dataclass(frozen=True)
class Exported:
    """What an export made."""

    edition: int
    sha256: str
    files: int
    bytes: int
    """Of the files as they are, without their compressed variants."""


def export(
    application: Application, edition: Edition, target: Path, *, told: Progress = lambda _done, _all: None
) -> Exported:
    """Write the site of this edition and let `target`, a symbolic link, lead to it from one moment to the next.

    Raises: ExportRefused, when a page can not be made, or `target` is something that we did not make.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 - a link at the end must not be followed
    if target.exists() and not target.is_symlink():
        raise ExportRefused(
            f"{target} is there already and is not an export of ours. Name a new folder, or move it away."
        )
    with _only_builder(_builds_of(target)) as builds:
        folder = Path(tempfile.mkdtemp(prefix=f"{edition.number}-{edition.sha256[:12]}-", dir=builds))
        try:
            exported = _write(application, edition, folder, told)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        before = _where(target)
        _turn(target, folder)
        _clear(builds, keep={folder, before})
    return exported


def take_down(target: Path) -> None:
    """Take the link away, so that the application answers instead. The files stay until the next export."""
    if target.is_symlink():
        target.unlink()


def exported_edition(target: Path) -> tuple[int, str] | None:
    """Number and seal of the edition that lies at `target`, or None when there is none."""
    with suppress(OSError, ValueError, KeyError):
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        return manifest["edition"]["number"], manifest["edition"]["sha256"]
    return None


def exported_addresses(edition: Edition) -> Iterator[str]:
    """Every address that is exported: also each page as it was before a change, which the page of its edition names."""
    for address in addresses_of(edition):
        if "?" not in address and address not in STAYS_WITH_THE_APPLICATION:
            yield address
    yield from past_addresses(edition)


def file_of(address: str) -> str:
    """Where a page lies below the folder: `/causes/` in `causes/index.html`."""
    return address.lstrip("/") + ("index.html" if address.endswith("/") else "")


def _write(application: Application, edition: Edition, folder: Path, told: Progress) -> Exported:
    files: dict[str, bytes] = {}
    addresses = tuple(exported_addresses(edition))
    everything = 2 * len(addresses)
    for done, address in enumerate(addresses, start=1):
        answer = ask(application, address, edition)
        if not (answer.is_ok and answer.is_for_everybody):
            raise ExportRefused(f"{address} answers {answer.status}. Nothing was switched.")
        files[file_of(address)] = answer.body
        told(done, everything)
    files.update(_static_files(files.values()))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        writing = pool.map(lambda item: _write_file(folder, item[0], item[1], edition), sorted(files.items()))
        for done, _ in enumerate(writing, start=1):
            told(min(len(addresses) + done, everything), everything)
    _write_one(folder / MANIFEST, _manifest(edition, files), edition)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)  # Whatever the umask: the web server is another user.
    told(everything, everything)
    return Exported(edition.number, edition.sha256, len(files), sum(map(len, files.values())))


def _manifest(edition: Edition, files: Mapping[str, bytes]) -> bytes:
    manifest = {
        "edition": {
            "number": edition.number,
            "sha256": edition.sha256,
            "published_at": edition.published_at.isoformat(),
        },
        "site": settings.SITE_URL,
        "release": release(),
        "files": {
            path: {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            for path, body in sorted(files.items())
        },
    }
    return (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()


def _static_files(pages: Iterable[bytes]) -> dict[str, bytes]:
    """The stylesheets, pictures and scripts that the pages name, and what the stylesheets name in turn."""
    named = {found.decode() for page in pages for found in _STATIC_LINK.findall(page)}
    found: dict[str, bytes] = {}
    while named:
        address = named.pop()
        path = address.lstrip("/")
        if path in found:
            continue
        found[path] = _read_static(address.removeprefix("/static/"))
        if path.endswith(".css"):
            beside = os.path.dirname(address)  # noqa: PTH120 - an address and not a file
            links = (link.decode() for link in _CSS_LINK.findall(found[path]) if not link.startswith(b"data:"))
            named.update(os.path.normpath(os.path.join(beside, link)) for link in links)  # noqa: PTH118
    return found


def _read_static(name: str) -> bytes:
    places = [finders.find(name)] if settings.STATIC_ROOT is None else [staticfiles_storage.path(name)]
    for place in places:
        if place and Path(str(place)).is_file():
            return Path(str(place)).read_bytes()
    raise ExportRefused(f"The static file {name} is not there. Run `manage.py collectstatic` first.")


def _write_file(folder: Path, name: str, body: bytes, edition: Edition) -> None:
    """Write a file, and its compressed variants where they are smaller."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_one(path, body, edition)
    for suffix, packed in ((".gz", gzipped(body)), (".br", bytes(brotli.compress(body, quality=BROTLI_EXPORT)))):
        if len(packed) < len(body):
            _write_one(path.with_name(path.name + suffix), packed, edition)


def _write_one(path: Path, body: bytes, edition: Edition) -> None:
    """Write bytes with a time of change that follows from them.

    A web server makes its validators, ETag and Last-Modified, of size and time of change. So that two machines agree
    on them, and two texts of one length never share them, the time is that of the edition less a part of a year that
    is taken from the hash of the bytes.
    """
    path.write_bytes(body)
    earlier = int(hashlib.sha256(body).hexdigest()[:12], 16) % _A_YEAR_IN_SECONDS
    changed = int(edition.published_at.timestamp()) - earlier
    os.utime(path, (changed, changed))


def _builds_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.builds")


@contextmanager
def _only_builder(builds: Path) -> Iterator[Path]:
    """Nobody else builds here meanwhile. Raises: ExportRefused, when somebody does."""
    builds.mkdir(parents=True, exist_ok=True)
    builds.chmod(0o755)
    with (builds / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ExportRefused(f"Another export to this place is under way: {builds}.") from error
        yield builds


def _where(target: Path) -> Path | None:
    return target.resolve() if target.is_symlink() else None


def _turn(target: Path, folder: Path) -> None:
    """Let the link lead to the folder; whoever follows it finds the old files or the new, never neither."""
    link = folder.with_name(f"{folder.name}.link")
    link.symlink_to(os.path.relpath(folder, target.parent))
    link.replace(target)


def _clear(builds: Path, *, keep: set[Path | None]) -> None:
    """Remove all but the newest export and the one before, which may still be being read."""
    for path in builds.iterdir():
        if path.is_dir() and path.resolve() not in {kept.resolve() for kept in keep if kept}:
            shutil.rmtree(path, ignore_errors=True)
