"""The demo's settings, made quick and kept apart: every run of the tests writes to a folder of its own.

`TEST_DATABASE_URL` names a PostgreSQL server on which databases may be made. Without it the tests use SQLite.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

# The folder is made when tests begin: a type checker that only reads these settings leaves nothing behind.
_scratch = Path(tempfile.gettempdir(), f"causeway-tests-{secrets.token_hex(8)}")
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)

for _name in (
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CHECKS_A_MINUTE",
    "CHECKER_REGION",
    "DATABASE_POOL_SIZE",
    "DEBUG",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "LANGUAGE_CODE",
    "LOG_LEVEL",
    "PORT",
    "PROVE_AGAIN_AFTER_MINUTES",
    "SEARCHES_A_MINUTE",
    "SITE_URL",
):
    os.environ.pop(_name, None)
os.environ["DEMO"] = "1"
os.environ["SECRET_KEY"] = "only-for-tests-" * 4
os.environ["DEMO_PASSWORD"] = "the-password-of-the-demo"
os.environ["VAR_DIR"] = str(_scratch)
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, VAR_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # A file and not memory, so that threads meet each other as they do in earnest. It need not survive a power cut.
    _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
