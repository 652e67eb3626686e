"""The proof: it holds on the starter content, and each property fails on something broken on purpose."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from itertools import combinations
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from sitecontent.documents import (
    NOT_SURE,
    Answer,
    Answers,
    Cause,
    Condition,
    Contact,
    Document,
    Implication,
    Nature,
    Step,
    Urgency,
)
from sitecontent.edition.compile import compile_edition
from sitecontent.edition.edition import FIRST_PREVIOUS, Edition, Entry, Origin
from sitecontent.edition.proof import (
    ProofUnreadable,
    read_proof,
    summary_from_json,
    summary_to_json,
    write_proof,
)
from tests.triage.factories import (
    CATEGORY,
    SOURCE,
    WHEN,
    all_of,
    any_of,
    cause,
    escalation,
    finding,
    levels,
    rule,
    speaks_against,
    speaks_for,
)
from triage import engine
from triage import proof as proof_module
from triage.answers import Said, read_answers
from triage.engine import Raise, Score, weigh
from triage.ground import Ground
from triage.index import Index, index_of
from triage.parts import asked_for, covering
from triage.proof import Proof, prove, prove_property, quick_proof, summary_of
from triage.properties import STATEMENTS, SafetyProperty
from triage.witness import everything_of, first_asked, is_asked

LIMITS = any_of(faint="yes", pain=("strong", NOT_SURE), amount=("heavy", NOT_SURE))


def edition_with(*documents: Document, limits: Condition = LIMITS) -> Edition:
    """An edition of these documents, with words for all levels and a contact everywhere."""
    everywhere = Contact(region="international", text="A clinic near you")
    worded = [
        level.model_copy(update={"contacts": (*level.contacts, everywhere)}) for level in levels(limits) if documents
    ]
    compilation = compile_edition(
        [
            Entry(document=document, origin=Origin.STARTER, revision=1, changed_at=WHEN)
            for document in (SOURCE, CATEGORY, *worded, *documents)
        ],
        number=1,
        previous_sha256=FIRST_PREVIOUS,
        published_at=WHEN,
        note="For a test",
    )
    assert compilation.blocking == ()
    return compilation.edition


GRAZE = cause(
    "graze",
    speaks_for("rough", "yes"),
    speaks_for("amount", "spots", strength=2),
    speaks_against("amount", "heavy"),
    nature=Nature.NATURAL,
    urgency=Urgency.SELF_CARE,
    not_when=any_of(hysterectomy="yes"),
    escalations=(escalation(all_of(rough="yes", screening="overdue"), Urgency.SOON),),
)

SOUND: tuple[Document, ...] = (
    finding("faint", "yes", "no", step=Step.EMERGENCY),
    finding("pain", "none", "strong", NOT_SURE),
    finding("amount", "spots", "heavy", NOT_SURE),
    finding("rough", "yes", "no"),
    finding("hysterectomy", "yes", "no"),
    finding("screening", "up-to-date", "overdue"),
    finding("signs", "rash", "sore", Answer(slug="none", label="None", exclusive=True), multiple=True),
    rule("faint", any_of(faint="yes"), Urgency.EMERGENCY),
    rule("pain", any_of(pain=("strong", NOT_SURE)), Urgency.URGENT),
    rule("heavy-rash", all_of(amount=("heavy", NOT_SURE), signs="rash"), Urgency.URGENT),
    GRAZE,
)
"""A small rule set of which everything holds."""


def without(kind: str, slug: str) -> tuple[Document, ...]:
    """The sound rule set without one of its records."""
    return tuple(document for document in SOUND if document.key != (kind, slug))


def failing(proof: Proof) -> set[SafetyProperty]:
    """The properties that do not hold."""
    return {result.safety_property for result in proof.results if not result.holds}


# It holds


@pytest.mark.parametrize("safety_property", SafetyProperty)
def test_every_property_holds_on_the_starter_content(starter_edition: Edition, safety_property: SafetyProperty) -> None:
    result = prove_property(starter_edition, safety_property)

    assert [str(counterexample) for counterexample in result.counterexamples] == []
    assert result.checked > 0


def test_only_causes_that_say_that_they_are_never_likely_are_named_apart_on_the_starter_content(
    starter_edition: Edition,
) -> None:
    result = prove_property(starter_edition, SafetyProperty.CAUSES)

    assert result.left_out == ("nabothian-cyst", "no-cause-found")


def test_every_rule_question_and_cause_of_the_starter_content_is_tried(starter_edition: Edition) -> None:
    causes = prove_property(starter_edition, SafetyProperty.CAUSES)

    assert prove_property(starter_edition, SafetyProperty.QUESTIONS).checked == len(starter_edition.findings)
    assert causes.checked == len(starter_edition.causes)
    assert prove_property(starter_edition, SafetyProperty.RULES_FIRE).checked >= sum(
        len({answer for match in one.when.matches for answer in match.is_}) for one in starter_edition.safety_rules
    )


def test_the_sound_rule_set_holds() -> None:
    proof = prove(edition_with(*SOUND))

    assert failing(proof) == set()
    assert proof.holds
    assert all(result.checked for result in proof.results)


def test_every_property_is_told_in_its_order() -> None:
    told = []

    prove(edition_with(*SOUND), tell=lambda result: told.append(result.safety_property))

    assert told == list(SafetyProperty)
    assert set(STATEMENTS) == set(SafetyProperty)


# It is the same everywhere, and another for another edition


def test_the_proof_is_the_same_made_again_and_made_side_by_side() -> None:
    edition = edition_with(*SOUND)

    with ThreadPoolExecutor(max_workers=2) as pool:
        together = prove(edition, each=pool.map)

    assert prove(edition) == together
    assert prove(edition).sha256 == together.sha256


def test_the_hash_covers_the_edition_the_counts_and_the_results() -> None:
    proof = prove(edition_with(*SOUND))
    first, *others = proof.results

    assert replace(proof, edition_sha256="0" * 64).sha256 != proof.sha256
    assert replace(proof, results=(replace(first, checked=first.checked + 1), *others)).sha256 != proof.sha256
    assert replace(proof, results=(replace(first, found=1), *others)).sha256 != proof.sha256


# Each property fails on something broken on purpose: first the content


def test_a_rule_that_asks_for_two_answers_to_one_question_can_not_fire() -> None:
    impossible = rule(
        "impossible", Condition(all_of=(*all_of(pain="none").all_of, *all_of(pain="strong").all_of)), Urgency.SOON
    )

    proof = prove(edition_with(*SOUND, impossible))

    assert failing(proof) == {SafetyProperty.RULES_FIRE}
    assert {found.slug for found in _counterexamples(proof)} == {"impossible"}


def test_a_rule_behind_a_question_that_its_own_answers_close_can_not_fire() -> None:
    hidden = finding("where", "left", "right", ask_if=all_of(pain="strong"))
    impossible = rule("impossible", all_of(where="left", pain="none"), Urgency.SOON)

    assert SafetyProperty.RULES_FIRE in failing(prove(edition_with(*SOUND, hidden, impossible)))


def test_an_answer_that_a_rule_names_in_vain_is_found() -> None:
    vain = rule(
        "vain",
        Condition(all_of=all_of(pain="strong").all_of, any_of=any_of(pain="none", rough="yes").any_of),
        Urgency.SOON,
    )

    proof = prove(edition_with(*SOUND, vain))

    assert [found.message for found in _counterexamples(proof)] == [
        "nobody who answers pain with none can make this rule fire"
    ]


def test_a_question_that_leads_back_to_itself_can_not_be_reached() -> None:
    circle = (
        finding("first", "yes", "no", ask_if=any_of(second="yes")),
        finding("second", "yes", "no", ask_if=any_of(first="yes")),
    )

    proof = prove(edition_with(*SOUND, *circle))

    assert failing(proof) == {SafetyProperty.QUESTIONS}
    assert {found.slug for found in _counterexamples(proof)} == {"first", "second"}


def test_a_question_behind_an_implied_answer_can_be_reached() -> None:
    positive = Answer(slug="positive", label="Positive", implies=Implication(finding="pregnant", answer="yes"))
    behind = (
        finding("pregnant", "yes", "no", ask_if=any_of(weeks="few")),
        finding("test", positive, "negative"),
        finding("weeks", "few", "many", ask_if=any_of(pregnant="yes")),
    )

    assert failing(prove(edition_with(*SOUND, *behind))) == set()


@pytest.mark.parametrize(
    "weak",
    [
        cause("weak", speaks_for("rough", "yes"), speaks_for("pain", "strong", strength=1)),
        cause("weak", speaks_for("pain", "strong"), speaks_for("pain", "none")),
        cause("weak", speaks_for("rough", "yes"), speaks_for("pain", "none"), not_when=any_of(rough="yes")),
        cause("weak", speaks_for("rough", "yes"), speaks_for("pain", "none"), speaks_against("pain", "none")),
        cause("weak", speaks_for("rough", "yes"), speaks_for("pain", "none"), only_when=all_of(pain="strong")),
    ],
    ids=["too weak", "two answers to one question", "ruled out", "outweighed", "never met"],
)
def test_a_cause_that_can_not_be_likely_is_found(weak: Cause) -> None:
    proof = prove(edition_with(*SOUND, weak))

    assert failing(proof) == {SafetyProperty.CAUSES}
    assert {found.slug for found in _counterexamples(proof)} == {"weak"}


def test_a_cause_that_no_answer_speaks_for_is_found_unless_it_says_why() -> None:
    silent = cause("page-only", speaks_against("rough", "no"))

    unexplained = prove(edition_with(*SOUND, silent))
    explained = prove(edition_with(*SOUND, silent.model_copy(update={"never_likely_because": "Only a test tells."})))

    assert failing(unexplained) == {SafetyProperty.CAUSES}
    assert failing(explained) == set()
    assert {result.safety_property: result.left_out for result in explained.results}[SafetyProperty.CAUSES] == (
        "page-only",
    )


def test_a_cause_that_is_likely_though_it_says_never_is_found() -> None:
    contrary = cause(
        "contrary", speaks_for("rough", "yes"), speaks_for("pain", "none"), never_likely_because="Only a test tells."
    )

    proof = prove(edition_with(*SOUND, contrary))

    assert failing(proof) == {SafetyProperty.CAUSES}
    assert [found.message for found in _counterexamples(proof)] == [
        "answers make it likely, though it says that none can"
    ]


def test_a_page_that_asks_for_more_than_the_rule_on_its_own_answers_is_found() -> None:
    escalating = cause(
        "escalating",
        speaks_for("pain", "strong"),
        speaks_for("rough", "yes"),
        escalations=(escalation(all_of(pain="strong"), Urgency.EMERGENCY),),
    )

    proof = prove(edition_with(*SOUND, escalating))

    assert failing(proof) == {SafetyProperty.PAGES}
    assert {found.message for found in _counterexamples(proof)} == {
        "asks for urgent, and the page of escalating for more"
    }


def test_a_page_that_asks_for_more_once_the_questions_behind_a_rule_are_asked_is_found() -> None:
    """The rule names the threads alone; only somebody with a coil is asked for them, and of coils the page knows."""
    coil = (
        finding("coil", "yes", "no"),
        finding("threads", "felt", "gone", ask_if=all_of(coil="yes")),
        rule("threads", any_of(threads="gone"), Urgency.SOON),
        cause(
            "coil",
            speaks_for("coil", "yes"),
            speaks_for("rough", "yes"),
            only_when=all_of(coil="yes"),
            escalations=(escalation(all_of(threads="gone"), Urgency.URGENT),),
        ),
    )

    assert SafetyProperty.PAGES in failing(prove(edition_with(*SOUND, *coil)))


def test_not_sure_that_a_rule_forgets_is_found() -> None:
    """Both real answers are named by a rule, and "not sure" by none."""
    forgetful = (
        finding("blood-group", "negative", "positive", NOT_SURE),
        rule("negative", any_of(blood_group="negative"), Urgency.URGENT),
        rule("positive", any_of(blood_group="positive"), Urgency.SOON),
    )

    proof = prove(edition_with(*SOUND, *forgetful))

    assert failing(proof) == {SafetyProperty.NOT_SURE}
    assert {found.slug for found in _counterexamples(proof)} == {"positive"}


def test_not_sure_that_earns_self_care_where_the_safe_answer_does_not_is_found() -> None:
    periods = finding("periods", "monthly", "not-started", NOT_SURE)
    watched = rule("late", all_of(periods="monthly", faint="yes"), Urgency.EMERGENCY)
    graze = GRAZE.model_copy(update={"not_when": any_of(periods="not-started")})

    proof = prove(edition_with(*without("cause", "graze"), graze, periods, watched))

    assert failing(proof) == {SafetyProperty.NOT_SURE}
    assert {found.slug for found in _counterexamples(proof)} == {"graze"}


def test_a_level_without_a_contact_that_others_have_is_found() -> None:
    edition = edition_with(*SOUND)
    entries = [
        replace(entry, document=_without_contact(entry.document)) if entry.document.slug == "soon" else entry
        for entry in edition.entries
    ]

    proof = prove(replace(edition, entries=tuple(entries)))

    assert failing(proof) == {SafetyProperty.RESULTS}
    assert str(_counterexamples(proof)[0]) == "urgency-level/soon: has no contact for international"


def test_a_result_that_leaves_nowhere_to_turn_if_nobody_can_be_had_is_found() -> None:
    """Whoever cannot be seen in time turns to the contact of the next level, which has none in that region here."""
    edition = edition_with(*SOUND)
    entries = [
        replace(entry, document=_without_contact(entry.document)) if entry.document.slug == "soon" else entry
        for entry in edition.entries
    ]

    proof = prove(replace(edition, entries=tuple(entries)))

    assert "a result of level routine lacks where to turn if that is not to be had" in {
        found.message for found in _counterexamples(proof)
    }


def test_a_result_that_nothing_could_make_more_urgent_is_found() -> None:
    quiet = without("rule", "none")
    silent = tuple(document for document in quiet if document.kind != "safety-rule")

    assert failing(prove(edition_with(*silent))) == {SafetyProperty.RESULTS}


# … then the engine


def _patched(monkeypatch: pytest.MonkeyPatch, name: str, wrong: Callable[..., object]) -> None:
    right = getattr(engine, name)
    monkeypatch.setattr(engine, name, lambda *args: wrong(right, *args))


def test_an_engine_that_lets_normal_screening_calm_a_rule_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def calmed(right: Callable[..., tuple[object, ...]], index: Index, said: Said) -> tuple[object, ...]:
        return () if said.has("screening", "up-to-date") else right(index, said)

    _patched(monkeypatch, "_fired", calmed)

    assert {SafetyProperty.PARTS, SafetyProperty.RULES_HOLD, SafetyProperty.REASSURANCE} <= failing(
        prove(edition_with(*SOUND))
    )


def test_an_engine_that_forgets_a_rule_beside_two_harmless_answers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgets(right: Callable[..., tuple[object, ...]], index: Index, said: Said) -> tuple[object, ...]:
        harmless = said.has("hysterectomy", "no") and said.has("screening", "up-to-date")
        return () if harmless else right(index, said)

    _patched(monkeypatch, "_fired", forgets)

    assert SafetyProperty.RULES_HOLD in failing(prove(edition_with(*SOUND)))


def test_an_engine_that_takes_the_least_urgent_rule_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "most_urgent", lambda levels: min(levels, key=lambda level: level.rank))

    assert {SafetyProperty.PARTS, SafetyProperty.RULES_HOLD} <= failing(prove(edition_with(*SOUND)))


def test_an_engine_in_which_what_rules_a_cause_out_lowers_the_level_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lowered(
        right: Callable[..., Iterable[Raise]], index: Index, everything: Answers, scores: dict[str, Score]
    ) -> list[Raise]:
        found = right(index, everything, scores)
        return [item for item in found if not (item.cause.not_when and item.cause.not_when.holds(everything))]

    _patched(monkeypatch, "_raises", lowered)

    proof = prove(edition_with(*SOUND))

    assert failing(proof) == {SafetyProperty.ALARM}
    assert {found.slug for found in _counterexamples(proof)} == {"graze"}


def test_an_engine_that_weighs_what_speaks_against_in_the_level_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def netted(
        right: Callable[..., Iterable[Raise]], index: Index, everything: Answers, scores: dict[str, Score]
    ) -> list[Raise]:
        return list(right(index, everything, {slug: s._replace(speaks_for=s.net) for slug, s in scores.items()}))

    _patched(monkeypatch, "_raises", netted)

    assert SafetyProperty.ALARM in failing(prove(edition_with(*SOUND)))


def test_an_engine_that_forgets_the_limits_of_self_care_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlimited(right: Callable[..., bool], index: Index, said: Said, scores: dict[str, Score]) -> bool:
        return right(replace(index, not_for_self_care=any_of(faint="yes")), said, scores)

    _patched(monkeypatch, "_earns_self_care", unlimited)
    quiet = (*without("safety-rule", "pain"), rule("pain", all_of(pain="strong", faint="yes"), Urgency.URGENT))

    proof = prove(edition_with(*quiet))

    assert SafetyProperty.ALARM in failing(proof)


def test_an_engine_that_says_the_wrong_words_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_next_steps", lambda level, reasons: iter(()))

    assert failing(prove(edition_with(*SOUND))) == {SafetyProperty.RESULTS}


# The quick part


def test_the_quick_proof_of_the_starter_content_finds_nothing(starter_edition: Edition) -> None:
    assert quick_proof(starter_edition) == ()


def test_the_quick_proof_finds_what_a_build_must_know() -> None:
    impossible = rule("impossible", all_of(pain="none", unheard="yes"), Urgency.SOON)
    closed = finding("unheard", "yes", "no", ask_if=all_of(pain="strong"))
    weak = cause("weak", speaks_for("rough", "yes"))

    found = quick_proof(edition_with(*SOUND, impossible, closed, weak))

    assert [(item.safety_property, item.slug) for item in found] == [
        (SafetyProperty.RULES_FIRE, "impossible"),
        (SafetyProperty.CAUSES, "weak"),
    ]


def test_the_quick_proof_is_made_again_only_when_the_checker_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    words = CATEGORY.model_copy(update={"slug": "another-category"})
    quick_proof(edition_with(*SOUND))
    monkeypatch.setattr(proof_module, "QUICK_CHECKS", (lambda ground: pytest.fail("it was made again"),))

    assert quick_proof(edition_with(*SOUND, words)) == ()
    with pytest.raises(pytest.fail.Exception):
        quick_proof(edition_with(*SOUND, rule("another", any_of(faint="yes"), Urgency.EMERGENCY)))


# What it tries


def test_in_the_covering_sets_every_two_answers_meet() -> None:
    index = index_of(edition_with(*SOUND))
    choices = {
        slug: [frozenset[str](), *(frozenset({answer}) for answer in one.answer_slugs)]
        for slug, one in index.findings.items()
    }

    rows = covering(index)

    for first, second in combinations(choices, 2):
        met = {(row.get(first, frozenset()), row.get(second, frozenset())) for row in rows}
        assert {(one, other) for one in choices[first] for other in choices[second]} <= met


def test_self_care_is_tried_on_answers_that_earn_it(starter_edition: Edition) -> None:
    ground = Ground(index_of(starter_edition))

    assert {"first-intercourse-hymen", "friction-and-minor-tears", "period-starting-or-ending"} <= {
        explained.slug for explained, _ in ground.explained
    }
    assert {ground.weigh(answers).urgency for _, answers in ground.explained} == {Urgency.SELF_CARE}


def test_nobody_is_asked_in_a_circle() -> None:
    circle = (
        finding("first", "yes", "no", ask_if=any_of(second="yes", third="yes")),
        finding("second", "yes", "no", ask_if=any_of(first="yes")),
        finding("third", "yes", "no"),
    )
    index = index_of(edition_with(*SOUND, *circle))

    found = first_asked(index, [{"second": frozenset({"yes"})}])

    assert found == {name: frozenset({"yes"}) for name in ("first", "second", "third")}


def test_the_safe_answer_is_the_one_that_nothing_names(starter_edition: Edition) -> None:
    ground = Ground(index_of(starter_edition))

    for slug, safe in {
        "bulge": ("no",),
        "screening-status": ("up-to-date", "not-due"),
        "pregnancy-status": ("no",),
        "blood-thinners": ("no",),
        "no-consent": ("no",),
    }.items():
        assert ground.safe(ground.index.findings[slug]) == safe


# Random search on top


@st.composite
def answers_to(draw: st.DrawFn, index: Index) -> dict[str, frozenset[str]]:
    """Answers to any of the questions, as the form or the API lets them be given."""
    picked = {}
    for slug in draw(st.lists(st.sampled_from(list(index.findings)), unique=True, max_size=25)):
        one = index.findings[slug]
        most = 3 if one.multiple else 1
        picked[slug] = draw(st.frozensets(st.sampled_from(one.answer_slugs), min_size=1, max_size=most))
    return picked


@with_settings(max_examples=150)
@given(data=st.data())
def test_no_random_further_answer_lowers_the_level(starter_edition: Edition, data: st.DataObject) -> None:
    index = index_of(starter_edition)
    answers = data.draw(answers_to(index))
    slug = data.draw(st.sampled_from([slug for slug, one in index.findings.items() if slug not in answers]))
    more = {**answers, slug: frozenset({data.draw(st.sampled_from(index.findings[slug].answer_slugs))})}

    before, after = (weigh(index, read_answers(index.findings, said)) for said in (answers, more))

    assert asked_for(after).is_at_least(asked_for(before))
    assert set(before.fired) <= set(after.fired)
    assert after.urgency.is_at_least(asked_for(after))
    assert after.urgency.is_at_least(before.urgency) or (before.urgency, after.urgency) == ("routine", "self-care")


@st.composite
def replies(draw: st.DrawFn, index: Index) -> dict[str, frozenset[str]]:
    """Answers of somebody who goes through the questions as they are asked, and leaves some open."""
    picked: dict[str, frozenset[str]] = {}
    for slug, one in index.findings.items():
        if is_asked(index, one, everything_of(index, picked)) and draw(st.integers(0, 3)):
            picked[slug] = frozenset({draw(st.sampled_from(one.answer_slugs))})
    return picked


@with_settings(max_examples=100)
@given(data=st.data())
def test_no_random_not_sure_gives_less_than_the_safe_answer(starter_edition: Edition, data: st.DataObject) -> None:
    ground = Ground(index_of(starter_edition))
    answers = data.draw(replies(ground.index))

    for slug in [slug for slug, picked in answers.items() if picked == {NOT_SURE}]:
        unsure = ground.weigh(answers).urgency
        for safe in ground.safe(ground.index.findings[slug]):
            assert unsure.is_at_least(ground.weigh({**answers, slug: frozenset({safe})}).urgency)


# The summary and the command


def test_the_summary_survives_its_file(tmp_path: Path) -> None:
    edition = edition_with(*SOUND, cause("page-only", never_likely_because="Only a test tells."))
    summary = summary_of(prove(edition), proved_at=datetime(2026, 1, 2, tzinfo=UTC), seconds=1.25)

    write_proof(tmp_path / "kept" / "proof.json", summary)

    assert read_proof(tmp_path / "kept" / "proof.json") == summary
    assert summary.holds
    assert summary.is_about(edition)
    assert not summary.is_about(edition_with(*SOUND))
    assert summary_from_json(summary_to_json(summary)) == summary


def test_there_is_no_summary_before_the_first_proof(tmp_path: Path) -> None:
    assert read_proof(tmp_path / "proof.json") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"lines": [{}]}', '{"lines": 1}'])
def test_a_summary_that_is_damaged_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "proof.json").write_text(text)

    with pytest.raises(ProofUnreadable, match="can not be read"):
        read_proof(tmp_path / "proof.json")


def test_the_command_prints_what_it_tried_and_keeps_it(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    edition = edition_with(*SOUND)
    settings.PROOF_FILE = tmp_path / "proof.json"
    monkeypatch.setattr("triage.management.commands.prove_safety.current_edition", lambda: edition)
    out = StringIO()

    call_command("prove_safety", jobs=1, stdout=out)

    printed = out.getvalue()
    assert prove(edition).sha256 in printed
    assert "Every property holds." in printed
    for safety_property in SafetyProperty:
        assert STATEMENTS[safety_property] in printed
    kept = read_proof(settings.PROOF_FILE)
    assert kept is not None
    assert kept.sha256 == prove(edition).sha256
    assert json.loads(settings.PROOF_FILE.read_text())["edition_sha256"] == edition.sha256


def test_the_command_proves_the_same_in_several_processes(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    edition = edition_with(*SOUND)
    settings.PROOF_FILE = tmp_path / "proof.json"
    monkeypatch.setattr("triage.management.commands.prove_safety.current_edition", lambda: edition)

    call_command("prove_safety", jobs=2, stdout=StringIO())

    kept = read_proof(settings.PROOF_FILE)
    assert kept is not None
    assert kept.sha256 == prove(edition).sha256


def test_the_command_fails_and_shows_the_answers_when_a_property_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    forgetful = (
        finding("blood-group", "negative", "positive", NOT_SURE),
        rule("negative", any_of(blood_group="negative"), Urgency.URGENT),
        rule("positive", any_of(blood_group="positive"), Urgency.SOON),
    )
    settings.PROOF_FILE = tmp_path / "proof.json"
    monkeypatch.setattr(
        "triage.management.commands.prove_safety.current_edition", lambda: edition_with(*SOUND, *forgetful)
    )
    out = StringIO()

    with pytest.raises(CommandError, match="Not every property holds"):
        call_command("prove_safety", jobs=1, stdout=out)

    assert (
        "safety-rule/positive: with blood-group = not-sure comes out less urgent than with positive" in out.getvalue()
    )
    kept = read_proof(settings.PROOF_FILE)
    assert kept is not None
    assert not kept.holds


@pytest.mark.django_db
def test_the_command_needs_an_edition() -> None:
    with pytest.raises(CommandError):
        call_command("prove_safety", jobs=1, stdout=StringIO())


def _without_contact(document: Document) -> Document:
    return document.model_copy(update={"contacts": document.contacts[:-1]})


def _counterexamples(proof: Proof) -> list:
    return [found for result in proof.results for found in result.counterexamples]
