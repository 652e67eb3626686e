"""When each record is due for its next review. Pure: it knows no today, only days.

The rule, by how much harm an outdated sentence could do:

- what may be an emergency, or urgent: every 12 months;
- what should be seen soon, the symptoms and the editorial pages: every 24 months;
- everything else: every 36 months. Source of this longest interval: the NHS website's content policy, by which every
  page is reviewed at least every three years. The shorter ones are this project's own choice.

The interval is halved while the newest source of a record is five years older than its last review or more: then the
review is also there to look for a newer one. A record whose source was superseded after it was last reviewed is due
from that day. A record that nobody has ever signed is due from the day on which it was published.

Categories, sources and clinical test cases have no review of their own. They are looked at with the records that use
them, and `check_sources` looks whether the sources are still there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sitecontent.documents import (
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
    Verdict,
    most_urgent,
)
from sitecontent.edition.compile import references_of
from sitecontent.edition.edition import Edition, Entry

MONTHS_BETWEEN_REVIEWS: Mapping[Urgency, int] = {
    Urgency.EMERGENCY: 12,
    Urgency.URGENT: 12,
    Urgency.SOON: 24,
    Urgency.ROUTINE: 36,
    Urgency.SELF_CARE: 36,
}
OLD_SOURCES_AFTER_YEARS = 5


@dataclass(frozen=True)
class ReviewDue:
    """When a record is due, and why then."""

    kind: str
    slug: str
    title: str
    urgency: Urgency
    reviewed_on: date | None
    due_on: date
    reason: str


def reviews_due(edition: Edition) -> tuple[ReviewDue, ...]:
    """Every record that is reviewed, the first that is due first; of one day the most urgent first."""
    found = (review_due(edition, entry) for entry in edition.entries)
    return tuple(
        sorted(
            (due for due in found if due),
            key=lambda due: (due.due_on, -due.urgency.rank, due.kind, due.slug),
        )
    )


def review_due(edition: Edition, entry: Entry) -> ReviewDue | None:
    """When this record is due; None for a kind that has no review of its own."""
    document = entry.document
    urgency = urgency_of(document)
    if urgency is None:
        return None
    reviewed_on = entry.reviewed_at.date() if entry.reviewed_at else None
    due_on, reason = _day_and_reason(edition, entry, urgency, reviewed_on)
    return ReviewDue(document.kind, document.slug, document.name, urgency, reviewed_on, due_on, reason)


def urgency_of(document: Document) -> Urgency | None:
    """How much may hang on a record, as the urgency of what it is about; None for a kind that is not reviewed."""
    match document:
        case Cause():
            return most_urgent([document.urgency, *(escalation.urgency for escalation in document.escalations)])
        case SafetyRule():
            return document.at_least
        case UrgencyLevel():
            return document.urgency
        case Finding():
            return Urgency.EMERGENCY if document.step is Step.EMERGENCY else Urgency.SOON
        case ClaimReview():
            return Urgency.URGENT if document.verdict is Verdict.HARMFUL else Urgency.ROUTINE
        case Page():
            return Urgency.EMERGENCY if document.slug == "emergency" else Urgency.SOON
    return None


def _day_and_reason(edition: Edition, entry: Entry, urgency: Urgency, reviewed_on: date | None) -> tuple[date, str]:
    if reviewed_on is None:
        return entry.changed_at.date(), "nobody has signed it yet"
    months = MONTHS_BETWEEN_REVIEWS[urgency]
    reason = f"{urgency.value}: every {months} months"
    cited = _sources_of(edition, entry.document)
    years = [source.year for source in cited if source.year and not source.superseded_by]
    if years and reviewed_on.year - max(years) >= OLD_SOURCES_AFTER_YEARS:
        months //= 2
        reason += f"; its newest source is of {max(years)}, so after {months}"
    due_on = add_months(reviewed_on, months)
    for source in cited:
        superseded_on = edition.entry_of(source).changed_at.date()
        if source.superseded_by and reviewed_on < superseded_on < due_on:
            due_on, reason = superseded_on, f"its source “{source.title}” has been superseded"
    return due_on, reason


def _sources_of(edition: Edition, document: Document) -> tuple[Source, ...]:
    slugs = dict.fromkeys(slug for _, kind, slug in references_of(document) if kind == "source")
    return tuple(source for source in map(edition.source, slugs) if source)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"{day} has no day {months} months later")
