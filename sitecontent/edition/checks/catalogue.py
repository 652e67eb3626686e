"""Every content check by its id: how much it weighs, what it asks, and which standard asks for it. Pure.

`block` refuses the build. `warn` lets it through once whoever approves has typed a reason. `note` is shown and asks
for nothing. A check that looks at one document is a function in one of the rooms beside this one; the others are found
where a whole edition is built, and are listed here so that each has its words.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sitecontent.edition.compile import Severity

BLOCK, WARN, NOTE = Severity


class Rule(NamedTuple):
    """One named rule about content."""

    id: str
    severity: Severity
    asks: str
    """What it asks for, in a sentence."""
    standard: str
    """Where that comes from."""


OURS = "How we write (docs/writing-style.md)"
SAFETY_CASE = "The site's clinical safety case (docs/clinical-safety)"
DISCERN = "DISCERN, quality criteria for consumer health information"
PIF_TICK = "PIF TICK, criteria for trusted health information"
IPDAS = "IPDAS, standards for patient decision aids: presenting probabilities"
GRADE = "GRADE, wording of statements by certainty of evidence"
NHS_REVIEW = "NHS website content policy: every page is reviewed at least every three years"
NHS_CARE_CARDS = "NHS design system: care cards"
ICMJE = "ICMJE recommendations: disclosure of interests"
WCAG_HEADINGS = "WCAG 2.2, 1.3.1 Info and Relationships; technique G141"
WCAG_WORDS = "WCAG 2.2, 3.1.3 Unusual Words"
WCAG_READING = "WCAG 2.2, 3.1.5 Reading Level"
BUILD = "The build: an edition is whole or it is not published"

_RULES = (
    # Evidence
    Rule("uncited-statement", WARN, "Every medical statement names its source.", f"{DISCERN}; {OURS}"),
    Rule("uncited-link", WARN, "Every escalation and every link to a question names its source.", f"{DISCERN}; {OURS}"),
    Rule("uncited-number", WARN, "Every number has its own source, right behind it.", f"{IPDAS}; {OURS}"),
    Rule("few-sources", WARN, "A cause rests on at least two sources.", PIF_TICK),
    Rule("one-publisher", WARN, "The sources of a cause are of at least two publishers.", PIF_TICK),
    Rule("source-list", WARN, "The list of sources is what the text cites.", OURS),
    Rule("low-authority", WARN, "No statement rests on sources of low authority alone.", OURS),
    Rule("strong-words", WARN, "Strong words do not stand on weak evidence.", GRADE),
    Rule("superseded-source", WARN, "No source is cited that something newer has replaced.", f"{DISCERN}; {PIF_TICK}"),
    Rule("all-sources-old", WARN, "At least one source is younger than ten years.", DISCERN),
    Rule("old-source", NOTE, "Sources older than ten years are named.", DISCERN),
    Rule("percent-alone", WARN, "A percentage is also given as “1 in N”.", IPDAS),
    # Safety
    Rule("urgency-reason", BLOCK, "An urgency says why.", SAFETY_CASE),
    Rule("silent-cause", BLOCK, "An answer speaks for each cause, or the cause says why none can.", SAFETY_CASE),
    Rule("red-flags", BLOCK, "A cause lists when to get help sooner, or says that nothing is known.", SAFETY_CASE),
    Rule("emergency-action", WARN, "Emergency words name one clear action, first among few.", NHS_CARE_CARDS),
    Rule("emergency-reading", BLOCK, "Emergency words send nobody on to read more.", NHS_CARE_CARDS),
    Rule("promise", WARN, "No word promises or diagnoses.", OURS),
    Rule("diagnosis", WARN, "Nobody is told that they have a condition.", OURS),
    Rule("harmless", WARN, "Nothing is called harmless without its condition.", OURS),
    # Shape
    Rule("no-summary", WARN, "There is a summary.", PIF_TICK),
    Rule("long-summary", NOTE, "The summary is short.", OURS),
    Rule("missing-section", WARN, "No section of a cause is missing.", PIF_TICK),
    Rule("pregnancy-scope", WARN, "The text says how it is in pregnancy, and in which part of it.", SAFETY_CASE),
    Rule("audience", NOTE, "A cause of one circumstance says whom it concerns.", f"{DISCERN}; {PIF_TICK}"),
    Rule("heading-order", WARN, "Headings begin at the right level and skip none.", WCAG_HEADINGS),
    Rule("glossary-term", NOTE, "A medical word is explained, here or in the glossary.", WCAG_WORDS),
    Rule("reading-grade", NOTE, "The text is easy to read.", WCAG_READING),
    Rule("long-sentence", NOTE, "Sentences are short.", OURS),
    # Time and people
    Rule("review-overdue", WARN, "The last review is not older than the urgency allows.", NHS_REVIEW),
    Rule("interests", WARN, "Who wrote and who approves has declared interests, within a year.", ICMJE),
    Rule("no-profile", NOTE, "Who wrote and who approves has a profile in which interests can stand.", ICMJE),
    # Found where an edition is built
    Rule("reference", BLOCK, "Every reference, and so every citation, resolves.", BUILD),
    Rule("identity", BLOCK, "No two records have one name.", BUILD),
    Rule("levels", BLOCK, "Every level of urgency has its words.", SAFETY_CASE),
    Rule("answers", BLOCK, "Answers fit their question.", BUILD),
    Rule("escalation", WARN, "An escalation raises the level.", SAFETY_CASE),
    Rule("not-sure-ignored", BLOCK, "Where rules depend on a question, “not sure” is heeded.", SAFETY_CASE),
    Rule("list-not-opened", WARN, "A question that is asked in a list names one that opens it.", SAFETY_CASE),
    Rule(
        "asked-after-no-tick", WARN, "No question waits for the answer that no tick in a list stands for.", SAFETY_CASE
    ),
    Rule("vignette", BLOCK, "Every clinical test case comes out as it must.", SAFETY_CASE),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _RULES})
"""Every named rule by its id, in the order in which they are explained."""


def rule_of(check: str) -> Rule:
    """The rule of that id. What the safety proof finds has the name of its property and always blocks."""
    return RULES.get(check) or Rule(check, BLOCK, f"The safety proof holds: {check.replace('-', ' ')}.", SAFETY_CASE)
