"""The content checks: each named rule finds what it is there for, and says nothing of a text without it."""

from datetime import UTC, date, datetime

import pytest

from sitecontent.documents import Document, load_document
from sitecontent.edition.checks import CHECKS, RULES, Around, check_document, check_edition, check_record, rule_of
from sitecontent.edition.checks.people import Declarer, interests, no_profiles
from sitecontent.edition.compile import Severity, compile_edition
from sitecontent.edition.edition import FIRST_PREVIOUS, Edition, Entry, Origin, Signature
from tests.triage import factories

AT = datetime(2026, 1, 1, tzinfo=UTC)

SAID = " [@nhs-one]"


def source(slug: str, **changes) -> Document:
    """A source of its own publisher, not old."""
    fields = {
        "title": f"Source {slug}",
        "publisher": f"Publisher {slug}",
        "url": "https://example.org/",
        "year": 2024,
        "source_kind": "guideline",
        "region": "uk",
    }
    return load_document({"kind": "source", "slug": slug, **fields, **changes})


def cause(**changes) -> Document:
    """A cause of which no check has anything to say. `sections` are merged."""
    sections = {
        "what_it_is": f"A soft growth on the cervix.{SAID}",
        "signs": f"- A little blood after sex.{SAID}",
        "why_it_bleeds": f"Its skin is thin.{SAID}",
        "what_you_can_do": f"- Ring your doctor this week.{SAID}",
        "what_a_clinician_may_do": f"- They look at the cervix.{SAID}",
        "get_help_sooner_if": "- You are pregnant: report any bleeding today. [@nhs-two]",
        "misconceptions": "",
        **changes.pop("sections", {}),
    }
    fields = {
        "title": "Polyp",
        "clinical_name": "Cervical polyp",
        "category": "cervix",
        "nature": "pathological",
        "pregnancy": "possible",
        "urgency": "routine",
        "urgency_reason": f"It should be looked at.{SAID}",
        "how_common": {"level": "common", "text": f"Many people have one.{SAID}"},
        "sites": ["cervix"],
        "summary": "A soft growth on the cervix can bleed after sex. Have it looked at.",
        "finding_links": [link(("nhs-one",))],
        "sources": ["nhs-one", "nhs-two"],
    }
    return load_document({"kind": "cause", "slug": "polyp", **fields, "sections": sections, **changes})


def page(body: str, slug: str = "page") -> Document:
    return load_document({"kind": "page", "slug": slug, "title": "A page", "summary": "Short.", "body": body})


def rule(**changes) -> Document:
    fields = {
        "title": "Fainted",
        "when": {"all_of": [{"finding": "fainted", "is": ["yes"]}]},
        "at_least": "emergency",
        "route": "ambulance",
        "tell": "Call an ambulance now.",
        "why": "It may be bleeding inside.",
        "basis": "guideline",
        "citations": ["nhs-one"],
    }
    return load_document({"kind": "safety-rule", "slug": "fainted", **fields, **changes})


def finding(**changes) -> Document:
    fields = {
        "title": "Coil in the womb",
        "summary": f"A coil sits in the womb.{SAID}",
        "question": "Do you have a coil?",
        "step": "contraception",
        "order": 1,
        "answers": [{"slug": "yes", "label": "Yes"}, {"slug": "no", "label": "No"}],
        "why_asked": "A coil can make you bleed.",
        "citations": ["nhs-one"],
    }
    return load_document({"kind": "finding", "slug": "coil", **fields, **changes})


def around(*documents: Document, names: tuple[str, ...] = (), explained: tuple[str, ...] = ("cervix",)) -> Around:
    """Two good sources, and whatever a test puts beside them or in their place."""
    known = {item.key: item for item in (source("nhs-one"), source("nhs-two"), *documents)}
    return Around(known, 2026, frozenset(names), frozenset(explained))


def found_in(document: Document, beside: Around | None = None) -> list[str]:
    return sorted({problem.check for problem in check_document(document, beside or around())})


def escalation(tell: str, citations: tuple[str, ...] = ("nhs-one",)) -> dict:
    when = {"all_of": [{"finding": "pain", "is": ["strong"]}]}
    return {"when": when, "urgency": "emergency", "tell": tell, "citations": citations}


def link(citations: tuple[str, ...]) -> dict:
    return {"finding": "coil", "answers": ["yes"], "effect": "for", "strength": 1, "citations": citations}


def signs(text: str) -> Document:
    return cause(sections={"signs": text})


ONLY_COIL = {"all_of": [{"finding": "coil", "is": ["yes"]}]}
LONG = "This sentence goes on " + "and on " * 14 + "until the end."
HARD = "Considerable haemodynamic deterioration necessitates immediate interdisciplinary consultation. " * 3
OLD = source("nhs-one", year=2010)

CASES = [
    ("uncited-statement", signs("- A little blood after sex."), None),
    ("uncited-link", cause(escalations=[escalation("Call an ambulance now.", ())]), None),
    ("uncited-link", cause(finding_links=[link(())]), None),
    ("uncited-number", signs(f"- You bleed.{SAID} It lasts 3 days."), None),
    ("uncited-number", page("It takes 3 days."), None),
    ("few-sources", cause(sources=["nhs-one"], sections={"get_help_sooner_if": f"- You are pregnant.{SAID}"}), None),
    ("one-publisher", cause(), around(source("nhs-two", publisher="publisher NHS-ONE"))),
    ("source-list", cause(sources=["nhs-one", "nhs-two", "nhs-three"]), around(source("nhs-three"))),
    ("low-authority", cause(), around(source("nhs-one", low_authority=True))),
    ("strong-words", signs(f"- It always bleeds.{SAID}"), around(source("nhs-one", source_kind="case-report"))),
    ("superseded-source", cause(), around(source("nhs-one", superseded_by="nhs-two"))),
    ("all-sources-old", cause(), around(OLD, source("nhs-two", year=2015))),
    ("old-source", cause(), around(OLD)),
    ("percent-alone", signs(f"- It bleeds in 5% of people.{SAID}"), None),
    ("percent-alone", signs(f"- It bleeds in 5 per cent of people.{SAID}"), None),
    ("urgency-reason", cause(urgency_reason=""), None),
    ("silent-cause", cause(finding_links=[]), None),
    ("silent-cause", cause(never_likely_because="Only a test tells."), None),
    ("red-flags", cause(sections={"get_help_sooner_if": ""}, sources=["nhs-one", "nhs-two"]), None),
    ("emergency-action", rule(tell="This may be serious. See somebody soon."), None),
    ("emergency-action", rule(tell="Call an ambulance. It is best. It is quick. Do not wait."), None),
    ("emergency-action", cause(escalations=[escalation("Ask about it tomorrow.")]), None),
    ("emergency-action", cause(urgency="emergency"), None),
    ("emergency-reading", rule(tell="Call an ambulance now. [Read this](/causes/)"), None),
    ("emergency-reading", cause(escalations=[escalation("Call an ambulance. See also the page on pain.")]), None),
    ("promise", signs(f"- It is nothing to worry about.{SAID}"), None),
    ("promise", cause(summary="This is definitely a polyp."), None),
    ("diagnosis", signs(f"- You have a polyp.{SAID}"), around(names=("polyp",))),
    ("harmless", signs(f"- It is harmless.{SAID}"), None),
    ("no-summary", finding(summary=""), None),
    ("long-summary", cause(summary="word " * 61), None),
    ("missing-section", cause(sections={"what_a_clinician_may_do": ""}), None),
    ("pregnancy-scope", cause(sections={"get_help_sooner_if": "- It gets worse. [@nhs-two]"}), None),
    ("pregnancy-scope", cause(pregnancy="only"), None),
    ("pregnancy-scope", cause(pregnancy="only", trimesters=["first"]), None),
    ("audience", cause(only_when=ONLY_COIL), around(finding())),
    ("heading-order", page("## One\n\n#### Two"), None),
    ("heading-order", page("# One"), None),
    ("heading-order", signs(f"### Signs\n\n- A little blood.{SAID}"), None),
    ("glossary-term", signs(f"- It may be salpingitis.{SAID}"), None),
    ("reading-grade", signs(f"- {HARD}{SAID}"), None),
    ("long-sentence", signs(f"- {LONG}{SAID}"), None),
]


@pytest.mark.parametrize(
    ("check", "document", "beside"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_rule_finds_what_it_is_there_for(check, document, beside):
    assert check in found_in(document, beside)


def test_every_rule_about_a_document_has_a_case():
    assert sorted({case[0] for case in CASES}) == sorted(check for check, _ in CHECKS)


@pytest.mark.parametrize("document", [cause(), page("## One\n\n### Two\n\nWords."), rule(), finding()])
def test_a_clean_document_is_not_complained_of(document):
    assert found_in(document) == []


@pytest.mark.parametrize(
    ("document", "beside"),
    [
        (signs(f"- If you have a polyp, it may bleed.{SAID}"), around(names=("polyp",))),
        (signs(f"- You have a fever.{SAID}"), around(names=("polyp",))),
        (signs(f"- It is harmless if it was looked at.{SAID}"), None),
        (signs(f"- It bleeds in 5% of people (1 in 20).{SAID}"), None),
        (signs(f"- “It always bleeds.” Some do.{SAID}"), around(source("nhs-one", source_kind="case-report"))),
        (signs(f"- It always bleeds.{SAID}"), None),
        (signs(f"- It may be salpingitis.{SAID}"), around(explained=("salpingitis",))),
        (signs(f"- It may be salpingitis (an inflamed tube).{SAID}"), None),
        (cause(only_when=ONLY_COIL, summary="A coil can make you bleed. Have it looked at."), around(finding())),
        (cause(), around(source("nhs-one", year=None, low_authority=False))),
        (cause(pregnancy="never", sections={"get_help_sooner_if": "- It gets worse. [@nhs-two]"}), None),
        (page("1. One\n2. Two", slug="privacy"), None),
    ],
)
def test_what_only_looks_like_a_fault_is_let_be(document, beside):
    assert found_in(document, beside) == []


def test_every_rule_says_what_it_asks_and_whose_standard_that_is():
    for rule_id, found in RULES.items():
        assert found.id == rule_id
        assert found.asks.endswith(".")
        assert found.standard
        assert isinstance(found.severity, Severity)


def test_whatever_a_build_finds_has_words():
    assert rule_of("reference").severity is Severity.BLOCK
    assert rule_of("only-ever-raises").severity is Severity.BLOCK
    assert "only ever raises" in rule_of("only-ever-raises").asks


def test_a_record_is_also_looked_at_for_its_shape():
    # Its escalation is no more urgent than the cause itself.
    found = check_record(cause(urgency="emergency", escalations=[escalation("Call an ambulance.")]), around())

    assert "escalation" in {problem.check for problem in found}


def test_the_starter_content_has_nothing_that_blocks(starter_edition):
    found = check_edition(starter_edition)

    assert [problem for problem in found if problem.blocks] == []
    assert {problem.check for problem in found if problem.severity is Severity.WARN} <= {
        "superseded-source",
        "all-sources-old",
    }


# What an edition adds: time


def signed_edition(document: Document, on: datetime, published_at: datetime) -> Edition:
    signature = Signature("Somebody", "Moderators", "", "", on, document.sha256)
    entry = Entry(document, Origin.REVIEW, 1, on, (signature,))
    return compile_edition(
        [entry], number=1, previous_sha256=FIRST_PREVIOUS, published_at=published_at, note=""
    ).edition


def overdue(edition: Edition, on: date | None = None) -> list[str]:
    return [problem.slug for problem in check_edition(edition, on=on) if problem.check == "review-overdue"]


def test_a_review_older_than_the_urgency_allows_is_named():
    edition = signed_edition(cause(), datetime(2020, 1, 1, tzinfo=UTC), AT)

    assert overdue(edition) == ["polyp"]


def test_a_review_that_is_young_enough_is_not():
    edition = signed_edition(cause(), datetime(2025, 1, 1, tzinfo=UTC), AT)

    assert overdue(edition) == []
    assert overdue(edition, on=date(2030, 1, 1)) == ["polyp"]


def test_what_was_found_is_remembered_only_while_nothing_around_it_changes():
    def edition_with(*sources: Document) -> Edition:
        entries = [Entry(item, Origin.STARTER, 1, AT) for item in (cause(), *sources)]
        return compile_edition(entries, number=1, previous_sha256=FIRST_PREVIOUS, published_at=AT, note="").edition

    def found(edition: Edition) -> set[str]:
        return {problem.check for problem in check_edition(edition)}

    assert "superseded-source" not in found(edition_with(source("nhs-one"), source("nhs-two")))
    assert "superseded-source" in found(edition_with(source("nhs-one", superseded_by="nhs-two"), source("nhs-two")))
    assert "one-publisher" in found(edition_with(source("nhs-one"), source("nhs-two", publisher="Publisher nhs-one")))


def test_progress_is_told_to_the_end(starter_edition):
    told = []

    check_edition(starter_edition, progress=lambda done, everything: told.append((done, everything)))

    assert told[-1] == (len(starter_edition.entries), len(starter_edition.entries))


# Whoever wrote it and whoever approves it


TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (Declarer("Ann", "wrote it", True, "none", date(2025, 9, 1)), None),
        (Declarer("Ann", "wrote it", True, "none", date(2025, 3, 1)), None),
        (Declarer("Ann", "wrote it", True, "none", date(2025, 2, 28)), "more than a year ago"),
        (Declarer("Ann", "approves it", True, "", date(2025, 9, 1)), "has declared no interests"),
        (Declarer("Ann", "approves it", True, "none", None), "has declared no interests"),
        (Declarer("Ann", "approves it", False), None),
    ],
)
def test_interests_are_declared_and_in_date(person, said):
    messages = [message for _, message in interests([person], TODAY)]

    assert len(messages) == bool(said)
    assert all(said in message and person.act in message for message in messages)


def test_somebody_without_a_profile_is_noted():
    people = [Declarer("Ann", "wrote it", False), Declarer("Bo", "approves it", True, "none", TODAY)]

    assert [message for _, message in no_profiles(people)] == ["Ann, who wrote it, has no profile"]


def test_a_question_in_a_list_that_nobody_opens_is_told_of():
    edition = factories.edition_of(factories.finding("pain", asked_in="gone", box="Pain"))

    found = [problem for problem in check_edition(edition) if problem.check == "list-not-opened"]

    assert [(problem.slug, problem.field) for problem in found] == [("pain", "asked_in")]


def test_a_question_that_waits_for_no_tick_is_told_of():
    edition = factories.edition_of(
        factories.finding("pain", "yes", "no", asked_in="pain", list_question="Any?", list_why="Why.", unticked="no"),
        factories.finding("rest", ask_if=factories.any_of(pain="no")),
    )

    found = [problem for problem in check_edition(edition) if problem.check == "asked-after-no-tick"]

    assert [(problem.slug, problem.field) for problem in found] == [("rest", "ask_if")]
