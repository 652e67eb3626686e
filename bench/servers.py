"""The servers that are compared, each on one core: ours, nginx, a trivial application, and Wagtail."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.load import SERVER_CORE, BenchImpossible

ROOT = Path(__file__).resolve().parents[1]
LONGEST_START_SECONDS = 60

TRIVIAL = """from pathlib import Path
BODY = Path({path!r}).read_bytes()
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]

def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return (BODY,)
"""

DJANGO_ALONE = """from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""

NGINX = """{user}
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on;
    keepalive_requests 1000000000;
    charset utf-8;
    gzip_static on;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        include {headers};
        add_header Cache-Control "public, max-age=60";
        location ~ /$ {{ try_files ${{uri}}index.html =404; }}
    }}
}}
"""


@dataclass
class Server:
    """A server that runs, with the group of its processes."""

    name: str
    url: str
    group: int
    start_seconds: float


@contextmanager
def running(
    name: str, command: Sequence[str], *, port: int, path: str, cwd: Path, env: dict[str, str]
) -> Iterator[Server]:
    """Run a server on its core until it is not needed any more.

    Raises: BenchImpossible, when it does not answer.
    """
    begun = time.monotonic()
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, *command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url + path, name)
        yield Server(name, url, process.pid, time.monotonic() - begun)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        process.stderr.close()


def _wait(process: subprocess.Popen[bytes], url: str, name: str) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while True:
        with suppress(OSError), urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - on this machine
            if response.status == 200:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            said = process.stderr.read().decode(errors="replace")[-2000:] if process.poll() is not None else ""
            raise BenchImpossible(f"{name} did not start. {said}")
        time.sleep(0.02)


def granian(target: str, port: int, *, threads: int = 1, python: str = sys.executable) -> list[str]:
    """Our server with one worker, as `manage.py serve` starts it."""
    command = [str(Path(python).with_name("granian")), "--interface", "wsgi", target, "--host", "127.0.0.1"]
    command += ["--port", str(port), "--no-ws", "--http", "1", "--workers", "1"]
    return [*command, "--blocking-threads", str(threads), "--log-level", "error"]


def write_nginx(folder: Path, *, root: Path, port: int) -> Path:
    """Write a configuration for nginx that serves the export with all security headers."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    headers = ROOT / "deploy/nginx/security-headers.conf"
    path.write_text(NGINX.format(user=user, folder=folder, port=port, root=root.resolve(), headers=headers))
    return path
