"""Send requests that nobody would think of, spread over all cores, and say how many: `make fuzz`.

`--on postgresql` starts a PostgreSQL for the desk and for all else that asks a database. FUZZ_REQUESTS says about how
many requests are made (20,000). What else is given goes to pytest.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from tests.tooling import MissingComponentError
from tests.tooling.run import database_server

REQUESTS = "20000"
LONGEST_TEST_SECONDS = 3600


def main(arguments: Sequence[str]) -> int:
    """Run the fuzzing and return the exit code of pytest."""
    parser = argparse.ArgumentParser(prog="tests.tooling.fuzz", description=__doc__)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    chosen, for_pytest = parser.parse_known_args(arguments)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "logical", "--dist", "worksteal"]
    command += [f"--timeout={LONGEST_TEST_SECONDS}", "tests/security/test_fuzz.py", *for_pytest]
    with ExitStack() as stack:
        try:
            url = stack.enter_context(database_server()) if chosen.on == "postgresql" else ""
        except MissingComponentError as missing:
            print(f"PostgreSQL can not be started. {missing}", file=sys.stderr)
            return 1
        environment = {"FUZZ_REQUESTS": REQUESTS, **os.environ, "TEST_DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
