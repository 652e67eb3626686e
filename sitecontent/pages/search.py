"""Search over the current edition, in memory. Pure: any text is a question, and none is an error.

It forgives plurals, British or American spelling, unfinished words and small slips, and it
knows everyday words for clinical ones. A record whose title or other name answers the whole
question comes before one that only mentions it.
"""

import heapq
import math
import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sitecontent.documents import Cause, ClaimReview, Document, Finding, Page
from sitecontent.edition.compile import markdown_of
from sitecontent.edition.edition import Edition
from sitecontent.pages import words
from sitecontent.pages.addresses import address_of_document
from sitecontent.pages.present import Level, level_of
from sitecontent.pages.words import Words
from sitecontent.rendering import plain_text

LONGEST_QUERY = 100
MOST_TERMS = 8
MOST_RESULTS = 40
EXCERPT_LENGTH = 200

NOWHERE = 2**32 - 1

NAME, ALSO, LEAD, BODY = 12.0, 9.0, 4.0, 1.0
"""What a word weighs by where it stands: title, other names, summary, text."""

EXACT, SYNONYM, PREFIX, SLIP = 1.0, 0.8, 0.6, 0.4
"""What a word weighs by how it was meant."""

_SMALL_WORDS = (
    "a about am an and any are as at be been but by can could did do does for from had has have how i if in is it "
    "its just me my no not of on or our should so some than that the their them then there these they this to up "
    "was we were what when where which who why will with would you your"
)
_STOP_WORDS = frozenset(_SMALL_WORDS.split())

_EVERYDAY = {
    "coil": ("intrauterine", "iud"),
    "copper": ("intrauterine",),
    "mirena": ("intrauterine", "coil"),
    "uterus": ("womb",),
    "uterine": ("womb",),
    "womb": ("uterine", "uterus"),
    "neck": ("cervix",),
    "afterbirth": ("placenta",),
    "tummy": ("abdominal", "belly"),
    "belly": ("tummy", "abdominal"),
    "stomach": ("tummy",),
    "smear": ("screening",),
    "pap": ("screening",),
    "std": ("sti", "infection"),
    "sti": ("infection",),
    "clap": ("gonorrhoea",),
    "yeast": ("thrush",),
    "candida": ("thrush",),
    "erosion": ("ectropion",),
    "ectopy": ("ectropion",),
    "pregnant": ("pregnancy",),
    "pregnancy": ("pregnant",),
    "miscarrying": ("miscarriage",),
    "pee": ("urine", "bladder"),
    "wee": ("urine", "bladder"),
    "poo": ("bowel", "stool"),
    "bum": ("bowel", "anal"),
    "virginity": ("first", "hymen"),
    "virgin": ("first", "hymen"),
    "dry": ("dryness", "lubrication"),
    "dryness": ("dry", "lubrication"),
    "rough": ("friction", "tear"),
    "tear": ("laceration",),
    "torn": ("tear", "laceration"),
    "cut": ("tear", "laceration"),
    "pill": ("contraception", "hormonal"),
    "contraceptive": ("contraception",),
    "jab": ("injection", "contraception"),
    "implant": ("contraception",),
    "menopausal": ("menopause",),
    "menstruation": ("period",),
    "menstrual": ("period",),
    "spotting": ("spot",),
    "smell": ("smelly", "odour"),
    "smelly": ("smell",),
    "itch": ("itchy", "itching"),
    "itchy": ("itch",),
    "condom": ("latex",),
    "rape": ("unwanted", "assault"),
    "raped": ("unwanted", "assault"),
    "assault": ("unwanted",),
    "toy": ("object",),
    "warfarin": ("thinner", "medicine"),
    "anticoagulant": ("thinner",),
    "tube": ("ectopic", "fallopian"),
    "tubal": ("ectopic",),
    "cancerous": ("cancer",),
    "tumour": ("cancer", "polyp"),
    "growth": ("polyp",),
}
"""Everyday word -> the words that our pages may use for it."""

_WORD = re.compile(r"[a-z0-9]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_PART = re.compile(r"([\w'’]+)")
_SPELLINGS = (("oe", "e"), ("ae", "e"), ("our", "or"), ("ise", "ize"), ("isation", "ization"))


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


@dataclass(frozen=True)
class _Record:
    document: Document
    address: str
    fields: tuple[tuple[float, str], ...]
    """Title, other names, summary and text, each with its weight; the text comes last."""
    names: tuple[str, ...]
    lead: str
    level: Level | None


class _Posting:
    """Where one word stands: record by record, with its weight and the sentence of the text that first has it.

    Arrays of numbers take a tenth of what a dictionary of them would.
    """

    __slots__ = ("named", "numbers", "sentences", "weights")

    def __init__(self) -> None:
        self.numbers = array("I")
        self.weights = array("f")
        self.sentences = array("I")
        self.named: set[int] = set()
        """The records that have it in a name."""

    def sentence_in(self, number: int) -> int:
        """Where in the text of a record the sentence begins, or NOWHERE."""
        place = bisect_left(self.numbers, number)
        is_there = place < len(self.numbers) and self.numbers[place] == number
        return self.sentences[place] if is_there else NOWHERE


class SearchIndex:
    """The words of one edition and where they stand. It is never changed once built."""

    def __init__(self, edition: Edition) -> None:
        self._records = tuple(sorted(_records(edition), key=lambda record: record.document.name.casefold()))
        self._comes_first = tuple(record.document.kind in {"cause", "page"} for record in self._records)
        self._postings: dict[str, _Posting] = {}
        for number, record in enumerate(self._records):
            self._take_in(number, record)
        self._words = sorted(self._postings)
        self._by_length: dict[int, list[tuple[str, int]]] = {}
        for word in self._words:
            self._by_length.setdefault(len(word), []).append((word, _letters(word)))

    def _take_in(self, number: int, record: _Record) -> None:
        weights: dict[str, float] = {}
        for weight, text in record.fields[:-1]:
            for stem in {stem for word in _PART.findall(text) for stem in _stems_of(word)}:
                weights[stem] = weights.get(stem, 0.0) + weight
        weight, text = record.fields[-1]
        sentences = _first_sentences(text)
        for stem in sentences:
            weights[stem] = weights.get(stem, 0.0) + weight
        for stem, weight in weights.items():
            posting = self._postings.get(stem)
            if posting is None:
                posting = self._postings[stem] = _Posting()
            posting.numbers.append(number)
            posting.weights.append(weight)
            posting.sentences.append(sentences.get(stem, NOWHERE))
        for name in record.names:
            for stem in stems(name):
                self._postings[stem].named.add(number)

    def find(self, query: str, *, kinds: Iterable[str] = ()) -> tuple[Result, ...]:
        """The best answers first. A question without a word in it has none.

        `kinds` narrows the answers to some kinds of record.
        """
        terms = terms_of(query)
        if not terms:
            return ()
        meanings = [self._meanings(term) for term in terms]
        typed = frozenset(_stem(term) for term in terms)
        hits = frozenset(stem for meaning in meanings for stem in meaning)
        return tuple(self._result(number, typed, hits) for number in self._best(meanings, frozenset(kinds)))

    def _best(self, meanings: list[Mapping[str, float]], kinds: frozenset[str]) -> list[int]:
        """The records that answer best.

        First a cause or a page whose names have every term, then any other record named so, then one that only
        mentions them; where some record has every term, none that lacks one.
        """
        scores: dict[int, float] = {}
        lacking: dict[int, int] = {}
        named: set[int] | None = None
        for meaning in meanings:
            best, in_name = self._weigh(meaning)
            named = in_name if named is None else named & in_name
            for number, score in best.items():
                scores[number] = scores.get(number, 0.0) + score
                lacking[number] = lacking.get(number, len(meanings)) - 1
        if kinds:
            scores = {number: score for number, score in scores.items() if self._records[number].document.kind in kinds}
        fewest = min((lacking[number] for number in scores), default=0)
        groups: list[dict[int, float]] = [{} for _ in range(2 + len(meanings))]
        for number in named or ():
            if number in scores and not lacking[number]:
                groups[0 if self._comes_first[number] else 1][number] = scores.pop(number)
        if len(meanings) == 1:
            groups[2] = scores
        else:
            for number, score in scores.items():
                groups[2 + lacking[number]][number] = score
        found: list[int] = []
        for group in groups if fewest else groups[:3]:
            found += _highest(group, MOST_RESULTS - len(found))
        return found

    def _weigh(self, meaning: Mapping[str, float]) -> tuple[dict[int, float], set[int]]:
        """What one term is worth in each record that has it, and which records it names."""
        best: dict[int, float] = {}
        named: set[int] = set()
        # A word that the edition knows names a record; as the beginning of another word it does not.
        names_from = SYNONYM if EXACT in meaning.values() else SLIP
        for stem, worth in meaning.items():
            posting = self._postings[stem]
            factor = worth * math.log(1 + len(self._records) / len(posting.numbers))
            if best:
                for number, weight in zip(posting.numbers, posting.weights, strict=True):
                    score = weight * factor
                    if score > best.get(number, 0.0):
                        best[number] = score
            else:
                weighed = zip(posting.numbers, posting.weights, strict=True)
                best = {number: weight * factor for number, weight in weighed}
            if worth >= names_from:
                named |= posting.named
        return best, named

    def _meanings(self, term: str) -> Mapping[str, float]:
        """The words of the index that a term may stand for, with what each is worth."""
        stem = _stem(term)
        found: dict[str, float] = {}
        if stem in self._postings:
            found[stem] = EXACT
        for word in (*_EVERYDAY.get(term, ()), *_EVERYDAY.get(stem, ())):
            other = _stem(_normal(word))
            if other in self._postings:
                found.setdefault(other, SYNONYM)
        if len(stem) >= 3:
            for place in range(bisect_left(self._words, stem), len(self._words)):
                if not self._words[place].startswith(stem):
                    break
                found.setdefault(self._words[place], PREFIX)
        if not found and len(stem) >= 4:
            found = dict.fromkeys(self._slips(stem), SLIP)
        return found

    def _slips(self, stem: str) -> Iterator[str]:
        """The words that a slip or two away may be meant. Most are told apart by their letters alone."""
        allowed = 1 if len(stem) < 8 else 2
        letters = _letters(stem)
        for length in range(len(stem) - allowed, len(stem) + allowed + 1):
            for other, its_letters in self._by_length.get(length, ()):
                if (letters ^ its_letters).bit_count() <= 2 * allowed and _distance(stem, other, allowed) <= allowed:
                    yield other

    def _result(self, number: int, typed: frozenset[str], hits: frozenset[str]) -> Result:
        record = self._records[number]
        title = record.names[0]
        also = ""
        if typed.isdisjoint(stems(title)):
            also = next((name for name in record.names[1:] if not typed.isdisjoint(stems(name))), "")
        is_named = any(number in self._postings[stem].named for stem in hits)
        return Result(
            kind=words.KINDS[record.document.kind],
            title=title,
            address=record.address,
            title_pieces=_pieces(title, hits),
            excerpt=_pieces(_shortened(record.lead) if is_named else self._excerpt(number, record, hits), hits),
            level=record.level,
            also=also,
        )

    def _excerpt(self, number: int, record: _Record, hits: frozenset[str]) -> str:
        """The lead when it has a hit, else the sentence of the text that first has one."""
        if hits.isdisjoint(stems(record.lead)):
            begin = min(self._postings[stem].sentence_in(number) for stem in hits)
            if begin != NOWHERE:
                text = record.fields[-1][1]
                end = _SENTENCE_END.search(text, begin)
                return _shortened(text[begin : end.start() if end else None])
        return _shortened(record.lead)


def _highest(scores: Mapping[int, float], count: int) -> list[int]:
    """The records with the highest scores, those alike by name, as they are numbered."""
    if count <= 0:
        return []
    least = min(heapq.nlargest(count, scores.values()), default=0.0)
    among = [(-score, number) for number, score in scores.items() if score >= least]
    return [number for _, number in sorted(among)[:count]]


def _letters(word: str) -> int:
    """Which letters and figures a word has, as bits."""
    bits = 0
    for character in word:
        bits |= 1 << (ord(character) & 63)
    return bits


def _first_sentences(text: str) -> dict[str, int]:
    """Each word of a text, and where the sentence begins that first has it."""
    begins = [0, *(end.end() for end in _SENTENCE_END.finditer(text))]
    seen: dict[str, int] = {}
    for word in _PART.finditer(text):
        seen.setdefault(word[0], word.start())
    found: dict[str, int] = {}
    for word, place in seen.items():
        for stem in _stems_of(word):
            found.setdefault(stem, begins[bisect_right(begins, place) - 1])
    return found


def terms_of(query: str) -> tuple[str, ...]:
    """The words of a question that carry meaning, each once; all its words when none does."""
    found = dict.fromkeys(_WORD.findall(_normal(query[:LONGEST_QUERY])))
    meant = [word for word in found if word not in _STOP_WORDS]
    return tuple(meant or found)[:MOST_TERMS]


def stems(text: str) -> Iterator[str]:
    """The words of a text in the form in which they are compared."""
    return (_stem(word) for word in _WORD.findall(_normal(text)))


@lru_cache(maxsize=20_000)
def _stems_of(word: str) -> frozenset[str]:
    return frozenset(stems(word))


def _normal(text: str) -> str:
    """Small letters without accents, and one spelling for British and American words."""
    plain = text.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    plain = plain.replace("'s", "").replace("’s", "").replace("'", "").replace("’", "")
    for british, american in _SPELLINGS:
        plain = plain.replace(british, american)
    return plain


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """A word without the endings of plural, past and progress."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            word = word[: -len(ending)]
            return word[:-1] if word[-1] == word[-2] and word[-1] not in "sl" else word
    return word


def _distance(one: str, other: str, limit: int) -> int:
    """How many slips (a letter wrong, missing, extra or swapped) lie between two words; `limit + 1` for more."""
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(
                previous[column] + 1,
                current[column - 1] + 1,
                previous[column - 1] + (letter != wanted),
            )
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return previous[-1]


def _records(edition: Edition) -> Iterator[_Record]:
    for entry in edition.entries:
        document = entry.document
        names: tuple[str, ...] = (document.name,)
        lead = ""
        level = None
        match document:
            case Cause():
                also = tuple(name.name for name in document.also_called)
                names = (document.name, *also, document.clinical_name)
                lead = document.summary
                level = level_of(edition, document.urgency)
            case Finding():
                lead = plain_text(document.summary) or document.why_asked
            case ClaimReview():
                lead = plain_text(document.correction)
            case Page():
                lead = document.summary
            case _:
                continue
        address = address_of_document(document)
        if address is None:
            continue
        body = " ".join(plain_text(text) for _, text in markdown_of(document))
        extra = ". ".join(answer.label for answer in document.answers) if isinstance(document, Finding) else ""
        also = names[1:]
        match document:
            case ClaimReview():
                also = (document.claim,)
            case Finding():
                also = (document.question,)
        fields = ((NAME, names[0]), (ALSO, " ".join(also)), (LEAD, lead), (BODY, f"{body} {extra}"))
        yield _Record(document, address, fields, names, lead, level)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT_LENGTH else text[:EXCERPT_LENGTH].rsplit(" ", 1)[0] + " …"


def _pieces(text: str, hits: frozenset[str]) -> tuple[Piece, ...]:
    """The text cut at the words that were looked for."""
    pieces: list[Piece] = []
    between: list[str] = []
    for place, part in enumerate(_PART.split(text)):
        if place % 2 and not hits.isdisjoint(_stems_of(part)):  # Every second part is a word.
            if any(between):
                pieces.append(Piece("".join(between), is_hit=False))
                between = []
            pieces.append(Piece(part, is_hit=True))
        else:
            between.append(part)
    if any(between):
        pieces.append(Piece("".join(between), is_hit=False))
    return tuple(pieces)
