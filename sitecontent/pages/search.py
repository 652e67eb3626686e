"""Search over the current edition, in memory. Pure: any text is a question, and none is an error.

It forgives plurals, British or American spelling, unfinished words and small slips, and it
knows everyday words for clinical ones. A record whose title or other name answers the whole
question comes before one that only mentions it.
"""

import math
import re
import unicodedata
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
    names: tuple[str, ...]
    lead: str
    level: Level | None


class SearchIndex:
    """The words of one edition and where they stand. It is never changed once built."""

    def __init__(self, edition: Edition) -> None:
        self._records = tuple(_records(edition))
        self._postings: dict[str, dict[int, float]] = {}
        self._named_by: list[frozenset[str]] = []
        for number, record in enumerate(self._records):
            self._named_by.append(frozenset(stem for name in record.names for stem in stems(name)))
            for weight, text in record.fields:
                for stem in set(stems(text)):
                    found = self._postings.setdefault(stem, {})
                    found[number] = found.get(number, 0.0) + weight
        self._rarity = {stem: math.log(1 + len(self._records) / len(found)) for stem, found in self._postings.items()}

    def find(self, query: str, *, kinds: Iterable[str] = ()) -> tuple[Result, ...]:
        """The best answers first. A question without a word in it has none.

        `kinds` narrows the answers to some kinds of record.
        """
        terms = terms_of(query)
        if not terms:
            return ()
        meanings = [self._meanings(term) for term in terms]
        wanted = frozenset(kinds)
        scored = [
            (self._rank(number, meanings), number)
            for number, record in enumerate(self._records)
            if not wanted or record.document.kind in wanted
        ]
        best = sorted(
            ((rank, number) for rank, number in scored if rank[2] > 0),
            key=lambda item: (item[0][0], item[0][1], -item[0][2], self._records[item[1]].document.name.casefold()),
        )
        if any(rank[1] == 0 for rank, _ in best):
            best = [(rank, number) for rank, number in best if rank[1] == 0]
        typed = frozenset(_stem(term) for term in terms)
        hits = frozenset(stem for meaning in meanings for stem in meaning)
        return tuple(self._result(number, typed, hits) for _, number in best[:MOST_RESULTS])

    def _rank(self, number: int, meanings: list[Mapping[str, float]]) -> tuple[int, int, float]:
        """How a record answers: its place, how many terms it lacks, its score.

        The place is 0 for a cause or a page whose names have every term, 1 for any other
        record named so, 2 for one that only mentions them.
        """
        score = 0.0
        missing = 0
        named = True
        for meaning in meanings:
            best = 0.0
            in_name = False
            # A word that the edition knows names a record; as the beginning of another word it does not.
            names_from = SYNONYM if EXACT in meaning.values() else SLIP
            for stem, worth in meaning.items():
                weight = self._postings[stem].get(number)
                if weight:
                    best = max(best, worth * weight * self._rarity[stem])
                    in_name = in_name or (worth >= names_from and stem in self._named_by[number])
            score += best
            missing += not best
            named = named and in_name
        place = 2
        if named and not missing:
            place = 0 if self._records[number].document.kind in {"cause", "page"} else 1
        return (place, missing, score)

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
            for other in self._postings:
                if other.startswith(stem):
                    found.setdefault(other, PREFIX)
        if not found and len(stem) >= 4:
            allowed = 1 if len(stem) < 8 else 2
            for other in self._postings:
                if abs(len(other) - len(stem)) <= allowed and _distance(stem, other, allowed) <= allowed:
                    found[other] = SLIP
        return found

    def _result(self, number: int, typed: frozenset[str], hits: frozenset[str]) -> Result:
        record = self._records[number]
        title = record.names[0]
        also = ""
        if typed.isdisjoint(stems(title)):
            also = next((name for name in record.names[1:] if not typed.isdisjoint(stems(name))), "")
        is_named = not hits.isdisjoint(self._named_by[number])
        return Result(
            kind=words.KINDS[record.document.kind],
            title=title,
            address=record.address,
            title_pieces=_pieces(title, hits),
            excerpt=_pieces(_shortened(record.lead) if is_named else _excerpt(record, hits), hits),
            level=record.level,
            also=also,
        )


def terms_of(query: str) -> tuple[str, ...]:
    """The words of a question that carry meaning, each once; all its words when none does."""
    found = dict.fromkeys(_WORD.findall(_normal(query[:LONGEST_QUERY])))
    meant = [word for word in found if word not in _STOP_WORDS]
    return tuple(meant or found)[:MOST_TERMS]


def stems(text: str) -> Iterator[str]:
    """The words of a text in the form in which they are compared."""
    return (_stem(word) for word in _WORD.findall(_normal(text)))


def _normal(text: str) -> str:
    """Small letters without accents, and one spelling for British and American words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
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


def _excerpt(record: _Record, hits: frozenset[str]) -> str:
    """The lead when it has a hit, else the sentence of the text that first has one."""
    if hits.isdisjoint(stems(record.lead)):
        for sentence in re.split(r"(?<=[.!?])\s+", record.fields[-1][1]):
            if not hits.isdisjoint(stems(sentence)):
                return _shortened(sentence)
    return _shortened(record.lead)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT_LENGTH else text[:EXCERPT_LENGTH].rsplit(" ", 1)[0] + " …"


def _pieces(text: str, hits: frozenset[str]) -> tuple[Piece, ...]:
    """The text cut at the words that were looked for."""
    pieces: list[Piece] = []
    for part in re.split(r"([\w'’]+)", text):
        if not part:
            continue
        is_hit = not hits.isdisjoint(stems(part))
        if pieces and pieces[-1].is_hit == is_hit:
            pieces[-1] = Piece(pieces[-1].text + part, is_hit)
        else:
            pieces.append(Piece(part, is_hit))
    return tuple(pieces)
