"""How hard a text is to read: the Flesch-Kincaid grade and the length of the sentences. Pure.

The grade is the school year, as counted in the United States, in which the text is
understood. It is measured and shown, never a gate: a short word can be hard and a long one
known to everybody. Names of diseases can not be made simpler, so they are left out where
the length of words is counted. They still count in the length of a sentence.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from statistics import median

from pyphen import Pyphen

from sitecontent.documents import Cause, ClaimReview, Document, Finding, Page
from sitecontent.edition.citations import without_citations
from sitecontent.edition.edition import Edition

GRADE_AT_MOST = 9.0
"""Above this grade a page is named, so that somebody rewrites it."""

GLOSSARY = "glossary"
"""Slug of the page whose bold words are the medical words that this site explains."""

_OWN_WORDS = ("How soon", "Words of this site")
"""Parts of the glossary that explain the site and name no condition."""

_WORD = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_BULLET = re.compile(r"^\s*(?:[-*]|\d+\.)\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"”’)])\s+")
_VOWELS = re.compile(r"[aeiouy]+")
_TWO_SOUNDS = re.compile(r"(?<![cstgx])i[aou](?!ges?$)|(?<![qg])ua|iet|uie|(?<=[^aeiou])ea$")
"""Vowels beside each other that are spoken apart, as in period, usual, quiet and area."""
_SILENT_E = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)e$|(?:[^aeiouylscxzgh]|[aeiouy]l)es$|[^aeiouytd]ed$")
_NAME_ENDS = re.compile(r"[;,()/]| and its ")


@dataclass(frozen=True)
class Reading:
    """What was counted in one text."""

    sentence_words: tuple[int, ...]
    """Words in each sentence, names included."""
    words: int
    """Words whose syllables were counted: all but those of names."""
    syllables: int
    """Syllables of these words."""

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade. 0 for a text without words.

        Source: Kincaid and others, Derivation of new readability formulas, Naval Technical Training Command, 1975.
        """
        if not self.sentence_words or not self.words:
            return 0.0
        words_a_sentence = sum(self.sentence_words) / len(self.sentence_words)
        return 0.39 * words_a_sentence + 11.8 * self.syllables / self.words - 15.59


@dataclass(frozen=True)
class PageReading:
    """How hard one public page is to read."""

    kind: str
    slug: str
    reading: Reading

    @property
    def is_too_hard(self) -> bool:
        """True when its grade is above `GRADE_AT_MOST`."""
        return self.reading.grade > GRADE_AT_MOST


@dataclass(frozen=True)
class Readability:
    """The figures of a whole edition."""

    pages: tuple[PageReading, ...]
    """The hardest first."""

    @property
    def median_grade(self) -> float:
        """The grade that half of the pages do not exceed."""
        return median(page.reading.grade for page in self.pages) if self.pages else 0.0

    @property
    def median_sentence_words(self) -> float:
        """The number of words that half of all sentences do not exceed."""
        lengths = [words for page in self.pages for words in page.reading.sentence_words]
        return median(lengths) if lengths else 0.0

    @property
    def too_hard(self) -> tuple[PageReading, ...]:
        """The pages above `GRADE_AT_MOST`, the hardest first."""
        return tuple(page for page in self.pages if page.is_too_hard)


def readability_of(edition: Edition) -> Readability:
    """Read every cause, symptom, claim and editorial page of an edition."""
    names = names_in(edition)
    documents: tuple[Document, ...] = (*edition.causes, *edition.findings, *edition.claims, *edition.pages)
    pages = (PageReading(item.kind, item.slug, reading_of("\n\n".join(texts_of(item)), names)) for item in documents)
    return Readability(tuple(sorted(pages, key=lambda page: (-page.reading.grade, page.kind, page.slug))))


def texts_of(document: Document) -> Iterator[str]:
    """The running text that a visitor reads on the page of a document."""
    match document:
        case Cause():
            yield document.summary
            yield document.urgency_reason
            yield document.nature_note
            yield document.how_common.text
            yield from (escalation.tell for escalation in document.escalations)
            yield from (getattr(document.sections, field) for field in type(document.sections).model_fields)
        case Finding():
            yield from (document.summary, document.question, document.help, document.why_asked)
        case ClaimReview():
            yield document.correction
        case Page():
            yield from (document.summary, document.body)


def names_in(edition: Edition) -> frozenset[str]:
    """What conditions are called in an edition, in lower case, and the medical words of its glossary."""
    names = {name for cause in edition.causes for name in _names_of(cause)}
    return _in_lower_case(names) | glossary_words(edition)


def glossary_words(edition: Edition) -> frozenset[str]:
    """The medical words that the glossary of an edition explains, in lower case."""
    glossary = edition.page(GLOSSARY)
    return _in_lower_case(_bold_words(glossary.body)) if glossary else frozenset()


def _in_lower_case(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in (" ".join(name.lower().split()) for name in names) if name)


def reading_of(markdown: str, names: Iterable[str] = ()) -> Reading:
    """Count the words, sentences and syllables of a Markdown text, leaving names out of the syllables."""
    known = frozenset(names)
    sentence_words: list[int] = []
    counted: list[str] = []
    for sentence in sentences_of(markdown):
        words = _WORD.findall(sentence)
        if words:
            sentence_words.append(len(words))
            counted.extend(_without_names(words, known))
    return Reading(tuple(sentence_words), len(counted), sum(syllables_in(word) for word in counted))


def sentences_of(markdown: str) -> Iterator[str]:
    """The sentences of a Markdown text. A bullet ends a sentence; headings and citations are left out."""
    text = _LINK.sub(r"\1", without_citations(markdown)).replace("*", "")
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:-|\d+\.)\s)", text):
        if block.lstrip().startswith("#"):
            continue
        yield from filter(
            None, (part.strip() for part in _SENTENCE_END.split(" ".join(_BULLET.sub("", block).split())))
        )


@cache
def _hyphens() -> Pyphen:
    return Pyphen(lang="en_GB")  # Read when it is first needed: most workers never check a text.


@cache
def syllables_in(word: str) -> int:
    """The syllables of one English word, at least 1. Letters said one by one and digits count one each.

    Hyphenation misses syllables at the edge of a word, and counting vowels misses some inside. The higher of
    both is taken, so that a text never seems easier than it is.
    """
    if "-" in word:
        return sum(syllables_in(part) for part in word.split("-"))
    if word.isdigit() or (word.isupper() and len(word) > 1):
        return len(word)
    plain = re.sub(r"[’']", "", word.lower())
    return max(1, len(_hyphens().positions(plain)) + 1, _vowel_groups(plain))


def _vowel_groups(word: str) -> int:
    word = word.replace("some", "som", 1) if len(word) > len("somes") else word
    return len(_VOWELS.findall(word)) + len(_TWO_SOUNDS.findall(word)) - bool(_SILENT_E.search(word))


def _names_of(cause: Cause) -> Iterator[str]:
    yield cause.title
    yield cause.slug.replace("-", " ")
    for name in (cause.clinical_name, *(also.name for also in cause.also_called)):
        yield from _NAME_ENDS.split(name)


def _bold_words(glossary: str) -> Iterator[str]:
    for part in re.split(r"^##\s+", glossary, flags=re.MULTILINE):
        if not part.startswith(_OWN_WORDS):
            for term in re.findall(r"\*\*(.+?):?\*\*(?:\s*\(([^)]*)\))?", part):
                yield from (piece.strip(" :") for words in term for piece in _NAME_ENDS.split(words))


@cache
def _by_length(names: frozenset[str]) -> Mapping[int, frozenset[tuple[str, ...]]]:
    """The words of each name, by how many they are, the longest first: looked up, as there may be thousands."""
    found: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    for name in names:
        words = tuple(_WORD.findall(name))
        if words:
            found[len(words)].add(words)
    return {length: frozenset(found[length]) for length in sorted(found, reverse=True)}


@cache
def _first_words(names: frozenset[str]) -> frozenset[str]:
    """What a name may begin with. Most words begin none."""
    firsts = {words[0] for words in map(_WORD.findall, names) if words}
    return frozenset(first + ending for first in firsts for ending in ("", "s", "es"))


def _without_names(words: list[str], names: frozenset[str]) -> Iterator[str]:
    """The words that are in no name, where the last word of a name may be in the plural."""
    known, firsts = _by_length(names), _first_words(names)
    lower = [word.lower() for word in words]
    at = 0
    while at < len(words):
        length = _name_at(lower, at, known) if lower[at] in firsts else 0
        if not length:
            yield words[at]
        at += length or 1


def _name_at(words: list[str], at: int, known: Mapping[int, frozenset[tuple[str, ...]]]) -> int:
    """How many words the longest name has that stands here; 0 where none does."""
    for length, names in known.items():
        *before, last = words[at : at + length]
        if len(before) + 1 < length:
            continue
        singular = {last, last.removesuffix("s"), last.removesuffix("es")}
        if any((*before, word) in names for word in singular):
            return length
    return 0
