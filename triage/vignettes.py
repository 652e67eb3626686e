"""Run the clinical test cases of an edition. Pure; publishing turns failures into problems that block."""

from collections.abc import Iterator
from dataclasses import dataclass

from sitecontent.documents import Urgency, Vignette
from sitecontent.edition.edition import Edition
from triage.answers import AnswersInvalid
from triage.engine import Assessment, assess


@dataclass(frozen=True)
class VignetteResult:
    """What a test case came to. `failures` say in words what is not as it must be."""

    slug: str
    title: str
    outcome: Urgency | None
    """None when its answers can not be read."""
    failures: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """True when the outcome is acceptable and every cause that must be listed is."""
        return not self.failures


def run_vignettes(edition: Edition) -> tuple[VignetteResult, ...]:
    """Run every vignette of an edition, in the order of their slugs."""
    return tuple(run_vignette(edition, vignette) for vignette in edition.vignettes)


def run_vignette(edition: Edition, vignette: Vignette) -> VignetteResult:
    """Run one test case against an edition.

    "Listed" means likely, possible or needing ruling out. Causes are counted beside an
    emergency too, where visitors are not shown them.
    """
    try:
        assessment = assess(edition, {given.finding: given.answers for given in vignette.answers})
    except AnswersInvalid as error:
        return VignetteResult(vignette.slug, vignette.title, None, (str(error),))
    failures = tuple(_failures(vignette, assessment))
    return VignetteResult(vignette.slug, vignette.title, assessment.urgency, failures)


def _failures(vignette: Vignette, assessment: Assessment) -> Iterator[str]:
    if not assessment.urgency.is_at_least(vignette.least):
        yield f"came out as {assessment.urgency}, and must be at least {vignette.least}"
    if not vignette.most.is_at_least(assessment.urgency):
        yield f"came out as {assessment.urgency}, and must be at most {vignette.most}"
    listed = {fit.slug for fit in assessment.fits}
    for slug in vignette.must_list:
        if slug not in listed:
            yield f"does not list {slug}"
