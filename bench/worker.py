"""A site as large as a worker should bear: an edition of 5 MB with 1,000 pages.

    python -m bench.worker FILE

publishes it, as starter content, in the database that the environment names, and writes the addresses of its pages to a
file. The causes are those of the starter content, then copies of them under other names with more to read.
"""

import itertools
import json
import sys
from pathlib import Path
from typing import Any

PAGES = 1_000
EDITION_BYTES = 5_000_000
ALLOWANCE = 1.02
"""An edition is a little larger than its documents: it says when each was published, and has a history."""


def main(file: Path) -> dict[str, Any]:
    """Publish, and say how large it became."""
    import django

    django.setup()
    from django.utils import timezone

    from sitecontent.edition.edition import edition_to_json
    from sitecontent.finished.addresses import addresses_of
    from sitecontent.review import import_starter
    from sitecontent.starter import read_starter

    starter = read_starter()
    import_starter(starter, at=timezone.now())
    edition = import_starter(copies(starter, _missing_pages()), at=timezone.now()).edition
    assert edition
    addresses = addresses_of(edition)
    file.write_text("\n".join(addresses))
    return {"pages": len(addresses), "edition_mb": len(edition_to_json(edition).encode()) / 1e6}


def _missing_pages() -> int:
    from sitecontent.edition.current import load_edition
    from sitecontent.finished.addresses import addresses_of

    return PAGES - len(addresses_of(load_edition(1)))


def copies(starter: tuple[Any, ...], count: int) -> list[Any]:
    """So many causes, each with as much more text as all need together to fill the edition."""
    causes = [document for document in starter if document.kind == "cause"]
    held = sum(len(document.canonical_json()) for document in starter)
    each = int((EDITION_BYTES / ALLOWANCE - held) / count)
    texts = itertools.cycle(text for cause in causes for text in cause.sections.model_dump().values() if text)
    made = []
    for number, cause in zip(range(count), itertools.cycle(causes), strict=False):
        name = {"slug": f"{cause.slug}-{number}", "title": f"{cause.title} {number}"}
        short = cause.model_copy(update=name)
        more: list[str] = []
        while len(short.canonical_json()) + sum(map(len, more)) < each:
            more.append(next(texts))
        text = "\n\n".join([short.sections.what_it_is, *more])
        made.append(short.model_copy(update={"sections": short.sections.model_copy(update={"what_it_is": text})}))
    return made


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    print(json.dumps(main(Path(sys.argv[1]))))
