"""The labels of changes: a table of cases, and that what lowers safety is always dangerous."""

import pytest

from sitecontent.documents import load_document
from sitecontent.review.labels import Risk, rate_documents
from sitecontent.review.risk import lowering

FAINTED = {"finding": "danger-signs", "is": ["fainted"]}
DIZZY = {"finding": "danger-signs", "is": ["dizzy"]}
EITHER = {"finding": "danger-signs", "is": ["fainted", "dizzy"]}
PREGNANT = {"finding": "pregnancy-status", "is": ["yes"]}


def all_of(*matches):
    return {"all_of": list(matches)}


def escalation(when, urgency="emergency", tell="Call an ambulance."):
    return {"when": when, "urgency": urgency, "tell": tell, "citations": ["nhs-ectopic"]}


def link(**fields):
    return {
        "finding": "one-sided-pain",
        "answers": ["yes"],
        "effect": "for",
        "strength": 2,
        "because": "",
        "citations": [],
        **fields,
    }


AGAINST = link(effect="against")

CAUSE = {
    "kind": "cause",
    "slug": "a-cause",
    "title": "A cause",
    "clinical_name": "A cause",
    "category": "cervix",
    "nature": "pathological",
    "pregnancy": "possible",
    "urgency": "soon",
    "urgency_reason": "It can wait a few days. [@nhs-ectopic]",
    "escalations": [escalation(all_of(EITHER), "urgent")],
    "how_common": {"level": "common", "text": "About 1 in 100. [@nhs-ectopic]"},
    "sites": ["cervix"],
    "summary": "It can be treated.",
    "sections": {
        "what_it_is": "It is not a cancer. See a doctor within 2 days. [@nhs-ectopic; @nice-ng126]",
        "get_help_sooner_if": "- You faint. [@nhs-ectopic]\n- You are pale. [@nhs-ectopic]",
    },
    "finding_links": [link()],
    "sources": ["nhs-ectopic", "nice-ng126"],
}

RULE = {
    "kind": "safety-rule",
    "slug": "a-rule",
    "title": "A rule",
    "when": all_of(EITHER),
    "at_least": "urgent",
    "route": "doctor",
    "tell": "Be seen today.",
    "why": "It may be serious.",
    "basis": "guideline",
    "citations": ["nhs-ectopic", "nice-ng126"],
}

FINDING = {
    "kind": "finding",
    "slug": "a-question",
    "title": "Pain",
    "question": "Does it hurt?",
    "step": "pain",
    "order": 1,
    "answers": [{"slug": "yes", "label": "Yes"}, {"slug": "no", "label": "No"}, {"slug": "not-sure", "label": "?"}],
    "why_asked": "It matters.",
    "citations": ["nhs-ectopic"],
}

LEVEL = {
    "kind": "urgency-level",
    "slug": "self-care",
    "title": "Look after it yourself",
    "short": "At home",
    "what_to_do": "Rest for 2 days.",
    "timescale": "Within 2 weeks",
    "never_say": "Never promise.",
    "not_for": {"any_of": [EITHER, PREGNANT]},
    "contacts": [{"region": "gb", "text": "Ring 111."}, {"region": "us", "text": "Call a nurse line."}],
    "citations": ["nhs-ectopic"],
}

VIGNETTE = {
    "kind": "vignette",
    "slug": "a-story",
    "title": "A story",
    "story": "She bleeds.",
    "answers": [{"finding": "pregnancy-status", "answers": ["yes"]}],
    "least": "urgent",
    "most": "emergency",
    "must_list": ["a-cause"],
    "citations": ["nhs-ectopic"],
}

CLAIM = {
    "kind": "claim-review",
    "slug": "a-claim",
    "title": "A claim",
    "claim": "It is always fine.",
    "verdict": "harmful",
    "correction": "It is not. [@nhs-ectopic]",
    "theme": "cervix",
    "sources": ["nhs-ectopic"],
}

SOURCE = {
    "kind": "source",
    "slug": "a-source",
    "title": "A source",
    "publisher": "Somebody",
    "url": "https://example.org/",
    "source_kind": "guideline",
    "region": "gb",
    "low_authority": True,
}


def section(text, name="what_it_is"):
    return {"sections": {**CAUSE["sections"], name: text}}


WHAT_IT_IS = CAUSE["sections"]["what_it_is"]
RED_FLAGS = CAUSE["sections"]["get_help_sooner_if"]

CASES = {
    # urgency
    "urgency lowered": (CAUSE, {"urgency": "routine"}, {Risk.URGENCY_LOWERED}),
    "urgency raised": (
        CAUSE,
        {"urgency": "urgent", "escalations": []},
        {Risk.URGENCY_RAISED, Risk.RED_FLAG, Risk.SOURCE},
    ),
    "escalation lowered": (
        {**CAUSE, "escalations": [escalation(all_of(EITHER), "emergency")]},
        {"escalations": [escalation(all_of(EITHER), "urgent")]},
        {Risk.URGENCY_LOWERED},
    ),
    "rule lowered": (RULE, {"at_least": "soon"}, {Risk.URGENCY_LOWERED}),
    "rule raised": (RULE, {"at_least": "emergency"}, {Risk.URGENCY_RAISED}),
    # red flags and escalations
    "escalation removed": (CAUSE, {"escalations": []}, {Risk.RED_FLAG, Risk.SOURCE}),
    "escalation narrowed": (CAUSE, {"escalations": [escalation(all_of(FAINTED), "urgent")]}, {Risk.RED_FLAG}),
    "escalation asks for more": (
        CAUSE,
        {"escalations": [escalation(all_of(EITHER, PREGNANT), "urgent")]},
        {Risk.RED_FLAG},
    ),
    "escalation widened": (
        {**CAUSE, "escalations": [escalation(all_of(FAINTED), "urgent")]},
        {"escalations": [escalation(all_of(EITHER), "urgent")]},
        {Risk.CONTENT},
    ),
    "escalation added": (
        CAUSE,
        {"escalations": [*CAUSE["escalations"], escalation(all_of(PREGNANT))]},
        {Risk.URGENCY_RAISED},
    ),
    "red flag removed": (CAUSE, section("- You faint. [@nhs-ectopic]", "get_help_sooner_if"), {Risk.RED_FLAG}),
    "red flag reworded": (CAUSE, section(RED_FLAGS.replace("pale", "white"), "get_help_sooner_if"), {Risk.RED_FLAG}),
    "red flag added": (CAUSE, section(RED_FLAGS + "\n- You are hot.", "get_help_sooner_if"), {Risk.WORDING}),
    "ruled out more often": (CAUSE, {"not_when": all_of(PREGNANT)}, {Risk.RED_FLAG}),
    "ruled out less often": ({**CAUSE, "not_when": all_of(PREGNANT)}, {"not_when": None}, {Risk.CONTENT}),
    "only in some circumstances": (CAUSE, {"only_when": all_of(PREGNANT)}, {Risk.RED_FLAG}),
    "in any circumstances": ({**CAUSE, "only_when": all_of(PREGNANT)}, {"only_when": None}, {Risk.CONTENT}),
    "rule narrowed": (RULE, {"when": all_of(FAINTED)}, {Risk.RED_FLAG}),
    "rule widened": ({**RULE, "when": all_of(FAINTED)}, {"when": all_of(EITHER)}, {Risk.CONTENT}),
    # other safeguards
    "rule sends elsewhere": (RULE, {"route": "sexual-health-clinic"}, {Risk.SAFEGUARD}),
    "level given to more": (LEVEL, {"not_for": {"any_of": [FAINTED, PREGNANT]}}, {Risk.SAFEGUARD}),
    "level given to fewer": (LEVEL, {"not_for": {"any_of": [EITHER, PREGNANT, DIZZY]}}, {Risk.CONTENT}),
    "contact removed": (LEVEL, {"contacts": LEVEL["contacts"][:1]}, {Risk.SAFEGUARD}),
    "answer removed": (FINDING, {"answers": FINDING["answers"][:2]}, {Risk.SAFEGUARD}),
    "answer reworded": (
        FINDING,
        {"answers": [{"slug": "yes", "label": "It does"}, *FINDING["answers"][1:]]},
        {Risk.WORDING},
    ),
    "asked always": ({**FINDING, "ask_if": all_of(PREGNANT)}, {"ask_if": None}, {Risk.CONTENT}),
    "asked less often": (FINDING, {"ask_if": all_of(PREGNANT)}, {Risk.SAFEGUARD}),
    "test case relaxed": (VIGNETTE, {"least": "soon"}, {Risk.SAFEGUARD}),
    "test case tightened": (VIGNETTE, {"least": "emergency"}, {Risk.CONTENT}),
    "test case lists less": (VIGNETTE, {"must_list": []}, {Risk.SAFEGUARD}),
    "test case answers otherwise": (
        VIGNETTE,
        {"answers": [{"finding": "pregnancy-status", "answers": ["no"]}]},
        {Risk.SAFEGUARD},
    ),
    "verdict warns less": (CLAIM, {"verdict": "partly"}, {Risk.SAFEGUARD}),
    "verdict warns more": ({**CLAIM, "verdict": "partly"}, {"verdict": "harmful"}, {Risk.CONTENT}),
    "source trusted more": (SOURCE, {"low_authority": False}, {Risk.SAFEGUARD}),
    # numbers and units
    "number changed": (CAUSE, section(WHAT_IT_IS.replace("2 days", "3 days")), {Risk.NUMBER}),
    "number in words": (
        {**CAUSE, **section("See a doctor in two weeks.")},
        section("See a doctor in four weeks."),
        {Risk.NUMBER},
    ),
    "one becomes two": ({**CAUSE, **section("Wait one day.")}, section("Wait two days."), {Risk.NUMBER}),
    "unit changed": (CAUSE, section(WHAT_IT_IS.replace("days", "weeks")), {Risk.NUMBER}),
    "bound changed": ({**CAUSE, **section("If you are under 16.")}, section("If you are over 16."), {Risk.NUMBER}),
    "share changed": ({**CAUSE, **section("About 1 in 100.")}, section("About 1 in 1,000."), {Risk.NUMBER}),
    "numbers swapped": ({**CAUSE, **section("2 pads in 1 hour")}, section("1 pad in 2 hours"), {Risk.NUMBER}),
    "timescale changed": (LEVEL, {"timescale": "Within 4 weeks"}, {Risk.NUMBER}),
    # negations
    "negation lost": (CAUSE, section(WHAT_IT_IS.replace("not ", "")), {Risk.NEGATION}),
    "negation added": ({**CAUSE, **section("It is a danger.")}, section("It is never a danger."), {Risk.NEGATION}),
    "short negation lost": ({**CAUSE, **section("You don’t need it.")}, section("You need it."), {Risk.NEGATION}),
    "without": ({**CAUSE, **section("Take it with food.")}, section("Take it without food."), {Risk.NEGATION}),
    "negation spelt otherwise": (
        {**CAUSE, **section("It cannot spread.")},
        section("It can not spread."),
        {Risk.WORDING},
    ),
    "negation in a title": (CAUSE, {"title": "Not a cause"}, {Risk.NEGATION}),
    # pregnancy
    "pregnancy scope": (CAUSE, {"pregnancy": "never"}, {Risk.PREGNANCY}),
    "trimesters": (CAUSE, {"trimesters": ["first"]}, {Risk.PREGNANCY}),
    # links
    "link removed": (CAUSE, {"finding_links": []}, {Risk.LINK}),
    "link weakened": (CAUSE, {"finding_links": [link(strength=1)]}, {Risk.LINK}),
    "link strengthened": (CAUSE, {"finding_links": [link(strength=3)]}, {Risk.CONTENT}),
    "link loses an answer": (
        {**CAUSE, "finding_links": [link(answers=["yes", "not-sure"])]},
        {"finding_links": [link()]},
        {Risk.LINK},
    ),
    "link gains an answer": (CAUSE, {"finding_links": [link(answers=["yes", "not-sure"])]}, {Risk.CONTENT}),
    "link turned round": (CAUSE, {"finding_links": [AGAINST]}, {Risk.LINK}),
    "link against added": (CAUSE, {"finding_links": [link(), AGAINST]}, {Risk.LINK}),
    "link against removed": (
        {**CAUSE, "finding_links": [link(), AGAINST]},
        {"finding_links": [link()]},
        {Risk.CONTENT},
    ),
    "link against stronger": (
        {**CAUSE, "finding_links": [AGAINST]},
        {"finding_links": [{**AGAINST, "strength": 3}]},
        {Risk.LINK},
    ),
    # sources
    "source removed": (CAUSE, {"sources": ["nhs-ectopic"]}, {Risk.SOURCE}),
    "source added": (CAUSE, {"sources": ["nhs-ectopic", "nice-ng126", "nice-cg154"]}, {Risk.CONTENT}),
    "citation removed": (CAUSE, section(WHAT_IT_IS.replace("; @nice-ng126", "")), {Risk.SOURCE}),
    "citation of a rule removed": (RULE, {"citations": ["nhs-ectopic"]}, {Risk.SOURCE}),
    # the rest
    "wording": (CAUSE, {"summary": "It can be cured."}, {Risk.WORDING}),
    "title": (CAUSE, {"title": "Another cause"}, {Risk.WORDING}),
    "category": (CAUSE, {"category": "pregnancy"}, {Risk.CONTENT}),
    "nature": (CAUSE, {"nature": "natural"}, {Risk.CONTENT}),
    "link of a source": (SOURCE, {"url": "https://example.org/2/"}, {Risk.CONTENT}),
}


@pytest.mark.parametrize("case", CASES)
def test_label(case):
    before, fields, expected = CASES[case]
    old, new = load_document(before), load_document({**before, **fields})

    assert {risk for item in rate_documents(old, new) for risk in item.risks} == expected


@pytest.mark.parametrize("case", CASES)
def test_what_lowers_safety_must_be_ticked(case):
    before, fields, _ = CASES[case]
    old, new = load_document(before), load_document({**before, **fields})

    assert not lowering(old, new) or any(item.is_dangerous for item in rate_documents(old, new))


def test_the_most_dangerous_comes_first():
    old = load_document(CAUSE)
    new = load_document({**CAUSE, "summary": "It can be cured.", "urgency": "routine", "sources": ["nhs-ectopic"]})

    assert [item.worst for item in rate_documents(old, new)] == [Risk.URGENCY_LOWERED, Risk.SOURCE, Risk.WORDING]


def test_a_new_record_has_nothing_to_tick():
    assert not any(item.is_dangerous for item in rate_documents(None, load_document(RULE)))


def test_one_change_can_have_several_labels():
    text = "It is a cancer. See a doctor within 3 days. [@nhs-ectopic]"
    (item,) = rate_documents(load_document(CAUSE), load_document({**CAUSE, **section(text)}))

    assert item.risks == (Risk.NUMBER, Risk.NEGATION, Risk.SOURCE)
