"""Write the words of an edition into a small database, once, so that a question has next to nothing to work out."""

import json
import re
import sqlite3
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from sitecontent.documents import Cause, ClaimReview, Finding, Page
from sitecontent.edition.compile import markdown_of
from sitecontent.edition.edition import Edition
from sitecontent.pages.addresses import address_of_document
from sitecontent.pages.search.language import MOST_SLIPS, shapes_of, stems_of_word
from sitecontent.rendering import plain_text

_TABLES = """
CREATE TABLE records (
    number INTEGER PRIMARY KEY, kind TEXT, address TEXT, names TEXT, lead TEXT, urgency TEXT, text TEXT
);
CREATE TABLE words (
    number INTEGER PRIMARY KEY, stem TEXT UNIQUE, title BLOB, other BLOB, lead BLOB, body BLOB, sentences BLOB
);
CREATE TABLE shapes (shape TEXT, word INTEGER, PRIMARY KEY (shape, word)) WITHOUT ROWID;
CREATE TABLE kinds (kind TEXT PRIMARY KEY, held_by BLOB);
"""

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
PART = re.compile(r"([\w'’]+)")


@dataclass(frozen=True)
class _Record:
    """What the search knows of one record: its names, a line about it, and all else that it says."""

    kind: str
    address: str
    names: tuple[str, ...]
    """The title, then what it is also called."""
    other: str
    """All further words that name it, such as the question that a finding asks."""
    lead: str
    urgency: str
    text: str


@dataclass
class _Word:
    """The records in which one word stands, as bits of a number, by the field it stands in."""

    fields: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    sentences: array = field(default_factory=lambda: array("I"))
    """For each record that has it in the text, in order: where the sentence begins that first has it."""


def build(edition: Edition, connection: sqlite3.Connection) -> None:
    """Fill an empty database with the words of an edition. The records are numbered by name."""
    connection.executescript(_TABLES)
    words: dict[str, _Word] = {}
    kinds: dict[str, int] = {}
    for number, record in enumerate(sorted(_records(edition), key=lambda record: record.names[0].casefold())):
        _take_in(words, number, record)
        kinds[record.kind] = kinds.get(record.kind, 0) | 1 << number
        row = (number, record.kind, record.address, json.dumps(record.names), record.lead, record.urgency, record.text)
        connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    connection.executemany("INSERT INTO kinds VALUES (?, ?)", ((kind, _bytes(bits)) for kind, bits in kinds.items()))
    ordered = sorted(words)
    connection.executemany(
        "INSERT INTO words VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (number, stem, *map(_bytes, words[stem].fields), words[stem].sentences.tobytes())
            for number, stem in enumerate(ordered)
        ),
    )
    shapes = sorted((shape, number) for number, stem in enumerate(ordered) for shape in shapes_of(stem, MOST_SLIPS))
    connection.executemany("INSERT INTO shapes VALUES (?, ?)", shapes)
    connection.commit()


def build_in_memory(edition: Edition) -> sqlite3.Connection:
    """The same where no file can be kept."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    build(edition, connection)
    return connection


def build_file(edition: Edition, path: str) -> None:
    """The same in a file that does not exist yet, without care for a machine that stops meanwhile."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        build(edition, connection)


def _bytes(bits: int) -> bytes:
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def _take_in(words: dict[str, _Word], number: int, record: _Record) -> None:
    bit = 1 << number
    for place, text in enumerate((record.names[0], record.other, record.lead)):
        for stem in {stem for part in PART.findall(text) for stem in stems_of_word(part)}:
            words.setdefault(stem, _Word()).fields[place] |= bit
    for stem, begin in _first_sentences(record.text):
        word = words.get(stem)
        if word is None:
            word = words[stem] = _Word()
        word.fields[3] |= bit
        word.sentences.append(begin)


def _first_sentences(text: str) -> Iterable[tuple[str, int]]:
    """Each word of a text, and where the sentence begins that first has it."""
    begins = [0, *(end.end() for end in SENTENCE_END.finditer(text))]
    seen: dict[str, int] = {}
    for part in PART.finditer(text):
        seen.setdefault(part[0], part.start())
    found: dict[str, int] = {}
    for part, place in seen.items():
        for stem in stems_of_word(part):
            found.setdefault(stem, begins[bisect_right(begins, place) - 1])
    return found.items()


def _records(edition: Edition) -> Iterator[_Record]:
    for entry in edition.entries:
        document = entry.document
        names: tuple[str, ...] = (document.name,)
        other: tuple[str, ...] = ()
        urgency = extra = ""
        match document:
            case Cause():
                other = (*(name.name for name in document.also_called), document.clinical_name)
                names = (document.name, *other)
                lead = document.summary
                urgency = document.urgency.value
            case Finding():
                other = (document.question,)
                lead = plain_text(document.summary) or document.why_asked
                extra = ". ".join(answer.label for answer in document.answers)
            case ClaimReview():
                other = (document.claim,)
                lead = plain_text(document.correction)
            case Page():
                lead = document.summary
            case _:
                continue
        address = address_of_document(document)
        if address is None:
            continue
        # Without a place in the cache: each text is needed once, and all together are as large as the edition.
        text = " ".join(plain_text.__wrapped__(text) for _, text in markdown_of(document))
        yield _Record(document.kind, address, names, " ".join(other), lead, urgency, f"{text} {extra}")
