"""The words of questions and texts, in the form in which they are compared. Pure.

It forgives plurals, British or American spelling and accents, and knows everyday words for clinical ones.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LONGEST_QUERY = 100
MOST_TERMS = 8

_SMALL_WORDS = (
    "a about am an and any are as at be been but by can could did do does for from had has have how i if in is it "
    "its just me my no not of on or our should so some than that the their them then there these they this to up "
    "was we were what when where which who why will with would you your"
)
_STOP_WORDS = frozenset(_SMALL_WORDS.split())

EVERYDAY = {
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

MOST_SLIPS = 2

_LETTERS_SHORTENED = 7
"""Only so many letters at the beginning are shortened to find slips. What follows is compared letter by letter."""


def terms_of(query: str) -> tuple[str, ...]:
    """The words of a question that carry meaning, each once; all its words when none does."""
    found = dict.fromkeys(_WORD.findall(normal(query[:LONGEST_QUERY])))
    meant = [word for word in found if word not in _STOP_WORDS]
    return tuple(meant or found)[:MOST_TERMS]


def stems(text: str) -> Iterator[str]:
    """The words of a text in the form in which they are compared."""
    return (stem_of(word) for word in _WORD.findall(normal(text)))


@lru_cache(maxsize=20_000)
def stems_of_word(word: str) -> frozenset[str]:
    """The same of what stands between two spaces; it may be none, or several."""
    return frozenset(stems(word))


def normal(text: str) -> str:
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
def stem_of(word: str) -> str:
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


def slips_allowed(stem: str) -> int:
    """How many slips a word may have and still be understood."""
    return 0 if len(stem) < 4 else 1 if len(stem) < 8 else MOST_SLIPS


def shapes_of(stem: str, slips: int) -> set[str]:
    """The beginning of a word with up to so many letters left out, in every way.

    Two words that lie so many slips apart, or fewer, have a shape in common. So the words that may be meant by one with
    a slip are looked up, and nothing has to be compared with every word there is.
    """
    shapes = {stem[:_LETTERS_SHORTENED]}
    for _ in range(slips):
        shapes |= {shape[:place] + shape[place + 1 :] for shape in shapes for place in range(len(shape))}
    return shapes


def distance(one: str, other: str, limit: int) -> int:
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
