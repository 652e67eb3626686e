"""Public pages over an edition in memory. No test that uses these may touch the database, and none can."""

from collections.abc import Callable, Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client

from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from sitecontent.finished import keeper
from sitecontent.management.commands import build

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
def visit(serve: Callable[[Edition | None], None], starter_edition: Edition) -> Visit:
    """Ask for an address of the starter edition."""
    serve(starter_edition)
    client = Client()
    client.raise_request_exception = True
    return client.get


@pytest.fixture(scope="module")
def connections_left_alone() -> Iterator[None]:
    """Leave alone what other tests have open, as Django's own test client does around its requests.

    For tests that call Django as a server does. Each request closes old connections, and so do the keeper and the
    export; one that another test left open would count as reaching for the database here.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper, "close_old_connections", lambda: None)
        patch.setattr(build, "close_old_connections", lambda: None)
        yield
    for signal in signals:
        signal.connect(close_old_connections)
