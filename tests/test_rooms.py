"""The rooms of the house: who may import whom is written in pyproject.toml, and holds."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings


def test_each_room_imports_only_what_it_may() -> None:
    checker = Path(sys.executable).with_name("lint-imports")

    told = subprocess.run([checker, "--no-cache"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout
