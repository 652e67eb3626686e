"""Three new records that need each other: a source, a question that rests on it, and a cause that uses both."""

from sitecontent import review
from sitecontent.documents import Cause, Finding, FindingLink, Source
from sitecontent.edition.checks import RULES
from sitecontent.models import WORKING_RECORDS
from tests.fixtures import AT

SLUG = "new-made-up"


def family(edition):
    """The documents of the three, after those of a cause and a question that are published."""
    source = edition.sources[0].model_copy(update={"slug": SLUG, "title": "A new source", "superseded_by": None})
    finding = edition.finding("sores-or-lumps").model_copy(
        update={"slug": SLUG, "title": "A new question", "question": "Is this new?", "citations": (SLUG,), "order": 900}
    )
    cause = edition.cause("cervical-polyp")
    link = cause.finding_links[0].model_copy(
        update={"finding": SLUG, "answers": (finding.answers[1].slug,), "citations": (SLUG,)}
    )
    cause = cause.model_copy(
        update={
            "slug": SLUG,
            "title": "A new cause",
            "clinical_name": "Causa nova",
            "also_called": (),
            "sources": (*cause.sources, SLUG),
            "finding_links": (*cause.finding_links, link),
        }
    )
    assert (type(source), type(finding), type(cause), type(link)) == (Source, Finding, Cause, FindingLink)
    return source, finding, cause


def drafts(edition, by, at=AT):
    """The drafts of the three, written by somebody."""
    records = [WORKING_RECORDS[document.kind].apply_document(document) for document in family(edition)]
    for record in records:
        review.record_edit(record, by=by, at=at)
    return [type(record).objects.get(pk=record.pk) for record in records]


def seen(revisions):
    """What a moderator who looked at everything says of these revisions."""
    shown = review.look_at(revisions)
    return [
        review.Seen(
            one.revision.pk,
            one.revision.sha256,
            one.base_sha256,
            frozenset(change.change.id for change in one.dangerous),
            dict.fromkeys(RULES, "Looked at."),
        )
        for one in shown
    ]
