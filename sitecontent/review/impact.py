"""What a change does to the symptom checker's answers. Pure.

Two editions are asked the same things: every clinical test case, a fixed grid of answers, and
the answers that the changed documents themselves name. What comes out differently is listed,
what became less urgent first. `docs/impact.md` describes the grid.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sitecontent.documents import Cause, Document, Urgency, Vignette
from sitecontent.edition.compile import conditions_of
from sitecontent.edition.edition import Edition
from triage.answers import AnswersInvalid
from triage.engine import Assessment, assess

Question = tuple[tuple[str, tuple[str, ...]], ...]
"""Answers in a fixed order: finding and its answers."""

CONTEXTS: Mapping[str, Mapping[str, str]] = {
    "nothing else said": {},
    "pregnant, under 6 weeks": {"pregnancy-status": "yes", "pregnancy-weeks": "under-6"},
    "pregnant, 28 to 36 weeks": {"pregnancy-status": "yes", "pregnancy-weeks": "w28-36"},
    "might be pregnant": {"pregnancy-status": "maybe"},
    "not pregnant, aged 25 to 34": {"pregnancy-status": "no", "age-band": "age-25-34"},
    "not pregnant, aged 55 or older": {"pregnancy-status": "no", "age-band": "age-55-plus"},
}
"""The circumstances in which every answer of every question is tried, one at a time."""


@dataclass(frozen=True)
class Outcome:
    """What the checker answers: how soon, and which causes it lists."""

    urgency: Urgency
    causes: frozenset[str]

    @classmethod
    def of(cls, assessment: Assessment) -> "Outcome":
        """The outcome of an assessment; causes are counted beside an emergency too."""
        return cls(assessment.urgency, frozenset(fit.slug for fit in assessment.fits))


@dataclass(frozen=True)
class OutcomeChange:
    """One set of answers with another outcome than before. None: these answers could not be given."""

    title: str
    """What was tried: the name of a test case, or nothing."""
    answers: Question
    before: Outcome | None
    after: Outcome | None

    @property
    def is_less_urgent(self) -> bool:
        """True when somebody would be told to wait longer than today."""
        return bool(self.before and self.after and self.after.urgency.rank < self.before.urgency.rank)

    @property
    def is_more_urgent(self) -> bool:
        """True when somebody would be sent sooner than today."""
        return bool(self.before and self.after and self.after.urgency.rank > self.before.urgency.rank)

    @property
    def appeared(self) -> tuple[str, ...]:
        """Slugs of the causes that are listed now and were not."""
        return _gained(self.before, self.after)

    @property
    def vanished(self) -> tuple[str, ...]:
        """Slugs of the causes that were listed and are not now."""
        return _gained(self.after, self.before)


@dataclass(frozen=True)
class VignetteChange:
    """A clinical test case on both editions."""

    vignette: Vignette
    change: OutcomeChange
    passes: bool
    """Whether the outcome on the proposed edition is acceptable."""


@dataclass(frozen=True)
class Impact:
    """What came out differently, and how much was tried."""

    vignettes: tuple[VignetteChange, ...]
    """Test cases with another outcome, or that fail; those that fail first."""
    outcomes: tuple[OutcomeChange, ...]
    """Of the grid, less urgent first, then more urgent, then other causes."""
    tried: int
    """Combinations of answers that were tried."""
    vignettes_run: int

    @property
    def less_urgent(self) -> tuple[OutcomeChange, ...]:
        """Where somebody would be told to wait longer than today."""
        return tuple(change for change in self.outcomes if change.is_less_urgent)

    @property
    def more_urgent(self) -> tuple[OutcomeChange, ...]:
        """Where somebody would be sent sooner than today."""
        return tuple(change for change in self.outcomes if change.is_more_urgent)

    @property
    def other(self) -> tuple[OutcomeChange, ...]:
        """Where the urgency is the same and other causes are listed."""
        return tuple(change for change in self.outcomes if not change.is_less_urgent and not change.is_more_urgent)

    @property
    def is_none(self) -> bool:
        """True when nothing that was tried came out differently."""
        return not self.vignettes and not self.outcomes


def impact_of(published: Edition, proposed: Edition, documents: Iterable[Document]) -> Impact:
    """Ask both editions the same things and list what differs. `documents` are those that the proposal changes."""
    before, after = _Asked(published), _Asked(proposed)
    vignettes = sorted(_vignette_changes(before, after), key=lambda item: (item.passes, _by_danger(item.change)))
    questions = tuple(dict.fromkeys((*grid_of(published), *grid_of(proposed), *_named_by(published, documents))))
    changes = [change for question in questions if (change := _change("", question, before, after))]
    return Impact(
        vignettes=tuple(vignettes),
        outcomes=tuple(sorted(changes, key=_by_danger)),
        tried=len(questions),
        vignettes_run=len(proposed.vignettes),
    )


def grid_of(edition: Edition) -> Iterator[Question]:
    """The fixed grid: nothing said, and every answer of every question, alone in each context."""
    for context in CONTEXTS.values():
        yield _question(edition, context)
        for finding in edition.findings:
            for answer in finding.answer_slugs:
                yield _question(edition, {**context, finding.slug: answer})


def _named_by(published: Edition, documents: Iterable[Document]) -> Iterator[Question]:
    """The answers that changed documents name, before and after: each condition, and pairs of links."""
    for document in documents:
        entry = published.entry(*document.key)
        for version in (document, entry.document if entry else None):
            if version is None:
                continue
            for _, condition in conditions_of(version):
                together = {match.finding: match.is_[0] for match in condition.all_of}
                yield tuple(sorted((finding, (answer,)) for finding, answer in together.items()))
                for match in condition.any_of:
                    both = {**together, match.finding: match.is_[0]}
                    yield tuple(sorted((finding, (answer,)) for finding, answer in both.items()))
            if isinstance(version, Cause):
                yield from _pairs_of_links(version)


def _pairs_of_links(cause: Cause) -> Iterator[Question]:
    named = sorted({(link.finding, link.answers[0]) for link in cause.finding_links})
    for place, (finding, answer) in enumerate(named):
        for other, other_answer in named[place + 1 :]:
            if other != finding:
                yield ((finding, (answer,)), (other, (other_answer,)))


def _question(edition: Edition, answers: Mapping[str, str]) -> Question:
    return tuple(sorted((finding, (answer,)) for finding, answer in answers.items()))


_answered: dict[str, dict[Question, Outcome | None]] = {}
"""What editions answered, by their seals, so that a published one is asked everything only once."""

EDITIONS_REMEMBERED = 4


class _Asked:
    """One edition and what it answered so far."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        if edition.sha256 not in _answered and len(_answered) >= EDITIONS_REMEMBERED:
            _answered.clear()
        self.known = _answered.setdefault(edition.sha256, {})

    def outcome(self, question: Question) -> Outcome | None:
        """What this edition answers; None when it does not know these questions."""
        if question not in self.known:
            try:
                self.known[question] = Outcome.of(assess(self.edition, dict(question)))
            except AnswersInvalid:
                self.known[question] = None
        return self.known[question]


def _change(title: str, question: Question, before: _Asked, after: _Asked) -> OutcomeChange | None:
    old, new = before.outcome(question), after.outcome(question)
    return None if old == new else OutcomeChange(title, question, old, new)


def _vignette_changes(before: _Asked, after: _Asked) -> Iterator[VignetteChange]:
    for vignette in after.edition.vignettes:
        question = tuple(sorted((given.finding, given.answers) for given in vignette.answers))
        old, new = before.outcome(question), after.outcome(question)
        passes = _is_acceptable(vignette, new)
        if old != new or not passes:
            yield VignetteChange(vignette, OutcomeChange(vignette.title, question, old, new), passes)


def _is_acceptable(vignette: Vignette, outcome: Outcome | None) -> bool:
    return (
        outcome is not None
        and outcome.urgency.is_at_least(vignette.least)
        and vignette.most.is_at_least(outcome.urgency)
        and outcome.causes.issuperset(vignette.must_list)
    )


def _by_danger(change: OutcomeChange) -> tuple[int, int, Question]:
    if change.before and change.after:
        fall = change.before.urgency.rank - change.after.urgency.rank
        return (0 if fall > 0 else 1 if fall < 0 else 2, -abs(fall), change.answers)
    return (2, 0, change.answers)


def _gained(before: Outcome | None, after: Outcome | None) -> tuple[str, ...]:
    return tuple(sorted((after.causes if after else frozenset()) - (before.causes if before else frozenset())))
