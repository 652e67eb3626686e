"""The demo as its own process, as `make run` starts it once its packages are installed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 100


def free_port() -> int:
    """Find a port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """The demo as its own process, with its own folder."""

    def __init__(self, var_dir: Path, port: int) -> None:
        """Start it."""
        self.port = port
        self.output = var_dir.with_suffix(".log")
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "start_demo"],
                cwd=ROOT,
                env={**environment, "DEMO": "1", "VAR_DIR": str(var_dir), "PORT": str(port)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def get(self, address: str) -> tuple[int, str]:
        """Ask it for an address."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", address)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def wait_until_it_answers(self) -> None:
        """Wait for the first answer."""
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            try:
                self.get("/healthz")
            except OSError:
                time.sleep(0.05)
            else:
                return

    def wait_until_it_says(self, words: str) -> None:
        """Wait for a line of its log; the server writes it after it has answered."""
        deadline = time.monotonic() + SECONDS_TO_START
        while words not in self.output.read_text():
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def stop(self) -> int:
        """Ask it to end and wait for it."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def running_demo(var_dir: Path) -> Iterator[Demo]:
    """Start the demo on a port of its own and stop it at the end."""
    demo = Demo(var_dir, free_port())
    try:
        demo.wait_until_it_answers()
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.stop()
