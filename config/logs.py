"""How the log is written: a line for people, or JSON for a program that gathers logs.

Whatever is logged, no line holds an answer, a query string or a whole address of a visitor: the log format of the
server leaves them out, and what a library may say of a request is shortened here.
"""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_QUERY = re.compile(r"(?<=[/\w])\?[^\s'\">)\]]+")
_ADDRESS_4 = re.compile(r"\b(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}\b")
_ADDRESS_6 = re.compile(r"\b([0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}):[0-9a-fA-F:]*:[0-9a-fA-F:]+")


def discreet(text: str) -> str:
    """The text without query strings, and with only the first half of each network address."""
    text = _QUERY.sub("?…", text)
    text = _ADDRESS_4.sub(r"\1.\2.*.*", text)
    return _ADDRESS_6.sub(r"\1:*", text)


class LineFormatter(logging.Formatter):
    """One line for people."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Write the record, discreetly."""
        return discreet(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object on a line: when, how grave, where from, what; and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record, discreetly."""
        return json.dumps(self.told(record), ensure_ascii=False)

    def told(self, record: logging.LogRecord) -> dict[str, Any]:
        """What is told of the record."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": discreet(record.getMessage()),
        }
        if record.exc_info:
            told["traceback"] = discreet(self.formatException(record.exc_info))
        return told


class AccessFormatter(JsonFormatter):
    """One request as the server logs it, with its parts by name. Who asked and what followed the path stay out.

    The server hands over all that it knows of a request; only what is named here is written.
    """

    def told(self, record: logging.LogRecord) -> dict[str, Any]:
        """What is told of the request."""
        told = super().told(record)
        known = record.args if isinstance(record.args, Mapping) else {}
        parts = {name: known[name] for name in ("method", "path", "status") if name in known}
        if "dt_ms" in known:
            parts["milliseconds"] = round(float(str(known["dt_ms"])), 1)
        return {**told, **parts}
