"""What fills the gaps of the form and of the result page: it decides what is shown, the templates how."""

from collections.abc import Iterator, Mapping
from typing import Any

from sitecontent.documents import Effect, Urgency
from sitecontent.edition.edition import Edition
from triage.engine import Assessment, Because, CauseFit, Evidence, Fit, Reason
from triage.notes import NoteKind
from triage.outlook import Outlook
from triage.pages import CheckPages, LevelPieces
from triage.present import Standing, first_step, hidden_fields, next_level, own_answers, standing_of, what_to_say
from triage.questionnaire import Given, question_id, questionnaire
from triage.sent import Sent

FEW = 3
"""So many unknowns are shown unfolded."""

Values = Mapping[str, Any]


class FormValues(dict[str, Any]):
    """The values of the form. Of its many parts those that are not named are left out, so most fields are open."""

    def __missing__(self, _name: str) -> str:
        return ""


def form_values(edition: Edition, given: Given, *, error: str = "", wrong: str = "") -> Mapping[str, Any]:
    """The values of the form: filled in with what was given; with what is wrong, and at which question."""
    form = questionnaire(edition, given)
    values = FormValues.fromkeys(form.chosen, True)
    values |= {"box": form.box_is_open, "filled_in": bool(given or error)}
    if error:
        field = form.field_of(wrong)
        legend, wrong_id = field or ("", form.first_id)
        values |= {"error": True, error: True, question_id(wrong): True}
        values |= {"wrong_id": wrong_id, "wrong_legend": legend, "unnamed": field is None}
    return values


def result_values(
    pages: CheckPages, edition: Edition, assessment: Assessment, ahead: Outlook, sent: Sent
) -> dict[str, Any]:
    """The values of the result page."""
    level = pages.levels[assessment.urgency]
    step = first_step(assessment)
    lines = what_to_say(assessment)
    answers = own_answers(edition, assessment, sent)
    later = next_level(edition, assessment.urgency)
    return {
        **_named(level),
        "urgency": assessment.urgency,
        "first_step": [{"tell": step}] if step else (),
        "what_to_do": level.level.what_to_do,
        "timescale": level.level.timescale,
        "contact": level.contact,
        "what_to_say": [{"lines": [{"line": line} for line in lines]}] if lines else (),
        "other_contacts": level.other_contacts,
        "emergency": assessment.is_emergency,
        "no_emergency": not assessment.is_emergency,
        "contradiction": bool(assessment.set_aside or sent.contradicted),
        "reasons": [{"each": _reasons(assessment, step)}] if assessment.reasons else (),
        "no_reasons": not assessment.reasons,
        "changes": [{"groups": _change_groups(pages, ahead)}] if ahead.changes else (),
        "cause_groups": _cause_groups(pages, assessment),
        "unknowns": [_unknowns(pages, ahead)] if ahead.unknowns else (),
        "notes": [{"level": level.level.title, "groups": _note_groups(pages, assessment)}] if assessment.notes else (),
        "answered": pages.answered[len(answers)],
        "answers": [{"question": item.question, "answer": "; ".join(map(str, item.labels))} for item in answers],
        "fields": [{"name": name, "value": value} for name, value in hidden_fields(sent.fields)],
        "later": [_later(level, pages.levels[later.urgency], ahead)] if later else (),
        **_standing(standing_of(edition, assessment)),
    }


def _named(level: LevelPieces) -> Values:
    return {"icon": level.icon, "level": level.level.title, "level_slug": level.level.slug}


def _reasons(assessment: Assessment, step: str) -> Iterator[Values]:
    """What set the level. What the card says already is not said again."""
    for reason in assessment.reasons:
        yield {
            "told": [_told(assessment, reason)] if reason.tell != step else (),
            "said": [{"replies": " · ".join(reply.text for reply in reason.answers)}] if reason.answers else (),
        }


def _told(assessment: Assessment, reason: Reason) -> Values:
    """Beside an emergency no cause is a link to read on."""
    is_link = reason.because is not Because.RULE and not assessment.is_emergency
    return {"cause": [{"slug": reason.slug, "title": reason.title}] if is_link else (), "tell": reason.tell}


def _change_groups(pages: CheckPages, ahead: Outlook) -> Iterator[Values]:
    """What would raise the level, by the level it would be raised to, the most urgent first."""
    for urgency in reversed(Urgency):
        changes = [change for change in ahead.changes if change.urgency is urgency]
        if changes:
            each = [{"question": change.question, "answers": " / ".join(change.labels)} for change in changes]
            yield {**_named(pages.levels[urgency]), "each": each}


def _cause_groups(pages: CheckPages, assessment: Assessment) -> Iterator[Values]:
    """The causes to show, by fit; groups without any are left out."""
    for fit in Fit:
        causes = [_cause(pages, cause) for cause in assessment.causes if cause.fit is fit]
        if causes:
            title, note = pages.fits[fit]
            yield {"fit": fit, "title": title, "note": note, "causes": causes}


def _cause(pages: CheckPages, cause: CauseFit) -> Values:
    speaks_for = [_evidence(item) for item in cause.because if item.effect is Effect.FOR]
    speaks_against = [_evidence(item) for item in cause.because if item.effect is Effect.AGAINST]
    return {
        **_named(pages.levels[cause.urgency]),
        "slug": cause.slug,
        "title": cause.title,
        "likely": cause.fit is Fit.LIKELY,
        "summary": cause.summary,
        "evidence": bool(cause.because),
        "for": len(speaks_for),
        "against": len(speaks_against),
        "speaks_for": [{"each": speaks_for}] if speaks_for else (),
        "speaks_against": [{"each": speaks_against}] if speaks_against else (),
    }


def _evidence(item: Evidence) -> Values:
    return {"label": item.label, "why": bool(item.because), "because": item.because}


def _unknowns(pages: CheckPages, ahead: Outlook) -> Values:
    return {
        "few": len(ahead.unknowns) <= FEW,
        "count": pages.questions[len(ahead.unknowns)],
        "each": [
            {"question": item.question, "why_asked": item.why_asked, "findable": bool(item.how), "how": item.how}
            for item in ahead.unknowns
        ],
    }


def _note_groups(pages: CheckPages, assessment: Assessment) -> Iterator[Values]:
    """The notes for the clinician by kind; kinds without any are left out."""
    for kind in NoteKind:
        notes = [{"text": note.text} for note in assessment.notes if note.kind is kind]
        if notes:
            yield {"title": pages.kinds[kind], "each": notes}


def _later(level: LevelPieces, next_one: LevelPieces, ahead: Outlook) -> Values:
    is_self_care = level.level.urgency is Urgency.SELF_CARE
    return {
        "self_care": is_self_care,
        "no_self_care": not is_self_care,
        "timescale": level.level.timescale,
        "changing": bool(ahead.changes),
        "later_contact": next_one.contact,
    }


def _standing(standing: Standing) -> Values:
    is_partly = not standing.is_unsigned and not standing.is_signed
    clinicians = [
        {"name": one.name, "qualification": one.qualification, "registration": one.registration}
        for one in standing.clinicians
    ]
    return {
        "unsigned": standing.is_unsigned,
        "partly_signed": [{"signed": standing.signed, "total": standing.total}] if is_partly else (),
        "signed": [{"clinicians": clinicians}] if standing.is_signed else (),
    }
