"""An Edition: everything that is approved, compiled, numbered and sealed.

It is the only thing that public code reads. It is immutable and complete: whoever holds
one needs no database. The seal of each edition covers the seal of the one before, so the
editions form a chain that anybody can verify.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar, cast

from sitecontent.documents import (
    Category,
    Cause,
    ClaimReview,
    Document,
    Finding,
    Page,
    SafetyRule,
    Source,
    Step,
    Urgency,
    UrgencyLevel,
    Vignette,
    canonical_json,
    load_document,
)

FIRST_PREVIOUS = "0" * 64
"""What the first edition has in place of the seal of the one before."""

D = TypeVar("D", bound=Document)


class Origin(StrEnum):
    """How a document came to be published: by two people, or as unsigned starter content."""

    REVIEW = "review"
    STARTER = "starter"


@dataclass(frozen=True)
class Signature:
    """Who approved a document, as it was on that day. A later change of the account changes nothing here."""

    name: str
    role: str
    qualification: str
    registration: str
    signed_at: datetime
    seen_sha256: str
    bio: str = ""
    interests: str = ""
    """What they declared, in their words; empty when they declared nothing."""
    interests_declared_on: str = ""
    """A day, as in “2026-03-01”."""
    weighed_sha256: str = ""
    """The hash of what an approval weighed: checks, reasons, ticks, how many it took. Empty: it was not kept yet."""

    @property
    def declared_on(self) -> date | None:
        """The day on which they declared their interests, or None."""
        return date.fromisoformat(self.interests_declared_on) if self.interests_declared_on else None

    @property
    def is_by_clinician(self) -> bool:
        """True when a clinician's qualification and registration stand beside the name."""
        return bool(self.qualification and self.registration)


@dataclass(frozen=True)
class Entry:
    """One document of an edition and how it came to be there."""

    document: Document
    origin: Origin
    revision: int
    """Number of the revision in the history of its record, from 1."""
    changed_at: datetime
    """When an approved change of content was last published."""
    signatures: tuple[Signature, ...] = ()
    """Who approved this document."""
    reviews: tuple[Signature, ...] = ()
    """Who has signed it since as reviewed and not changed, the oldest first."""

    @property
    def signed(self) -> tuple[Signature, ...]:
        """Every signature under this document."""
        return (*self.signatures, *self.reviews)

    @property
    def reviewed_at(self) -> datetime | None:
        """When somebody last signed it; None for starter content that nobody signed."""
        return max((signature.signed_at for signature in self.signed), default=None)

    @property
    def clinicians(self) -> tuple[Signature, ...]:
        """The signatures of clinicians, of each the last: all that a page may show as "reviewed by"."""
        last = {(item.name, item.registration): item for item in self.signed if item.is_by_clinician}
        return tuple(last.values())

    @cached_property
    def document_sha256(self) -> str:
        """The hash of the document, worked out once."""
        return self.document.sha256

    @cached_property
    def sealed(self) -> list[Any]:
        """What the seal of the edition covers of this entry, as a JSON value."""
        # Without a review there is no place for one, so that the seals from before there were any still fit.
        reviews = [[_signature_json(signature) for signature in self.reviews]] if self.reviews else []
        return [
            self.document.kind,
            self.document.slug,
            self.document_sha256,
            self.origin.value,
            self.revision,
            self.changed_at.isoformat(),
            [_signature_json(signature) for signature in self.signatures],
            *reviews,
        ]


@dataclass(frozen=True)
class Change:
    """What one edition did to one record: `publish`, `retire`, or `review`, which changes nothing of what it says."""

    kind: str
    slug: str
    title: str
    action: str


@dataclass(frozen=True)
class EditionSummary:
    """One line of the public history of editions."""

    number: int
    sha256: str
    published_at: datetime
    note: str
    published_by: str
    """Whose act published it: the last approver, or who took a record down. Empty for starter content."""
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Superseded:
    """What an edition held of one record until a later edition changed it or took it down.

    The document stays text until somebody asks for it: there are many, and few are ever read.
    """

    until: int
    """Number of the edition that changed it."""
    kind: str
    slug: str
    document_json: str
    origin: Origin
    revision: int
    changed_at: datetime
    signatures: tuple[Signature, ...] = ()
    reviews: tuple[Signature, ...] = ()

    @classmethod
    def of(cls, entry: Entry, *, until: int) -> "Superseded":
        """This entry, which stood until that edition."""
        return cls(
            until,
            *entry.document.key,
            entry.document.canonical_json(),
            entry.origin,
            entry.revision,
            entry.changed_at,
            entry.signatures,
            entry.reviews,
        )

    @property
    def entry(self) -> Entry:
        """The entry as it stood."""
        document = load_document(json.loads(self.document_json))
        return Entry(document, self.origin, self.revision, self.changed_at, self.signatures, self.reviews)


MOST_SUPERSEDED = 2000
"""How many superseded documents an edition carries, the newest. A bound for memory; the ledger keeps them all."""


class NotHeld(LookupError):
    """What a record said in an early edition is no longer carried; the ledger has it."""


@dataclass(frozen=True)
class Edition:
    """Everything approved at one moment. Entries are ordered by kind and slug.

    `history` tells of this and the earlier editions, newest first, and `superseded` what they held
    that has changed since, in the same order. Both repeat what the seals of those editions cover, so the
    seal of this one does not.
    """

    number: int
    published_at: datetime
    note: str
    previous_sha256: str
    entries: tuple[Entry, ...]
    published_by: str = ""
    history: tuple[EditionSummary, ...] = ()
    superseded: tuple[Superseded, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The seal: SHA-256 over number, time, note, person, the seal before and every entry."""
        return seal_of(
            number=self.number,
            published_at=self.published_at,
            note=self.note,
            published_by=self.published_by,
            previous_sha256=self.previous_sha256,
            entries=self.entries,
        )

    @cached_property
    def _by_key(self) -> Mapping[tuple[str, str], Entry]:
        return MappingProxyType({entry.document.key: entry for entry in self.entries})

    def entry(self, kind: str, slug: str) -> Entry | None:
        """The entry of one record, or None when the edition does not hold it."""
        return self._by_key.get((kind, slug))

    @cached_property
    def summaries(self) -> Mapping[int, EditionSummary]:
        """Number of an edition -> its line of the history."""
        return MappingProxyType({summary.number: summary for summary in self.history})

    @cached_property
    def _changes(self) -> Mapping[tuple[str, str], Mapping[int, str]]:
        """Key of a record -> number of each edition that changed it, the newest first -> what it did."""
        found: dict[tuple[str, str], dict[int, str]] = {}
        for summary in self.history:
            for change in summary.changes:
                found.setdefault((change.kind, change.slug), {})[summary.number] = change.action
        return MappingProxyType(found)

    @cached_property
    def _superseded(self) -> Mapping[tuple[str, str, int], Superseded]:
        return MappingProxyType({(item.kind, item.slug, item.until): item for item in self.superseded})

    def entry_in(self, number: int, kind: str, slug: str) -> Entry | None:
        """The entry that edition `number`, this or an earlier one, held of one record; None when it held none.

        Raises: NotHeld, when it is too long ago.
        """
        changes = self._changes.get((kind, slug), {})
        newest = max((changed for changed in changes if changed <= number), default=None)
        if newest is None or changes[newest] == "retire":
            return None
        until = min((changed for changed in changes if changed > number), default=None)
        if until is None:
            return self.entry(kind, slug)
        item = self._superseded.get((kind, slug, until))
        if item is None:
            raise NotHeld(f"{kind}/{slug} of edition {number}")
        return item.entry

    def earlier(self, number: int) -> "Edition":
        """Edition `number` as it was, rebuilt from what this one carries.

        Raises: KeyError when there was none; NotHeld when it is too long ago; EditionCorrupt when it does not fit
        the seal in the history.
        """
        summary = self.summaries[number]
        before = self.summaries.get(number - 1)
        entries = (self.entry_in(number, *key) for key in sorted(self._changes))
        edition = Edition(
            number=number,
            published_at=summary.published_at,
            note=summary.note,
            previous_sha256=before.sha256 if before else FIRST_PREVIOUS,
            entries=tuple(entry for entry in entries if entry is not None),
            published_by=summary.published_by,
            history=tuple(item for item in self.history if item.number <= number),
            superseded=tuple(item for item in self.superseded if item.until <= number),
        )
        if edition.sha256 != summary.sha256:
            raise EditionCorrupt(f"edition {number} has the seal {edition.sha256}, its history says {summary.sha256}")
        return edition

    def followed(self, summary: EditionSummary) -> tuple[Superseded, ...]:
        """What the next edition carries as superseded when it makes these changes."""
        gone = (self.entry(change.kind, change.slug) for change in summary.changes)
        new = tuple(Superseded.of(entry, until=summary.number) for entry in gone if entry is not None)
        return (*new, *self.superseded)[:MOST_SUPERSEDED]

    def entry_of(self, document: Document) -> Entry:
        """The entry that holds this document. Raises: KeyError."""
        return self._by_key[document.key]

    def _all(self, model: type[D]) -> tuple[D, ...]:
        return tuple(entry.document for entry in self.entries if isinstance(entry.document, model))

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """In their own order."""
        return tuple(sorted(self._all(Category), key=lambda record: (record.order, record.slug)))

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """By title."""
        return tuple(sorted(self._all(Source), key=lambda record: (record.title.casefold(), record.slug)))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """In the order in which they are asked: by step, then by their order in it."""
        steps = list(Step)
        return tuple(
            sorted(self._all(Finding), key=lambda record: (steps.index(record.step), record.order, record.slug))
        )

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """By title."""
        return tuple(sorted(self._all(Cause), key=lambda record: (record.title.casefold(), record.slug)))

    @cached_property
    def safety_rules(self) -> tuple[SafetyRule, ...]:
        """The most urgent first, then by slug."""
        return tuple(sorted(self._all(SafetyRule), key=lambda record: (-record.at_least.rank, record.slug)))

    @cached_property
    def levels(self) -> Mapping[Urgency, UrgencyLevel]:
        """The words for each level, most urgent first."""
        records = sorted(self._all(UrgencyLevel), key=lambda record: -record.urgency.rank)
        return MappingProxyType({record.urgency: record for record in records})

    @cached_property
    def vignettes(self) -> tuple[Vignette, ...]:
        """By slug."""
        return self._all(Vignette)

    @cached_property
    def claims(self) -> tuple[ClaimReview, ...]:
        """In their own order."""
        return tuple(sorted(self._all(ClaimReview), key=lambda record: (record.order, record.slug)))

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """In their own order."""
        return tuple(sorted(self._all(Page), key=lambda record: (record.order, record.slug)))

    def _find(self, model: type[D], slug: str) -> D | None:
        entry = self.entry(model.model_fields["kind"].default, slug)
        return cast(D, entry.document) if entry else None

    def category(self, slug: str) -> Category | None:
        """The category of that slug, or None."""
        return self._find(Category, slug)

    def source(self, slug: str) -> Source | None:
        """The source of that slug, or None."""
        return self._find(Source, slug)

    def finding(self, slug: str) -> Finding | None:
        """The finding of that slug, or None."""
        return self._find(Finding, slug)

    def cause(self, slug: str) -> Cause | None:
        """The cause of that slug, or None."""
        return self._find(Cause, slug)

    def claim(self, slug: str) -> ClaimReview | None:
        """The claim of that slug, or None."""
        return self._find(ClaimReview, slug)

    def page(self, slug: str) -> Page | None:
        """The page of that slug, or None."""
        return self._find(Page, slug)


def seal_of(
    *, number: int, published_at: datetime, note: str, published_by: str, previous_sha256: str, entries: Iterable[Entry]
) -> str:
    """SHA-256 over an edition's canonical JSON; entries in the order of kind and slug."""
    sealed = {
        "number": number,
        "published_at": published_at.isoformat(),
        "note": note,
        "published_by": published_by,
        "previous_sha256": previous_sha256,
        "entries": sorted((entry.sealed for entry in entries), key=lambda item: (item[0], item[1])),
    }
    return hashlib.sha256(canonical_json(sealed).encode()).hexdigest()


def edition_to_json(edition: Edition) -> str:
    """Write an edition as one JSON text from which `edition_from_json` makes the same edition."""
    return "".join(json_parts_of(edition))


def json_parts_of(edition: Edition) -> Iterator[str]:
    """The same text piece by piece, so that all of it need not be in memory at once."""
    yield '{"entries":['
    for number, entry in enumerate(edition.entries):
        yield "," if number else ""
        yield canonical_json(
            {
                "document": entry.document.model_dump(mode="json"),
                **_provenance_json(entry),
            }
        )
    yield '],"superseded":['
    for number, item in enumerate(edition.superseded):
        yield "," if number else ""
        yield canonical_json(
            {
                "until": item.until,
                "kind": item.kind,
                "slug": item.slug,
                "document_json": item.document_json,
                **_provenance_json(item),
            }
        )
    yield "],"
    rest = canonical_json(
        {
            "number": edition.number,
            "published_at": edition.published_at.isoformat(),
            "note": edition.note,
            "published_by": edition.published_by,
            "previous_sha256": edition.previous_sha256,
            "sha256": edition.sha256,
            "history": [
                {**asdict(summary), "published_at": summary.published_at.isoformat()} for summary in edition.history
            ],
        }
    )
    yield rest[1:]


class EditionCorrupt(ValueError):
    """A stored edition does not match its own seal, or can not be read at all."""


def edition_from_json(text: str) -> Edition:
    """Read back what `edition_to_json` wrote. Raises: EditionCorrupt, when it does not fit its seal."""
    try:
        data = json.loads(text)
        edition = Edition(
            number=data["number"],
            published_at=datetime.fromisoformat(data["published_at"]),
            note=data["note"],
            published_by=data["published_by"],
            previous_sha256=data["previous_sha256"],
            entries=tuple(
                Entry(
                    document=load_document(item["document"]),
                    origin=Origin(item["origin"]),
                    revision=item["revision"],
                    changed_at=datetime.fromisoformat(item["changed_at"]),
                    signatures=tuple(_signature_from_json(signature) for signature in item["signatures"]),
                    reviews=tuple(_signature_from_json(signature) for signature in item.get("reviews", ())),
                )
                for item in data["entries"]
            ),
            history=tuple(_summary_from_json(item) for item in data["history"]),
            superseded=tuple(_superseded_from_json(item) for item in data.get("superseded", ())),
        )
        expected = data["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise EditionCorrupt(f"the stored edition can not be read: {error}") from error
    if edition.sha256 != expected:
        raise EditionCorrupt(f"edition {edition.number} has the seal {edition.sha256}, not {expected}")
    return edition


def _provenance_json(held: Entry | Superseded) -> dict[str, Any]:
    """How a document came to be in an edition, and who stands behind it."""
    return {
        "origin": held.origin.value,
        "revision": held.revision,
        "changed_at": held.changed_at.isoformat(),
        "signatures": [_signature_json(signature) for signature in held.signatures],
        "reviews": [_signature_json(signature) for signature in held.reviews],
    }


def _signature_json(signature: Signature) -> dict[str, str]:
    # What is empty stays out, so that the seals of editions from before there was such a field still fit.
    later = {
        "bio": signature.bio,
        "interests": signature.interests,
        "interests_declared_on": signature.interests_declared_on,
        "weighed_sha256": signature.weighed_sha256,
    }
    return {
        "name": signature.name,
        "role": signature.role,
        "qualification": signature.qualification,
        "registration": signature.registration,
        "signed_at": signature.signed_at.isoformat(),
        "seen_sha256": signature.seen_sha256,
        **{name: text for name, text in later.items() if text},
    }


def _signature_from_json(data: Mapping[str, str]) -> Signature:
    return Signature(**{**data, "signed_at": datetime.fromisoformat(data["signed_at"])})  # type: ignore[arg-type]


def _superseded_from_json(data: Mapping[str, Any]) -> Superseded:
    return Superseded(
        until=data["until"],
        kind=data["kind"],
        slug=data["slug"],
        document_json=data["document_json"],
        origin=Origin(data["origin"]),
        revision=data["revision"],
        changed_at=datetime.fromisoformat(data["changed_at"]),
        signatures=tuple(_signature_from_json(signature) for signature in data["signatures"]),
        reviews=tuple(_signature_from_json(signature) for signature in data.get("reviews", ())),
    )


def _summary_from_json(data: Mapping[str, Any]) -> EditionSummary:
    return EditionSummary(
        number=data["number"],
        sha256=data["sha256"],
        published_at=datetime.fromisoformat(data["published_at"]),
        note=data["note"],
        published_by=data["published_by"],
        changes=tuple(Change(**change) for change in data["changes"]),
    )
