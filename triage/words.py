"""The interface words of the checker. What somebody should do about their health is never written here."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sitecontent.documents import NOT_SURE, PREFER_NOT_TO_SAY, Step
from triage.engine import Fit
from triage.notes import NoteKind

Words = str | Promise

STEPS: Final[Mapping[Step, Words]] = {
    Step.EMERGENCY: _("Signs that cannot wait"),
    Step.ABOUT_YOU: _("About you"),
    Step.PREGNANCY: _("Pregnancy"),
    Step.BLEEDING: _("The bleeding"),
    Step.PAIN: _("Pain, bladder and bowels"),
    Step.DISCHARGE: _("Discharge and skin"),
    Step.CONTRACEPTION: _("Contraception and hormones"),
    Step.HISTORY: _("Your health"),
    Step.PARTNER: _("Partners"),
}

SECTIONS: Final[Mapping[Step, Words]] = {
    Step.PAIN: _("What else you noticed"),
    Step.CONTRACEPTION: _("Your health, and partners"),
}
"""Headings of the parts of the form whose lists take in more than their own step."""

LEFT_OPEN: Final[Mapping[str, Words]] = {
    NOT_SURE: _("I am not sure"),
    PREFER_NOT_TO_SAY: _("I would rather not say"),
}

FITS: Final[Mapping[Fit, Words]] = {
    Fit.LIKELY: _("What you said fits these well"),
    Fit.POSSIBLE: _("These are possible"),
    Fit.NEEDS_RULING_OUT: _("These should not be missed"),
}

FIT_NOTES: Final[Mapping[Fit, Words]] = {
    Fit.LIKELY: _("Only an examination can tell. More than one can be true."),
    Fit.POSSIBLE: _("Some of what you said speaks for them."),
    Fit.NEEDS_RULING_OUT: _(
        "Nobody says that you have one of them. They are serious, and answers alone cannot rule them out."
    ),
}

NOTES: Final[Mapping[NoteKind, Words]] = {
    NoteKind.ALARMING: _("Danger signs"),
    NoteKind.UNKNOWN: _("Not known"),
    NoteKind.ABSENT: _("Not present"),
    NoteKind.PRESENT: _("What else I answered"),
    NoteKind.NOTHING: _("Asked about, and nothing of it"),
    NoteKind.OPEN: _("Left open"),
}

REGIONS: Final[Mapping[str, Words]] = {
    "uk": _("United Kingdom"),
    "ie": _("Ireland"),
    "us": _("United States"),
    "ca": _("Canada"),
    "eu": _("European Union"),
    "au": _("Australia"),
    "nz": _("New Zealand"),
    "international": _("Anywhere else"),
}


def answered(count: int) -> str:
    """Say how many questions were answered."""
    return ngettext("You answered %(count)s question", "You answered %(count)s questions", count) % {"count": count}


def questions(count: int) -> str:
    """Say how many questions there are."""
    return ngettext("%(count)s question", "%(count)s questions", count) % {"count": count}
