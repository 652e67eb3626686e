"""What would be if some documents were published now. Pure: nothing is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sitecontent.documents import Document
from sitecontent.edition.compile import Compilation, Problem, compile_edition
from sitecontent.edition.edition import Edition, Entry, Origin
from sitecontent.review.build import build_edition


@dataclass(frozen=True)
class Proposal:
    """An edition as it would be, and what is wrong with it."""

    compilation: Compilation
    documents: tuple[Document, ...]

    @property
    def edition(self) -> Edition:
        """The edition as it would be, unsealed and unpublished."""
        return self.compilation.edition

    @property
    def own_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the proposed documents themselves, what blocks first."""
        keys = {document.key for document in self.documents}
        return tuple(
            problem for problem in _worst_first(self.compilation.problems) if (problem.kind, problem.slug) in keys
        )

    @property
    def blocking_elsewhere(self) -> tuple[Problem, ...]:
        """What the documents would break in other records."""
        own = set(self.own_problems)
        return tuple(problem for problem in self.compilation.blocking if problem not in own)


def _worst_first(problems: Iterable[Problem]) -> list[Problem]:
    order = ["block", "warn", "note"]
    return sorted(problems, key=lambda problem: order.index(problem.severity))


def with_documents(edition: Edition, documents: Iterable[Document]) -> Edition:
    """The edition that would follow if these documents were published in it, unchecked: to look at."""
    return compile_edition(_entries(edition, documents), **_next(edition)).edition


def propose(edition: Edition, documents: Iterable[Document]) -> Proposal:
    """Build the edition that would follow if these documents were published in it, with all its checks."""
    rows = tuple(documents)
    return Proposal(compilation=build_edition(_entries(edition, rows), **_next(edition)), documents=rows)


def _entries(edition: Edition, documents: Iterable[Document]) -> Iterable[Entry]:
    entries = {entry.document.key: entry for entry in edition.entries}
    for document in documents:
        before = entries.get(document.key)
        entries[document.key] = Entry(
            document=document,
            origin=Origin.REVIEW,
            revision=before.revision + 1 if before else 1,
            changed_at=edition.published_at,
        )
    return entries.values()


def _next(edition: Edition) -> dict[str, Any]:
    return {
        "number": edition.number + 1,
        "previous_sha256": edition.sha256,
        "published_at": edition.published_at,
        "note": "",
    }
