"""What pages look up in an Edition again and again, worked out once for each edition."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sitecontent.documents import (
    BodySite,
    Cause,
    ClaimReview,
    Document,
    Effect,
    Nature,
    PregnancyScope,
    SafetyRule,
    Source,
    Urgency,
)
from sitecontent.edition.compile import references_of
from sitecontent.edition.current import held_edition
from sitecontent.edition.due import ReviewDue, review_due
from sitecontent.edition.edition import Edition, EditionSummary
from sitecontent.pages import words
from sitecontent.pages.addresses import address_of_document
from sitecontent.pages.present import CauseCard, Clue, Standing, card_of, clue_of, standing_of
from sitecontent.pages.search import SearchIndex
from sitecontent.pages.search.keep import kept_search
from sitecontent.pages.words import Words

HELD_AT_ONCE = 4


@dataclass(frozen=True)
class Citing:
    """A record that cites a source."""

    kind: Words
    title: str
    address: str | None


class SiteIndex:
    """The lookups of one edition. It is never changed once built."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Slug -> source."""
        return {source.slug: source for source in self.edition.sources}

    @cached_property
    def cards(self) -> Mapping[str, CauseCard]:
        """Slug -> cause as a list shows it, by title."""
        return {cause.slug: card_of(self.edition, cause) for cause in self.edition.causes}

    @cached_property
    def offered(self) -> Mapping[str, Mapping[str, Words]]:
        """Name of each filter of the causes -> its values with their words, in the order in which they are offered."""
        return {
            "category": {category.slug: category.title for category in self.edition.categories},
            "urgency": {level.value: words.URGENCY[level] for level in reversed(Urgency)},
            "nature": {nature.value: words.NATURE[nature].word for nature in Nature},
            "pregnancy": {scope.value: words.PREGNANCY[scope].word for scope in PregnancyScope},
            "site": {site.value: words.SITES[site].word for site in BodySite},
        }

    @cached_property
    def having(self) -> Mapping[str, Mapping[str, int]]:
        """Name of each filter -> value -> the causes that have it: one bit for each, in the order of `cards`."""
        found = {name: dict.fromkeys(values, 0) for name, values in self.offered.items()}
        for place, card in enumerate(self.cards.values()):
            cause = card.cause
            values = {
                "category": (cause.category,),
                "urgency": (cause.urgency.value,),
                "nature": (cause.nature.value,),
                "pregnancy": (cause.pregnancy.value,),
                "site": (site.value for site in cause.sites),
            }
            for name, held in values.items():
                for value in held:
                    if value in found[name]:
                        found[name][value] |= 1 << place
        return found

    @cached_property
    def clues(self) -> Mapping[str, tuple[Clue, ...]]:
        """Slug of a finding -> the causes that it speaks for or against, strongest first."""
        found: dict[str, list[Clue]] = {}
        for cause in self.edition.causes:
            for link in cause.finding_links:
                clue = clue_of(self.edition, cause, link)
                if clue:
                    found.setdefault(link.finding, []).append(clue)
        return {
            slug: tuple(sorted(clues, key=lambda clue: (-clue.card.cause.urgency.rank, -clue.link.strength)))
            for slug, clues in found.items()
        }

    @cached_property
    def rules_of_finding(self) -> Mapping[str, tuple[SafetyRule, ...]]:
        """Slug of a finding -> the rules that this finding alone can set off, most urgent first."""
        found: dict[str, list[SafetyRule]] = {}
        for rule in self.edition.safety_rules:
            if len(rule.when.findings) == 1:
                found.setdefault(next(iter(rule.when.findings)), []).append(rule)
        return {slug: tuple(rules) for slug, rules in found.items()}

    @cached_property
    def claims_of_cause(self) -> Mapping[str, tuple[ClaimReview, ...]]:
        """Slug of a cause -> the claims about it."""
        found: dict[str, list[ClaimReview]] = {}
        for claim in self.edition.claims:
            for slug in claim.causes:
                found.setdefault(slug, []).append(claim)
        return {slug: tuple(claims) for slug, claims in found.items()}

    @cached_property
    def citing(self) -> Mapping[str, tuple[Citing, ...]]:
        """Slug of a source -> every record that cites it, each once."""
        found: dict[str, dict[tuple[str, str], Document]] = {}
        for entry in self.edition.entries:
            for _field, kind, slug in references_of(entry.document):
                if kind == "source":
                    found.setdefault(slug, {})[entry.document.key] = entry.document
        return {slug: _citing(documents.values()) for slug, documents in found.items()}

    @cached_property
    def editions_of(self) -> Mapping[tuple[str, str], tuple[EditionSummary, ...]]:
        """Kind and slug of a record -> the editions that changed it, the newest first."""
        found: dict[tuple[str, str], list[EditionSummary]] = {}
        for summary in self.edition.history:
            for change in summary.changes:
                if change.action == "review":
                    continue
                found.setdefault((change.kind, change.slug), []).append(summary)
        return {key: tuple(summaries) for key, summaries in found.items()}

    def standing(self, document: Document) -> Standing:
        """What may be said about the review of a record of this edition."""
        entry = self.edition.entry(*document.key)
        return standing_of(entry, self.editions_of.get(document.key, ()), self.due.get(document.key))

    @cached_property
    def due(self) -> Mapping[tuple[str, str], ReviewDue]:
        """Kind and slug of each record that somebody signed -> when it is due for review again, and why then."""
        found = (review_due(self.edition, entry) for entry in self.edition.entries if entry.reviewed_at)
        return {(item.kind, item.slug): item for item in found if item}

    @cached_property
    def due_days(self) -> Sequence[date]:
        """All these days, in order."""
        return sorted(item.due_on for item in self.due.values())

    @cached_property
    def unsigned_count(self) -> int:
        """How many records that have a page were signed by no clinician."""
        return sum(1 for entry in self._with_page if not entry.clinicians)

    @cached_property
    def page_count(self) -> int:
        """How many records have a page that a clinician could sign."""
        return len(self._with_page)

    @cached_property
    def _with_page(self) -> tuple:
        kinds = {"cause", "finding", "claim-review", "page"}
        return tuple(entry for entry in self.edition.entries if entry.document.kind in kinds)

    @cached_property
    def search(self) -> SearchIndex:
        """The words of causes, findings, claims and pages."""
        is_public = held_edition(self.edition.number, self.edition.sha256)
        return kept_search(self.edition) if is_public else SearchIndex(self.edition)

    def clues_of(self, cause: Cause, effect: Effect) -> tuple[Clue, ...]:
        """What speaks for a cause, or against it, strongest first."""
        clues = (clue_of(self.edition, cause, link) for link in cause.finding_links if link.effect is effect)
        return tuple(sorted((clue for clue in clues if clue), key=lambda clue: -clue.link.strength))


_held: OrderedDict[str, SiteIndex] = OrderedDict()
_holding = threading.Lock()


def index_of(edition: Edition) -> SiteIndex:
    """The lookups of this edition, from memory when it was asked for before. The one longest unasked for gives way."""
    with _holding:
        index = _held.pop(edition.sha256, None) or SiteIndex(edition)
        _held[edition.sha256] = index
        if len(_held) > HELD_AT_ONCE:
            _held.popitem(last=False)
    return index


def _citing(documents) -> tuple[Citing, ...]:
    kinds = list(words.KINDS)
    ordered = sorted(documents, key=lambda document: (kinds.index(document.kind), document.name.casefold()))
    return tuple(
        Citing(words.KINDS[document.kind], document.name, address_of_document(document)) for document in ordered
    )
