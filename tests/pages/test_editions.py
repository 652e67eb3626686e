"""What each edition changed, in public: word by word, with every page as it was, and nothing that was taken down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sitecontent.edition.edition import (
    Change,
    Edition,
    EditionCorrupt,
    EditionSummary,
    Entry,
    NotHeld,
    Origin,
    Signature,
    edition_from_json,
    edition_to_json,
)
from sitecontent.finished.addresses import past_addresses
from sitecontent.finished.export import exported_addresses
from tests.pages.site import Reading
from tests.pages.test_markup import mistakes_in

FIRST_DAY = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)

CLINICIAN = Signature(
    name="Ada Example",
    role="Moderator",
    qualification="MBBS",
    registration="GMC 0000000",
    signed_at=FIRST_DAY,
    seen_sha256="0" * 64,
)


def summary_of(edition: Edition, *changes: Change) -> EditionSummary:
    return EditionSummary(edition.number, edition.sha256, edition.published_at, edition.note, "Ada Example", changes)


def first(edition: Edition) -> Edition:
    """The starter content with its own line of the history."""
    edition = replace(edition, published_by="Ada Example")
    rows = (
        Change(entry.document.kind, entry.document.slug, entry.document.name, "publish") for entry in edition.entries
    )
    return replace(edition, history=(summary_of(edition, *rows),))


def then(
    edition: Edition, note: str, document=None, *, retire: tuple[str, str] | None = None, **entry_fields
) -> Edition:
    """The next edition, which publishes this document or takes this record down."""
    key = retire or document.key
    entries = {entry.document.key: entry for entry in edition.entries}
    title = entries.pop(key).document.name if key in entries else document.name
    at = edition.published_at + timedelta(days=1)
    if document is not None:
        entries[key] = Entry(document, Origin.REVIEW, 2, at, **entry_fields)
    new = replace(
        edition,
        number=edition.number + 1,
        note=note,
        published_at=at,
        previous_sha256=edition.sha256,
        entries=tuple(entries[each] for each in sorted(entries)),
    )
    change = Change(*key, title, "retire" if retire else "publish")
    summary = summary_of(new, change)
    return replace(new, history=(summary, *edition.history), superseded=edition.followed(summary))


@pytest.fixture(scope="module")
def editions(starter_edition) -> list[Edition]:
    """Five: the starter content; a changed summary; a signature alone; one taken down; another change."""
    one = first(starter_edition)
    cause = one.cause("chlamydia")
    two = then(one, "Say how common it is", cause.model_copy(update={"summary": "It is a very common infection."}))
    three = then(two, "Looked at it again", two.cause("chlamydia"), signatures=(CLINICIAN,))
    four = then(three, "No longer right", retire=("cause", "thrush-candidiasis"))
    five = then(four, "Shorter", cause.model_copy(update={"summary": "A common infection."}))
    return [one, two, three, four, five]


@pytest.fixture
def read(visit, serve, editions):
    serve(editions[-1])

    def reading(address, status=200):
        response = visit(address)
        assert response.status_code == status, address
        return Reading(response.content.decode())

    return reading


def test_every_earlier_edition_is_rebuilt_and_fits_its_seal(editions):
    for edition in editions:
        again = editions[-1].earlier(edition.number)
        assert again == edition


def test_what_an_edition_carries_of_earlier_ones_survives_the_file(editions):
    assert edition_from_json(edition_to_json(editions[-1])) == editions[-1]


def test_an_earlier_edition_that_does_not_fit_its_seal_is_refused(editions):
    last = editions[-1]
    forged = tuple(replace(item, revision=item.revision + 1) for item in last.superseded)

    with pytest.raises(EditionCorrupt):
        replace(last, superseded=forged).earlier(1)


def test_a_page_of_an_edition_that_does_not_fit_its_seal_is_not_shown(editions, serve, visit):
    last = editions[-1]
    forged = tuple(replace(item, revision=item.revision + 1) for item in last.superseded)
    serve(replace(last, note="Not remembered from another test", superseded=forged))

    assert visit("/editions/1/causes/chlamydia/").status_code == 404


def test_what_is_too_long_ago_is_not_held_and_its_page_is_not_there(editions, serve, visit):
    about = editions[-1].page("about")
    last = replace(then(editions[-1], "Another", about), superseded=())
    serve(last)

    with pytest.raises(NotHeld):
        last.entry_in(1, "cause", "chlamydia")
    assert visit("/editions/1/causes/chlamydia/").status_code == 404
    assert visit("/editions/2/").status_code == 200


def test_an_edition_shows_what_changed_word_by_word_and_why_and_who_checked(read):
    page = read("/editions/2/")

    assert "Say how common it is" in page.text
    assert "Published by Ada Example" in page.text
    assert "What changed: 1 place Summary" in page.text
    assert [tag for tag, _ in page.elements].count("ins") >= 1
    assert "very common" in page.text
    assert "/editions/1/causes/chlamydia/" in page.links
    assert "reviewed by Ada Example (Moderator)" in read("/editions/3/").text


def test_a_signature_alone_is_told_as_that(read):
    assert "reviewed, not changed" in read("/editions/3/").text


def test_a_page_as_it_was_says_so_and_leads_to_the_page_as_it_is(read, settings):
    page = read("/editions/2/causes/chlamydia/")

    assert "This is an old page: as it was in edition 2 of 2 January 2026." in page.text
    assert "It has changed 2 times since. Do not act on what it says." in page.text
    assert "It is a very common infection." in page.text
    assert page.having("meta", name="robots", content="noindex")
    assert page.having("link", rel="canonical")[0]["href"] == f"{settings.SITE_URL}/causes/chlamydia/"
    assert page.having("script", type="application/ld+json") == []
    assert "/causes/chlamydia/" in page.links


def test_a_page_that_has_not_changed_since_says_that(read):
    assert "It has not changed since." in read("/editions/1/causes/gonorrhoea/").text


def test_lists_are_shown_as_they_were_too(read):
    assert "/causes/thrush-candidiasis/" in read("/editions/3/causes/").links
    assert "/causes/thrush-candidiasis/" not in read("/editions/4/causes/").links


def test_what_was_taken_down_is_named_and_never_shown_again(read):
    page = read("/editions/2/causes/thrush-candidiasis/", status=410)
    assert "This page was taken down" in page.text
    assert "thrush" in page.text.lower()
    assert "itch" not in page.text.lower()

    told = read("/editions/4/")
    assert "taken down" in told.text
    assert [tag for tag, _ in told.elements].count("del") == 0


@pytest.mark.parametrize(
    "address",
    ["/editions/9/causes/chlamydia/", "/editions/1/causes/no-such/", "/editions/1/search/", "/editions/1/editions/1/"],
)
def test_what_no_edition_held_is_not_there(read, address):
    read(address, status=404)


def test_a_page_of_the_current_edition_is_the_page_itself(visit, serve, editions):
    serve(editions[-1])

    response = visit("/editions/5/causes/chlamydia/")

    assert (response.status_code, response["Location"]) == (302, "/causes/chlamydia/")


def test_each_page_before_a_change_is_exported_and_answers(visit, serve, editions):
    serve(editions[-1])

    addresses = list(past_addresses(editions[-1]))

    assert addresses == [f"/editions/{number}/causes/chlamydia/" for number in (4, 2, 1)]
    assert set(addresses) <= set(exported_addresses(editions[-1]))
    assert [visit(address).status_code for address in addresses] == [200] * 3


@pytest.mark.parametrize("address", ["/editions/2/", "/editions/4/", "/editions/2/causes/chlamydia/"])
def test_what_tells_of_the_past_is_valid_html(visit, serve, editions, address):
    serve(editions[-1])

    assert mistakes_in(visit(address).content.decode()) == []


def test_a_page_leads_to_what_changed_on_it(read):
    page = read("/causes/chlamydia/")

    assert "/editions/5/#cause-chlamydia" in page.links
    assert "cause-chlamydia" in read("/editions/5/").ids
