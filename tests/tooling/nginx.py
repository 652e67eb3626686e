"""Find the nginx that stands in front of the site in some tests, and the openssl that makes its certificate."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.tooling import MissingComponentError
from tests.tooling.packages import install, may_install

WHERE_DEBIAN_KEEPS_SERVERS = "/usr/sbin"


@cache
def find_nginx() -> Path:
    """Find nginx, on the path or where Debian keeps servers; else root installs it where nothing would start it.

    Raises: MissingComponentError, with what to install.
    """
    found = _found()
    if found is None and may_install() and not _is_run_by_systemd():
        install("nginx-light", "openssl")
        found = _found()
    if found is None:
        raise MissingComponentError("The tests of the deployment need nginx: install the packages nginx and openssl.")
    return found


def version_of(nginx: Path) -> str:
    """Ask it for its version, such as "nginx 1.22.1"."""
    told = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False, timeout=60).stderr
    version = re.search(r"nginx/(\S+)", told)
    if version is None:
        raise MissingComponentError(f"{nginx} does not tell its version, so it does not seem to be a working nginx.")
    return f"nginx {version[1]}"


def _found() -> Path | None:
    path = os.pathsep.join((os.environ.get("PATH", ""), WHERE_DEBIAN_KEEPS_SERVERS))
    nginx = shutil.which("nginx", path=path)
    return Path(nginx) if nginx and shutil.which("openssl") else None


def _is_run_by_systemd() -> bool:
    """True on a machine that would start the nginx that is installed, on port 80."""
    return Path("/run/systemd/system").exists()
