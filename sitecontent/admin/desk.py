"""The front page of the desk: what each person can do next. Reads only, in a fixed number of queries."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from sitecontent.admin.charts import Bar, bars_of
from sitecontent.admin.names import edition_or_none
from sitecontent.admin.records import address_of
from sitecontent.edition.checks import check_edition
from sitecontent.edition.compile import references_of
from sitecontent.edition.edition import Edition
from sitecontent.models import WORKING_RECORDS, Contribution, Decision, PublishedEdition, Revision, WorkingRecord
from sitecontent.review.state import RecordStatus, Standing, statuses_of_any
from sitecontent.review.waiting import Waiting, waiting

MOST_DRAFTS = 50
MOST_EDITIONS = 6
MOST_PROBLEMS = 8


@dataclass(frozen=True)
class MyRecord:
    """A record that this person has worked on."""

    record: WorkingRecord
    status: RecordStatus
    edited_at: datetime
    decision: Decision | None = None
    """The decision that sent it back, with its words."""

    @property
    def address(self) -> str:
        """Where to go on with it."""
        return address_of(self.record, "change")

    @property
    def kind(self) -> str:
        """What kind of record it is, in words."""
        return str(self.record._meta.verbose_name).capitalize()


@dataclass(frozen=True)
class DeskProblem:
    """Problems of published content that one check finds."""

    check: str
    severity: str
    count: int
    example: str


@dataclass(frozen=True)
class DeskView:
    """What the front page shows."""

    is_moderator: bool
    is_reviewer: bool
    drafts: tuple[MyRecord, ...]
    sent_back: tuple[MyRecord, ...]
    mine_in_review: tuple[Waiting, ...]
    for_me: tuple[Waiting, ...]
    waiting_count: int
    editions: tuple[PublishedEdition, ...]
    problems: tuple[DeskProblem, ...]
    superseded: tuple[str, ...]
    queue_ages: tuple[Bar, ...]
    signed: tuple[Bar, ...]

    @property
    def is_empty(self) -> bool:
        """True when nothing is left for this person to do."""
        return not (self.drafts or self.sent_back or self.mine_in_review or self.for_me)


def desk_of(user: Any) -> DeskView:
    """Gather the desk of one person."""
    is_moderator = user.has_perm("sitecontent.approve_revision")
    is_reviewer = user.has_perm("sitecontent.submit_revision")
    may_see = user.has_perm("sitecontent.view_revision")
    open_items = waiting() if may_see else ()
    mine = _my_records(user) if is_reviewer else ()
    edition = edition_or_none()
    now = timezone.now()
    return DeskView(
        is_moderator=is_moderator,
        is_reviewer=is_reviewer,
        drafts=tuple(
            item for item in mine if item.status.standing in (Standing.DRAFT_CHANGES, Standing.NEVER_PUBLISHED)
        ),
        sent_back=tuple(item for item in mine if item.status.standing is Standing.CHANGES_REQUESTED),
        mine_in_review=tuple(item for item in open_items if item.is_by(user)),
        for_me=tuple(item for item in open_items if item.is_for(user)) if is_moderator else (),
        waiting_count=len(open_items),
        editions=tuple(PublishedEdition.objects.prefetch_related("changes")[:MOST_EDITIONS]) if may_see else (),
        problems=problems_of(edition) if edition and may_see else (),
        superseded=superseded_sources(edition) if edition and may_see else (),
        queue_ages=queue_ages([item.revision for item in open_items], now),
        signed=signed_records(edition) if edition and may_see else (),
    )


def _my_records(user: Any) -> tuple[MyRecord, ...]:
    rows = Contribution.objects.filter(by=user).order_by().values("kind", "slug").annotate(last=Max("at"))
    last = {(row["kind"], row["slug"]): row["last"] for row in rows.order_by("-last")[:MOST_DRAFTS]}
    records: list[WorkingRecord] = []
    for kind, model in WORKING_RECORDS.items():
        slugs = [slug for row_kind, slug in last if row_kind == kind]
        records += model.objects.filter(slug__in=slugs) if slugs else ()
    found = statuses_of_any(records)
    words = _words_of_decisions(found)
    mine = [MyRecord(record, found[record.key], last[record.key], words.get(record.key)) for record in records]
    return tuple(sorted(mine, key=lambda item: item.edited_at, reverse=True))


def _words_of_decisions(found: Mapping[tuple[str, str], RecordStatus]) -> dict[tuple[str, str], Decision]:
    sent_back = [key for key, status in found.items() if status.standing is Standing.CHANGES_REQUESTED]
    if not sent_back:
        return {}
    rows = Decision.objects.filter(
        verdict="request-changes", revision__slug__in={slug for _, slug in sent_back}
    ).select_related("revision")
    return {(row.revision.kind, row.revision.slug): row for row in rows.defer("revision__document_json")}


AGES: tuple[tuple[str, timedelta], ...] = (
    ("today", timedelta(days=1)),
    ("1 to 3 days", timedelta(days=3)),
    ("3 to 7 days", timedelta(days=7)),
    ("1 to 2 weeks", timedelta(days=14)),
    ("longer", timedelta.max),
)


def queue_ages(revisions: list[Revision], now: datetime) -> tuple[Bar, ...]:
    """How long the open revisions have waited."""
    counts = Counter(
        next(label for label, limit in AGES if now - revision.submitted_at < limit) for revision in revisions
    )
    return bars_of([(label, counts[label]) for label, _ in AGES])


def signed_records(edition: Edition) -> tuple[Bar, ...]:
    """How far the review of the published records has come."""
    clinician = sum(1 for entry in edition.entries if entry.clinicians)
    people = sum(1 for entry in edition.entries if entry.signatures) - clinician
    rows = [
        ("signed by a clinician", clinician),
        ("approved by others", people),
        ("signed by nobody yet", len(edition.entries) - clinician - people),
    ]
    return bars_of(rows)


_held: dict[str, tuple[DeskProblem, ...]] = {}


def problems_of(edition: Edition) -> tuple[DeskProblem, ...]:
    """What the content checks say of what is published, by check, the worst first."""
    if edition.sha256 not in _held:
        found = check_edition(edition)
        counts = Counter((problem.severity, problem.check) for problem in found)
        examples = {(problem.severity, problem.check): str(problem) for problem in reversed(found)}
        order = ["block", "warn", "note"]
        rows = sorted(counts, key=lambda key: (order.index(key[0]), -counts[key]))
        problems = tuple(
            DeskProblem(check, str(severity), counts[severity, check], examples[severity, check])
            for severity, check in rows
        )[:MOST_PROBLEMS]
        _held.clear()
        _held[edition.sha256] = problems
        return problems
    return _held[edition.sha256]


def superseded_sources(edition: Edition) -> tuple[str, ...]:
    """Titles of the sources that something newer has replaced and that records still cite."""
    old = {source.slug: source.title for source in edition.sources if source.superseded_by}
    if not old:
        return ()
    cited = {slug for entry in edition.entries for _, kind, slug in references_of(entry.document) if kind == "source"}
    return tuple(title for slug, title in old.items() if slug in cited)
