"""What the database itself refuses, tried in raw SQL behind the ORM's back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from sitecontent.models import Cause, ChangeSet, EditionChange, PublishedEdition, RecordReview, Remark, Revision, guards
from sitecontent.review import (
    approve,
    claim,
    comment,
    members_of,
    record_edit,
    request_changes,
    resolve,
    submit,
    submit_together,
)
from tests.fixtures import AT
from tests.review.family import SLUG, drafts

pytestmark = pytest.mark.usefixtures("published")


def run(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.fixture
def submitted(reviewer):
    cause = Cause.objects.get(slug="chlamydia")
    cause.summary += " It is easy to treat."
    cause.save()
    record_edit(cause, by=reviewer, at=AT)
    return submit(cause, author=reviewer, note="Say that it can be treated.", at=AT)


@pytest.fixture
def approved(submitted, moderator):
    approve(revision=submitted, moderator=moderator, seen_sha256=submitted.sha256, at=AT)
    return submitted


@pytest.fixture
def sent_back(submitted, moderator):
    """A revision that was sent back with one remark, still open."""
    request_changes(revision=submitted, moderator=moderator, comment="Which treatment?", at=AT)
    return submitted


@pytest.fixture
def every_row(approved, reviewer, moderator, second_moderator):
    """A row in each table that is only added to."""
    cause = Cause.objects.get(slug="gonorrhoea")
    cause.summary += " It is easy to treat."
    cause.save()
    revision = submit(cause, author=reviewer, note="Say that it can be treated.", at=AT)
    decision = request_changes(revision=revision, moderator=moderator, comment="Which treatment?", at=AT)
    resolve(remark=decision.remarks.get(), by=moderator, at=AT)
    comment(revision=revision, by=moderator, text="Which?", at=AT)
    waiting = submit(cause, author=reviewer, note="Once more.", at=AT)
    claim(revision=waiting, by=moderator, due_on=AT.date(), at=AT)
    ChangeSet.objects.create(note="x", author=second_moderator, author_name="x", submitted_at=AT)
    published_now = EditionChange.objects.filter(kind="cause", slug="cervicitis").get().revision
    review_raw(published_now, second_moderator, 50)


CHANGES = {
    "sitecontent_contribution": "by_name = 'x'",
    "sitecontent_revision": "document_json = '{}'",
    "sitecontent_revisioncontributor": "name = 'x'",
    "sitecontent_decision": "comment = 'x'",
    "sitecontent_publishededition": "note = 'x'",
    "sitecontent_editionchange": "title = 'x'",
    "sitecontent_changeset": "note = 'x'",
    "sitecontent_recordreview": "note = 'x'",
    "sitecontent_remark": "text = 'x'",
    "sitecontent_remarkresolution": "words = 'x'",
    "sitecontent_comment": "text = 'x'",
    "sitecontent_reviewclaim": "by_name = 'x'",
}


def test_every_append_only_table_is_tried():
    assert set(CHANGES) == set(guards.APPEND_ONLY)


@pytest.mark.parametrize("table", guards.APPEND_ONLY)
def test_raw_sql_can_not_change_the_ledger(every_row, table):
    with pytest.raises(IntegrityError, match="append only"):
        run(f"UPDATE {table} SET {CHANGES[table]}")


@pytest.mark.parametrize("table", guards.APPEND_ONLY)
def test_raw_sql_can_not_delete_from_the_ledger(every_row, table):
    with pytest.raises(IntegrityError, match="append only"):
        run(f"DELETE FROM {table}")


def test_insert_or_replace_can_not_rewrite_a_revision(approved, vendor):
    replace = {
        "sqlite": "INSERT OR REPLACE INTO sitecontent_revision SELECT * FROM sitecontent_revision",
        "postgresql": "INSERT INTO sitecontent_revision SELECT * FROM sitecontent_revision "
        "ON CONFLICT (id) DO UPDATE SET document_json = '{}'",
    }

    with pytest.raises(IntegrityError, match="append only"):
        run(replace[vendor])


def test_the_orm_can_not_delete_a_revision(approved):
    with pytest.raises(IntegrityError), transaction.atomic():
        EditionChange.objects.filter(revision=approved).delete()


DECIDE = (
    "INSERT INTO sitecontent_decision (revision_id, verdict, closes, seen_sha256, by_id, by_name, role, "
    "qualification, registration, comment, decided_at) VALUES (%s, 'approve', %s, %s, %s, 'X', 'X', '', '', '', %s)"
)


def test_raw_sql_can_not_approve_for_the_author(submitted, reviewer):
    with pytest.raises(IntegrityError, match="four eyes"):
        run(DECIDE, submitted.pk, True, submitted.sha256, reviewer.pk, AT)


def test_raw_sql_can_not_approve_for_a_contributor(reviewer, second_reviewer):
    cause = Cause.objects.get(slug="chlamydia")
    cause.summary += " It is easy to treat."
    cause.save()
    record_edit(cause, by=second_reviewer, at=AT)
    revision = submit(cause, author=reviewer, note="Say that it can be treated.", at=AT)

    with pytest.raises(IntegrityError, match="four eyes"):
        run(DECIDE, revision.pk, True, revision.sha256, second_reviewer.pk, AT)


def test_raw_sql_can_not_approve_for_nobody(submitted):
    with pytest.raises(IntegrityError):
        run(DECIDE, submitted.pk, True, submitted.sha256, None, AT)


def test_raw_sql_can_not_approve_another_hash(submitted, moderator):
    with pytest.raises(IntegrityError, match="seen is signed"):
        run(DECIDE, submitted.pk, True, "0" * 64, moderator.pk, AT)


def test_a_review_ends_once(approved, second_moderator):
    with pytest.raises(IntegrityError):
        run(DECIDE, approved.pk, True, approved.sha256, second_moderator.pk, AT)


def again(reviewer):
    """The record of `submitted`, submitted once more."""
    cause = Cause.objects.get(slug="chlamydia")
    cause.summary += " Antibiotics treat it."
    cause.save()
    return submit(cause, author=reviewer, note="Names the treatment.", at=AT)


RESOLVE = (
    "INSERT INTO sitecontent_remarkresolution (remark_id, by_id, by_name, role, words, resolved_at) "
    "VALUES (%s, %s, 'X', 'X', '', %s)"
)


def test_raw_sql_can_not_approve_over_an_open_remark(sent_back, reviewer, moderator):
    revision = again(reviewer)

    with pytest.raises(IntegrityError, match="remarks are answered"):
        run(DECIDE, revision.pk, True, revision.sha256, moderator.pk, AT)

    run(RESOLVE, Remark.objects.get().pk, moderator.pk, AT)
    run(DECIDE, revision.pk, True, revision.sha256, moderator.pk, AT)


@pytest.mark.parametrize("who", ["reviewer", "second_reviewer", None])
def test_raw_sql_can_not_resolve_for_who_wrote_or_touched_the_answer(
    sent_back, reviewer, second_reviewer, request, who
):
    record_edit(Cause.objects.get(slug="chlamydia"), by=second_reviewer, at=AT)
    again(reviewer)
    person = request.getfixturevalue(who).pk if who else None

    with pytest.raises(IntegrityError):
        run(RESOLVE, Remark.objects.get().pk, person, AT)


def test_raw_sql_can_not_resolve_twice(sent_back, moderator, second_moderator):
    run(RESOLVE, Remark.objects.get().pk, moderator.pk, AT)

    with pytest.raises(IntegrityError):
        run(RESOLVE, Remark.objects.get().pk, second_moderator.pk, AT)


def test_raw_sql_can_not_put_a_remark_under_an_approval(approved):
    with pytest.raises(IntegrityError, match="part of a request"):
        run(
            "INSERT INTO sitecontent_remark (decision_id, field, place, reason, text) "
            "VALUES (%s, '', '', 'other', 'x')",
            approved.decisions.get().pk,
        )


def publish_raw(revision_id, slug="chlamydia", kind="cause", number=99):
    edition = PublishedEdition.objects.create(
        number=number, sha256=f"{number:064}", previous_sha256=f"{number - 1:064}", note="x", published_at=AT
    )
    run(
        "INSERT INTO sitecontent_editionchange (edition_id, kind, slug, title, revision_id) "
        "VALUES (%s, %s, %s, 'x', %s)",
        edition.pk,
        kind,
        slug,
        revision_id,
    )


def test_raw_sql_can_not_publish_what_nobody_approved(submitted):
    with pytest.raises(IntegrityError, match="only approved"), transaction.atomic():
        publish_raw(submitted.pk)


def test_raw_sql_can_not_publish_under_another_name(submitted, moderator):
    run(DECIDE, submitted.pk, True, submitted.sha256, moderator.pk, AT)

    with pytest.raises(IntegrityError, match="same record"), transaction.atomic():
        publish_raw(submitted.pk, slug="thrush-candidiasis")


@pytest.fixture
def members(published, reviewer):
    """The revisions of a change set."""
    return members_of(submit_together(drafts(published, reviewer), author=reviewer, note="x", at=AT))


def test_raw_sql_can_not_publish_part_of_a_set(members, moderator):
    run(DECIDE, members[0].pk, True, members[0].sha256, moderator.pk, AT)

    with pytest.raises(IntegrityError, match="the same people have approved all of it"), transaction.atomic():
        publish_raw(members[0].pk, SLUG, "source")


def test_raw_sql_can_not_publish_a_set_that_different_people_signed(members, moderator, second_moderator):
    for row in members:
        run(DECIDE, row.pk, True, row.sha256, moderator.pk, AT)
    run(DECIDE, members[0].pk, False, members[0].sha256, second_moderator.pk, AT)

    with pytest.raises(IntegrityError, match="the same people have approved all of it"), transaction.atomic():
        publish_raw(members[0].pk, SLUG, "source")


def test_raw_sql_can_not_publish_a_set_in_two_editions(members, moderator):
    for row in members:
        run(DECIDE, row.pk, True, row.sha256, moderator.pk, AT)
    publish_raw(members[0].pk, SLUG, "source")

    with pytest.raises(IntegrityError, match="all of it is published in one edition"), transaction.atomic():
        publish_raw(members[1].pk, SLUG, "finding", number=100)


def joining(members, **other):
    row = members[0]
    made = {"author": row.author, "submitted_at": row.submitted_at, "change_set": row.change_set, **other}
    with transaction.atomic():
        Revision.objects.create(
            kind="cause", slug="x", number=1, document_json="{}", sha256="1" * 64,
            origin="review", author_name="x", note="x", **made,
        )  # fmt: skip


@pytest.mark.parametrize("other", ["author", "submitted_at"])
def test_nothing_else_joins_a_set(members, second_reviewer, other):
    value = {"author": second_reviewer, "submitted_at": AT + timedelta(days=1)}[other]

    with pytest.raises(IntegrityError, match="its revisions are those that were submitted with it"):
        joining(members, **{other: value})


def test_nothing_joins_a_set_that_somebody_has_decided_about(members, moderator):
    run(DECIDE, members[0].pk, False, members[0].sha256, moderator.pk, AT)

    with pytest.raises(IntegrityError, match="its revisions are those that were submitted with it"):
        joining(members)


def review_raw(revision, by, number, **other):
    """Sign a revision as reviewed in an edition of this number, behind everybody's back."""
    with transaction.atomic():
        edition = PublishedEdition.objects.create(
            number=number, sha256=f"{number:064}", previous_sha256=f"{number - 1:064}", note="x", published_at=AT
        )
        RecordReview.objects.create(
            edition=edition, kind=revision.kind, slug=revision.slug, title="x", revision=revision, by=by,
            by_name="x", role="x", note="x", reviewed_at=AT, **{"seen_sha256": revision.sha256, **other},
        )  # fmt: skip


def test_raw_sql_can_not_sign_for_who_wrote_it(approved, reviewer):
    with pytest.raises(IntegrityError, match="nobody signs as reviewed what they wrote"):
        review_raw(approved, reviewer, 99)


def test_raw_sql_can_not_sign_another_hash(approved, second_reviewer):
    with pytest.raises(IntegrityError, match="a review names the hash"):
        review_raw(approved, second_reviewer, 99, seen_sha256="0" * 64)


def test_raw_sql_can_not_sign_what_is_not_public(approved, second_reviewer):
    with pytest.raises(IntegrityError, match="a review is of the revision that its edition publishes"):
        review_raw(approved.base, second_reviewer, 99)


def test_starter_content_can_not_go_over_what_a_person_reviewed(moderator):
    starter = Revision.objects.get(kind="cause", slug="chlamydia", number=1)
    review_raw(starter, moderator, 98)
    newer = Revision.objects.create(
        kind="cause", slug="chlamydia", number=2, document_json="{}", sha256="5" * 64,
        origin="starter", note="x", submitted_at=AT,
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="starter content never goes over a record that a person has reviewed"):
        publish_raw(newer.pk)


def test_starter_content_can_not_go_over_what_a_person_approved(approved):
    starter = Revision.objects.create(
        kind="cause", slug="chlamydia", number=50, document_json="{}", sha256="5" * 64,
        origin="starter", note="x", submitted_at=AT,
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="starter content never"), transaction.atomic():
        publish_raw(starter.pk)


@pytest.mark.parametrize(("origin", "author_name"), [("review", ""), ("starter", "Somebody")])
def test_a_revision_has_an_author_unless_it_is_starter_content(origin, author_name):
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(
            kind="cause", slug="x", number=1, document_json="{}", sha256="1" * 64,
            origin=origin, author_name=author_name, note="x", submitted_at=AT,
        )  # fmt: skip


def test_deleting_every_account_changes_no_decision(approved):
    before = list(approved.decisions.values())

    User.objects.all().delete()

    assert list(approved.decisions.values()) == before
    assert Revision.objects.get(pk=approved.pk).author_name == "reviewer"


def test_every_guard_is_in_place_after_all_migrations(vendor):
    ask = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    wanted = {statement.split()[2] for statement in guards.create(vendor) if statement.startswith("CREATE TRIGGER")}

    with connection.cursor() as cursor:
        cursor.execute(ask[vendor])
        found = {row[0] for row in cursor.fetchall()}

    assert found == wanted
