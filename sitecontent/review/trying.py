"""Try the checker on two editions with the same answers. Pure: nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from sitecontent.edition.edition import Edition
from triage.answers import AnswersInvalid
from triage.engine import Assessment, assess


@dataclass(frozen=True)
class Tried:
    """What one edition answers, or why these answers can not be given to it."""

    assessment: Assessment | None
    refusal: str = ""

    @property
    def said(self) -> frozenset[str]:
        """The words that a visitor reads: why it is this level, and the causes with how they fit."""
        if self.assessment is None:
            return frozenset()
        reasons = (reason.tell for reason in self.assessment.reasons)
        return frozenset((*reasons, *(f"{fit.slug}: {fit.fit}" for fit in self.assessment.fits)))


def try_on(edition: Edition, answers: Mapping[str, tuple[str, ...]]) -> Tried:
    """Ask one edition."""
    try:
        return Tried(assess(edition, answers))
    except AnswersInvalid as invalid:
        return Tried(None, str(invalid))
