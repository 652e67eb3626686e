"""What every test may lean on."""

from datetime import UTC, datetime

import pytest
from hypothesis import settings as hypothesis_settings

from sitecontent.documents import Document
from sitecontent.edition.compile import compile_edition
from sitecontent.edition.edition import FIRST_PREVIOUS, Edition, Entry, Origin
from sitecontent.starter import read_starter

hypothesis_settings.register_profile("causeway", deadline=None)
hypothesis_settings.load_profile("causeway")

WHEN_PUBLISHED = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def starter_documents() -> tuple[Document, ...]:
    """Every document of the starter content, in the order of the kinds."""
    return read_starter()


@pytest.fixture(scope="session")
def starter_edition(starter_documents: tuple[Document, ...]) -> Edition:
    """The starter content as edition 1, made without a database. It is frozen, so all tests share one."""
    compilation = compile_edition(
        [
            Entry(document=document, origin=Origin.STARTER, revision=1, changed_at=WHEN_PUBLISHED)
            for document in starter_documents
        ],
        number=1,
        previous_sha256=FIRST_PREVIOUS,
        published_at=WHEN_PUBLISHED,
        note="Starter content",
    )
    assert compilation.blocking == ()
    return compilation.edition
