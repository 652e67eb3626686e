"""Compiling resolves every reference and collects every problem."""

import dataclasses
from datetime import UTC, datetime

import pytest

from sitecontent.documents import load_document
from sitecontent.edition.compile import Severity, compile_edition
from sitecontent.edition.edition import (
    FIRST_PREVIOUS,
    EditionCorrupt,
    Entry,
    Origin,
    edition_from_json,
    edition_to_json,
)

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def compiled(documents):
    return compile_edition(
        [Entry(document=document, origin=Origin.STARTER, revision=1, changed_at=WHEN) for document in documents],
        number=1,
        previous_sha256=FIRST_PREVIOUS,
        published_at=WHEN,
        note="A test",
    )


def changed(document, **changes):
    return load_document(document.model_dump(mode="json") | changes)


def replaced(documents, new):
    return [new if document.key == new.key else document for document in documents]


def find(documents, kind, slug):
    return next(document for document in documents if document.key == (kind, slug))


def blocking(documents):
    return [(problem.kind, problem.slug, problem.field, problem.message) for problem in compiled(documents).blocking]


def test_the_starter_content_compiles_without_a_problem_that_blocks(starter_documents):
    assert compiled(starter_documents).blocking == ()


def test_a_citation_of_no_source_blocks_and_names_the_field(starter_documents):
    page = find(starter_documents, "page", "about")
    broken = changed(page, body=page.body + "\n\nSomething. [@nobody-wrote-this]")

    assert blocking(replaced(starter_documents, broken)) == [
        ("page", "about", "body", "there is no source called 'nobody-wrote-this'")
    ]


def test_a_rule_over_an_unknown_answer_blocks_and_says_what_is_allowed(starter_documents):
    rule = find(starter_documents, "safety-rule", "fever-anybody")
    broken = changed(rule, when={"any_of": [{"finding": "fever", "is": ["boiling"]}]})

    [(kind, slug, field, message)] = blocking(replaced(starter_documents, broken))

    assert (kind, slug, field) == ("safety-rule", "fever-anybody", "when")
    assert message == "'fever' has no answer 'boiling'; it has measured-38, hot-shivery, no"


def test_a_record_that_others_refer_to_can_not_be_left_out(starter_documents):
    without = [document for document in starter_documents if document.key != ("category", "pregnancy")]

    assert ("cause", "ectopic-pregnancy", "category", "there is no category called 'pregnancy'") in blocking(without)


def test_a_level_without_words_blocks(starter_documents):
    without = [document for document in starter_documents if document.key != ("urgency-level", "soon")]

    assert ("urgency-level", "soon", "(whole)", "this level has no words") in blocking(without)


def test_self_care_without_limits_blocks(starter_documents):
    level = changed(find(starter_documents, "urgency-level", "self-care"), not_for=None)

    assert [item[2] for item in blocking(replaced(starter_documents, level))] == ["not_for"]


def test_an_escalation_that_does_not_raise_is_told_but_does_not_block(starter_documents):
    cause = find(starter_documents, "cause", "ectopic-pregnancy")
    escalation = {"when": {"all_of": [{"finding": "fever", "is": ["hot-shivery"]}]}, "urgency": "routine", "tell": "x"}
    compilation = compiled(replaced(starter_documents, changed(cause, escalations=[escalation])))

    [problem] = compilation.problems

    assert (problem.slug, problem.field, problem.severity) == (
        "ectopic-pregnancy",
        "escalations.0.urgency",
        Severity.WARN,
    )
    assert compilation.blocking == ()


def test_two_records_of_one_name_block(starter_documents):
    twice = [*starter_documents, find(starter_documents, "page", "about")]

    assert blocking(twice) == [("page", "about", "slug", "two records have this kind and slug")]


def test_the_order_of_the_entries_changes_nothing(starter_documents):
    forwards, backwards = compiled(starter_documents), compiled(list(reversed(starter_documents)))

    assert backwards == forwards
    assert backwards.edition.sha256 == forwards.edition.sha256


@pytest.mark.parametrize("field", ["number", "note", "published_by", "previous_sha256", "published_at"])
def test_the_seal_covers_everything_an_edition_says_of_itself(starter_edition, field):
    other = {
        "number": 2,
        "note": "Other",
        "published_by": "Somebody",
        "previous_sha256": "1" * 64,
        "published_at": datetime(2027, 1, 1, tzinfo=UTC),
    }

    assert dataclasses.replace(starter_edition, **{field: other[field]}).sha256 != starter_edition.sha256


def test_the_seal_covers_every_document(starter_edition):
    first, *rest = starter_edition.entries
    other = dataclasses.replace(first, document=changed(first.document, language="fr"))

    assert dataclasses.replace(starter_edition, entries=(other, *rest)).sha256 != starter_edition.sha256


def test_an_edition_survives_its_file(starter_edition):
    again = edition_from_json(edition_to_json(starter_edition))

    assert again == starter_edition
    assert again.sha256 == starter_edition.sha256


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("bleeding", "bleedin", 1),
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[]",
    ],
)
def test_a_spoiled_file_is_refused(starter_edition, spoil):
    with pytest.raises(EditionCorrupt):
        edition_from_json(spoil(edition_to_json(starter_edition)))


def test_problems_say_how_much_they_weigh(starter_documents):
    without = [document for document in starter_documents if document.key != ("urgency-level", "soon")]

    assert {problem.severity for problem in compiled(without).problems} == {Severity.BLOCK}
