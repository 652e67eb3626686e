"""What the content checks look for, and what each finds in the published content."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from sitecontent.admin.names import edition_or_none
from sitecontent.admin.showing import page, place_of
from sitecontent.edition.checks import RULES, Rule
from sitecontent.edition.compile import Problem
from sitecontent.edition.edition import Edition
from sitecontent.review.looked_at import problems_in

MOST_PLACES = 20

_held: dict[str, tuple[Problem, ...]] = {}


@dataclass(frozen=True)
class Place:
    """Where a rule finds something: the record, the field, and what is wrong."""

    kind: str
    slug: str
    where: str
    message: str


@dataclass(frozen=True)
class RuleFound:
    """A rule, how often it finds something in what is published, and the first of the places."""

    rule: Rule
    count: int
    places: tuple[Place, ...]

    @property
    def more(self) -> int:
        """How many places are not listed."""
        return self.count - len(self.places)


def problems_of(edition: Edition) -> tuple[Problem, ...]:
    """What the checks say of an edition. It is worked out once for each."""
    found = _held.get(edition.sha256)
    if found is None:
        found = problems_in(edition)
        _held.clear()
        _held[edition.sha256] = found
    return found


def checks(request: HttpRequest) -> HttpResponse:
    """Every named rule with its standard, and what it finds in the published content."""
    if not request.user.has_perm("sitecontent.view_revision"):
        raise PermissionDenied
    edition = edition_or_none()
    by_rule: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems_of(edition) if edition else ():
        by_rule[problem.check].append(problem)
    rules = tuple(
        RuleFound(rule, len(by_rule[rule.id]), tuple(map(_place, by_rule[rule.id][:MOST_PLACES])))
        for rule in RULES.values()
    )
    return page(request, "checks.html", "What the checks look for", rules=rules, edition=edition)


def _place(problem: Problem) -> Place:
    return Place(problem.kind, problem.slug, place_of(problem.field), problem.message)
