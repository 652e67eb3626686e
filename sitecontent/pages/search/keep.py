"""One file for each edition in which its words are kept: made once on a machine, opened by every worker.

The first process that sees a new edition makes the file, the others wait for it. It is named after the edition and
after the code that makes it, so it is never out of date and never changed.
"""

import fcntl
import hashlib
import logging
import os
import sqlite3
from functools import cache
from pathlib import Path

from django.conf import settings

from sitecontent.edition.edition import Edition
from sitecontent.pages.search import build, language
from sitecontent.pages.search.find import SearchIndex

FILES_KEPT = 3

log = logging.getLogger(__name__)


def kept_search(edition: Edition) -> SearchIndex:
    """The search of an edition, from its file; from memory where no file can be made."""
    path = settings.SEARCH_FOLDER / f"{edition.sha256[:32]}-{_code()}.sqlite3"
    try:
        _make_sure_of(path, edition)
    except (OSError, sqlite3.Error) as error:
        log.error("The words of edition %d can not be kept in a file: %s", edition.number, error)
        return SearchIndex(edition)
    return SearchIndex(edition, path)


def _make_sure_of(path: Path, edition: Edition) -> None:
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (path.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            return
        part = path.parent / "part"
        part.unlink(missing_ok=True)  # What a process left that was stopped meanwhile.
        try:
            build.build_file(edition, str(part))
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        files = sorted(path.parent.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime, reverse=True)
        for old in files[FILES_KEPT:]:
            old.unlink(missing_ok=True)  # Who has it open goes on reading it.


@cache
def _code() -> str:
    """A stamp of the code that decides what stands in the file."""
    digest = hashlib.sha256()
    for module in (build, language):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:8]
