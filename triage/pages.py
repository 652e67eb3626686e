"""The form and the result page of an edition, each rendered once and filled in for every request.

What is kept here is made of the edition and of the settings alone: it is the same whoever asks, and no answer is in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sitecontent.cut import Cut, cut
from sitecontent.documents import Urgency, UrgencyLevel
from sitecontent.edition.edition import Edition
from sitecontent.pages.responses import page_context
from triage import words
from triage.engine import Fit
from triage.index import Sealed
from triage.notes import NoteKind
from triage.present import contacts_of, icon_of, lead_of, unwanted_sex_rules
from triage.questionnaire import FORM_CLASS, questionnaire, stylesheet_key

VISIT_PAGE = "examination-and-your-rights"


@dataclass(frozen=True)
class LevelPieces:
    """What a result says of a level, whatever was answered."""

    level: UrgencyLevel
    icon: SafeString
    contact: str
    """Whom to ask, in the region of this site."""
    other_contacts: SafeString
    """Whom to ask elsewhere."""


@dataclass(frozen=True)
class CheckPages:
    """The pages of the checker of one edition, with gaps."""

    form: Cut
    result: Cut
    levels: Mapping[Urgency, LevelPieces]
    fits: Mapping[Fit, tuple[str, str]]
    """The heading of each group of causes, and what is said of it."""
    kinds: Mapping[NoteKind, str]
    """The heading of each kind of notes."""
    answered: Sequence[str]
    """That so many questions were answered, for each number that there can be."""
    questions: Sequence[str]
    """So many questions, in the same way."""


def pages_of(edition: Edition) -> CheckPages:
    """The pages of an edition, for the language and the region of this site; while developing, made anew each time."""
    key = (Sealed.of(edition), get_language(), region_of_site(), settings.SITE_URL, settings.LANGUAGE_CODE)
    return _pages.__wrapped__(*key) if settings.DEBUG else _pages(*key)


def region_of_site() -> str:
    """The region whose contacts come first: `CHECKER_REGION` of the settings."""
    return str(getattr(settings, "CHECKER_REGION", "uk"))


def everywhere(edition: Edition) -> dict[str, Any]:
    """What every page of the checker shows: the frame, and the box "if sex was not something you wanted"."""
    return {
        **page_context(edition, reverse("check:check")),
        "nav": "check",
        "unwanted_sex_rules": unwanted_sex_rules(edition),
        "unwanted_sex_page": edition.page("unwanted-sex"),
    }


@lru_cache(maxsize=4)
def _pages(sealed: Sealed, _language: str, region: str, _site_url: str, _own_language: str) -> CheckPages:
    edition = sealed.edition
    context = everywhere(edition)
    form = questionnaire(edition)
    of_the_form = {
        "form": form,
        "form_class": FORM_CLASS,
        "steps": [(words.SECTIONS.get(step.step, words.STEPS[step.step]), step) for step in form.steps],
        "stylesheet_key": stylesheet_key(edition),
    }
    visit_page = edition.page(VISIT_PAGE)
    numbers = range(len(edition.findings) + 1)
    of_the_result = {"visit_page": visit_page, "visit_lead": lead_of(visit_page)}
    return CheckPages(
        form=cut("check/form.html", {**context, **of_the_form}),
        result=cut("check/result.html", {**context, **of_the_result}),
        levels={urgency: _level(level, region) for urgency, level in edition.levels.items()},
        fits={fit: (str(words.FITS[fit]), str(words.FIT_NOTES[fit])) for fit in Fit},
        kinds={kind: str(words.NOTES[kind]) for kind in NoteKind},
        answered=[words.answered(number) for number in numbers],
        questions=[words.questions(number) for number in numbers],
    )


def _level(level: UrgencyLevel, region: str) -> LevelPieces:
    first, *others = contacts_of(level, region)
    return LevelPieces(
        level=level,
        icon=SafeString(render_to_string(icon_of(level.urgency))),
        contact=f"{first.name}: {first.text}",
        other_contacts=SafeString(render_to_string("check/_contacts.html", {"contacts": others})),
    )
