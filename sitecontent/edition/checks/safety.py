"""Checks of what a frightened reader might do after reading. Pure."""

import re
from collections.abc import Iterator

from sitecontent.documents import Cause, Document, Effect, SafetyRule, Urgency, UrgencyLevel
from sitecontent.edition.checks.around import Around, Found
from sitecontent.edition.checks.texts import sentences_in, short, statements_of
from sitecontent.edition.readability import sentences_of

EMERGENCY_SENTENCES = 3
"""More than so many sentences hide the one thing to do."""

_ACTION = re.compile(
    r"\b(ambulance|emergency (?:care|department|help|number|assessment|room)|emergency|hospital|maternity unit|"
    r"ring now|call now|come in now|go in)\b",
    re.IGNORECASE,
)
_ONWARD = re.compile(
    r"\]\(|https?://|www\.|\b(?:read (?:more|on|about)|see (?:also|below|our page)|(?:find out|learn) more"
    r"|more information|for details)\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(you (?:probably|clearly|surely|certainly|definitely|must) have|don['’]t worry|do not worry"
    r"|nothing to worry about|completely harmless|definitely|guarantee\w*|100 ?%|will (?:surely|certainly) heal)",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"\bharmless\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(if|unless|when|while|once|can|may|might|could|often|mostly|usually|sometimes|not|never|nobody|only|but|though)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_YOU_HAVE = re.compile(r"\b(?:you have|you've got|you are suffering from)\s+(?:an?\s+|the\s+)?", re.IGNORECASE)
_DOUBT = re.compile(
    r"\b(if|unless|when|while|once|whether|may|might|could|can|that|because|before|after|until|where|or|not|no|none"
    r"|never|as|say|says|called|mean|means|ask|tell)\b",
    re.IGNORECASE,
)


def no_reason(document: Document, around: Around) -> Found:
    """An urgency without its reason."""
    if isinstance(document, Cause) and not document.urgency_reason:
        yield "urgency_reason", "an urgency needs its reason"


def silent(document: Document, around: Around) -> Found:
    """A cause that no answer speaks for and that does not say why, or that says so though an answer does."""
    if not isinstance(document, Cause):
        return
    is_spoken_for = any(link.effect is Effect.FOR for link in document.finding_links)
    if is_spoken_for and document.never_likely_because:
        yield "never_likely_because", "says that no answer speaks for this cause, and a link does"
    if not is_spoken_for and not document.never_likely_because:
        yield "finding_links", "no answer speaks for this cause: link one, or say why none can (never_likely_because)"


def no_red_flags(document: Document, around: Around) -> Found:
    """A cause that says nothing of when to get help sooner, not even that nothing special is known."""
    if isinstance(document, Cause) and not list(statements_of(document.sections.get_help_sooner_if)):
        yield "sections.get_help_sooner_if", "list when to get help sooner, or say that there is nothing special"


def emergency_action(document: Document, around: Around) -> Found:
    """Emergency words that name no place to turn to, or hide it among too much."""
    for field, words in emergency_words(document):
        if not _ACTION.search(words):
            yield field, f"an emergency needs one clear action, such as “call an ambulance”: “{short(words)}”"
        elif len(list(sentences_of(words))) > EMERGENCY_SENTENCES:
            yield field, f"more than {EMERGENCY_SENTENCES} sentences hide what to do: “{short(words)}”"


def emergency_reading(document: Document, around: Around) -> Found:
    """Emergency words that send somebody on to read instead of to get help."""
    for field, words in emergency_words(document):
        found = _ONWARD.search(words)
        if found:
            yield field, f"an emergency sends nobody on to read: “{found.group()}” in “{short(words)}”"


def emergency_words(document: Document) -> Iterator[tuple[str, str]]:
    """Field and words of everything that tells somebody that it is an emergency."""
    match document:
        case UrgencyLevel(urgency=Urgency.EMERGENCY):
            yield "what_to_do", document.what_to_do
        case SafetyRule(at_least=Urgency.EMERGENCY):
            yield "tell", document.tell
        case Cause():
            for index, escalation in enumerate(document.escalations):
                if escalation.urgency is Urgency.EMERGENCY:
                    yield f"escalations.{index}.tell", escalation.tell
            first = next(statements_of(document.sections.what_you_can_do), "")
            if document.urgency is Urgency.EMERGENCY and first:
                yield "sections.what_you_can_do", first


def promises(document: Document, around: Around) -> Found:
    """Words that promise."""
    for field, sentence in sentences_in(document):
        match = _PROMISE.search(sentence)
        if match:
            yield field, f"“{match.group(0).strip()}” sounds like a diagnosis or a promise"


def harmless(document: Document, around: Around) -> Found:
    """ "Harmless" in a sentence that says no condition under which it is true."""
    for field, sentence in sentences_in(document):
        said = _QUOTED.sub("", sentence)
        if _HARMLESS.search(said) and not _CONDITION.search(said):
            yield field, f"say when this is harmless: “{short(sentence)}”"


def diagnoses(document: Document, around: Around) -> Found:
    """A sentence that tells the reader, without an if, that they have a condition."""
    for field, sentence in sentences_in(document):
        said = _QUOTED.sub("", sentence)
        if _DOUBT.search(said):
            continue
        for match in _YOU_HAVE.finditer(said):
            name = _name_at_start(said[match.end() :].lower(), around)
            if name:
                yield field, f"tells the reader that they have {name}: “{short(sentence)}”"


def _name_at_start(text: str, around: Around) -> str:
    words = re.findall(r"[\w'’-]+", text)[:6]
    names = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    return next((name for name in names if name in around.names), "")
