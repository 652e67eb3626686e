"""Every document goes into its draft and comes out the same; a draft that can not says why."""

import pytest
from django.db import IntegrityError, transaction

from sitecontent.documents import KINDS, DocumentInvalid, load_document
from sitecontent.models import WORKING_RECORDS, Category, Cause, Finding, SafetyRule


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_document_of_the_kind_survives_its_draft(all_published, starter_documents, kind):
    documents = [document for document in starter_documents if document.kind == kind]
    model = WORKING_RECORDS[kind]

    again = {record.slug: record.to_document() for record in model.objects.all()}

    assert documents, "the starter content has none of this kind, so this proves nothing"
    assert {slug: document.sha256 for slug, document in again.items()} == {
        document.slug: document.sha256 for document in documents
    }


def test_every_kind_has_its_table_in_the_order_of_the_kinds():
    assert list(WORKING_RECORDS) == list(KINDS)


def test_applying_a_document_again_leaves_nothing_of_the_old_one(published):
    old = Cause.objects.get(slug="cervical-ectropion").to_document()
    shorter = load_document(old.model_dump(mode="json") | {"finding_links": [], "escalations": [], "also_called": []})

    record = Cause.apply_document(shorter)

    assert Cause.objects.get(pk=record.pk).to_document() == shorter


def test_a_draft_that_makes_no_document_says_which_field_and_why(published):
    cause = Cause.objects.get(slug="chlamydia")
    cause.sites = []

    with pytest.raises(DocumentInvalid) as caught:
        cause.to_document()

    assert caught.value.record == "cause/chlamydia"
    assert [problem.field for problem in caught.value.problems] == ["sites"]


def test_a_document_that_names_an_unknown_record_is_refused_by_name(published):
    cause = Cause.objects.get(slug="chlamydia").to_document()
    broken = load_document(cause.model_dump(mode="json") | {"category": "no-such-category"})

    with pytest.raises(DocumentInvalid, match="category: there is no category called 'no-such-category'"):
        Cause.apply_document(broken)


@pytest.mark.parametrize(
    ("model", "slug", "field", "value"),
    [
        (Cause, "chlamydia", "urgency", "whenever"),
        (Cause, "chlamydia", "nature", "odd"),
        (Cause, "chlamydia", "pregnancy", "sometimes"),
        (SafetyRule, "fever-anybody", "at_least", "whenever"),
        (SafetyRule, "fever-anybody", "route", "the-moon"),
        (Finding, "fever", "step", "later"),
        (Category, "pregnancy", "order", 1001),
    ],
)
def test_the_database_refuses_words_outside_the_vocabulary(published, model, slug, field, value):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(slug=slug).update(**{field: value})


def test_a_link_has_a_strength_from_one_to_three(published):
    link = Cause.objects.get(slug="chlamydia").finding_links.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        type(link).objects.filter(pk=link.pk).update(strength=4)
