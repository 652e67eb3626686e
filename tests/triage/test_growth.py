"""How the work of one assessment grows with the number of causes, counted and not timed."""

import cProfile
import pstats

import pytest

from bench.engine import edition_with, grown, table, timings_of
from sitecontent.documents import Cause, Document
from sitecontent.edition.edition import Edition
from triage.engine import assess
from triage.index import index_of

TIMES = 4
EVERY = 20
"""One vignette in so many is assessed: enough to meet every kind."""


@pytest.fixture(scope="module")
def larger(starter_documents: tuple[Document, ...], starter_edition: Edition) -> Edition:
    """The starter content with several times its causes."""
    return edition_with(grown(starter_documents, TIMES * len(starter_edition.causes)))


def calls_of(edition: Edition) -> int:
    """How many functions are called to assess some vignettes."""
    index_of(edition)
    profile = cProfile.Profile()
    for vignette in edition.vignettes[::EVERY]:
        answers = {given.finding: given.answers for given in vignette.answers}
        profile.runcall(assess, edition, answers)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_larger_editions_have_the_same_causes_under_other_names(starter_documents):
    names = [document.slug for document in grown(starter_documents, 700) if isinstance(document, Cause)]

    assert len(names) == len(set(names)) == 700


def test_the_work_grows_no_faster_than_the_causes(starter_edition, larger):
    assert len(larger.causes) == TIMES * len(starter_edition.causes)
    assert calls_of(larger) <= TIMES * calls_of(starter_edition)


def test_the_table_names_each_count_and_how_the_time_grew(starter_edition, larger):
    timings = [timings_of(edition, every=EVERY, rounds=1) for edition in (starter_edition, larger)]

    lines = table(timings).splitlines()

    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {timing.causes}" for timing in timings]
    assert f"| {TIMES}.0 |" in lines[3]
