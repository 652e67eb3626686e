"""The words of an edition: written once on a machine, opened by every worker, and done without where that fails."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitecontent.edition import current
from sitecontent.pages.index import SiteIndex
from sitecontent.pages.search import build, keep
from sitecontent.pages.search.find import SearchIndex, _highest
from sitecontent.pages.search.keep import kept_search
from sitecontent.pages.search.language import MOST_SLIPS, distance, shapes_of


@pytest.fixture
def small(retake, starter_edition):
    """An edition that is quickly taken in."""
    return retake(starter_edition.entries[:60])


@pytest.fixture
def retake(starter_edition):
    """Make an edition of some entries of the starter content."""

    def make(entries, number=1):
        return type(starter_edition)(
            number=number,
            published_at=starter_edition.published_at,
            note="",
            published_by="",
            previous_sha256=starter_edition.previous_sha256,
            entries=tuple(entries),
        )

    return make


@pytest.fixture
def folder(settings, tmp_path):
    """Where the files are kept."""
    settings.SEARCH_FOLDER = tmp_path / "search"
    return settings.SEARCH_FOLDER


@pytest.fixture
def builds(monkeypatch):
    """Every file that is made."""
    made = []
    really = build.build_file

    def count(edition, path):
        made.append(path)
        really(edition, path)

    monkeypatch.setattr(build, "build_file", count)
    return made


def found(search, query="cervix"):
    return [result.address for result in search.find(query)]


def test_workers_that_see_an_edition_at_the_same_time_make_one_file_for_all(small, folder, builds):
    gate = threading.Barrier(4)
    answers = []

    def work():
        gate.wait()
        answers.append(found(kept_search(small)))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)

    assert len(builds) == 1
    assert answers == [found(SearchIndex(small))] * 4
    assert answers[0]


def test_the_public_edition_is_searched_in_its_file_and_a_draft_leaves_none(small, retake, folder, monkeypatch):
    monkeypatch.setattr(current._holder, "edition", small)

    SiteIndex(retake(small.entries[:50])).search.find("cervix")
    assert not folder.exists()

    SiteIndex(small).search.find("cervix")
    assert len(list(folder.glob("*.sqlite3"))) == 1


def test_only_the_files_of_the_last_editions_stay(small, retake, folder):
    for count in range(20, 26):
        kept_search(retake(small.entries[:count]))

    assert len(list(folder.glob("*.sqlite3"))) == keep.FILES_KEPT


def test_a_file_that_a_stopped_process_left_unfinished_is_in_nobodys_way(small, folder):
    folder.mkdir()
    (folder / "part").write_bytes(b"half of a file")

    assert found(kept_search(small)) == found(SearchIndex(small))
    assert not (folder / "part").exists()


def test_where_nothing_can_be_written_the_search_answers_from_memory(small, settings, tmp_path, caplog):
    (tmp_path / "a-file").write_text("")
    settings.SEARCH_FOLDER = tmp_path / "a-file" / "search"

    assert found(kept_search(small)) == found(SearchIndex(small))
    assert "can not be kept in a file" in caplog.text


@pytest.mark.parametrize("keeps", [0, 0.02])
def test_a_damaged_file_is_done_without_and_made_anew_by_the_next_process(small, folder, keeps, caplog):
    kept_search(small)
    [path] = folder.glob("*.sqlite3")
    whole = path.read_bytes()
    kept = int(len(whole) * keeps)
    path.write_bytes(whole[:kept] + b"\xff" * (len(whole) - kept))

    assert found(kept_search(small)) == found(SearchIndex(small))
    assert "is damaged" in caplog.text
    assert not path.exists()

    assert found(kept_search(small)) == found(SearchIndex(small))
    assert path.exists()


def test_no_connection_is_used_on_both_sides_of_a_fork(small, folder):
    search = kept_search(small)
    before = search._connection
    search._process = -1  # As a process finds it that was forked from the one which opened the file.

    assert found(search) == found(SearchIndex(small))
    assert search._connection is not before


LETTERS = st.text(st.sampled_from("abcde"), min_size=4, max_size=10)


@given(LETTERS, st.lists(st.tuples(st.sampled_from("idrs"), st.integers(0, 9), st.sampled_from("abcde")), max_size=2))
def test_every_word_that_lies_a_slip_or_two_away_shares_a_shape(word, slips):
    other = word
    for kind, at, letter in slips:
        place = at % (len(other) + 1)
        if kind == "s":
            other = other[:place] + other[place : place + 2][::-1] + other[place + 2 :]
        else:
            other = other[:place] + letter * (kind in "ir") + other[place + (kind in "dr") :]

    apart = distance(word, other, MOST_SLIPS)

    assert apart > MOST_SLIPS or not shapes_of(word, apart).isdisjoint(shapes_of(other, MOST_SLIPS))


RECORDS = st.sets(st.integers(0, 11), max_size=12)


@given(st.lists(st.dictionaries(st.sampled_from([1.0, 2.0, 4.0, 8.0, 16.0]), RECORDS, max_size=4), max_size=4), RECORDS)
def test_the_highest_are_those_that_adding_up_record_by_record_finds(weighed, among):
    terms, worth = [], dict.fromkeys(among, 0.0)
    for levels in weighed:
        seen = set()
        term = []
        for score in sorted(levels, reverse=True):
            records = levels[score] - seen
            seen |= records
            term.append((score, sum(1 << number for number in records)))
            for number in records & among:
                worth[number] += score
        terms.append(term)

    expected = sorted(among, key=lambda number: (-worth[number], number))[:5]

    assert _highest(terms, sum(1 << number for number in among), 5) == expected
