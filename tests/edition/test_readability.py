"""How hard a text is to read: what counts as a word, a sentence, a syllable and a name."""

import pytest
from django.core.management import call_command

from sitecontent.documents import Cause, ClaimReview, Finding, Page
from sitecontent.edition.readability import (
    GRADE_AT_MOST,
    PageReading,
    Readability,
    Reading,
    names_in,
    readability_of,
    reading_of,
    sentences_of,
    syllables_in,
)

SAID = {
    "a": 1,
    "the": 1,
    "seen": 1,
    "smear": 1,
    "caused": 1,
    "stopped": 1,
    "hours": 1,
    "comes": 1,
    "doctor": 2,
    "bleeding": 2,
    "people": 2,
    "needed": 2,
    "changes": 2,
    "sometimes": 2,
    "quiet": 2,
    "midwife’s": 2,
    "vagina": 3,
    "miscarriage": 3,
    "one-sided": 3,
    "period": 3,
    "area": 3,
    "usually": 4,
    "emergency": 4,
    "examination": 5,
    "HPV": 3,
    "24": 2,
}


@pytest.mark.parametrize("word", SAID)
def test_syllables_are_counted_as_a_word_is_said(word):
    assert syllables_in(word) == SAID[word]


def test_a_bullet_and_a_paragraph_each_end_a_sentence():
    text = """## A heading

First one. Second one?

A lead-in:

- **Bold** start
- Ends with a [link](/causes/thrush/) [@one; @two].
  And goes on
1. Numbered
"""

    assert list(sentences_of(text)) == [
        "First one.",
        "Second one?",
        "A lead-in:",
        "Bold start",
        "Ends with a link.",
        "And goes on",
        "Numbered",
    ]


def test_a_quotation_mark_may_stand_behind_the_full_stop():
    assert list(sentences_of("“It is right.” It is not.")) == ["“It is right.”", "It is not."]


def test_the_grade_is_that_of_flesch_and_kincaid():
    reading = reading_of("The doctor looks at the cervix. It takes one minute.")

    assert reading == Reading(sentence_words=(6, 4), words=10, syllables=13)
    assert reading.grade == pytest.approx(0.39 * 5 + 11.8 * 1.3 - 15.59)


def test_names_lengthen_a_sentence_but_not_its_words():
    text = "Mycoplasma genitalium can bleed, and so can fibroids."

    plain = reading_of(text)
    without = reading_of(text, ["mycoplasma genitalium", "fibroid"])

    assert without.sentence_words == plain.sentence_words == (8,)
    assert without == Reading(sentence_words=(8,), words=5, syllables=5)


def test_part_of_a_word_is_not_a_name():
    assert reading_of("Showing it helps.", ["show"]) == reading_of("Showing it helps.")


def test_no_text_has_no_grade():
    assert reading_of("## Only a heading").grade == 0.0


def test_a_page_above_the_limit_is_named_hardest_first():
    def page(slug: str, syllables: int) -> PageReading:
        return PageReading("cause", slug, Reading(sentence_words=(10,), words=10, syllables=syllables))

    figures = Readability((page("hardest", 22), page("hard", 20), page("easy", 13)))

    assert [item.slug for item in figures.too_hard] == ["hardest", "hard"]
    assert all(item.reading.grade > GRADE_AT_MOST for item in figures.too_hard)
    assert figures.median_grade == figures.pages[1].reading.grade
    assert figures.median_sentence_words == 10


def test_nothing_to_read_gives_no_figures():
    assert (Readability(()).median_grade, Readability(()).median_sentence_words) == (0.0, 0.0)


def test_names_are_those_of_causes_and_of_the_glossary(starter_edition):
    names = names_in(starter_edition)

    assert {"thrush", "vulvovaginal candidiasis", "yeast infection", "placenta praevia", "hysterectomy"} <= names
    assert not {"emergency", "moderator", "edition", ""} & names


def test_every_page_of_the_starter_content_is_read_and_none_is_hard(starter_edition):
    figures = readability_of(starter_edition)

    read = {(page.kind, page.slug) for page in figures.pages}
    assert read == {
        entry.document.key
        for entry in starter_edition.entries
        if isinstance(entry.document, (Cause, Finding, ClaimReview, Page))
    }
    assert figures.median_grade <= 7
    assert figures.median_sentence_words <= 15
    assert [(page.slug, round(page.reading.grade, 1)) for page in figures.too_hard] == []


def test_the_command_prints_the_figures(all_published, capsys):
    figures = readability_of(all_published)

    call_command("check_content")

    last_line = capsys.readouterr().out.splitlines()[-1]
    assert last_line == (
        f"Reading grade: median {figures.median_grade:.1f} over {len(figures.pages)} pages, 0 above 9; "
        f"median sentence {figures.median_sentence_words:.0f} words."
    )
