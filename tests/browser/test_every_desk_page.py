"""Every page of the desk on a phone: axe finds nothing serious, and nothing is wider than the window.

The addresses are those that the desk has, so that none can be forgotten. Colours are looked at in `test_desk`,
`test_together` and `test_remarks`: all pages share them, and they take axe most of its time.
"""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sitecontent.models import WORKING_RECORDS
from tests.admin.conftest import quick_impact, things  # noqa: F401 (fixtures)
from tests.admin.helpers import patterns, real_address, signed_in
from tests.browser.conftest import PASSWORD
from tests.browser.walk import FEWER_PARTS, PHONE, serious, too_wide

WHOLE_KIND = "cause"
"""The kind of which every page is opened; of the others the form, as the rest is made by the same templates."""

OF_DJANGO = ("auth_", "password_change", "login", "logout")
"""Pages that we took as they are."""


@pytest.fixture
def boss(db) -> User:
    """Somebody who may open everything."""
    return User.objects.create_superuser("boss", password=PASSWORD)


def is_like_another(name: str) -> bool:
    """True for a page of a kind of record whose other kinds show the same."""
    model = name.removeprefix("sitecontent_").partition("_")[0]
    models = {kind._meta.model_name for kind in WORKING_RECORDS.values()}
    return model in models - {WHOLE_KIND} and not name.endswith("_change")


def pages_of(client: Client, things: dict) -> Iterator[str]:  # noqa: F811
    """The address of every page that opens, as somebody who may open all of them."""
    for name, route in patterns():
        if name.startswith(OF_DJANGO) or is_like_another(name):
            continue
        address = real_address(name, route, things)
        answer = client.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            yield address


@pytest.mark.timeout(300)  # some fifty pages, each looked at by axe
def test_every_page_of_the_desk_keeps_nobody_out_on_a_phone(
    sign_in,
    watch,
    published,
    boss,
    things,  # noqa: F811
    quick_impact,  # noqa: F811
):
    addresses = list(pages_of(signed_in(boss), things))
    page = sign_in(boss)
    page.set_viewport_size(PHONE)

    found = []
    for address in addresses:
        page.goto(address)
        assert watch.wrongs == [], address
        found += too_wide(page)
        page.evaluate(FEWER_PARTS)
        found += serious(page, without=("color-contrast",))
        watch.wrongs.clear()  # What axe itself does to a page is not the page's doing.

    assert len(addresses) > len(WORKING_RECORDS)
    assert not found, "\n".join(found)
