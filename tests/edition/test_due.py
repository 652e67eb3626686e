"""When a record is due for review follows from its urgency and the age of its sources, and from nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitecontent.documents import Step, Urgency, Verdict
from sitecontent.edition.due import MONTHS_BETWEEN_REVIEWS, add_months, review_due, reviews_due, urgency_of
from sitecontent.edition.edition import Edition, Entry, Origin, Signature

REVIEWED = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)


def edition_of(*documents, reviewed=REVIEWED, changed=REVIEWED) -> Edition:
    signature = Signature("Name", "Moderator", "", "", reviewed, "0" * 64) if reviewed else None
    return Edition(
        number=1,
        published_at=changed,
        note="",
        previous_sha256="0" * 64,
        entries=tuple(
            Entry(
                document=document,
                origin=Origin.REVIEW if signature else Origin.STARTER,
                revision=1,
                changed_at=changed,
                signatures=(signature,) if signature else (),
            )
            for document in sorted(documents, key=lambda document: document.key)
        ),
    )


@pytest.fixture
def cause(starter_edition):
    """A routine cause that rests on one source."""
    source = starter_edition.sources[0].slug
    return next(
        cause.model_copy(
            update={
                "urgency": Urgency.ROUTINE,
                "escalations": (),
                "sources": (source,),
                **{field: "" for field, value in cause if isinstance(value, str) and "[@" in value},
                "finding_links": (),
            }
        )
        for cause in starter_edition.causes
    )


@pytest.fixture
def source(starter_edition):
    return starter_edition.sources[0].model_copy(update={"year": 2024, "superseded_by": None})


def due(document, *others, **how):
    edition = edition_of(document, *others, **how)
    return review_due(edition, edition.entry_of(document))


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        (Urgency.EMERGENCY, date(2027, 3, 15)),
        (Urgency.URGENT, date(2027, 3, 15)),
        (Urgency.SOON, date(2028, 3, 15)),
        (Urgency.ROUTINE, date(2029, 3, 15)),
        (Urgency.SELF_CARE, date(2029, 3, 15)),
    ],
)
def test_the_more_urgent_the_sooner(cause, source, urgency, expected):
    found = due(cause.model_copy(update={"urgency": urgency}), source)

    assert found.due_on == expected
    assert found.reason == f"{urgency.value}: every {MONTHS_BETWEEN_REVIEWS[urgency]} months"


def test_an_escalation_counts_as_much_as_the_level_itself(cause, starter_edition):
    escalation = next(item for other in starter_edition.causes for item in other.escalations)
    escalated = cause.model_copy(
        update={"escalations": (escalation.model_copy(update={"urgency": Urgency.EMERGENCY}),)}
    )

    assert urgency_of(escalated) is Urgency.EMERGENCY


def test_old_sources_halve_the_interval_and_the_reason_says_so(cause, source):
    found = due(cause, source.model_copy(update={"year": 2021}))

    assert found.due_on == date(2027, 9, 15)
    assert found.reason == "routine: every 36 months; its newest source is of 2021, so after 18"


def test_sources_that_are_not_yet_five_years_old_or_have_no_year_change_nothing(cause, source):
    for year in (2022, None):
        assert due(cause, source.model_copy(update={"year": year})).due_on == date(2029, 3, 15)


def test_a_source_superseded_after_the_review_makes_it_due_from_that_day(cause, source):
    old = source.model_copy(update={"superseded_by": "newer"})
    edition = edition_of(cause, old)
    edition = replace(
        edition,
        entries=tuple(
            replace(entry, changed_at=datetime(2026, 9, 1, tzinfo=UTC)) if entry.document is old else entry
            for entry in edition.entries
        ),
    )

    found = review_due(edition, edition.entry_of(cause))

    assert found.due_on == date(2026, 9, 1)
    assert found.reason == f"its source “{source.title}” has been superseded"


def test_a_source_that_was_superseded_already_when_it_was_reviewed_was_seen_then(cause, source):
    assert due(cause, source.model_copy(update={"superseded_by": "newer"})).due_on == date(2029, 3, 15)


def test_what_nobody_has_signed_is_due_since_it_was_published(cause, source):
    found = due(cause, source, reviewed=None)

    assert (found.due_on, found.reviewed_on, found.reason) == (REVIEWED.date(), None, "nobody has signed it yet")


def test_every_kind_has_a_tier_or_is_known_to_have_none(starter_edition):
    without = {entry.document.kind for entry in starter_edition.entries if urgency_of(entry.document) is None}

    assert without == {"category", "source", "vignette"}


def test_emergency_signs_and_harmful_claims_come_round_soonest(starter_edition):
    finding = next(finding for finding in starter_edition.findings if finding.step is Step.EMERGENCY)
    claim = starter_edition.claims[0]

    assert urgency_of(finding) is Urgency.EMERGENCY
    assert urgency_of(claim.model_copy(update={"verdict": Verdict.HARMFUL})) is Urgency.URGENT
    assert urgency_of(starter_edition.page("emergency")) is Urgency.EMERGENCY
    assert urgency_of(starter_edition.page("about")) is Urgency.SOON


def test_the_list_begins_with_what_is_due_first_and_then_with_what_is_most_urgent(starter_edition):
    found = reviews_due(starter_edition)

    assert len(found) == sum(urgency_of(entry.document) is not None for entry in starter_edition.entries)
    assert [(item.due_on, -item.urgency.rank) for item in found] == sorted(
        (item.due_on, -item.urgency.rank) for item in found
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 5, 31), 18, date(2027, 11, 30)),
    ],
)
def test_months_are_added_as_people_do(day, months, expected):
    assert add_months(day, months) == expected


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(0, 60))
def test_a_later_month_never_comes_sooner(day, months):
    later = add_months(day, months)

    assert later >= day
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
