"""Every row of `docs/coverage.yaml` is answered by a page that says what the row promises, or names why it is not."""

import re
from collections import defaultdict
from html import unescape
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client

CLAIMS = [f"c{number:03}" for number in range(1, 181)]
"""Each medical claim that was found in the articles has its own row."""

_TAG = re.compile(r"<[^>]+>")
_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)


@pytest.fixture(scope="module")
def coverage() -> dict[str, list[dict[str, Any]]]:
    """The rows, by group."""
    return yaml.safe_load((settings.BASE_DIR / "docs" / "coverage.yaml").read_text(encoding="utf-8"))


def words_of(html: str) -> str:
    """What a visitor reads in the main part of a page, in lower case."""
    main = _MAIN.search(html)
    return " ".join(unescape(_TAG.sub(" ", main.group() if main else "")).casefold().split())


def test_every_row_is_covered_or_left_out_with_a_reason(coverage):
    for group, rows in coverage.items():
        names = [row["row"] for row in rows]
        assert len(names) == len(set(names)), group
        for row in rows:
            assert row["says"]
            assert ("covered" in row) != ("left_out" in row), (group, row["row"])
            assert row.get("left_out") or all(row["covered"].values()), (group, row["row"])


def test_every_claim_of_the_articles_has_a_row(coverage):
    assert [row["row"] for row in coverage["claims"]] == CLAIMS
    assert all("covered" in row for row in coverage["claims"])


def test_every_address_answers_and_says_the_words(coverage, all_published):
    promised = defaultdict(set)
    for group, rows in coverage.items():
        for row in rows:
            for address, words in row.get("covered", {}).items():
                promised[address].update((f"{group}/{row['row']}", phrase) for phrase in words)

    missing = []
    for address, phrases in sorted(promised.items()):
        response = Client().get(address)
        assert response.status_code == 200, address
        text = words_of(response.content.decode())
        missing.extend(
            f"{address} does not say “{phrase}” (row {row})"
            for row, phrase in sorted(phrases)
            if " ".join(phrase.casefold().split()) not in text
        )

    assert missing == []
