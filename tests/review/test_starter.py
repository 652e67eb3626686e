"""Importing the starter content: once, again, and over what people have done."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from sitecontent import review
from sitecontent.documents import load_document
from sitecontent.edition.edition import Origin
from sitecontent.models import WORKING_RECORDS, Category, Page, PublishedEdition, Revision
from tests.fixtures import AT

LATER = AT + timedelta(days=1)


def edit_page(reviewer, slug="about"):
    page = Page.objects.get(slug=slug)
    page.summary = "Edited here."
    page.save()
    review.record_edit(page, by=reviewer, at=AT)
    return Page.objects.get(slug=slug)


def newer(documents, key):
    """The starter content of a later release, in which one record says something else."""
    return [
        load_document(document.model_dump(mode="json") | {"summary": "From a later release."})
        if document.key == key
        else document
        for document in documents
    ]


def test_everything_is_published_as_one_edition_without_an_approver(db, starter_documents):
    report = review.import_starter(starter_documents, at=AT)

    assert report.added == len(starter_documents) == len(report.edition.entries)
    assert {entry.origin for entry in report.edition.entries} == {Origin.STARTER}
    assert not any(entry.signatures for entry in report.edition.entries)
    assert PublishedEdition.objects.get().published_by is None


def test_a_second_import_changes_nothing(published, some_starter_documents):
    report = review.import_starter(some_starter_documents, at=LATER)

    assert (report.added, report.updated, report.left_alone) == (0, 0, ())
    assert report.unchanged == len(some_starter_documents)
    assert PublishedEdition.objects.count() == 1


def test_a_later_release_updates_what_nobody_touched(published, some_starter_documents):
    report = review.import_starter(newer(some_starter_documents, ("page", "about")), at=LATER)

    assert (report.added, report.updated) == (0, 1)
    assert report.edition.page("about").summary == "From a later release."
    assert Page.objects.get(slug="about").summary == "From a later release."


def test_an_edited_draft_is_left_alone_and_named(published, some_starter_documents, reviewer):
    edit_page(reviewer)

    report = review.import_starter(newer(some_starter_documents, ("page", "about")), at=LATER)

    assert [str(item) for item in report.left_alone] == ["page/about: its draft was edited here"]
    assert Page.objects.get(slug="about").summary == "Edited here."


def test_a_record_under_review_is_left_alone(published, some_starter_documents, reviewer):
    review.submit(edit_page(reviewer), author=reviewer, note="x", at=AT)

    report = review.import_starter(newer(some_starter_documents, ("page", "about")), at=LATER)

    assert [item.reason for item in report.left_alone] == ["a revision of it waits for a decision"]


def test_an_approved_record_is_left_alone(published, some_starter_documents, reviewer, moderator):
    revision = review.submit(edit_page(reviewer), author=reviewer, note="x", at=AT)
    review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT)

    report = review.import_starter(newer(some_starter_documents, ("page", "about")), at=LATER)

    assert [item.reason for item in report.left_alone] == ["a person has approved it"]
    assert report.edition is None


def test_a_record_that_was_taken_down_stays_down(published, some_starter_documents, moderator):
    review.retire(records=[("page", "glossary")], by=moderator, reason="It is wrong.", at=AT)

    report = review.import_starter(some_starter_documents, at=LATER)

    assert [str(item) for item in report.left_alone] == ["page/glossary: it was taken down"]


def test_a_build_that_fails_leaves_nothing_behind(db, starter_documents):
    without_levels = [document for document in starter_documents if document.kind != "urgency-level"]

    with pytest.raises(review.BuildRefused):
        review.import_starter(without_levels, at=AT)

    assert not PublishedEdition.objects.exists()
    assert not Revision.objects.exists()
    assert not any(model.objects.exists() for model in WORKING_RECORDS.values())


def test_the_command_says_what_it_did_and_what_it_left_alone(all_published, reviewer, capsys):
    edit_page(reviewer)

    call_command("load_starter")

    assert "0 added, 0 updated" in (printed := capsys.readouterr().out)
    assert "left alone: page/about: its draft was edited here" in printed


def test_the_command_names_file_field_and_reason(db, tmp_path):
    folder = tmp_path / "categories"
    folder.mkdir()
    (folder / "cervix.yaml").write_text(
        "title: Cervix\nsummary: The neck of the womb.\norder: first\n", encoding="utf-8"
    )

    with pytest.raises(CommandError, match=r"categories/cervix\.yaml: order: .*integer"):
        call_command("load_starter", "--from", str(tmp_path))

    assert not Category.objects.exists()
