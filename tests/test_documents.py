"""What a document is: typed, frozen, and with one spelling."""

import hashlib
import json

import pytest
from pydantic import ValidationError

from sitecontent.documents import (
    KINDS,
    Category,
    Cause,
    Condition,
    DocumentInvalid,
    Urgency,
    load_document,
    most_urgent,
)


def category(**changes):
    return {
        "kind": "category",
        "slug": "cervix",
        "title": "Cervix",
        "summary": "The neck of the womb.",
        "order": 1,
    } | changes


def test_canonical_json_sorts_keys_and_keeps_utf8():
    document = load_document(category(title="Größe"))

    assert document.canonical_json() == (
        '{"kind":"category","language":"en","order":1,"schema_version":1,"slug":"cervix",'
        '"summary":"The neck of the womb.","title":"Größe"}'
    )


def test_sha256_is_that_of_the_canonical_json():
    document = load_document(category())

    assert document.sha256 == hashlib.sha256(document.canonical_json().encode("utf-8")).hexdigest()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two\r\nlines", "two\nlines"),
        ("trailing   \nblanks", "trailing\nblanks"),
        ("e\u0301", "é"),
        ("  around  ", "around"),
    ],
)
def test_text_that_looks_the_same_has_the_same_hash(one, other):
    assert load_document(category(summary=one)).sha256 == load_document(category(summary=other)).sha256


def test_the_order_of_fields_does_not_change_the_hash():
    backwards = dict(reversed(category().items()))

    assert load_document(backwards).sha256 == load_document(category()).sha256


def test_a_document_can_not_be_changed():
    document = load_document(category())

    with pytest.raises(ValidationError, match="frozen"):
        document.title = "Another"


def test_every_list_in_every_starter_document_is_a_tuple(starter_documents):
    def lists_in(value):
        if isinstance(value, list):
            yield value
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
            yield from lists_in(part)

    found = [document.key for document in starter_documents if list(lists_in(document.model_dump(mode="python")))]

    assert found == []


def test_every_starter_document_survives_its_own_json(starter_documents):
    again = [load_document(json.loads(document.canonical_json())) for document in starter_documents]

    assert [document.sha256 for document in again] == [document.sha256 for document in starter_documents]


@pytest.mark.parametrize(
    ("data", "field", "reason"),
    [
        (category(order=-1), "order", "greater than or equal to 0"),
        (category(slug="Not A Slug"), "slug", "should match pattern"),
        (category(title="two\nlines"), "title", "should match pattern"),
        (category(summary="   "), "summary", "at least 1"),
        (category(colour="red"), "colour", "Extra inputs are not permitted"),
        ({"kind": "category", "slug": "cervix"}, "title", "Field required"),
        ({"kind": "poem", "slug": "x"}, "kind", "'poem' is not one of"),
        (["not", "a", "mapping"], "(whole)", "must be a mapping"),
    ],
)
def test_a_wrong_document_says_which_record_which_field_and_why(data, field, reason):
    with pytest.raises(DocumentInvalid) as caught:
        load_document(data, record="categories/cervix.yaml")

    assert caught.value.record == "categories/cervix.yaml"
    assert caught.value.problems[0].field == field
    assert reason in caught.value.problems[0].reason


def test_urgency_is_ordered_from_self_care_to_emergency():
    assert [level.rank for level in Urgency] == [0, 1, 2, 3, 4]
    assert most_urgent([Urgency.SOON, Urgency.EMERGENCY, Urgency.ROUTINE]) is Urgency.EMERGENCY
    assert most_urgent([]) is Urgency.SELF_CARE


def answers(**given):
    return {finding.replace("_", "-"): frozenset(chosen) for finding, chosen in given.items()}


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        (answers(fever=["measured-38"], pain=["strong"]), True),
        (answers(fever=["measured-38"], clots=["small"]), True),
        (answers(fever=["measured-38"]), False),
        (answers(pain=["strong"]), False),
        (answers(fever=["not-sure"], pain=["strong"]), False),
        ({}, False),
    ],
)
def test_a_condition_needs_all_of_and_one_of_any_of(given, holds):
    condition = Condition.model_validate(
        {
            "all_of": [{"finding": "fever", "is": ["measured-38"]}],
            "any_of": [{"finding": "pain", "is": ["strong", "severe"]}, {"finding": "clots", "is": ["small"]}],
        }
    )

    assert condition.holds(given) is holds


def test_an_empty_condition_is_refused():
    with pytest.raises(ValidationError, match="all_of or any_of"):
        Condition()


def test_trimesters_contradict_a_cause_that_is_never_met_in_pregnancy():
    data = {
        "slug": "x", "title": "X", "clinical_name": "X", "category": "c", "nature": "natural", "pregnancy": "never",
        "trimesters": ["first"], "urgency": "soon", "how_common": {"level": "rare"}, "sites": ["womb"], "summary": "X.",
    }  # fmt: skip

    with pytest.raises(ValidationError, match="pregnancy is never"):
        Cause.model_validate(data)


def test_sets_of_slugs_are_sorted_so_that_their_order_changes_no_hash(starter_documents):
    cause = next(
        document for document in starter_documents if isinstance(document, Cause) and len(document.sources) > 1
    )
    shuffled = cause.model_dump(mode="json") | {"sources": list(reversed(cause.sources))}

    assert load_document(shuffled).sha256 == cause.sha256


def test_every_kind_names_itself():
    assert {kind: model.model_fields["kind"].default for kind, model in KINDS.items()} == {kind: kind for kind in KINDS}
    assert KINDS["category"] is Category
