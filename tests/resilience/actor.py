"""What tests let another process do with a site's database: `python -m tests.resilience.actor prepare 10`."""

import json
import os
import sys
from datetime import UTC, datetime
from itertools import chain, product
from string import ascii_uppercase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from sitecontent import review  # noqa: E402
from sitecontent.edition import current  # noqa: E402
from sitecontent.models import Source  # noqa: E402
from sitecontent.starter import read_starter  # noqa: E402
from tests.fixtures import person  # noqa: E402
from tests.resilience.site import small_documents  # noqa: E402

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def prepare(reviews: int) -> None:
    """Fill an empty database: the small site, an author, a moderator, and so many revisions that wait for review."""
    review.import_starter(small_documents(read_starter()), at=AT)
    author = person("author", "Reviewers")
    person("moderator", "Moderators")
    names = chain(ascii_uppercase, map("".join, product(ascii_uppercase, repeat=2)))
    for name, source in zip(names, Source.objects.order_by("slug")[:reviews], strict=False):
        source.title = f"Another title, {name}"
        source.save()
        review.record_edit(source, by=author, at=AT)
        review.submit(source, author=author, note="A better title.", at=AT)


def ledger() -> None:
    """Verify the ledger and say how many editions it has and which is the newest."""
    editions = list(review.verify_ledger())
    current.forget()
    newest = current.load_edition(editions[-1].number)
    print(json.dumps({"editions": len(editions), "sha256": newest.sha256}))  # noqa: T201


def people(names: list[str]) -> None:
    """Add accounts; the name says which role each has."""
    for name in names:
        person(name, "Moderators" if name.startswith("moderator") else "Reviewers")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", reviews]:
            prepare(int(reviews))
        case ["people", *names]:
            people(names)
        case ["ledger"]:
            ledger()
