"""What the database itself refuses, in the words of each database.

Views, commands and the shell can all be wrong; these triggers hold whoever writes:

- a revision, contributor, contribution, decision, edition or change is never altered or deleted;
- nobody approves a document that they wrote or touched, or another document than they saw;
- a record with an open remark is not approved, and nobody resolves a remark on what they wrote or touched;
- nothing is published for a reviewed revision without the approval that closed its review, and
  starter content never goes over a record that a person has approved;
- a review without change is of what is public, by somebody who did not write it;
- a revision that takes two approvals, by what was kept when it was submitted or first approved, is not
  published with fewer, and neither is a record that was taken down;
- revisions that were submitted together are signed by the same people and published in one edition, and
  no other revision joins them.

Emptying tables as a whole (`manage.py flush`) is outside what a trigger can refuse on PostgreSQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Guards:
    """What one migration puts in place: tables that are only added to, and new rows that are refused.

    A later migration brings its own, so that each migration names only tables that exist by then.
    """

    append_only: tuple[str, ...] = ()
    refusals: tuple[tuple[str, str, str, str], ...] = ()
    """Name, table, the condition on a new row that is refused, and the words of the refusal."""


_WROTE_OR_TOUCHED = """
    NEW.by_id IS NULL
    OR EXISTS (SELECT 1 FROM sitecontent_revision r WHERE r.id = NEW.revision_id AND r.author_id = NEW.by_id)
    OR EXISTS (SELECT 1 FROM sitecontent_revisioncontributor c
               WHERE c.revision_id = NEW.revision_id AND c.person_id = NEW.by_id)
"""

_SAW_ANOTHER = """
    NOT EXISTS (SELECT 1 FROM sitecontent_revision r WHERE r.id = NEW.revision_id AND r.sha256 = NEW.seen_sha256)
"""

_NOT_APPROVED = """
    NEW.revision_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM sitecontent_revision r WHERE r.id = NEW.revision_id AND r.origin <> 'starter')
    AND NOT EXISTS (SELECT 1 FROM sitecontent_decision d
                    WHERE d.revision_id = NEW.revision_id AND d.verdict = 'approve' AND d.closes)
"""

_OTHER_RECORD = """
    NEW.revision_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM sitecontent_revision r
                    WHERE r.id = NEW.revision_id AND r.kind = NEW.kind AND r.slug = NEW.slug)
"""

_STARTER_OVER_APPROVED = """
    EXISTS (SELECT 1 FROM sitecontent_revision r WHERE r.id = NEW.revision_id AND r.origin = 'starter')
    AND EXISTS (SELECT 1 FROM sitecontent_decision d JOIN sitecontent_revision r ON r.id = d.revision_id
                WHERE r.kind = NEW.kind AND r.slug = NEW.slug AND d.verdict = 'approve')
"""

_JOINS_LATER = """
    NEW.change_set_id IS NOT NULL
    AND (NOT EXISTS (SELECT 1 FROM sitecontent_changeset s
                     WHERE s.id = NEW.change_set_id
                     AND s.author_id = NEW.author_id AND s.submitted_at = NEW.submitted_at)
         OR EXISTS (SELECT 1 FROM sitecontent_decision d JOIN sitecontent_revision r ON r.id = d.revision_id
                    WHERE r.change_set_id = NEW.change_set_id))
"""

_OTHERS_NOT_SIGNED = """
    EXISTS (SELECT 1 FROM sitecontent_revision mine
            JOIN sitecontent_revision other ON other.change_set_id = mine.change_set_id
            WHERE mine.id = NEW.revision_id
            AND (NOT EXISTS (SELECT 1 FROM sitecontent_decision d
                             WHERE d.revision_id = other.id AND d.verdict = 'approve' AND d.closes)
                 OR EXISTS (SELECT 1 FROM sitecontent_decision d
                            WHERE d.revision_id = mine.id AND d.verdict = 'approve'
                            AND NOT EXISTS (SELECT 1 FROM sitecontent_decision e
                                            WHERE e.revision_id = other.id AND e.verdict = 'approve'
                                            AND e.by_id = d.by_id))))
"""

_OTHERS_ELSEWHERE = """
    EXISTS (SELECT 1 FROM sitecontent_revision mine
            JOIN sitecontent_revision other ON other.change_set_id = mine.change_set_id
            JOIN sitecontent_editionchange c ON c.revision_id = other.id
            WHERE mine.id = NEW.revision_id AND c.edition_id <> NEW.edition_id)
"""

_HAS_OPEN_REMARKS = """
    EXISTS (SELECT 1 FROM sitecontent_revision r
            JOIN sitecontent_revision asked ON asked.kind = r.kind AND asked.slug = r.slug
            JOIN sitecontent_decision d ON d.revision_id = asked.id
            JOIN sitecontent_remark m ON m.decision_id = d.id
            WHERE r.id = NEW.revision_id
            AND NOT EXISTS (SELECT 1 FROM sitecontent_remarkresolution x WHERE x.remark_id = m.id))
"""

_ASKS_FOR_NOTHING = """
    NOT EXISTS (SELECT 1 FROM sitecontent_decision d WHERE d.id = NEW.decision_id AND d.verdict = 'request-changes')
"""

_WROTE_THE_ANSWER = """
    NEW.by_id IS NULL
    OR EXISTS (SELECT 1 FROM sitecontent_remark m
               JOIN sitecontent_decision d ON d.id = m.decision_id
               JOIN sitecontent_revision asked ON asked.id = d.revision_id
               JOIN sitecontent_revision r
                 ON r.kind = asked.kind AND r.slug = asked.slug AND r.number >= asked.number
               LEFT JOIN sitecontent_revisioncontributor c ON c.revision_id = r.id
               WHERE m.id = NEW.remark_id AND (r.author_id = NEW.by_id OR c.person_id = NEW.by_id))
"""

_NOT_PUBLIC_THEN = """
    NOT EXISTS (SELECT 1 FROM sitecontent_editionchange c
                JOIN sitecontent_publishededition e ON e.id = c.edition_id
                JOIN sitecontent_publishededition signed ON signed.id = NEW.edition_id
                WHERE c.revision_id = NEW.revision_id AND c.kind = NEW.kind AND c.slug = NEW.slug
                AND e.number < signed.number
                AND NOT EXISTS (SELECT 1 FROM sitecontent_editionchange later
                                JOIN sitecontent_publishededition f ON f.id = later.edition_id
                                WHERE later.kind = c.kind AND later.slug = c.slug
                                AND f.number > e.number AND f.number <= signed.number))
"""

_STARTER_OVER_REVIEWED = """
    EXISTS (SELECT 1 FROM sitecontent_revision r WHERE r.id = NEW.revision_id AND r.origin = 'starter')
    AND EXISTS (SELECT 1 FROM sitecontent_recordreview v WHERE v.kind = NEW.kind AND v.slug = NEW.slug)
"""

_APPROVERS_WITH_THIS = """
    (SELECT COUNT(*) + 1 FROM sitecontent_decision d
     WHERE d.revision_id = NEW.revision_id AND d.verdict = 'approve' AND d.by_id <> NEW.by_id)
"""

_APPROVERS = """
    (SELECT COUNT(DISTINCT d.by_id) FROM sitecontent_decision d
     WHERE d.revision_id = NEW.revision_id AND d.verdict = 'approve')
"""


def _takes_more_than(approvers: str) -> str:
    """The condition that somebody has kept a higher number for this revision: who submitted it, or who approved it."""
    return f"""
    EXISTS (SELECT 1 FROM sitecontent_revision r WHERE r.id = NEW.revision_id AND r.approvals_needed > {approvers})
    OR EXISTS (SELECT 1 FROM sitecontent_decision a
               WHERE a.revision_id = NEW.revision_id AND a.verdict = 'approve' AND a.approvals_needed > {approvers})
"""  # noqa: S608 (our own words)


_TAKEN_DOWN_BEFORE = """
    EXISTS (SELECT 1 FROM sitecontent_editionchange c
            JOIN sitecontent_publishededition e ON e.id = c.edition_id
            JOIN sitecontent_publishededition mine ON mine.id = NEW.edition_id
            WHERE c.kind = NEW.kind AND c.slug = NEW.slug AND c.revision_id IS NULL AND e.number < mine.number
            AND NOT EXISTS (SELECT 1 FROM sitecontent_editionchange later
                            JOIN sitecontent_publishededition f ON f.id = later.edition_id
                            WHERE later.kind = c.kind AND later.slug = c.slug
                            AND f.number > e.number AND f.number < mine.number))
"""

FIRST = Guards(
    append_only=(
        "sitecontent_contribution",
        "sitecontent_revision",
        "sitecontent_revisioncontributor",
        "sitecontent_decision",
        "sitecontent_publishededition",
        "sitecontent_editionchange",
    ),
    refusals=(
        (
            "four_eyes",
            "sitecontent_decision",
            f"NEW.verdict = 'approve' AND ({_WROTE_OR_TOUCHED})",
            "four eyes: nobody approves what they wrote or touched",
        ),
        (
            "seen_is_signed",
            "sitecontent_decision",
            f"NEW.verdict = 'approve' AND ({_SAW_ANOTHER})",
            "seen is signed: an approval names the hash of the document that was shown",
        ),
        (
            "only_approved",
            "sitecontent_editionchange",
            _NOT_APPROVED,
            "only approved: a reviewed revision is published by the approval that closes its review",
        ),
        (
            "same_record",
            "sitecontent_editionchange",
            _OTHER_RECORD,
            "same record: an edition publishes a revision under the name of its own record",
        ),
        (
            "starter_never_over_approved",
            "sitecontent_editionchange",
            _STARTER_OVER_APPROVED,
            "starter content never goes over a record that a person has approved",
        ),
    ),
)

CHANGE_SETS = Guards(
    append_only=("sitecontent_changeset",),
    refusals=(
        (
            "set_is_closed",
            "sitecontent_revision",
            _JOINS_LATER,
            "change set: its revisions are those that were submitted with it",
        ),
        (
            "set_is_signed_whole",
            "sitecontent_editionchange",
            _OTHERS_NOT_SIGNED,
            "change set: nothing of it is published until the same people have approved all of it",
        ),
        (
            "set_is_published_whole",
            "sitecontent_editionchange",
            _OTHERS_ELSEWHERE,
            "change set: all of it is published in one edition",
        ),
    ),
)

REMARKS = Guards(
    append_only=(
        "sitecontent_remark",
        "sitecontent_remarkresolution",
    ),
    refusals=(
        (
            "remarks_are_answered",
            "sitecontent_decision",
            f"NEW.verdict = 'approve' AND ({_HAS_OPEN_REMARKS})",
            "remarks are answered: a record with an open remark is not approved",
        ),
        (
            "part_of_a_request",
            "sitecontent_remark",
            _ASKS_FOR_NOTHING,
            "part of a request: a remark belongs to a request for changes",
        ),
        (
            "not_ones_own_answer",
            "sitecontent_remarkresolution",
            _WROTE_THE_ANSWER,
            "four eyes: nobody resolves a remark on what they wrote or touched",
        ),
    ),
)

DISCUSSION = Guards(append_only=("sitecontent_comment", "sitecontent_reviewclaim"))

RECORD_REVIEWS = Guards(
    append_only=("sitecontent_recordreview",),
    refusals=(
        (
            "not_ones_own",
            "sitecontent_recordreview",
            _WROTE_OR_TOUCHED,
            "four eyes: nobody signs as reviewed what they wrote or touched",
        ),
        (
            "seen_is_signed",
            "sitecontent_recordreview",
            _SAW_ANOTHER,
            "seen is signed: a review names the hash of the document that was shown",
        ),
        (
            "what_is_public",
            "sitecontent_recordreview",
            _NOT_PUBLIC_THEN,
            "what is public: a review is of the revision that its edition publishes",
        ),
        (
            "starter_never_over_reviewed",
            "sitecontent_editionchange",
            _STARTER_OVER_REVIEWED,
            "starter content never goes over a record that a person has reviewed",
        ),
    ),
)

APPROVALS = Guards(
    refusals=(
        (
            "enough_approvals",
            "sitecontent_decision",
            f"NEW.verdict = 'approve' AND NEW.closes AND (NEW.approvals_needed > {_APPROVERS_WITH_THIS} "
            f"OR {_takes_more_than(_APPROVERS_WITH_THIS)})",
            "two approvals: a review ends only when as many people have approved as it takes",
        ),
        (
            "enough_approvals",
            "sitecontent_editionchange",
            # Of what nobody approved, the first guards speak.
            f"NEW.revision_id IS NOT NULL AND 0 < {_APPROVERS} AND ({_takes_more_than(_APPROVERS)})",
            "two approvals: nothing is published with fewer than it takes",
        ),
        (
            "put_back_by_two",
            "sitecontent_editionchange",
            f"NEW.revision_id IS NOT NULL AND 2 > {_APPROVERS} AND {_TAKEN_DOWN_BEFORE}",
            "two approvals: a record that was taken down is not put back with fewer",
        ),
    ),
)

ALL = (FIRST, CHANGE_SETS, REMARKS, DISCUSSION, RECORD_REVIEWS, APPROVALS)
"""The guards of every migration, in their order."""

APPEND_ONLY = tuple(table for guards in ALL for table in guards.append_only)
REFUSALS = tuple(refusal for guards in ALL for refusal in guards.refusals)


def create(vendor: str, *only: Guards) -> Iterator[str]:
    """The statements that put every guard in place, or only these. Raises: KeyError for another database."""
    statements = {"sqlite": _create_sqlite, "postgresql": _create_postgresql}[vendor]
    for guards in only or ALL:
        yield from statements(guards)


def drop(vendor: str, *only: Guards) -> Iterator[str]:
    """The statements that take every guard away, or only these. Raises: KeyError for another database."""
    statements = {"sqlite": _drop_sqlite, "postgresql": _drop_postgresql}[vendor]
    for guards in only or ALL:
        yield from statements(guards)


def _never(table: str) -> str:
    return f"append only: rows of {table} are never changed or deleted"


def _create_sqlite(guards: Guards) -> Iterator[str]:
    for table in guards.append_only:
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_never(table)}'); END"
            )
        # INSERT OR REPLACE deletes the old row without firing its delete trigger.
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 (our own table names)
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN {exists} BEGIN SELECT RAISE(ABORT, '{_never(table)}'); END"
        )
    for name, table, refused, words in guards.refusals:
        yield (
            f"CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}') WHERE {refused}; END"
        )


def _drop_sqlite(guards: Guards) -> Iterator[str]:
    for table in guards.append_only:
        for act in ("update", "delete", "replace"):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{act}"
    for name, table, _, _ in guards.refusals:
        yield f"DROP TRIGGER IF EXISTS {table}_{name}"


def _create_postgresql(guards: Guards) -> Iterator[str]:
    for table in guards.append_only:
        yield _function(f"{table}_never", _raise(_never(table)))
        yield (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_never()"
        )
    for name, table, refused, words in guards.refusals:
        yield _function(f"{table}_{name}", f"IF {refused} THEN {_raise(words)} END IF; RETURN NEW;")
        yield (f"CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()")


def _drop_postgresql(guards: Guards) -> Iterator[str]:
    for table in guards.append_only:
        yield f"DROP FUNCTION IF EXISTS {table}_never() CASCADE"
    for name, table, _, _ in guards.refusals:
        yield f"DROP FUNCTION IF EXISTS {table}_{name}() CASCADE"


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _raise(words: str) -> str:
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"
