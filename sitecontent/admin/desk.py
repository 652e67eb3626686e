"""The front page of the desk: what each person can do next. Reads only, in a fixed number of queries."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from sitecontent.admin.charts import Bar, bars_of
from sitecontent.admin.checks import problems_of
from sitecontent.admin.names import edition_or_none
from sitecontent.admin.profile import profile_of, why_declare
from sitecontent.admin.records import address_of
from sitecontent.edition.compile import Problem, references_of
from sitecontent.edition.due import ReviewDue, add_months, reviews_due
from sitecontent.edition.edition import Edition
from sitecontent.models import (
    WORKING_RECORDS,
    Contribution,
    Decision,
    ProblemReport,
    PublishedEdition,
    Revision,
    WorkingRecord,
)
from sitecontent.review.state import RecordStatus, Standing, statuses_of_any
from sitecontent.review.waiting import Waiting, WaitingSet, grouped, waiting

MOST_DRAFTS = 50
MOST_EDITIONS = 6
MOST_PROBLEMS = 8
MOST_DUE = 6
MONTHS_AHEAD = 12
SOON_DAYS = 90
MOST_REPORTS = 5
MOST_LOST = 10
LOST = ("gone", "moved for good")
"""What `check_sources` says of a page that must be found anew, the worst first."""
UNSURE = ("unreachable", "refused")


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
    address: str
    """Where to mend the example."""


@dataclass(frozen=True)
class Due:
    """The reviews that are due, and those that soon will be."""

    first: tuple[tuple[ReviewDue, str], ...]
    """The first of them, each with its address."""
    overdue: int
    soon: int
    """How many more fall due within `SOON_DAYS`."""
    by_month: tuple[Bar, ...]


@dataclass(frozen=True)
class LostSource:
    """A cited page that is gone, has moved or does not answer."""

    title: str
    address: str
    """Where to mend it."""
    found: str
    detail: str


@dataclass(frozen=True)
class LostSources:
    """What the last look for the cited pages found, and on which day that was."""

    looked_at: datetime
    rows: tuple[LostSource, ...]
    unsure: int
    """How many servers gave no answer, which may be their trouble and not ours."""


@dataclass(frozen=True)
class Reports:
    """What visitors reported and nobody has dealt with: the oldest of it, and how much in all."""

    first: tuple[ProblemReport, ...]
    count: int


@dataclass(frozen=True)
class DeskView:
    """What the front page shows."""

    is_moderator: bool
    is_reviewer: bool
    drafts: tuple[MyRecord, ...]
    sent_back: tuple[MyRecord, ...]
    mine_in_review: tuple[Waiting | WaitingSet, ...]
    for_me: tuple[Waiting | WaitingSet, ...]
    waiting_count: int
    editions: tuple[PublishedEdition, ...]
    problems: tuple[DeskProblem, ...]
    superseded: tuple[tuple[str, str], ...]
    """Title and address of each source."""
    lost: LostSources | None
    reports: Reports | None
    due: Due | None
    why_declare: str
    """Why this person should declare their interests now; empty when they need not."""
    queue_ages: tuple[Bar, ...]
    signed: tuple[Bar, ...]

    @property
    def is_empty(self) -> bool:
        """True when nothing is left for this person to do."""
        work = (self.drafts, self.sent_back, self.mine_in_review, self.for_me, self.reports and self.reports.count)
        return not any(work)


def desk_of(user: Any) -> DeskView:
    """Gather the desk of one person."""
    is_moderator = user.has_perm("sitecontent.approve_revision")
    is_reviewer = user.has_perm("sitecontent.submit_revision")
    may_see = user.has_perm("sitecontent.view_revision")
    open_items = waiting() if may_see else ()
    to_decide = grouped(open_items)
    mine = my_records(user) if is_reviewer else ()
    edition = edition_or_none()
    now = timezone.now()
    return DeskView(
        is_moderator=is_moderator,
        is_reviewer=is_reviewer,
        drafts=tuple(
            item for item in mine if item.status.standing in (Standing.DRAFT_CHANGES, Standing.NEVER_PUBLISHED)
        ),
        sent_back=tuple(item for item in mine if item.status.standing is Standing.CHANGES_REQUESTED),
        mine_in_review=tuple(item for item in to_decide if item.is_by(user)),
        for_me=tuple(item for item in to_decide if item.is_for(user)) if is_moderator else (),
        waiting_count=len(open_items),
        editions=tuple(PublishedEdition.objects.prefetch_related("changes")[:MOST_EDITIONS]) if may_see else (),
        problems=problems_by_check(edition) if edition and may_see else (),
        superseded=superseded_sources(edition) if edition and may_see else (),
        lost=lost_sources(edition) if edition and may_see else None,
        reports=open_reports() if user.has_perm("sitecontent.view_problemreport") else None,
        due=due_of(edition, now.date()) if edition and may_see else None,
        why_declare=why_declare(profile_of(user), now.date()) if is_moderator or is_reviewer else "",
        queue_ages=queue_ages([item.revision for item in open_items], now),
        signed=signed_records(edition) if edition and may_see else (),
    )


def my_records(user: Any) -> tuple[MyRecord, ...]:
    """The records that this person has worked on, the last edited first."""
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
    of_these = Decision.objects.filter(
        verdict="request-changes",
        revision__kind__in={kind for kind, _ in sent_back},
        revision__slug__in={slug for _, slug in sent_back},
    )
    newest = of_these.order_by().values("revision__kind", "revision__slug").annotate(newest=Max("pk"))
    rows = Decision.objects.filter(pk__in=newest.values("newest")).select_related("revision")
    with_remarks = rows.defer("revision__document_json").prefetch_related("remarks")
    return {(row.revision.kind, row.revision.slug): row for row in with_remarks}


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
    people = sum(1 for entry in edition.entries if entry.signed) - clinician
    rows = [
        ("signed by a clinician", clinician),
        ("approved by others", people),
        ("signed by nobody yet", len(edition.entries) - clinician - people),
    ]
    return bars_of(rows)


def due_of(edition: Edition, today: date) -> Due:
    """What is due: the first few, how many are overdue, and how many fall into each of the coming months."""
    rows = reviews_due(edition)
    overdue = sum(row.due_on <= today for row in rows)
    start = today.replace(day=1)
    months = [add_months(start, ahead) for ahead in range(MONTHS_AHEAD)]
    counts = Counter(row.due_on.replace(day=1) for row in rows if row.due_on > today)
    bars = [("overdue", overdue), *((f"{month:%b %Y}", counts[month]) for month in months)]
    return Due(
        first=tuple((row, address_by_slug(row.kind, row.slug)) for row in rows[:MOST_DUE]),
        overdue=overdue,
        soon=sum(today < row.due_on <= today + timedelta(days=SOON_DAYS) for row in rows),
        by_month=bars_of(bars),
    )


def address_by_slug(kind: str, slug: str) -> str:
    """Where a record is found on the desk, without asking for its key."""
    return reverse("admin:record", args=[kind, slug])


def problems_by_check(edition: Edition) -> tuple[DeskProblem, ...]:
    """What the content checks say of what is published, by check, the worst first."""
    found = problems_of(edition)
    counts = Counter((problem.severity, problem.check) for problem in found)
    examples = {(problem.severity, problem.check): problem for problem in reversed(found)}
    order = ["block", "warn", "note"]
    rows = sorted(counts, key=lambda key: (order.index(key[0]), -counts[key]))
    return tuple(_problem(examples[key], counts[key]) for key in rows)[:MOST_PROBLEMS]


def _problem(example: Problem, count: int) -> DeskProblem:
    address = address_by_slug(example.kind, example.slug)
    return DeskProblem(example.check, str(example.severity), count, str(example), address)


def superseded_sources(edition: Edition) -> tuple[tuple[str, str], ...]:
    """The sources that something newer has replaced and that records still cite: title and address."""
    old = {source.slug: source.title for source in edition.sources if source.superseded_by}
    if not old:
        return ()
    cited = {slug for entry in edition.entries for _, kind, slug in references_of(entry.document) if kind == "source"}
    return tuple((title, address_by_slug("source", slug)) for slug, title in old.items() if slug in cited)


def lost_sources(edition: Edition) -> LostSources | None:
    """What `check_sources` found last of the sources that are published; None when nobody has looked yet."""
    try:
        report = json.loads(settings.SOURCES_FILE.read_text(encoding="utf-8"))
        looked_at = datetime.fromisoformat(report["checked_at"])
        found = {slug: (row["url"], row["found"], row["detail"]) for slug, row in report["sources"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    rows = []
    unsure = 0
    for source in edition.sources:
        url, word, detail = found.get(source.slug, ("", "", ""))
        if url != source.url:
            continue
        unsure += word in UNSURE
        if word in LOST:
            rows.append(LostSource(source.title, address_by_slug("source", source.slug), word, detail))
    rows.sort(key=lambda row: LOST.index(row.found))
    return LostSources(looked_at, tuple(rows[:MOST_LOST]), unsure)


def open_reports() -> Reports:
    """What visitors reported and nobody has dealt with, the oldest first."""
    waiting_reports = ProblemReport.objects.filter(handled_at__isnull=True)
    first = tuple(waiting_reports.order_by("reported_at", "pk")[:MOST_REPORTS])
    return Reports(first, waiting_reports.count() if len(first) == MOST_REPORTS else len(first))
