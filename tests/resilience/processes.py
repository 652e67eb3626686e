"""Real processes of the site, and people who visit them: what the tests of this folder start, hit and kill."""

import http.client
import http.cookies
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from tests.admin.pages import PageRead, read

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-long-test-password"
LONGEST_START_SECONDS = 60


def free_port() -> int:
    """A port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database_url: str, var_dir: Path, **more: str) -> dict[str, str]:
    """What a process of the site finds in its environment: nothing of this run of the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "DEMO": "1",
        "DEMO_PASSWORD": PASSWORD,
        "SECRET_KEY": "only-for-tests-" * 4,
        "SITE_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": database_url,
        "VAR_DIR": str(var_dir),
        **more,
    }


def manage(environ: dict[str, str], *command: str) -> str:
    """Run a management command to its end and give what it said."""
    return run(environ, "manage.py", *command)


def run(environ: dict[str, str], *command: str) -> str:
    """Run Python on the site to its end and give what it said."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, (
        f"{command} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    )
    return done.stdout


@dataclass
class Program:
    """A program that runs until it is stopped or killed; what it says is kept."""

    command: Sequence[str]
    environ: dict[str, str]
    may_write_files: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        handle, name = tempfile.mkstemp(prefix="causeway-log-")
        os.close(handle)
        self.log = Path(name)

    def start(self) -> None:
        """Start it, in a group of its own, so that killing it kills all that it has started."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=None if self.may_write_files else _no_space_left,
            )

    def said(self) -> str:
        """All that it has said."""
        return self.log.read_text(errors="replace")

    def ask_to_end(self) -> None:
        """Send it SIGTERM, as an operator would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it with all that it has started, at once and without a word."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def stop(self) -> None:
        """End it politely, and when that takes too long, at once. Leave nothing."""
        if self.process is not None and self.process.poll() is None:
            self.ask_to_end()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
        self.kill()
        self.log.unlink(missing_ok=True)


def _no_space_left() -> None:
    """Let every write to a file fail, as on a full disk; whoever the user is."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


class Site(Program):
    """The site as it is really served, on a port of its own."""

    def __init__(self, environ: dict[str, str], *, may_write_files: bool = True) -> None:
        self.port = free_port()
        serve = [sys.executable, "manage.py", "serve", "--port", str(self.port), "--quiet"]
        super().__init__(serve, {**environ, "PORT": str(self.port)}, may_write_files=may_write_files)

    def start(self) -> None:
        """Start it and wait until it answers."""
        super().start()
        self.wait_until_up()

    def wait_until_up(self) -> None:
        """Wait until it answers anything at all."""
        assert self.process is not None
        deadline = time.monotonic() + LONGEST_START_SECONDS
        while True:
            with suppress(OSError, http.client.HTTPException):
                self.visitor().get("/healthz")
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the site did not start:\n{self.said()[-4000:]}")
            time.sleep(0.05)

    def visitor(self) -> "Visitor":
        """Somebody new."""
        return Visitor("127.0.0.1", self.port)


@contextmanager
def running(program: Program) -> Iterator[None]:
    """Start it, and end it whatever happens."""
    try:
        program.start()
        yield
    finally:
        program.stop()


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode()

    @property
    def page(self) -> PageRead:
        """The forms, links and words of the page."""
        return read(self)


class Visitor:
    """Somebody with a browser: keeps the connection, and cookies for the desk."""

    def __init__(self, host: str, port: int, *, timeout_seconds: float = 20) -> None:
        self.host, self.port = host, port
        self.timeout_seconds = timeout_seconds
        self.cookies: dict[str, str] = {}
        self.connection: http.client.HTTPConnection | None = None

    def get(self, address: str, **headers: str) -> Reply:
        """Open an address."""
        return self.ask("GET", address, None, headers)

    def post(self, address: str, data: dict[str, object], **headers: str) -> Reply:
        """Send a form."""
        given = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.ask("POST", address, urlencode(data, doseq=True).encode(), given)

    def ask(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        """Ask, on the connection at hand. One that the server has closed while it was idle is opened anew."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        was_open = self.connection is not None
        try:
            return self._ask_once(method, address, body, given)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.close()
            if not was_open:
                raise
            return self._ask_once(method, address, body, given)

    def _ask_once(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_seconds)
        try:
            self.connection.request(method, address, body, headers)
            response = self.connection.getresponse()
            content = response.read()
        except Exception:
            self.close()
            raise
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                for key, morsel in http.cookies.SimpleCookie(value).items():
                    self.cookies[key] = morsel.value
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, content)

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def sign_in(self, username: str) -> None:
        """Go to the desk as this person."""
        form = self.get("/admin/login/").page.form("login-form")
        sent = self.post("/admin/login/?next=/admin/", form.sent(username=username, password=PASSWORD))
        assert sent.status == 302, sent.text[:2000]

    def approval_of(self, revision: int) -> dict[str, object]:
        """Open the page on which a revision is decided, tick every dangerous change, and give what would be sent."""
        page = self.get(f"/admin/review/{revision}/")
        assert page.status == 200, page.text[:2000]
        boxes = re.findall(r'<input[^>]*name="seen"[^>]*>', page.text)
        ticked = [re.search(r'value="([^"]*)"', box)[1] for box in boxes]
        return page.page.form("/approve/").sent(seen=ticked)

    def approve(self, revision: int, data: dict[str, object] | None = None) -> Reply:
        """Approve a revision at the desk."""
        return self.post(f"/admin/review/{revision}/approve/", data or self.approval_of(revision))


@dataclass
class Load:
    """People who visit without a pause, each on a thread; every answer and every failure is counted."""

    acts: Sequence[Callable[[], object]]
    done: int = 0
    failures: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin."""
        for act in self.acts:
            thread = threading.Thread(target=self._go_on, args=(act,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def wait_for(self, more: int, *, within_seconds: float = 60) -> None:
        """Wait until so many more visits have been made."""
        wanted = self.done + more
        deadline = time.monotonic() + within_seconds
        while self.done < wanted:
            assert time.monotonic() < deadline, f"only {self.done} of {wanted} visits; {self.failures[:5]}"
            time.sleep(0.01)

    def stop(self) -> None:
        """End all visits."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(30)

    def _go_on(self, act: Callable[[], object]) -> None:
        while not self._stopping.is_set():
            begun = time.monotonic()
            try:
                act()
            except Exception as error:  # noqa: BLE001 - each is a failure to be counted
                with self._lock:
                    self.failures.append(f"{type(error).__name__}: {error}")
            with self._lock:
                self.done += 1
                self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - begun)


def until(is_so: Callable[[], object], *, within_seconds: float) -> float:
    """Wait until something is so, and say how many seconds it took."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < within_seconds, f"it was not so within {within_seconds} s"
        time.sleep(0.02)
    return time.monotonic() - begun
