"""What an edition changed, word by word, and a page as it was in an earlier one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sitecontent.documents import Document
from sitecontent.edition.edition import Change, Edition, EditionSummary, Entry, NotHeld, Signature
from sitecontent.pages import words
from sitecontent.pages.addresses import address_of, anchor_of
from sitecontent.pages.words import Words
from sitecontent.review.diff import FieldChange, Names, diff_documents, mark_words

__all__ = ["AsItWas", "as_it_was", "changes_of", "earlier_edition", "mark_words"]

MOST_COMPARED = 60
"""An edition that changed more records than this, an import, names them and shows no words."""


@dataclass(frozen=True)
class ChangeView:
    """What one edition did to one record."""

    change: Change
    address: str | None
    """Where the record is now; None when it has no page, or is in no edition any more."""
    before: str | None
    """Where its page is as it was before; None when there is none to show."""
    fields: tuple[FieldChange, ...]
    """Every field that differs. Nothing, for a new record and for one that was taken down."""
    signatures: tuple[Signature, ...]
    """Who approved it."""
    is_new: bool
    is_hidden: bool
    """True when the words are not shown: too long ago, too many at once, or taken down since."""

    @property
    def anchor(self) -> str:
        """The fragment of this change on the page of its edition."""
        return anchor_of(self.change.kind, self.change.slug)

    @property
    def is_taken_down(self) -> bool:
        """True when the edition took the record down."""
        return self.change.action == "retire"

    @property
    def is_only_signed(self) -> bool:
        """True when somebody signed the words again and changed none."""
        return not (self.fields or self.is_new or self.is_taken_down or self.is_hidden)


@dataclass(frozen=True)
class Group:
    """The changes of one kind of record."""

    title: Words
    changes: tuple[ChangeView, ...]


def changes_of(edition: Edition, summary: EditionSummary) -> tuple[Group, ...]:
    """What an edition changed, by kind and title. `edition` is the current one."""
    is_compared = len(summary.changes) <= MOST_COMPARED
    views = sorted((_view(edition, summary, change, is_compared) for change in summary.changes), key=_order)
    kinds = dict.fromkeys(view.change.kind for view in views)
    return tuple(
        Group(words.KINDS.get(kind, kind), tuple(view for view in views if view.change.kind == kind)) for kind in kinds
    )


def _order(view: ChangeView) -> tuple[int, str]:
    kinds = list(words.KINDS)
    kind = view.change.kind
    return kinds.index(kind) if kind in kinds else len(kinds), view.change.title.casefold()


def _view(edition: Edition, summary: EditionSummary, change: Change, is_compared: bool) -> ChangeView:
    key = (change.kind, change.slug)
    try:
        old, new, is_too_old = edition.entry_in(summary.number - 1, *key), edition.entry_in(summary.number, *key), False
    except NotHeld:
        old, new, is_too_old = None, None, True
    # What was taken down, in this edition or since, is named and not shown again: there was a reason.
    is_shown = edition.entry(*key) is not None
    address = address_of(*key) if is_shown else None
    fields: tuple[FieldChange, ...] = ()
    if is_compared and is_shown and old and new:
        fields = diff_documents(old.document, new.document, names_in(edition).also((old.document, new.document)))
    return ChangeView(
        change=change,
        address=address,
        before=f"/editions/{summary.number - 1}{address}" if address and old and change.action != "review" else None,
        fields=fields,
        signatures=_signed_in(change, new),
        is_new=old is None and new is not None,
        is_hidden=is_too_old or not (is_compared and is_shown),
    )


def _signed_in(change: Change, entry: Entry | None) -> tuple[Signature, ...]:
    """Who signed in this edition: the approvals of what it published, or the review that changed nothing."""
    if entry is None:
        return ()
    return entry.reviews[-1:] if change.action == "review" else entry.signatures


@lru_cache(maxsize=2)
def _names(sealed: "_BySeal") -> Names:
    return Names.of(entry.document for entry in sealed.edition.entries)


@dataclass(frozen=True)
class _BySeal:
    """An edition as a key of a cache: two of one seal are the same."""

    edition: Edition

    def __hash__(self) -> int:
        return hash(self.edition.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _BySeal) and other.edition.sha256 == self.edition.sha256


def names_in(edition: Edition) -> Names:
    """What the records of an edition are called."""
    return _names(_BySeal(edition))


@lru_cache(maxsize=4)
def _earlier(sealed: _BySeal, number: int) -> Edition:
    return sealed.edition.earlier(number)


def earlier_edition(edition: Edition, number: int) -> Edition:
    """Edition `number` as it was, from memory when it was asked for before. Raises: what `Edition.earlier` raises."""
    return _earlier(_BySeal(edition), number)


@dataclass(frozen=True)
class AsItWas:
    """A page of an earlier edition, and what a reader must know of it."""

    then: Edition
    now: Edition
    address: str
    """Where the page is now."""
    later: tuple[EditionSummary, ...]
    """The editions that changed this record since, the oldest first; for a list, every later edition."""


def as_it_was(now: Edition, then: Edition, *, address: str, document: Document | None) -> AsItWas:
    """What the banner of such a page says."""
    later: Iterable[EditionSummary] = (summary for summary in now.history if summary.number > then.number)
    if document is not None:
        later = (item for item in later if any((row.kind, row.slug) == document.key for row in item.changes))
    return AsItWas(then, now, address, tuple(sorted(later, key=lambda item: item.number)))
