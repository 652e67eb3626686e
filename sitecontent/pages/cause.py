"""The page of one cause. The preview of the review desk uses it too, so both show the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from sitecontent.documents import Cause, Effect, Verdict
from sitecontent.edition.edition import Edition
from sitecontent.pages import words
from sitecontent.pages.index import SiteIndex, index_of
from sitecontent.pages.pictures import cycle_of_cause
from sitecontent.pages.present import (
    Level,
    When,
    by_urgency,
    card_of,
    claim_row,
    level_of,
    parts_of,
    standing_of,
    when_in_words,
)
from sitecontent.pages.words import Words
from sitecontent.rendering import References, render_citations, render_markdown

MOST_NEIGHBOURS = 6
MOST_CLAIMS = 4
"""More of them are folded away, those that could do harm first."""


@dataclass(frozen=True)
class Section:
    """One part of the text with its heading."""

    slug: str
    title: Words
    html: SafeString


@dataclass(frozen=True)
class EscalationView:
    """In which context which level, in words."""

    level: Level
    tell: str
    citations: SafeString
    when: When


def cause_context(edition: Edition, cause: Cause, *, draft: bool) -> Mapping[str, Any]:
    """Everything that `pages/cause_detail.html` needs to show a cause.

    With `draft` the page says at its top that it is not published, and claims no review. The
    caller adds what the frame of the page needs (`responses.page_context`).
    """
    index = index_of(edition)
    references = References(index.sources, open_cards=True)

    # The order of these lines is the order of the page, and so of the numbers.
    urgency_reason = render_markdown(cause.urgency_reason, references)
    sooner = render_markdown(cause.sections.get_help_sooner_if, references)
    escalations = tuple(
        EscalationView(
            level=level_of(edition, escalation.urgency),
            tell=escalation.tell,
            citations=render_citations(escalation.citations, references),
            when=when_in_words(edition, escalation.when),
        )
        for escalation in sorted(cause.escalations, key=lambda item: -item.urgency.rank)
    )
    nature_note = render_markdown(cause.nature_note, references)
    how_common = render_markdown(cause.how_common.text, references)
    sections = {
        name: Section(name.replace("_", "-"), words.SECTIONS[name], render_markdown(text, references))
        for name, text in _texts(cause).items()
        if text
    }
    for slug in cause.sources:
        references.cite(slug)

    rows = (claim_row(claim) for claim in index.claims_of_cause.get(cause.slug, ()))
    claims = sorted(rows, key=lambda row: row.claim.verdict is not Verdict.HARMFUL)

    return {
        "cause": cause,
        "card": card_of(edition, cause),
        "level": level_of(edition, cause.urgency),
        "draft": draft,
        "standing": standing_of(None) if draft else index.standing(cause),
        "urgency_reason": urgency_reason,
        "sooner": sooner,
        "sooner_title": words.SECTIONS["get_help_sooner_if"],
        "escalations": escalations,
        "nature_note": nature_note,
        "how_common": how_common,
        "how_common_word": words.FREQUENCY[cause.how_common.level],
        "sections": tuple(section for name, section in sections.items() if name != "misconceptions"),
        "misconceptions": sections.get("misconceptions"),
        "clues_for": index.clues_of(cause, Effect.FOR),
        "clues_against": index.clues_of(cause, Effect.AGAINST),
        "only_when": when_in_words(edition, cause.only_when) if cause.only_when else None,
        "not_when": when_in_words(edition, cause.not_when) if cause.not_when else None,
        "cycle": cycle_of_cause(index, cause.slug),
        "claims": claims,
        "claims_shown": claims[:MOST_CLAIMS],
        "claims_folded": claims[MOST_CLAIMS:],
        "neighbours": _neighbours(index, cause),
        "parts": parts_of(edition.causes, marked=cause.sites),
        "references": references,
        "nav": "causes",
    }


def _texts(cause: Cause) -> Mapping[str, str]:
    """The sections that stand below the care card, in their order."""
    texts = {name: getattr(cause.sections, name) for name in words.SECTIONS}
    del texts["get_help_sooner_if"]
    return texts


def _neighbours(index: SiteIndex, cause: Cause) -> tuple:
    """Other causes of the same group, the most urgent first."""
    cards = (
        card for card in index.cards.values() if card.cause.category == cause.category and card.cause.slug != cause.slug
    )
    return tuple(card for group in by_urgency(cards) for card in group.cards)[:MOST_NEIGHBOURS]
