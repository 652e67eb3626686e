"""How the log is written: a line for people, or JSON for a program that gathers logs.

Whatever is logged, no line holds an answer, a query string or a whole address of a visitor: the log format of the
server leaves them out, and what a library may say of a request is shortened here.
"""

import json
import logging
import re
from datetime import UTC, datetime

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
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": discreet(record.getMessage()),
        }
        if record.exc_info:
            told["traceback"] = discreet(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)
