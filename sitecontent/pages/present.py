"""Documents as the templates want them: words beside values, addresses beside titles. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sitecontent.documents import (
    BodySite,
    Category,
    Cause,
    ClaimReview,
    Condition,
    Finding,
    FindingLink,
    Match,
    Trimester,
    Urgency,
)
from sitecontent.edition.due import ReviewDue
from sitecontent.edition.edition import Edition, EditionSummary, Entry, Origin, Signature
from sitecontent.pages import words
from sitecontent.pages.addresses import anchor_of
from sitecontent.pages.words import Term, Words


@dataclass(frozen=True)
class Level:
    """One level of urgency with the words of its record."""

    urgency: Urgency
    title: str
    short: str
    what_to_do: str
    timescale: str

    @property
    def slug(self) -> str:
        """The level itself; also the class of its care card."""
        return self.urgency.value

    @property
    def word(self) -> Words:
        """One word for it."""
        return words.URGENCY[self.urgency]

    @property
    def when(self) -> str:
        """How soon, in short; without the word itself where the record repeats it."""
        word = str(self.word).casefold()
        return self.short[len(word) :].lstrip(" ,:") if self.short.casefold().startswith(word) else self.short

    @property
    def icon(self) -> str:
        """The template of its icon."""
        return f"pages/icons/{self.slug}.svg"


@dataclass(frozen=True)
class CauseCard:
    """A cause in a list."""

    cause: Cause
    level: Level
    category: Category | None

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/causes/{self.cause.slug}/"

    @property
    def category_address(self) -> str | None:
        """Where its group is, or None when the edition does not hold the group."""
        return f"/categories/{self.category.slug}/" if self.category else None

    @property
    def nature(self) -> Term:
        """Natural or pathological, in words."""
        return words.NATURE[self.cause.nature]

    @property
    def pregnancy(self) -> Term:
        """Whether it is met in pregnancy, in words."""
        return words.PREGNANCY[self.cause.pregnancy]

    @property
    def trimesters(self) -> tuple[Term, ...]:
        """When in a pregnancy, in words."""
        return tuple(words.TRIMESTERS[trimester] for trimester in Trimester if trimester in self.cause.trimesters)

    @property
    def sites(self) -> tuple[Term, ...]:
        """Where the blood comes from, in words."""
        return tuple(words.SITES[site] for site in self.cause.sites)


@dataclass(frozen=True)
class Clue:
    """One link between a finding and a cause, seen from either side."""

    card: CauseCard
    finding: Finding
    answers: tuple[str, ...]
    strength: Words
    link: FindingLink

    @property
    def finding_address(self) -> str:
        """Where the page of the symptom is."""
        return f"/findings/{self.finding.slug}/"


@dataclass(frozen=True)
class ClaimRow:
    """A claim in a list."""

    claim: ClaimReview
    verdict: Term


@dataclass(frozen=True)
class Group:
    """Some causes under one heading."""

    level: Level
    cards: tuple[CauseCard, ...]


@dataclass(frozen=True)
class Said:
    """One part of a condition in words: the symptom and the answers that count."""

    finding: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class When:
    """A condition in words: all of these and, where there are some, any of those."""

    all_of: tuple[Said, ...]
    any_of: tuple[Said, ...]


@dataclass(frozen=True)
class Part:
    """One part of the body drawing."""

    slug: str
    word: Words
    gloss: Words
    count: int
    is_marked: bool = False

    @property
    def address(self) -> str:
        """The list of causes that bleed there."""
        return f"/causes/?site={self.slug}"

    @property
    def first_word(self) -> str:
        """The first line of a label that is broken in two."""
        return str(self.word).partition(" ")[0]

    @property
    def other_words(self) -> str:
        """The second line of a label that is broken in two."""
        return str(self.word).partition(" ")[2]

    @property
    def drawing(self) -> str:
        """The template of its shapes."""
        return f"pages/body/{self.slug}.svg"


@dataclass(frozen=True)
class Standing:
    """What may honestly be said about the review of one record."""

    changed_at: datetime | None
    reviewed_at: datetime | None
    clinicians: tuple[Signature, ...]
    is_starter: bool
    revision: int | None
    editions: tuple[EditionSummary, ...] = ()
    """The editions that changed it, the newest first."""
    anchor: str = ""
    """Its fragment on the page of each of them."""
    due_on: date | None = None
    """The day on which it is due for review again; None while nobody has signed it."""
    due_reason: str = ""
    """Why then."""

    @property
    def is_signed(self) -> bool:
        """True when a clinician has signed it."""
        return bool(self.clinicians)


def level_of(edition: Edition, urgency: Urgency) -> Level:
    """The level with its words; a name alone when the edition has none."""
    record = edition.levels.get(urgency)
    if record is None:
        return Level(urgency, str(words.URGENCY[urgency]), "", "", "")
    return Level(urgency, record.title, record.short, record.what_to_do, record.timescale)


def card_of(edition: Edition, cause: Cause) -> CauseCard:
    """A cause as a list shows it."""
    return CauseCard(cause, level_of(edition, cause.urgency), edition.category(cause.category))


def standing_of(
    entry: Entry | None, editions: tuple[EditionSummary, ...] = (), due: ReviewDue | None = None
) -> Standing:
    """What is known about the review of an entry; a draft that was never published has no entry."""
    if entry is None:
        return Standing(None, None, (), is_starter=False, revision=None)
    return Standing(
        changed_at=entry.changed_at,
        reviewed_at=entry.reviewed_at,
        clinicians=entry.clinicians,
        is_starter=entry.origin is Origin.STARTER,
        revision=entry.revision,
        editions=editions,
        anchor=anchor_of(*entry.document.key),
        due_on=due.due_on if due else None,
        due_reason=due.reason if due else "",
    )


def claim_row(claim: ClaimReview) -> ClaimRow:
    """A claim as a list shows it."""
    return ClaimRow(claim, words.VERDICTS[claim.verdict])


def by_urgency(cards: Iterable[CauseCard]) -> tuple[Group, ...]:
    """The causes under their levels, the most urgent first, by title in each."""
    ordered = sorted(cards, key=lambda card: (-card.cause.urgency.rank, card.cause.title.casefold(), card.cause.slug))
    groups: dict[Urgency, list[CauseCard]] = {}
    for card in ordered:
        groups.setdefault(card.cause.urgency, []).append(card)
    return tuple(Group(members[0].level, tuple(members)) for members in groups.values())


def clue_of(edition: Edition, cause: Cause, link: FindingLink) -> Clue | None:
    """A link in words, or None when the edition does not hold its finding."""
    finding = edition.finding(link.finding)
    if finding is None:
        return None
    return Clue(
        card=card_of(edition, cause),
        finding=finding,
        answers=_labels(finding, link.answers),
        strength=words.STRENGTHS[link.strength],
        link=link,
    )


def when_in_words(edition: Edition, condition: Condition) -> When:
    """A condition as a reader can follow it: each symptom with the labels of its answers."""
    return When(
        all_of=tuple(_said(edition, match) for match in condition.all_of),
        any_of=tuple(_said(edition, match) for match in condition.any_of),
    )


def parts_of(causes: Iterable[Cause], *, marked: Sequence[str] = ()) -> tuple[Part, ...]:
    """Every part of the body with the number of causes that bleed there."""
    counts = dict.fromkeys(BodySite, 0)
    for cause in causes:
        for site in cause.sites:
            counts[site] += 1
    return tuple(
        Part(site.value, words.SITES[site].word, words.SITES[site].gloss, count, site.value in marked)
        for site, count in counts.items()
    )


def title_of(edition: Edition, kind: str, slug: str) -> str:
    """What to call a record that may or may not be in the edition."""
    entry = edition.entry(kind, slug)
    return entry.document.name if entry else slug


def _said(edition: Edition, match: Match) -> Said:
    finding = edition.finding(match.finding)
    if finding is None:
        return Said(match.finding, match.is_)
    return Said(finding.question, _labels(finding, match.is_))


def _labels(finding: Finding, slugs: Iterable[str]) -> tuple[str, ...]:
    labels = {answer.slug: answer.label for answer in finding.answers}
    return tuple(labels.get(slug, slug) for slug in slugs)
