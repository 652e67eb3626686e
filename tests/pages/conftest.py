"""Public pages over an edition in memory. No test that uses these may touch the database, and none can."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pytest
from django.http import HttpResponse
from django.test import Client

from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from tests.pages.site import every_address

Visit = Callable[..., HttpResponse]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[[Edition | None], None]:
    """Let the site serve this edition; with None there is no edition."""

    def serving(edition: Edition | None) -> None:
        def current_edition() -> Edition:
            if edition is None:
                raise current.NoEdition("None yet.")
            return edition

        monkeypatch.setattr(current, "current_edition", current_edition)

    return serving


@pytest.fixture
def visit(serve: Callable[[Edition | None], None], starter_edition: Edition) -> Iterator[Visit]:
    """Ask for an address of the starter edition."""
    serve(starter_edition)
    client = Client()
    client.raise_request_exception = True
    with current.pinned(starter_edition):
        yield client.get


@pytest.fixture(scope="session")
def public_answers(starter_edition: Edition) -> Mapping[str, HttpResponse]:
    """Address -> its answer, for every public page of the starter edition: rendered once for all tests that read them.

    They are rendered without a database: pytest-django refuses any query, so that each page answering at all
    proves that it asks none.
    """
    with current.pinned(starter_edition):
        client = Client()
        return MappingProxyType({address: client.get(address) for address in every_address(starter_edition)})
