"""The words that the pages use for the values of documents.

These are interface words, ready for translation. What somebody should do about their health
is never written here: it comes from documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sitecontent.documents import (
    BodySite,
    Frequency,
    Nature,
    PregnancyScope,
    SourceKind,
    Step,
    Trimester,
    Urgency,
    Verdict,
)

Words = str | Promise


@dataclass(frozen=True)
class Term:
    """A value as a visitor meets it: its slug, a word for it and a line that explains the word."""

    slug: str
    word: Words
    gloss: Words = ""

    @property
    def icon(self) -> str:
        """The template of its icon. Not every term has one."""
        return f"pages/icons/{self.slug}.svg"


URGENCY: Mapping[Urgency, Words] = {
    Urgency.EMERGENCY: _("Emergency"),
    Urgency.URGENT: _("Urgent"),
    Urgency.SOON: _("Soon"),
    Urgency.ROUTINE: _("Routine"),
    Urgency.SELF_CARE: _("Self-care"),
}

NATURE: Mapping[Nature, Term] = {
    Nature.NATURAL: Term("natural", _("Natural"), _("part of how a body works or changes")),
    Nature.PATHOLOGICAL: Term("pathological", _("Pathological"), _("an illness, an injury or another medical problem")),
}

PREGNANCY: Mapping[PregnancyScope, Term] = {
    PregnancyScope.NEVER: Term("never", _("Not in pregnancy"), _("does not happen in pregnancy")),
    PregnancyScope.POSSIBLE: Term("possible", _("Possible in pregnancy"), _("can happen in pregnancy and outside it")),
    PregnancyScope.ONLY: Term("only", _("Only in pregnancy"), _("happens only in pregnancy or soon after it")),
}

TRIMESTERS: Mapping[Trimester, Term] = {
    Trimester.FIRST: Term("first", _("first trimester"), _("up to week 12")),
    Trimester.SECOND: Term("second", _("second trimester"), _("weeks 13 to 27")),
    Trimester.THIRD: Term("third", _("third trimester"), _("week 28 until birth")),
    Trimester.AFTER: Term("after", _("after pregnancy"), _("the twelve weeks after it ended")),
}

SITES: Mapping[BodySite, Term] = {
    BodySite.VULVA: Term("vulva", _("Vulva"), _("the outer parts and the entrance")),
    BodySite.VAGINA: Term("vagina", _("Vagina"), _("the passage inside")),
    BodySite.CERVIX: Term("cervix", _("Cervix"), _("the neck of the womb")),
    BodySite.WOMB: Term("womb", _("Womb"), _("also called the uterus")),
    BodySite.TUBES_AND_OVARIES: Term("tubes-and-ovaries", _("Tubes and ovaries"), _("on both sides of the womb")),
    BodySite.PLACENTA: Term("placenta", _("Placenta"), _("the afterbirth, in pregnancy")),
    BodySite.BLADDER: Term("bladder", _("Bladder"), _("and the tube through which urine leaves")),
    BodySite.BOWEL: Term("bowel", _("Bowel"), _("and the back passage")),
    BodySite.PARTNER: Term("partner", _("Partner"), _("blood that is not your own")),
    BodySite.WHOLE_BODY: Term("whole-body", _("Whole body"), _("blood, hormones, medicines")),
}

FREQUENCY: Mapping[Frequency, Words] = {
    Frequency.VERY_COMMON: _("Very common"),
    Frequency.COMMON: _("Common"),
    Frequency.UNCOMMON: _("Uncommon"),
    Frequency.RARE: _("Rare"),
    Frequency.UNKNOWN: _("Not known"),
}

SOURCE_KINDS: Mapping[SourceKind, Words] = {
    SourceKind.GUIDELINE: _("Guideline"),
    SourceKind.PATIENT_INFORMATION: _("Patient information"),
    SourceKind.REVIEW_ARTICLE: _("Review article"),
    SourceKind.COHORT_STUDY: _("Cohort study"),
    SourceKind.CASE_REPORT: _("Case report"),
    SourceKind.TEXTBOOK: _("Textbook"),
}

VERDICTS: Mapping[Verdict, Term] = {
    Verdict.SUPPORTED: Term("supported", _("Supported"), _("published guidance says so too")),
    Verdict.PARTLY: Term("partly", _("Partly right"), _("some of it holds, some of it does not")),
    Verdict.OUTDATED: Term("outdated", _("Out of date"), _("it was once believed; guidance has moved on")),
    Verdict.UNSUPPORTED: Term("unsupported", _("Not supported"), _("no source that we read says so")),
    Verdict.HARMFUL: Term("harmful", _("Could do harm"), _("following it could delay care, hurt or blame somebody")),
}

STRENGTHS: Mapping[int, Words] = {
    1: pgettext_lazy("strength of a clue", "weakly"),
    2: pgettext_lazy("strength of a clue", "clearly"),
    3: pgettext_lazy("strength of a clue", "strongly"),
}

REGIONS: Mapping[str, Words] = {
    "uk": _("United Kingdom"),
    "us": _("United States"),
    "eu": _("European Union"),
    "ie": _("Ireland"),
    "au": _("Australia"),
    "nz": _("New Zealand"),
    "ca": _("Canada"),
    "international": _("Anywhere else"),
}

SECTIONS: Mapping[str, Words] = {
    "what_it_is": _("What it is"),
    "signs": _("Signs"),
    "why_it_bleeds": _("Why it bleeds"),
    "what_you_can_do": _("What you can do"),
    "what_a_clinician_may_do": _("What a clinician may do"),
    "get_help_sooner_if": _("Get help sooner if"),
    "misconceptions": _("What you may have read"),
}
"""The headings of a cause page."""

STEPS: Mapping[Step, Words] = {
    Step.EMERGENCY: _("Is it an emergency?"),
    Step.ABOUT_YOU: _("About you"),
    Step.PREGNANCY: _("Pregnancy"),
    Step.BLEEDING: _("The bleeding"),
    Step.PAIN: _("Pain"),
    Step.DISCHARGE: _("Discharge"),
    Step.CONTRACEPTION: _("Contraception"),
    Step.HISTORY: _("What happened before"),
    Step.PARTNER: _("Your partner"),
}
"""The headings of the questionnaire's steps."""

KINDS: Mapping[str, Words] = {
    "category": _("Group of causes"),
    "source": _("Source"),
    "finding": _("Symptom"),
    "urgency-level": _("How soon to be seen"),
    "safety-rule": _("Safety rule of the symptom checker"),
    "cause": _("Cause"),
    "vignette": _("Test case of the symptom checker"),
    "claim-review": _("Claim checked"),
    "page": _("Page"),
}
