"""What the checks say of a revision when somebody decides about it, and what a decision keeps. Reads only."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from sitecontent.documents import Document
from sitecontent.edition.checks import RULES, Around, check_record
from sitecontent.edition.checks.people import Declarer, interests, no_profiles
from sitecontent.edition.compile import Problem, Severity
from sitecontent.edition.edition import Edition
from sitecontent.models import Revision, name_of
from sitecontent.review.labels import RatedChange


def check_revision(
    revision: Revision, *, edition: Edition | None, moderator: User, at: datetime, also: Iterable[Document] = ()
) -> tuple[Problem, ...]:
    """All that the checks say of a revision and of the two people, beside what edition `edition` has published.

    `also` are the documents that would be published with it.
    """
    document = revision.document
    together = (*also, document)
    around = Around.of(edition, together) if edition else Around({item.key: item for item in together}, at.year)
    return (*check_record(document, around), *check_people(revision, moderator=moderator, at=at))


def check_people(revision: Revision, *, moderator: User, at: datetime) -> tuple[Problem, ...]:
    """What is to be said of the interests of who wrote a revision and of who approves it."""
    author = User.objects.filter(pk=revision.author_id or 0).select_related("reviewer_profile").first()
    people = (_declarer(author, revision.author_name, "wrote it"), _declarer(moderator, "", "approves it"))
    found = [("interests", *item) for item in interests(people, at.date())]
    found += [("no-profile", *item) for item in no_profiles(people)]
    return tuple(
        Problem(revision.kind, revision.slug, field, check, RULES[check].severity, message)
        for check, field, message in found
    )


def _declarer(user: User | None, name: str, act: str) -> Declarer:
    profile = getattr(user, "reviewer_profile", None)
    if profile is None:
        return Declarer(name or name_of(user), act, has_profile=False)
    return Declarer(name or name_of(user), act, True, profile.interests, profile.interests_declared_on)


def warned_by(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The rules that want a typed reason, each once."""
    return tuple(dict.fromkeys(problem.check for problem in problems if problem.severity is Severity.WARN))


def kept(problems: Iterable[Problem], reasons: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a decision keeps of the checks, as JSON: each problem, and the reason why it was let through."""
    return [
        {
            "check": problem.check,
            "severity": str(problem.severity),
            "field": problem.field,
            "message": problem.message,
            "reason": reasons.get(problem.check, "").strip() if problem.severity is Severity.WARN else "",
        }
        for problem in problems
    ]


def kept_ticks(changes: Iterable[RatedChange]) -> list[dict[str, Any]]:
    """What a decision keeps of the dangerous changes that were ticked, as JSON: where each is, and its labels."""
    return [
        {
            "change": item.change.id,
            "path": item.change.path,
            "place": item.change.place,
            "labels": [risk.value for risk in item.risks],
        }
        for item in changes
        if item.is_dangerous
    ]


def reasons_before(revision: Revision) -> dict[str, str]:
    """The reasons typed at the last approval of this record, by rule: to be read again, and kept or changed."""
    earlier = Revision.objects.of(revision.kind, revision.slug).filter(decisions__verdict="approve")
    last = earlier.prefetch_related("decisions").order_by("-number").first()
    rows = [row for decision in (last.decisions.all() if last else ()) for row in decision.checks or ()]
    return {row["check"]: row["reason"] for row in rows if row["reason"]}
