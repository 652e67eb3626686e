"""Install a package of Debian or Ubuntu, for root in a container or on a machine that builds."""

import os
import shutil
import subprocess


def may_install() -> bool:
    """True for root where there is apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install these packages. Whether that went well shows by what is there afterwards."""
    print(f"Installing {', '.join(packages)} with apt-get.", flush=True)
    quiet = {"check": False, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-q"], stdout=subprocess.DEVNULL, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], **quiet)
