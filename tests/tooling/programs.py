"""Find a program that tests need, or let root install it where there is apt."""

import shutil
from functools import cache
from pathlib import Path

from tests.tooling import MissingComponentError
from tests.tooling.packages import install, may_install


@cache
def find_program(name: str, *, package: str, needed_by: str) -> Path:
    """Find a program on the path, else install its package.

    Raises: MissingComponentError, with what to install.
    """
    found = shutil.which(name)
    if found is None and may_install():
        install(package)
        found = shutil.which(name)
    if found is None:
        raise MissingComponentError(f"{needed_by} needs {name}: install the package {package}.")
    return Path(found)
