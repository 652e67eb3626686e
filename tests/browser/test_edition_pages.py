"""The page of an edition that changed something, on a phone and on a wide screen: axe finds nothing."""

from collections.abc import Callable

import pytest

from sitecontent import review
from sitecontent.edition import current
from sitecontent.edition.checks import RULES
from sitecontent.models import Cause
from tests.browser.conftest import NewPage
from tests.browser.test_every_template import (
    DESKTOP,
    NARROWEST,
    PHONE,
    SIZE_AND_COLOUR,
    go,
    shorten,
    sticking_out,
    unfold,
)
from tests.fixtures import AT


@pytest.fixture
def addresses(published, reviewer, moderator, monkeypatch) -> tuple[str, ...]:
    """Edition 2 changes words, a level, a list and a table of links; edition 3 takes a record down."""
    monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", 0.0)
    record = Cause.objects.get(slug="bleeding-disorder")
    record.summary = "Blood that takes longer to clot makes a small graze bleed for longer. Blood tests can show it."
    record.urgency, record.urgency_reason = "soon", f"{record.urgency_reason} It should be looked at within two weeks."
    record.what_it_is = f"{record.what_it_is}\n\n- One more line of a list.\n- And another one."
    record.save()
    record.finding_links.filter(effect="against").delete()
    record.finding_links.update(because="Somebody who bleeds long from small cuts may bleed long here too.")
    review.record_edit(record, by=reviewer, at=AT)
    revision = review.submit(
        Cause.objects.get(pk=record.pk), author=reviewer, note="Raise the level, and say it shorter.", at=AT
    )
    reasons = dict.fromkeys(RULES, "Looked at.")
    review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, reasons=reasons, at=AT)
    review.retire(
        records=[("claim-review", published.claims[0].slug)], by=moderator, reason="The claim is put wrongly.", at=AT
    )
    return ("/editions/", "/editions/2/", "/editions/3/", "/editions/1/causes/bleeding-disorder/")


def test_the_page_of_an_edition_with_changes_is_accessible_on_a_phone(
    new_page: NewPage, addresses, assert_accessible: Callable[..., None]
) -> None:
    page = new_page(viewport=PHONE, color_scheme="light")

    for address in addresses:
        go(page, address)
        unfold(page)
        shorten(page)
        assert_accessible(page, also=("color-contrast-enhanced",))
    go(page, "/editions/2/")
    assert page.locator("del").count() > 0
    assert page.locator("ins").count() > 1


def test_the_page_of_an_edition_with_changes_is_accessible_on_a_wide_dark_screen(
    new_page: NewPage, addresses, assert_accessible: Callable[..., None]
) -> None:
    page = new_page(viewport=DESKTOP, color_scheme="dark")

    for address in addresses:
        go(page, address)
        unfold(page)
        shorten(page)
        assert_accessible(page, rules=SIZE_AND_COLOUR)


def test_nothing_of_an_edition_with_changes_sticks_out_on_the_narrowest_screen(new_page: NewPage, addresses) -> None:
    page = new_page(viewport=NARROWEST)

    found = {}
    for address in addresses:
        go(page, address)
        unfold(page)
        found[address] = sticking_out(page)

    assert {address: parts for address, parts in found.items() if parts} == {}
