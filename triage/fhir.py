"""The questions and the answers as FHIR R4 resources, for the programs of clinics. Pure.

An edition gives a `Questionnaire`; a `QuestionnaireResponse` gives the answers that the engine
reads. The link id of a question is the slug of its finding, the code of an answer is its slug.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sitecontent.documents import Finding, Step
from sitecontent.edition.edition import Edition
from triage.index import UNWANTED_SEX, Index, index_of
from triage.lists import Asked, AskedList, steps_of
from triage.witness import Clause, clauses_of

Resource = dict[str, Any]

EXCLUSIVE: Final = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"
ITEM_CONTROL: Final = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
ITEM_CONTROLS: Final = "http://hl7.org/fhir/questionnaire-item-control"

UNWANTED_SEX_GROUP: Final = "unwanted-sex"
"""Link id of the group that stands for the box "if sex was not something you wanted"."""

REFUSED_STATUS: Final = "entered-in-error"
"""The status of a response that says of itself that it is wrong."""


class ResponseInvalid(ValueError):
    """A `QuestionnaireResponse` can not be read. `where` is the place in it, `reason` says why."""

    def __init__(self, where: str, reason: str) -> None:
        self.where = where
        self.reason = reason
        super().__init__(f"{where}: {reason}")


def questionnaire(edition: Edition, *, site_url: str) -> Resource:
    """The questions of an edition as a `Questionnaire`.

    `site_url` names the site: the resource and the codes of the answers live under it. Steps are
    groups. The condition of a question becomes `enableWhen`; what that can not say in one place,
    groups around the question say one after the other. It is marked as experimental as long as a
    question is not signed by a clinician.
    """
    index = index_of(edition)
    asked = [finding for slug, finding in index.findings.items() if slug not in UNWANTED_SEX]
    boxed = [index.findings[slug] for slug in UNWANTED_SEX if slug in index.findings]
    groups = [_step(index, step, items, site_url) for step, items in steps_of(asked)]
    if boxed:
        items = [_question(finding, site_url) for finding in boxed]
        text = "If sex was not something you wanted"
        groups.append({"linkId": UNWANTED_SEX_GROUP, "type": "group", "text": text, "item": items})
    return {
        "resourceType": "Questionnaire",
        "url": f"{site_url}/api/v1/questionnaire",
        "identifier": [{"system": f"{site_url}/editions/", "value": edition.sha256}],
        "version": str(edition.number),
        "name": "CausewayCheck",
        "title": "Bleeding, or unusual discharge, after sex",
        "status": "active",
        "experimental": not all(edition.entry_of(finding).clinicians for finding in index.findings.values()),
        "subjectType": ["Patient"],
        "date": edition.published_at.isoformat(),
        "publisher": "Causeway",
        "description": "The questions of the symptom checker. It never diagnoses. No question needs an answer.",
        "item": groups,
    }


def answers_of(edition: Edition, response: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The answers in a `QuestionnaireResponse`, by question.

    Whether such questions and answers exist is for the engine to say; groups are passed over.
    Raises: ResponseInvalid, when it is not made as FHIR says.
    """
    if response.get("resourceType") != "QuestionnaireResponse":
        raise ResponseInvalid("resourceType", "must be QuestionnaireResponse")
    if response.get("status") == REFUSED_STATUS:
        raise ResponseInvalid("status", "says that it was entered in error")
    questions = index_of(edition).findings
    said: dict[str, tuple[str, ...]] = {}
    for where, item in _items(response):
        link_id = item.get("linkId")
        if not isinstance(link_id, str) or not link_id:
            raise ResponseInvalid(f"{where}.linkId", "must name a question")
        codes = tuple(_codes(where, item))
        if codes or (link_id not in questions and not _is_ours(link_id, questions)):
            said[link_id] = tuple(dict.fromkeys((*said.get(link_id, ()), *codes)))
    return said


def _step(index: Index, step: Step, items: tuple[Asked, ...], site_url: str) -> Resource:
    return {
        "linkId": f"step-{step.value}",
        "type": "group",
        "text": step.value.replace("-", " ").capitalize(),
        "item": [
            _list(index, item, site_url) if isinstance(item, AskedList) else _when_asked(index, item, site_url)
            for item in items
        ],
    }


def _list(index: Index, asked: AskedList, site_url: str) -> Resource:
    """A list as a group of its questions: whoever shows it may ask them as one, or one by one."""
    return {
        "linkId": f"{asked.opener.slug}.list",
        "type": "group",
        "text": asked.opener.list_question,
        "item": [_when_asked(index, member, site_url) for member in asked.members],
    }


def _question(finding: Finding, site_url: str) -> Resource:
    shown = [(f"{finding.slug}.help", finding.help), (f"{finding.slug}.why", finding.why_asked)]
    return {
        "linkId": finding.slug,
        "type": "choice",
        "text": finding.question,
        "required": False,
        "repeats": finding.multiple,
        "answerOption": [
            {
                "valueCoding": {**_coding(finding.slug, answer.slug, site_url), "display": answer.label},
                **(
                    {"extension": [{"url": EXCLUSIVE, "valueBoolean": True}]}
                    if answer.exclusive and finding.multiple
                    else {}
                ),
            }
            for answer in finding.answers
        ],
        "item": [_help(link_id, text) for link_id, text in shown if text],
    }


def _help(link_id: str, text: str) -> Resource:
    """A line that stands beside a question."""
    control = {"coding": [{"system": ITEM_CONTROLS, "code": "help"}]}
    return {
        "linkId": link_id,
        "type": "display",
        "text": text,
        "extension": [{"url": ITEM_CONTROL, "valueCodeableConcept": control}],
    }


def _coding(finding: str, answer: str, site_url: str) -> Resource:
    return {"system": f"{site_url}/findings/{finding}/", "code": answer}


def _when_asked(index: Index, finding: Finding, site_url: str) -> Resource:
    """A question that is there only when its condition holds.

    FHIR takes all of some comparisons or any of them, never both in one place: each clause of
    several answers becomes a place of its own, a group around the rest.
    """
    question = _question(finding, site_url)
    clauses = clauses_of(index, finding.ask_if) if finding.ask_if else ()
    alone = tuple(clause[0] for clause in clauses if len(clause) == 1)
    places = [(clause, "any") for clause in clauses if len(clause) > 1]
    places += [(alone, "all")] if alone else []
    if not places:
        return question
    *outer, innermost = places
    item = _enabled(question, *innermost, site_url)
    for number, place in reversed(list(enumerate(outer, start=1))):
        group = {"linkId": f"{finding.slug}.when-{number}", "type": "group", "item": [item]}
        item = _enabled(group, *place, site_url)
    return item


def _enabled(item: Resource, atoms: Clause, behavior: str, site_url: str) -> Resource:
    """An item that is there when any, or all, of some answers were given."""
    comparisons = [
        {"question": finding, "operator": "=", "answerCoding": _coding(finding, answer, site_url)}
        for finding, answer in atoms
    ]
    together = {"enableBehavior": behavior} if len(comparisons) > 1 else {}
    return {**item, "enableWhen": comparisons, **together}


def _is_ours(link_id: str, questions: Mapping[str, Finding]) -> bool:
    """True for a group or a line of help of ours, which holds no answer."""
    owner, _, part = link_id.rpartition(".")
    if owner in questions:
        return part in ("help", "why", "list") or part.startswith("when-")
    return link_id == UNWANTED_SEX_GROUP or link_id in {f"step-{step.value}" for step in Step}


def _items(response: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every item of a response with its place, however deep, in their order."""
    waiting = list(reversed(list(_listed("item", response))))
    while waiting:
        where, item = waiting.pop()
        yield where, item
        below = list(_listed(f"{where}.item", item))
        for place, answer in _listed(f"{where}.answer", item):
            below += _listed(f"{place}.item", answer)
        waiting.extend(reversed(below))


def _listed(where: str, holder: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What a list holds, each with its place. Raises: ResponseInvalid, when it is no list of objects."""
    held = holder.get(where.rpartition(".")[2], [])
    if not isinstance(held, list):
        raise ResponseInvalid(where, "must be a list")
    for number, value in enumerate(held):
        if not isinstance(value, Mapping):
            raise ResponseInvalid(f"{where}[{number}]", "must be an object")
        yield f"{where}[{number}]", value


def _codes(where: str, item: Mapping[str, Any]) -> Iterator[str]:
    """The codes of the answers to one question. A boolean is "yes" or "no"."""
    for place, answer in _listed(f"{where}.answer", item):
        coding = answer.get("valueCoding")
        value = coding.get("code") if isinstance(coding, Mapping) else answer.get("valueBoolean")
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if not isinstance(value, str):
            raise ResponseInvalid(place, "must have a valueCoding with a code, or a valueBoolean")
        yield value
