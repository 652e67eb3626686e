"""The symptom checker: how soon to be seen, by whom, and which causes fit what was said. Pure.

It never diagnoses. `assess` reads an edition and the answers and returns frozen values; the
same answers in any order give an equal result.

How soon is the most urgent of

- the safety rules that fire,
- the floor of the topic: `routine`, or `self-care` where `_earns_self_care` says so,
- the urgency of causes that clearly fit (`CLEARLY` or more, counting only what speaks for
  them) and the escalations of causes that at least possibly fit.

Conditions are all positive and look at everything that was said, so one more answer can only
add to them. An answer that speaks against a cause, or rules it out, moves it down the list or off
it; it never lowers the level. `triage.proof` shows this for every edition.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sitecontent.documents import (
    NOT_SURE,
    Answers,
    Cause,
    Effect,
    Escalation,
    Nature,
    PregnancyScope,
    Route,
    SafetyRule,
    Trimester,
    Urgency,
    UrgencyLevel,
    most_urgent,
)
from sitecontent.edition.citations import without_citations
from sitecontent.edition.edition import Edition
from triage.answers import NOTHING, Said, read_answers
from triage.index import Index, index_of
from triage.notes import Note, Reply, clinician_notes, replies_of

CLEARLY = 5
"""Sum of strengths from which a cause is a likely fit."""

POSSIBLY = 2
"""Sum of strengths from which a cause is a possible fit."""

MOST_TO_RULE_OUT = 6
"""A longer list of what must be ruled out would not be read."""

PREGNANCY_STATUS = "pregnancy-status"
PREGNANCY_WEEKS = "pregnancy-weeks"
RECENT_PREGNANCY_END = "recent-pregnancy-end"

TRIMESTERS_OF_WEEKS: Mapping[str, tuple[Trimester, ...]] = {
    "under-6": (Trimester.FIRST,),
    "w6-12": (Trimester.FIRST,),
    "w13-19": (Trimester.FIRST, Trimester.SECOND),
    "w20-23": (Trimester.SECOND,),
    "w24-27": (Trimester.SECOND, Trimester.THIRD),
    "w28-36": (Trimester.THIRD,),
    "w37-plus": (Trimester.THIRD,),
}
"""Answers about the weeks, read generously where a trimester begins. Any other answer could be each of them."""


class Fit(StrEnum):
    """How a cause matches the answers; never a chance."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    NEEDS_RULING_OUT = "needs-ruling-out"


class Because(StrEnum):
    """What set the level: a safety rule, an escalation of a cause, or a cause that clearly fits."""

    RULE = "rule"
    ESCALATION = "escalation"
    CAUSE = "cause"


@dataclass(frozen=True)
class Reason:
    """One thing that asks for at least this urgency, with the words the visitor gets."""

    because: Because
    slug: str
    """Of the rule, or of the cause."""
    title: str
    urgency: Urgency
    tell: str
    why: str = ""
    route: Route | None = None
    answers: tuple[Reply, ...] = ()
    """What was said that led to it."""


@dataclass(frozen=True)
class Evidence:
    """One answer that speaks for or against a cause."""

    finding: str
    answer: str
    effect: Effect
    strength: int
    question: str
    label: str
    because: str


@dataclass(frozen=True)
class CauseFit:
    """A cause, how it fits and why. `urgency` is how soon to be seen if this is the cause, here and now."""

    slug: str
    title: str
    summary: str
    fit: Fit
    urgency: Urgency
    score: int
    because: tuple[Evidence, ...]


@dataclass(frozen=True)
class Assessment:
    """The checker's answer: how soon, why, which causes fit, what to do and what to say there."""

    edition: int
    edition_sha256: str
    urgency: Urgency
    level: UrgencyLevel
    """The words for this urgency: what to do, by when, whom to ask."""
    reasons: tuple[Reason, ...]
    """What set this level, ambulance first. Nothing milder: it would reassure beside the message."""
    fired: tuple[Reason, ...]
    """Every safety rule that fired, the most urgent first."""
    fits: tuple[CauseFit, ...]
    """Every cause that fits or needs ruling out, best first. Show `causes` to visitors."""
    replies: tuple[Reply, ...]
    """What was said, in the order of the questions."""
    set_aside: tuple[Reply, ...]
    """Each "none of these" that stood beside a symptom: the symptom counts."""
    next_steps: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def is_emergency(self) -> bool:
        """True when nothing else should be read first."""
        return self.urgency is Urgency.EMERGENCY

    @property
    def causes(self) -> tuple[CauseFit, ...]:
        """The causes to show: none at all beside an emergency message."""
        return () if self.is_emergency else self.fits

    @property
    def tell_your_clinician(self) -> tuple[str, ...]:
        """The notes for the clinician as lines of text."""
        return tuple(note.text for note in self.notes)


class Score(NamedTuple):
    """The links of one cause that the answers touch, each once, and their sums."""

    places: Collection[int]
    """Of the links, among those of the cause."""
    speaks_for: int
    speaks_against: int

    @property
    def net(self) -> int:
        """What orders the list: for, less against."""
        return self.speaks_for - self.speaks_against


NO_SCORE = Score(places=(), speaks_for=0, speaks_against=0)


@dataclass(frozen=True)
class Raise:
    """A cause that asks for at least this urgency, by itself or through an escalation."""

    cause: Cause
    urgency: Urgency
    escalation: Escalation | None = None


@dataclass(frozen=True)
class Weighed:
    """The level and all that went into it, before anything is put into words."""

    urgency: Urgency
    fired: tuple[SafetyRule, ...]
    raises: tuple[Raise, ...]
    scores: Mapping[str, Score]


def assess(edition: Edition, answers: Mapping[str, Collection[str]]) -> Assessment:
    """Say how soon somebody with these answers should be seen, and why.

    `answers` holds slugs: finding -> chosen answers. An absent or empty finding was not
    answered: it fires nothing and earns no reassurance.
    Raises: UnknownAnswer, TooManyAnswers.
    """
    index = index_of(edition)
    said = read_answers(index.findings, answers)
    weighed = weigh(index, said)
    reasons = tuple(_reasons(index, said, weighed))
    replies = replies_of(index, said.given)
    return Assessment(
        edition=edition.number,
        edition_sha256=edition.sha256,
        urgency=weighed.urgency,
        level=index.level(weighed.urgency),
        reasons=reasons,
        fired=tuple(_rule_reason(index, said, rule) for rule in weighed.fired),
        fits=tuple(_fits(index, said, weighed.scores)),
        replies=replies,
        set_aside=replies_of(index, _by_finding(said.set_aside)),
        next_steps=tuple(_next_steps(index.level(weighed.urgency), reasons)),
        notes=clinician_notes(index, said, replies),
    )


def urgency_of(edition: Edition, answers: Mapping[str, Collection[str]]) -> Urgency:
    """The level alone that `assess` finds. Raises: UnknownAnswer, TooManyAnswers."""
    index = index_of(edition)
    return weigh(index, read_answers(index.findings, answers)).urgency


def weigh(index: Index, said: Said) -> Weighed:
    """Find the level for these answers."""
    fired = _fired(index, said)
    scores = _scores(index, said.counted)
    everything = scores if said.counted == said.everything else _scores(index, said.everything)
    raises = tuple(_raises(index, said.everything, everything))
    levels = [rule.at_least for rule in fired] + [item.urgency for item in raises]
    if not _earns_self_care(index, said, scores):
        levels.append(Urgency.ROUTINE)
    return Weighed(urgency=most_urgent(levels), fired=fired, raises=raises, scores=scores)


def earns_self_care(index: Index, said: Said) -> bool:
    """True when these answers earn `self-care`, unless something asks for more."""
    return _earns_self_care(index, said, _scores(index, said.counted))


def _fired(index: Index, said: Said) -> tuple[SafetyRule, ...]:
    """The rules that hold, the most urgent first; in one level the ambulance first."""
    everything = said.everything
    named = {rule.slug: rule for pair in _pairs(everything) for rule in index.rules.get(pair, ())}
    held = [rule for rule in named.values() if rule.when.holds(everything)]
    return tuple(sorted(held, key=lambda rule: (-rule.at_least.rank, _ROUTES[rule.route], rule.slug)))


_ROUTES = {route: place for place, route in enumerate(Route)}


def _scores(index: Index, answers: Answers) -> dict[str, Score]:
    """The score of every cause that an answer touches. A link counts once, however many of its answers were given."""
    touched: dict[str, set[int]] = {}
    for pair in _pairs(answers):
        for slug, place in index.links.get(pair, ()):
            places = touched.get(slug)
            if places is None:
                touched[slug] = {place}
            else:
                places.add(place)
    return {slug: _score(index.strengths[slug], places) for slug, places in touched.items()}


def _score(strengths: tuple[int, ...], places: Collection[int]) -> Score:
    speaks_for = speaks_against = 0
    for place in places:
        strength = strengths[place]
        if strength > 0:
            speaks_for += strength
        else:
            speaks_against -= strength
    return Score(places, speaks_for, speaks_against)


def _raises(index: Index, everything: Answers, scores: Mapping[str, Score]) -> Iterator[Raise]:
    """Causes that set a floor: by their own urgency when they clearly fit, by an escalation when they possibly do.

    Only what speaks for a cause counts here, so that one more answer never lowers the floor: what
    rules a cause out takes it off the list and no more. A cause met only in pregnancy sets a floor
    when the person says that they are pregnant, or lately were; before that the safety rules decide.
    """
    for slug, score in sorted(scores.items()):
        yield from raises_of(index.causes[slug], score.speaks_for, everything)


def raises_of(cause: Cause, speaks_for: int, everything: Answers) -> Iterator[Raise]:
    """What one cause asks for, with this sum of what speaks for it."""
    if speaks_for < POSSIBLY:
        return
    if not is_met_now(cause, everything) or (cause.only_when and not cause.only_when.holds(everything)):
        return
    if speaks_for >= CLEARLY:
        yield Raise(cause, cause.urgency)
    for escalation in cause.escalations:
        if escalation.when.holds(everything):
            yield Raise(cause, escalation.urgency, escalation)


def _earns_self_care(index: Index, said: Said, scores: Mapping[str, Score]) -> bool:
    """True when a listed natural explanation stands alone and no safety question is open.

    The explanation clearly fits, nothing speaks against it, nothing among the limits of the
    level holds, and every question that safety depends on was answered, where it applies.
    """
    limits = index.not_for_self_care
    if limits is None or limits.holds(said.everything):
        return False
    if not any(_explains(index.causes[slug], score, said) for slug, score in scores.items()):
        return False
    return all(finding.slug in said.everything for finding in index.safety_questions(said.everything))


def _explains(cause: Cause, score: Score, said: Said) -> bool:
    return (
        cause.nature is Nature.NATURAL
        and cause.urgency is Urgency.SELF_CARE
        and score.speaks_for >= CLEARLY
        and score.speaks_against == 0
        and _is_listed(cause, said)
    )


def _is_pregnant(answers: Answers) -> bool:
    return "yes" in answers.get(PREGNANCY_STATUS, NOTHING)


def _may_be_pregnant(said: Said) -> bool:
    return said.has(PREGNANCY_STATUS, "maybe", NOT_SURE)


def _pregnancy_ended(answers: Answers) -> bool:
    return bool(answers.get(RECENT_PREGNANCY_END, NOTHING) - {"no"})


def is_met_now(cause: Cause, answers: Answers) -> bool:
    """False for a cause met only in pregnancy, unless the person is pregnant, or lately was and it is met then too."""
    if cause.pregnancy is not PregnancyScope.ONLY:
        return True
    return _is_pregnant(answers) or (Trimester.AFTER in cause.trimesters and _pregnancy_ended(answers))


def _ruled_out(cause: Cause, said: Said) -> bool:
    """True when the answers leave no room for a cause.

    "Not pregnant" rules out what is met only in pregnancy, unless a pregnancy ended lately
    and the cause is met then too. Weeks that are known rule out what belongs to others.
    """
    if cause.not_when and cause.not_when.holds(said.counted):
        return True
    if cause.only_when and not cause.only_when.holds(said.counted):
        return True
    if cause.pregnancy is not PregnancyScope.ONLY:
        return False
    if _pregnancy_ended(said.counted) and Trimester.AFTER in cause.trimesters:
        return False
    if said.has(PREGNANCY_STATUS, "no"):
        return True
    weeks = said.counted.get(PREGNANCY_WEEKS, frozenset())
    possible = {trimester for answer in weeks for trimester in TRIMESTERS_OF_WEEKS.get(answer, tuple(Trimester))}
    return bool(cause.trimesters and possible) and possible.isdisjoint(cause.trimesters)


def _is_listed(cause: Cause, said: Said) -> bool:
    """True when a cause may stand on the list.

    Being pregnant takes off what is never met in pregnancy; that never lowers the level, so
    it is no part of `_ruled_out`. Somebody who does not say that they are pregnant, yet may
    be, is nearly always early in it: of what is met only in pregnancy, the early causes are listed.
    """
    if _ruled_out(cause, said):
        return False
    if cause.pregnancy is PregnancyScope.NEVER:
        return not _is_pregnant(said.counted)
    return is_met_now(cause, said.counted) or not cause.trimesters or Trimester.FIRST in cause.trimesters


def _fits(index: Index, said: Said, scores: Mapping[str, Score]) -> Iterator[CauseFit]:
    """The list of causes: likely, then possible, each by score; then what needs ruling out, most urgent first.

    What is met only in pregnancy fits nobody who thinks a pregnancy very unlikely, or says
    nothing of one: of it only what must be ruled out is listed then.
    """
    fitting = []
    for slug, score in scores.items():
        cause = index.causes[slug]
        if (
            score.net >= POSSIBLY
            and _is_listed(cause, said)
            and (is_met_now(cause, said.counted) or _may_be_pregnant(said))
        ):
            fit = Fit.LIKELY if score.net >= CLEARLY else Fit.POSSIBLE
            fitting.append(_cause_fit(index, said, cause, score, fit))
    yield from sorted(fitting, key=lambda item: (-item.score, -item.urgency.rank, item.slug))
    yield from _to_rule_out(index, said, scores, {item.slug for item in fitting})


def _to_rule_out(index: Index, said: Said, scores: Mapping[str, Score], listed: Collection[str]) -> Iterator[CauseFit]:
    """Serious causes that the answers do not exclude, however low they score; at most `MOST_TO_RULE_OUT`.

    Serious is pathological and urgent or worse; or to be seen soon (the cancers) where at
    least one answer speaks for it. The answers exclude a cause when `_is_listed` says so, or
    when something speaks against it and nothing at all for it. What speaks against one, such as
    a normal screening test, does not move it down this list.
    """
    found = []
    for cause in index.serious:
        if cause.slug in listed:
            continue
        score = scores.get(cause.slug, NO_SCORE)
        is_open = score.speaks_for > 0 or (score.speaks_against == 0 and cause.urgency.is_at_least(Urgency.URGENT))
        if is_open and _is_listed(cause, said):
            found.append((-_urgency_now(cause, said).rank, -score.speaks_for, cause.slug))
    for _, _, slug in sorted(found)[:MOST_TO_RULE_OUT]:
        yield _cause_fit(index, said, index.causes[slug], scores.get(slug, NO_SCORE), Fit.NEEDS_RULING_OUT)


def _urgency_now(cause: Cause, said: Said) -> Urgency:
    """How soon to be seen if this is the cause: its own urgency, or what the answers escalate it to."""
    return most_urgent([cause.urgency, *(e.urgency for e in cause.escalations if e.when.holds(said.everything))])


def _cause_fit(index: Index, said: Said, cause: Cause, score: Score, fit: Fit) -> CauseFit:
    return CauseFit(
        slug=cause.slug,
        title=cause.title,
        summary=cause.summary,
        fit=fit,
        urgency=_urgency_now(cause, said),
        score=score.net,
        because=tuple(_evidence(index, said, cause, score)),
    )


def _evidence(index: Index, said: Said, cause: Cause, score: Score) -> Iterator[Evidence]:
    """The answers behind a score: for before against, the strongest first."""
    links = [cause.finding_links[place] for place in sorted(score.places)]
    for link in sorted(links, key=lambda link: (link.effect is Effect.AGAINST, -link.strength)):
        finding = index.findings[link.finding]
        for answer in finding.answers:
            if answer.slug in link.answers and said.has(finding.slug, answer.slug):
                yield Evidence(
                    finding=finding.slug,
                    answer=answer.slug,
                    effect=link.effect,
                    strength=link.strength,
                    question=finding.question,
                    label=answer.label,
                    because=link.because,
                )


def _reasons(index: Index, said: Said, weighed: Weighed) -> Iterator[Reason]:
    """What set the level: the rules first, then escalations, then causes that clearly fit.

    A rule that holds only through an answer that another took the place of (a "maybe" beside
    a positive test) is told only when nothing else set the level. Beside an emergency a cause
    is named only when nothing else set it.
    """
    at_level = [rule for rule in weighed.fired if rule.at_least is weighed.urgency]
    current = [rule for rule in at_level if rule.when.holds(said.counted)]
    rules = [_rule_reason(index, said, rule) for rule in current or at_level]
    raised = [item for item in weighed.raises if item.urgency is weighed.urgency]
    escalations = [_raise_reason(index, said, item) for item in raised if item.escalation]
    causes = [_raise_reason(index, said, item) for item in raised if not item.escalation]
    if weighed.urgency is Urgency.EMERGENCY and (rules or escalations):
        causes = []
    told = set()
    for reason in rules + escalations + causes:
        if reason.tell not in told:
            told.add(reason.tell)
            yield reason


def _rule_reason(index: Index, said: Said, rule: SafetyRule) -> Reason:
    return Reason(
        because=Because.RULE,
        slug=rule.slug,
        title=rule.title,
        urgency=rule.at_least,
        tell=rule.tell,
        why=rule.why,
        route=rule.route,
        answers=replies_of(index, _matching(index, said, ((match.finding, match.is_) for match in rule.when.matches))),
    )


def _raise_reason(index: Index, said: Said, item: Raise) -> Reason:
    cause = item.cause
    if item.escalation:
        named = ((match.finding, match.is_) for match in item.escalation.when.matches)
    else:
        named = ((link.finding, link.answers) for link in cause.finding_links if link.effect is Effect.FOR)
    return Reason(
        because=Because.ESCALATION if item.escalation else Because.CAUSE,
        slug=cause.slug,
        title=cause.title,
        urgency=item.urgency,
        tell=item.escalation.tell if item.escalation else without_citations(cause.urgency_reason) or cause.summary,
        answers=replies_of(index, _matching(index, said, named)),
    )


def _next_steps(level: UrgencyLevel, reasons: tuple[Reason, ...]) -> Iterator[str]:
    """What to do, in the words of the rules that set the level and of the level itself."""
    steps = [reason.tell for reason in reasons if reason.because is not Because.CAUSE]
    yield from dict.fromkeys([*steps, level.what_to_do, level.timescale])


def _matching(index: Index, said: Said, named: Iterator[tuple[str, tuple[str, ...]]]) -> dict[str, frozenset[str]]:
    """The answers given that are among those named, by question; for an implied one those that imply it."""
    matching: dict[str, frozenset[str]] = {}
    for finding, answers in named:
        met = said.everything.get(finding, NOTHING) & frozenset(answers)
        given = {(finding, answer) for answer in met & said.given.get(finding, NOTHING)}
        for pair in given or {pair for answer in met for pair in _implying(index, said, finding, answer)}:
            matching[pair[0]] = matching.get(pair[0], NOTHING) | {pair[1]}
    return matching


def _implying(index: Index, said: Said, finding: str, answer: str) -> Iterator[tuple[str, str]]:
    """The answers given that imply this one."""
    for slug, picked in said.given.items():
        for option in index.findings[slug].answers:
            implied = option.implies
            if option.slug in picked and implied and (implied.finding, implied.answer) == (finding, answer):
                yield (slug, option.slug)


def _by_finding(pairs: tuple[tuple[str, str], ...]) -> dict[str, frozenset[str]]:
    grouped: dict[str, frozenset[str]] = {}
    for finding, answer in pairs:
        grouped[finding] = grouped.get(finding, frozenset()) | {answer}
    return grouped


def _pairs(answers: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    for finding, picked in answers.items():
        for answer in picked:
            yield (finding, answer)
