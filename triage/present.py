"""What the result page shows, in the order in which it shows it. Pure but for its words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sitecontent.documents import (
    NOT_SURE,
    PREFER_NOT_TO_SAY,
    Contact,
    Document,
    Page,
    SafetyRule,
    Urgency,
    UrgencyLevel,
)
from sitecontent.edition.edition import Edition, Signature
from sitecontent.rendering import plain_text
from triage import words
from triage.engine import Assessment, Because
from triage.index import index_of
from triage.sent import Sent

MOST_TO_SAY = 5
"""More could not be said before somebody asks."""


@dataclass(frozen=True)
class RegionContact:
    """Whom to ask in one region."""

    name: words.Words
    text: str


@dataclass(frozen=True)
class OwnAnswer:
    """A question and what was answered to it, or why it was left open."""

    question: str
    labels: tuple[words.Words, ...]


@dataclass(frozen=True)
class Standing:
    """Who answers for what this result is made of."""

    total: int
    signed: int
    clinicians: tuple[Signature, ...]

    @property
    def is_unsigned(self) -> bool:
        """True when no clinician has signed any of it."""
        return self.signed == 0

    @property
    def is_signed(self) -> bool:
        """True when a clinician has signed all of it."""
        return self.signed == self.total


def contacts_of(level: UrgencyLevel, region: str) -> tuple[RegionContact, ...]:
    """The contacts of a level, those of the deployment's region first."""
    ordered = sorted(level.contacts, key=lambda contact: _place(contact, region))
    return tuple(RegionContact(words.REGIONS.get(item.region, item.region), item.text) for item in ordered)


def _place(contact: Contact, region: str) -> tuple[bool, int, str]:
    regions = list(words.REGIONS)
    known = regions.index(contact.region) if contact.region in regions else len(regions)
    return (contact.region != region, known, contact.region)


def icon_of(urgency: Urgency) -> str:
    """The template of the icon of a level."""
    return f"pages/icons/{urgency}.svg"


def first_step(assessment: Assessment) -> str:
    """The one thing to do first: the words of the first rule or escalation that set the level, if any did."""
    steps = (reason.tell for reason in assessment.reasons if reason.because is not Because.CAUSE)
    return next(steps, "")


def what_to_say(assessment: Assessment) -> tuple[str, ...]:
    """The first few answers that set the level, each once: what to say when calling."""
    texts = (reply.text for reason in assessment.reasons for reply in reason.answers)
    return tuple(dict.fromkeys(texts))[:MOST_TO_SAY]


def next_level(edition: Edition, urgency: Urgency) -> UrgencyLevel | None:
    """The words of the next more urgent level: where to turn when one cannot be seen in time, or it does not settle."""
    if urgency is Urgency.EMERGENCY:
        return None
    return edition.levels[list(Urgency)[urgency.rank + 1]]


def lead_of(page: Page | None) -> tuple[str, ...]:
    """The first paragraphs of a page, up to its first heading, as plain text."""
    lead = page.body.partition("\n## ")[0] if page else ""
    return tuple(text for text in (plain_text(paragraph) for paragraph in lead.split("\n\n")) if text)


def unwanted_sex_rules(edition: Edition) -> tuple[SafetyRule, ...]:
    """The rules whose words stand in the box "if sex was not something you wanted"."""
    return index_of(edition).unwanted_sex_rules()


def standing_of(edition: Edition, assessment: Assessment) -> Standing:
    """Who has signed the records that this result is made of: the level, its rules and the causes named."""
    return standing_of_all(edition, _made_of(edition, assessment))


def standing_of_all(edition: Edition, documents: Iterable[Document]) -> Standing:
    """Who has signed these records."""
    signatures = [_clinicians(edition, document) for document in documents]
    everyone = {signature: None for held in signatures for signature in held}
    return Standing(len(signatures), sum(1 for held in signatures if held), tuple(everyone))


def _made_of(edition: Edition, assessment: Assessment) -> Iterable[Document]:
    rules = {rule.slug: rule for rule in edition.safety_rules}
    named: dict[tuple[str, str], Document] = {assessment.level.key: assessment.level}
    for reason in assessment.reasons:
        document = rules[reason.slug] if reason.because is Because.RULE else edition.cause(reason.slug)
        if document:
            named[document.key] = document
    for fit in assessment.causes:
        cause = edition.cause(fit.slug)
        if cause:
            named[cause.key] = cause
    return named.values()


def _clinicians(edition: Edition, document: Document) -> tuple[Signature, ...]:
    return edition.entry_of(document).clinicians


def own_answers(edition: Edition, assessment: Assessment, sent: Sent) -> tuple[OwnAnswer, ...]:
    """What was answered, and what was left open on purpose, in the order of the questions."""
    index = index_of(edition)
    said = {reply.finding: OwnAnswer(reply.question, reply.labels) for reply in assessment.replies}
    left = dict.fromkeys(sent.unsure, NOT_SURE) | dict.fromkeys(sent.withheld, PREFER_NOT_TO_SAY)
    said |= {slug: OwnAnswer(index.findings[slug].question, (words.LEFT_OPEN[why],)) for slug, why in left.items()}
    return tuple(said[slug] for slug in sorted(said, key=index.places.__getitem__))


def hidden_fields(fields: Mapping[str, Collection[str]]) -> tuple[tuple[str, str], ...]:
    """What was chosen as fields of the form that goes back to the questions."""
    return tuple((name, value) for name, values in fields.items() for value in sorted(values))
