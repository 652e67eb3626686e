"""A part of the starter content: whole in itself, and so small that tests which publish are quick."""

from collections.abc import Iterable

from sitecontent.documents import Document
from sitecontent.edition.compile import references_of

Key = tuple[str, str]

CAUSES = (
    "adenomyosis",
    "bleeding-disorder",
    "cervical-cancer",
    "cervical-ectropion",
    "cervical-polyp",
    "cervicitis",
    "chlamydia",
    "ectopic-pregnancy",
    "endometriosis",
    "fibroids",
    "gonorrhoea",
    "retained-tampon-or-foreign-body",
    "thrush-candidiasis",
)
PAGES = ("about", "emergency", "glossary", "how-we-review", "pregnancy", "privacy")
RULES = (
    "any-bleeding-after-sex",
    "bleeding-too-fast",
    "cancer-warning-features",
    "collapse-or-shock",
    "coil-with-pain-or-fever",
    "ectopic-risk-with-symptoms",
    "fever-anybody",
    "not-safe-now",
    "pelvic-infection-signs",
    "possible-pregnancy-bleeding-with-pain",
    "pregnant-any-bleeding",
    "pregnant-strong-pain",
    "recent-ectopic-any",
    "severe-or-shoulder-tip-pain",
    "under-13",
)
VIGNETTES = (
    "cannot-stand-straight",
    "fainted-after-sex",
    "hot-and-shivery-with-spotting",
    "maybe-pregnant-spots-burning-urine",
    "nothing-answered",
    "pad-an-hour",
    "shoulder-tip-pain-only",
    "spots-at-18-weeks",
    "would-rather-not-say",
)
MOST_CLAIMS = 12


def some_documents(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Every level, category and question; a few causes, pages, rules, claims and test cases; and what these name."""
    by_key = {document.key: document for document in documents}
    found = closed_over(
        by_key,
        (
            *(key for key in by_key if key[0] in {"urgency-level", "category", "finding"}),
            *(("cause", slug) for slug in CAUSES),
            *(("page", slug) for slug in PAGES),
            *(("safety-rule", slug) for slug in RULES),
            *(("vignette", slug) for slug in VIGNETTES),
        ),
    )
    claims = (key for key in by_key if key[0] == "claim-review")
    fitting = [key for key in claims if closed_over(by_key, [key]).keys() - found.keys() == {key}]
    found |= {key: by_key[key] for key in fitting[:MOST_CLAIMS]}
    return tuple(document for key, document in by_key.items() if key in found)


def closed_over(by_key: dict[Key, Document], wanted: Iterable[Key]) -> dict[Key, Document]:
    """These documents and all that they name, and so on."""
    found: dict[Key, Document] = {}
    waiting = [by_key[key] for key in wanted]
    while waiting:
        document = waiting.pop()
        if document.key not in found:
            found[document.key] = document
            named = ((kind, slug) for _, kind, slug in references_of(document))
            waiting += [by_key[key] for key in named if key in by_key]
    return found
