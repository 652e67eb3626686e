"""What the tests stand on: a real PostgreSQL, a real Chromium, and the command that runs everything."""


class MissingComponentError(RuntimeError):
    """Something that the tests need is not on this machine. The message says in one sentence what to do."""
