"""Search over one edition. Any text is a question, and none is an error.

It forgives plurals, British or American spelling, unfinished words and small slips, and it
knows everyday words for clinical ones. A record whose title or other name answers the whole
question comes before one that only mentions it.

The records in which a word stands are the bits of a number, one number for each field. To join such numbers takes no
longer for thousands of records than for one, so no question looks at every record.
"""

import contextlib
import json
import logging
import math
import os
import sqlite3
import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sitecontent.documents import Urgency
from sitecontent.edition.edition import Edition
from sitecontent.pages import words
from sitecontent.pages.present import Level, level_of
from sitecontent.pages.search.build import PART, SENTENCE_END, build_in_memory
from sitecontent.pages.search.language import (
    EVERYDAY,
    distance,
    normal,
    shapes_of,
    slips_allowed,
    stem_of,
    stems,
    stems_of_word,
    terms_of,
)
from sitecontent.pages.words import Words

MOST_RESULTS = 40
EXCERPT_LENGTH = 200
LONGEST_SENTENCE = 1000

NAME, ALSO, LEAD, BODY = WEIGHTS = (12.0, 9.0, 4.0, 1.0)
"""What a word weighs by where it stands: title, other names, summary, text."""

EXACT, SYNONYM, PREFIX, SLIP = 1.0, 0.8, 0.6, 0.4
"""What a word weighs by how it was meant."""

log = logging.getLogger(__name__)

Levels = Sequence[tuple[float, int]]
"""What a term is worth, the most first, each with the records in which it is worth that. No record stands twice."""


@dataclass(frozen=True)
class Piece:
    """A stretch of an excerpt, and whether it is what was looked for."""

    text: str
    is_hit: bool


@dataclass(frozen=True)
class Result:
    """One record that answers a question."""

    kind: Words
    title: str
    address: str
    title_pieces: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    level: Level | None
    also: str
    """The other name that the question used, where the title has none of its words."""


class _Word:
    """A word of the index: the records that have it, by field."""

    def __init__(self, number: int, stem: str, *fields: bytes) -> None:
        self.number = number
        self.stem = stem
        self.title, self.other, self.lead, self.body = (int.from_bytes(bits, "little") for bits in fields)

    @cached_property
    def everywhere(self) -> int:
        """The records that have it in any field."""
        return self.title | self.other | self.lead | self.body

    def weights(self) -> Iterator[tuple[float, int]]:
        """What it weighs, each with the records in which it weighs that."""
        classes = [(0.0, self.everywhere)]
        for weight, having in zip(WEIGHTS, (self.title, self.other, self.lead, self.body), strict=True):
            split = [(so_far + weight, among & having) for so_far, among in classes]
            split += [(so_far, among & ~having) for so_far, among in classes]
            classes = [(so_far, among) for so_far, among in split if among]
        yield from classes


Meaning = Sequence[tuple[_Word, float]]
"""The words of the index that a term may stand for, with what each is worth."""


class SearchIndex:
    """The words of one edition and where they stand. It is never changed."""

    def __init__(self, edition: Edition, path: Path | None = None) -> None:
        """Open the file that `build_file` made of this edition. Without one, the same is made in memory."""
        self._edition = edition
        self._path = path
        self._lock = threading.Lock()
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self._do_without_file(error)

    def _open(self) -> None:
        self._process = os.getpid()
        self._connection = _opened(self._path) if self._path else build_in_memory(self._edition)
        self._kinds = {
            kind: int.from_bytes(bits, "little") for kind, bits in self._connection.execute("SELECT * FROM kinds")
        }
        self._everything = _union(self._kinds.values())
        self._causes = self._kinds.get("cause", 0)
        self._come_first = self._causes | self._kinds.get("page", 0)
        self._count = self._everything.bit_count()

    def _do_without_file(self, error: Exception) -> None:
        if self._path is None:
            raise error
        log.error("%s is damaged and is made anew by the next process that starts: %s", self._path, error)
        with contextlib.suppress(OSError):
            self._path.unlink()
        self._path = None
        self._open()

    def find(self, query: str, *, kinds: Iterable[str] = ()) -> tuple[Result, ...]:
        """The best answers first. A question without a word in it has none.

        `kinds` narrows the answers to some kinds of record.
        """
        terms = terms_of(query)
        if not terms:
            return ()
        with self._lock:
            try:
                if self._process != os.getpid():  # No connection may be used on both sides of a fork.
                    self._open()
                return self._answers(terms, frozenset(kinds))
            except (sqlite3.DatabaseError, ValueError) as error:
                self._do_without_file(error)
                return self._answers(terms, frozenset(kinds))

    def _answers(self, terms: Sequence[str], kinds: frozenset[str]) -> tuple[Result, ...]:
        meanings = [self._meaning(term) for term in terms]
        numbers = self._best(meanings, kinds)
        return self._results(numbers, meanings, frozenset(stem_of(term) for term in terms))

    def _best(self, meanings: Sequence[Meaning], kinds: frozenset[str]) -> list[int]:
        """The records that answer best.

        First a cause or a page whose names have every term, then any other record named so, then one that only
        mentions them; where some record has every term, none that lacks one.
        """
        among = _union(self._kinds.get(kind, 0) for kind in kinds) if kinds else self._everything
        named = among
        terms = [self._levels(meaning) for meaning in meanings]
        for meaning in meanings:
            named &= self._named(meaning)
        having = [among, *(0 for _ in terms)]
        """The records that have none of the terms, one of them, two …"""
        for levels in terms:
            present = _union(bits for _, bits in levels)
            having = [
                bits & ~present | (having[place - 1] & present if place else 0) for place, bits in enumerate(having)
            ]
        groups = [named & self._come_first, named & ~self._come_first, having.pop() & ~named]
        if not any(groups):
            groups = having[:0:-1]
        found: list[int] = []
        for group in groups:
            found += _highest(terms, group, MOST_RESULTS - len(found))
        return found

    def _levels(self, meaning: Meaning) -> Levels:
        """What a term is worth in the records that have it: as much as the best of the words that it may stand for."""
        levels: dict[float, int] = {}
        for word, worth in meaning:
            factor = worth * math.log(1 + self._count / word.everywhere.bit_count())
            for weight, bits in word.weights():
                levels[weight * factor] = levels.get(weight * factor, 0) | bits
        apart: list[tuple[float, int]] = []
        above = 0
        for score in sorted(levels, reverse=True):
            bits = levels[score] & ~above
            if bits:
                apart.append((score, bits))
                above |= bits
        return apart

    def _named(self, meaning: Meaning) -> int:
        """The records that a term names. As the beginning of a word that the edition does not know, it may name one;
        where it is a word of its own, the words that begin with it do not."""
        least = SYNONYM if any(worth == EXACT for _, worth in meaning) else SLIP
        return _union(self._names(word) for word, worth in meaning if worth >= least)

    def _names(self, word: _Word) -> int:
        """The records that have a word in a name. The question that a finding asks is none."""
        return word.title | word.other & self._causes

    def _meaning(self, term: str) -> Meaning:
        """The words of the index that a term may stand for, with what each is worth."""
        stem = stem_of(term)
        worth = {stem_of(normal(word)): SYNONYM for word in (*EVERYDAY.get(term, ()), *EVERYDAY.get(stem, ()))}
        worth[stem] = EXACT
        rows = self._connection.execute(
            "SELECT number, stem, title, other, lead, body FROM words WHERE stem IN (SELECT value FROM json_each(?))",
            (json.dumps(list(worth)),),
        )
        found = [(word, worth[word.stem]) for word in (_Word(*row) for row in rows)]
        if len(stem) >= 3:
            rows = self._connection.execute(
                "SELECT number, stem, title, other, lead, body FROM words WHERE stem > ? AND stem < ?",
                (stem, stem + "{"),  # The sign that follows z.
            )
            found += [(word, PREFIX) for word in (_Word(*row) for row in rows) if word.stem not in worth]
        allowed = slips_allowed(stem)
        if allowed and not found:
            found = [(word, SLIP) for word in self._near(stem, allowed)]
        return found

    def _near(self, stem: str, allowed: int) -> Iterator[_Word]:
        """The words that so many slips or fewer lie from this one."""
        rows = self._connection.execute(
            "SELECT number, stem, title, other, lead, body FROM words WHERE length(stem) BETWEEN ? AND ? AND number IN"
            " (SELECT word FROM shapes WHERE shape IN (SELECT value FROM json_each(?)))",
            (len(stem) - allowed, len(stem) + allowed, json.dumps(sorted(shapes_of(stem, allowed)))),
        )
        return (_Word(*row) for row in rows if distance(stem, row[1], allowed) <= allowed)

    def _results(
        self, numbers: Sequence[int], meanings: Sequence[Meaning], typed: frozenset[str]
    ) -> tuple[Result, ...]:
        found_words = {word.stem: word for meaning in meanings for word, _ in meaning}
        typed_words = [found_words[stem] for stem in typed if stem in found_words]
        in_title = _union(word.title for word in typed_words)
        in_other = _union(word.other for word in typed_words) & ~in_title
        in_lead = _union(self._names(word) | word.lead for word in found_words.values())
        begins = self._sentences([number for number in numbers if not in_lead >> number & 1], found_words.values())
        hits = _Hits(frozenset(found_words))
        rows = self._connection.execute(
            "SELECT number, kind, address, names, lead, urgency FROM records"
            " WHERE number IN (SELECT value FROM json_each(?))",
            (json.dumps(numbers),),
        )
        found = {}
        for number, kind, address, names_json, lead, urgency in rows:
            title, *others = json.loads(names_json)
            also = ""
            if in_other >> number & 1:
                also = next((name for name in others if not typed.isdisjoint(stems(name))), "")
            sentence = self._sentence(number, begins[number]) if number in begins else lead
            found[number] = Result(
                kind=words.KINDS[kind],
                title=title,
                address=address,
                title_pieces=_pieces(title, hits),
                excerpt=_pieces(_shortened(sentence), hits),
                level=level_of(self._edition, Urgency(urgency)) if urgency else None,
                also=also,
            )
        return tuple(found[number] for number in numbers)

    def _sentences(self, numbers: Sequence[int], among: Iterable[_Word]) -> Mapping[int, int]:
        """Where in the text of each of these records the sentence begins that first has a word that was looked for."""
        begins: dict[int, int] = {}
        for word in among:
            having = [number for number in numbers if word.body >> number & 1]
            if not having:
                continue
            [(held,)] = self._connection.execute("SELECT sentences FROM words WHERE number = ?", (word.number,))
            places = array("I", held)
            for number in having:
                begin = places[(word.body & ((1 << number) - 1)).bit_count()]
                begins[number] = min(begin, begins.get(number, begin))
        return begins

    def _sentence(self, number: int, begin: int) -> str:
        [(text,)] = self._connection.execute(
            "SELECT substr(text, ?, ?) FROM records WHERE number = ?", (begin + 1, LONGEST_SENTENCE, number)
        )
        return str(SENTENCE_END.split(text, maxsplit=1)[0])


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _highest(terms: Sequence[Levels], among: int, count: int) -> list[int]:
    """The records for which the terms are worth most together, those alike by name, as they are numbered."""
    if count <= 0 or not among:
        return []
    classes = {0.0: among}
    most_left = sum(levels[0][0] for levels in terms if levels)
    for levels in terms:
        if not levels:
            continue
        most_left -= levels[0][0]
        split: dict[float, int] = {}
        for score, bits in classes.items():
            left = bits
            for worth, having in levels:
                both = left & having
                if both:
                    split[score + worth] = split.get(score + worth, 0) | both
                    left ^= both
                    if not left:
                        break
            if left:
                split[score] = split.get(score, 0) | left
        classes = _promising(split, most_left, count)
    return _first_records((bits for _, bits in sorted(classes.items(), reverse=True)), count)


def _promising(classes: Mapping[float, int], most_left: float, count: int) -> dict[float, int]:
    """Those of which a record may still be among the highest, when so much may be added to each."""
    kept: dict[float, int] = {}
    held = 0
    least = -math.inf
    for score in sorted(classes, reverse=True):
        if score + most_left < least:
            break
        kept[score] = classes[score]
        held += classes[score].bit_count()
        if held >= count and least == -math.inf:
            least = score
    return kept


def _first_records(classes: Iterable[int], count: int) -> list[int]:
    found: list[int] = []
    for bits in classes:
        while bits and len(found) < count:
            lowest = bits & -bits
            found.append(lowest.bit_length() - 1)
            bits ^= lowest
    return found


def _union(several: Iterable[int]) -> int:
    united = 0
    for bits in several:
        united |= bits
    return united


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT_LENGTH else text[:EXCERPT_LENGTH].rsplit(" ", 1)[0] + " …"


class _Hits(dict[str, bool]):
    """Word as it is written -> whether it is one that was looked for. Each is asked for once."""

    def __init__(self, stems_hit: frozenset[str]) -> None:
        super().__init__()
        self._stems_hit = stems_hit

    def __missing__(self, word: str) -> bool:
        self[word] = not self._stems_hit.isdisjoint(stems_of_word(word))
        return self[word]


def _pieces(text: str, hits: _Hits) -> tuple[Piece, ...]:
    """The text cut at the words that were looked for."""
    parts = PART.split(text)  # Every second part is a word.
    pieces: list[Piece] = []
    end = 0
    for place in [place for place in range(1, len(parts), 2) if hits[parts[place]]]:
        pieces += (Piece("".join(parts[end:place]), is_hit=False), Piece(parts[place], is_hit=True))
        end = place + 1
    pieces.append(Piece("".join(parts[end:]), is_hit=False))
    return tuple(piece for piece in pieces if piece.text)
