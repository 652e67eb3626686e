"""Which changes lower safety. Pure: two documents in, reasons out.

Safety is asymmetric: one approval may raise an urgency, but whatever lowers it takes two.
Where it can not be shown that a change is at least as safe, it counts as lowering.
"""

from collections.abc import Callable, Iterator
from typing import cast

from sitecontent.documents import (
    Cause,
    ClaimReview,
    Condition,
    Document,
    Escalation,
    Finding,
    Page,
    PregnancyScope,
    SafetyRule,
    UrgencyLevel,
    Verdict,
    Vignette,
)

PAGES_OF_SIGNS = frozenset({"emergency", "pregnancy"})
"""Pages whose lists say when to get help. Every public page leads to them."""


def lowering(published: Document | None, proposed: Document) -> tuple[str, ...]:
    """Why the change lowers safety, in words; empty when it does not. A new record lowers nothing."""
    if published is None:
        return ()
    return tuple(_JUDGES.get(proposed.kind, _no_reasons)(published, proposed))


def is_at_least_as_wide(condition: Condition | None, than: Condition | None) -> bool:
    """True when `condition` surely holds wherever `than` holds. None holds nowhere."""
    if than is None:
        return True
    if condition is None:
        return False
    demands_no_more = all(
        any(old.finding == new.finding and set(old.is_) <= set(new.is_) for old in than.all_of)
        for new in condition.all_of
    )
    offers_no_less = not condition.any_of or (
        bool(than.any_of)
        and all(
            any(old.finding == new.finding and set(old.is_) <= set(new.is_) for new in condition.any_of)
            for old in than.any_of
        )
    )
    return demands_no_more and offers_no_less


def _cause(published: Document, proposed: Document) -> Iterator[str]:
    old, new = cast(Cause, published), cast(Cause, proposed)
    if new.urgency.rank < old.urgency.rank:
        yield f"urgency lowered from {old.urgency} to {new.urgency}"
    for escalation in old.escalations:
        if new.urgency.rank < escalation.urgency.rank and not any(
            _still_raises(candidate, escalation) for candidate in new.escalations
        ):
            yield f"escalation to {escalation.urgency} removed or narrowed: {escalation.tell}"
    if new.only_when and not (old.only_when and is_at_least_as_wide(new.only_when, old.only_when)):
        yield "considered in fewer circumstances than before"
    if not is_at_least_as_wide(old.not_when, new.not_when):
        yield "ruled out in more cases than before"
    if new.pregnancy is PregnancyScope.NEVER and old.pregnancy is not PregnancyScope.NEVER:
        yield "no longer considered in pregnancy"
    if new.pregnancy is PregnancyScope.ONLY and old.pregnancy is not PregnancyScope.ONLY:
        yield "no longer considered outside pregnancy"
    kept = new.sections.get_help_sooner_if.splitlines()
    for line in old.sections.get_help_sooner_if.splitlines():
        if line.strip() and line not in kept:
            yield f"red flag removed or reworded: {line.strip()}"
    for link in old.finding_links:
        if link.effect == "for" and not any(
            kept_link.effect == "for"
            and kept_link.finding == link.finding
            and kept_link.strength >= link.strength
            and set(link.answers) <= set(kept_link.answers)
            for kept_link in new.finding_links
        ):
            yield f"sign that speaks for it removed or weakened: {link.finding} ({', '.join(link.answers)})"


def _still_raises(candidate: Escalation, escalation: Escalation) -> bool:
    return candidate.urgency.is_at_least(escalation.urgency) and is_at_least_as_wide(candidate.when, escalation.when)


def _safety_rule(published: Document, proposed: Document) -> Iterator[str]:
    old, new = cast(SafetyRule, published), cast(SafetyRule, proposed)
    if new.at_least.rank < old.at_least.rank:
        yield f"level lowered from {old.at_least} to {new.at_least}"
    if not is_at_least_as_wide(new.when, old.when):
        yield "fires in fewer cases than before"
    if new.tell != old.tell:
        yield f"tells people something else: {new.tell}"


def _urgency_level(published: Document, proposed: Document) -> Iterator[str]:
    old, new = cast(UrgencyLevel, published), cast(UrgencyLevel, proposed)
    if not is_at_least_as_wide(new.not_for, old.not_for):
        yield "given to more people than before"
    if new.what_to_do != old.what_to_do:
        yield f"says something else to do: {new.what_to_do}"
    if new.timescale != old.timescale:
        yield f"names another time: {new.timescale}"
    for contact in old.contacts:
        if contact not in new.contacts:
            yield f"whom to ask removed or reworded: {contact.region}"


def _finding(published: Document, proposed: Document) -> Iterator[str]:
    old, new = cast(Finding, published), cast(Finding, proposed)
    for slug in old.answer_slugs:
        if slug not in new.answer_slugs:
            yield f"answer removed: {slug}"
        elif old.answer(slug).implies and old.answer(slug).implies != new.answer(slug).implies:
            yield f"answer {slug} no longer implies what it did"
    if new.ask_if and not (old.ask_if and is_at_least_as_wide(new.ask_if, old.ask_if)):
        yield "asked in fewer cases than before"
    if new.unticked != old.unticked and new.unticked:
        yield f"an empty box stands for another answer than before: {new.unticked}"


def _vignette(published: Document, proposed: Document) -> Iterator[str]:
    old, new = cast(Vignette, published), cast(Vignette, proposed)
    if new.least.rank < old.least.rank:
        yield f"test case relaxed: a less urgent outcome, {new.least}, is accepted"
    if not set(old.must_list) <= set(new.must_list):
        yield "test case relaxed: fewer causes must be listed"
    if old.answers != new.answers:
        yield "test case changed: other answers"


def _claim_review(published: Document, proposed: Document) -> Iterator[str]:
    old, new = cast(ClaimReview, published), cast(ClaimReview, proposed)
    milder_first = list(Verdict)
    if milder_first.index(new.verdict) < milder_first.index(old.verdict):
        yield f"warns less than before: {old.verdict} is now {new.verdict}"


def _page(published: Document, proposed: Document) -> Iterator[str]:
    old, new = cast(Page, published), cast(Page, proposed)
    if old.slug in PAGES_OF_SIGNS:
        kept = {line.strip() for line in new.body.splitlines()}
        for line in map(str.strip, old.body.splitlines()):
            if line.startswith("- ") and line not in kept:
                yield f"sign removed or reworded: {line[2:]}"


def _no_reasons(published: Document, proposed: Document) -> Iterator[str]:
    return iter(())


_JUDGES: dict[str, Callable[[Document, Document], Iterator[str]]] = {
    "cause": _cause,
    "safety-rule": _safety_rule,
    "urgency-level": _urgency_level,
    "finding": _finding,
    "vignette": _vignette,
    "claim-review": _claim_review,
    "page": _page,
}
