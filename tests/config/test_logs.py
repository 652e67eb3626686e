"""The log is JSON in a real deployment, and tells no answer, no query string and no whole address."""

import json
import logging
import sys

import pytest

from config.logs import JsonFormatter, LineFormatter, discreet


def record(message: str, *arguments: object, failed: bool = False) -> logging.LogRecord:
    error = None
    if failed:
        try:
            raise ValueError("/check/?danger-signs=fainted")
        except ValueError:
            error = sys.exc_info()
    return logging.LogRecord("a.logger", logging.WARNING, __file__, 1, message, arguments, error)


def test_each_record_is_one_json_object_on_one_line():
    line = JsonFormatter().format(record("Nothing at %s\nnor here", "/causes/", failed=True))

    told = json.loads(line)
    assert "\n" not in line
    assert {"at", "level", "logger", "message", "traceback"} == told.keys()
    assert (told["level"], told["logger"], told["message"]) == ("WARNING", "a.logger", "Nothing at /causes/\nnor here")
    assert "fainted" not in told["traceback"]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Not Found: /search/?q=bleeding+after+sex", "Not Found: /search/?…"),
        ("GET /causes/?q=a&urgency=soon 200", "GET /causes/?… 200"),
        ("from 203.0.113.77 again", "from 203.0.*.* again"),
        ("from 2001:db8:85a3::8a2e:370:7334 again", "from 2001:db8:* again"),
        ("Is it so? Yes: 12:30:59", "Is it so? Yes: 12:30:59"),
        ("Finished 97 pages of edition 1 in 0.3 s", "Finished 97 pages of edition 1 in 0.3 s"),
    ],
)
def test_query_strings_and_addresses_are_cut_and_nothing_else_is(said, written):
    assert discreet(said) == written
    assert written in LineFormatter().format(record(said))
    assert json.loads(JsonFormatter().format(record(said)))["message"] == written
