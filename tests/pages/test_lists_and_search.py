"""Filters and search: what they find, what they ignore, and that nothing breaks them."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitecontent.documents import Nature, PregnancyScope, Urgency
from sitecontent.pages import pieces
from sitecontent.pages.filters import CauseFilter
from sitecontent.pages.index import index_of
from sitecontent.pages.search import LONGEST_QUERY, terms_of
from tests.pages.site import Reading, with_document


@pytest.fixture
def find(starter_edition):
    """The addresses that a search finds, best first."""
    return lambda query: [result.address for result in index_of(starter_edition).search.find(query)]


@pytest.fixture
def select(starter_edition):
    """The causes that filters leave."""
    index = index_of(starter_edition)
    return lambda **query: [card.cause for card in CauseFilter.from_query(query, starter_edition).select(index)]


# Filters


def test_without_filters_every_cause_is_listed(select, starter_edition):
    assert select() == list(starter_edition.causes)


def test_each_filter_leaves_exactly_what_fits(select, starter_edition):
    causes = starter_edition.causes

    assert select(urgency="emergency") == [c for c in causes if c.urgency is Urgency.EMERGENCY]
    assert select(nature="natural") == [c for c in causes if c.nature is Nature.NATURAL]
    assert select(pregnancy="only") == [c for c in causes if c.pregnancy is PregnancyScope.ONLY]
    assert select(site="cervix") == [c for c in causes if "cervix" in c.sites]
    assert select(category="cervix") == [c for c in causes if c.category == "cervix"]
    assert select(urgency="emergency", pregnancy="only") == [
        c for c in causes if c.urgency is Urgency.EMERGENCY and c.pregnancy is PregnancyScope.ONLY
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"urgency": "tomorrow"},
        {"nature": ""},
        {"site": "<script>"},
        {"category": "no-such-group"},
        {"sort": "random"},
        {"colour": "red"},
    ],
)
def test_values_that_nobody_offers_are_ignored(select, starter_edition, query):
    assert select(**query) == list(starter_edition.causes)


def test_counts_say_what_choosing_would_leave(starter_edition, select):
    index = index_of(starter_edition)

    facets = CauseFilter.from_query({"urgency": "emergency"}, starter_edition).facets(index)

    for facet in facets:
        for choice in facet.choices:
            chosen = {"urgency": "emergency", facet.name: choice.value}
            assert choice.count == len(select(**chosen)), (facet.name, choice.value)


def test_the_list_is_grouped_by_urgency_or_sorted_by_name(visit, starter_edition):
    by_urgency = Reading(visit("/causes/").content.decode())
    by_name = Reading(visit("/causes/?sort=name").content.decode())

    present = [level for level in reversed(Urgency) if any(c.urgency is level for c in starter_edition.causes)]
    groups = [attrs["class"].split()[-1] for attrs in by_urgency.having("h2", class_="level-heading")]
    assert groups == [level.value for level in present]
    titles = [text for level, text in by_name.headings if level == 3]
    assert titles == sorted(titles, key=str.casefold)


def test_filters_in_force_can_be_removed_one_by_one(visit):
    page = Reading(visit("/causes/?urgency=emergency&pregnancy=only&sort=name").content.decode())

    assert {"/causes/?pregnancy=only&sort=name", "/causes/?urgency=emergency&sort=name"} <= set(page.links)


def test_an_empty_list_says_so_and_shows_a_way_on(visit):
    page = Reading(visit("/causes/?q=nothingfitsthis").content.decode())

    assert "No cause fits all of these filters." in page.text
    assert "That we list nothing here does not mean that nothing is wrong." in page.text
    assert "nothingfitsthis" in page.text


# The pieces that lists are joined of

SOME_LISTS = (
    "/causes/",
    "/causes/?sort=name",
    "/causes/?site=cervix&urgency=soon",
    "/causes/?site=cervix&sort=name",
    "/causes/?nature=natural&pregnancy=only&urgency=emergency",
    "/causes/?q=polyp&category=cervix",
    "/emergency/",
    "/pregnancy/",
)


@pytest.fixture
def no_pieces() -> Callable[[], None]:
    """Forget the pieces of every edition, now and whenever it is called."""
    pieces._held.cache_clear()
    return pieces._held.cache_clear


def test_a_list_does_not_depend_on_which_were_asked_for_before(visit, no_pieces):
    first = {address: visit(address).content for address in SOME_LISTS}
    no_pieces()

    assert {address: visit(address).content for address in reversed(SOME_LISTS)} == first
    assert len(set(first.values())) == len(SOME_LISTS)


def test_a_list_is_the_same_when_its_pieces_are_made_anew_each_time(visit, no_pieces, settings):
    held = [visit(address).content.split() for address in SOME_LISTS * 2]
    settings.DEBUG = True
    anew = [visit(address).content.split() for address in SOME_LISTS * 2]

    # Templates keep their white space then, so it is left out.
    assert [b"".join(words) for words in anew] == [b"".join(words) for words in held]


def test_what_is_made_up_leaves_no_piece_behind(visit, no_pieces, starter_edition):
    visit("/causes/")
    visit("/causes/?q=nothingfitsthis")
    before = len(pieces.pieces_of(starter_edition))

    for number in range(50):
        visit(f"/causes/?q=nothingfitsthis{number}&site=place-{number}&colour={number}&sort={number}")

    assert len(pieces.pieces_of(starter_edition)) == before


def test_a_list_shows_its_own_edition(visit, serve, starter_edition):
    cause = starter_edition.causes[0]
    visit("/causes/")
    serve(with_document(starter_edition, cause.model_copy(update={"title": "A new name"})))

    titles = [text for level, text in Reading(visit("/causes/").content.decode()).headings if level == 3]

    assert "A new name" in titles
    assert cause.title not in titles


def test_words_that_somebody_types_are_escaped_in_the_list(visit):
    page = visit("/causes/", {"q": '"><b>x</b>&'}).content.decode()

    assert 'value="&quot;&gt;&lt;b&gt;x&lt;/b&gt;&amp;"' in page
    assert "Words: &quot;&gt;&lt;b&gt;x&lt;/b&gt;&amp;<" in page


# Search


def test_what_somebody_looks_for_is_escaped_wherever_it_is_said(visit):
    page = visit("/search/", {"q": '"><b>polyp</b>&'}).content.decode()
    said = "&quot;&gt;&lt;b&gt;polyp&lt;/b&gt;&amp;"

    for place in (f"Search: {said}", f'value="{said}"', f"for “{said}”"):
        assert place in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("erosion", "/causes/cervical-ectropion/"),
        ("thrush", "/causes/thrush-candidiasis/"),
        ("coil", "/causes/intrauterine-device/"),
        ("IUD", "/causes/intrauterine-device/"),
        ("yeast infection", "/causes/thrush-candidiasis/"),
        ("chlamydia", "/causes/chlamydia/"),
        ("Chlamidia", "/causes/chlamydia/"),
        ("chlam", "/causes/chlamydia/"),
        ("polyps on the cervix", "/causes/cervical-polyp/"),
        ("ectopic pregnancies", "/causes/ectopic-pregnancy/"),
        ("low placenta", "/causes/placenta-praevia/"),
        ("endometriosis", "/causes/endometriosis/"),
        ("bleeding disorder", "/causes/bleeding-disorder/"),
        ("privacy", "/privacy/"),
        ("sex in pregnancy", "/pregnancy/"),
        ("what is implantation", "/causes/implantation-bleeding/"),
        ("gonnorhea", "/causes/gonorrhoea/"),
    ],
)
def test_what_people_type_leads_to_the_page(find, query, address):
    assert find(query)[0] == address


def test_a_title_comes_before_a_mention(find, starter_edition):
    found = find("cervical cancer")

    assert found[0] == "/causes/cervical-cancer/"
    assert len(found) > 1


def test_everyday_words_find_pages_about_discharge(find):
    found = find("pink discharge")

    assert any("discharge" in address for address in found[:5])


def test_the_other_name_that_was_used_is_shown(starter_edition):
    best = index_of(starter_edition).search.find("erosion")[0]

    assert (best.title, best.also) == ("Cervical ectropion", "cervical erosion")


def test_what_was_found_is_marked_in_title_and_excerpt(visit):
    page = visit("/search/?q=polyp").content.decode()

    assert "<mark>polyp</mark>" in page


ODD = [
    "",
    " ",
    "the",
    "?",
    "%",
    "*",
    '"',
    "\\",
    "'; DROP TABLE causes; --",
    "<script>alert(1)</script>",
    "\x00\x01\x02",
    "\ud7ff\U0001f600",
    "ß ﬁ İ ǆ",
    "出血",
    "a" * 5_000,
    "coil " * 1_000,
    "‮coil",
    "-1",
    "NULL",
    "{{ 7*7 }}{% now %}",
]


@pytest.mark.parametrize("query", ODD)
def test_odd_questions_are_questions_too(visit, query):
    response = visit("/search/", {"q": query})

    assert response.status_code == 200
    assert Reading(response.content.decode()).inline == []


@pytest.mark.parametrize("raw", ["/search/?q=%ff%fe", "/search/?q=%00", "/search/?q&q=&q=coil", "/search/?q[]=1&=&&"])
def test_odd_addresses_are_answered_too(visit, raw):
    assert visit(raw).status_code == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.text(max_size=60))
def test_no_question_breaks_the_search(find, query):
    assert len(find(query)) <= 40


def test_a_question_is_cut_to_a_length_that_costs_little():
    assert terms_of("x" * 10_000) == ("x" * LONGEST_QUERY,)
    assert len(terms_of(" ".join(f"word{n}" for n in range(50)))) <= 8


def test_no_result_says_so_and_shows_a_way_on(visit):
    page = Reading(visit("/search/?q=xyzzyplugh").content.decode())

    assert "We found nothing for these words." in page.text
    assert any(link.startswith("/categories/") for link in page.links)


def test_a_search_is_kept_by_nobody(visit):
    response = visit("/search/?q=coil")

    assert response["Cache-Control"] == "private, no-store"
    assert Reading(response.content.decode()).having("input", name="q", autocomplete="off")
