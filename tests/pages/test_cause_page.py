"""The page of a cause: what it says about care, about itself, and in which order it counts its sources."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.template.loader import render_to_string

from sitecontent.documents import AlsoCalled, Escalation, FindingLink, Match, Sections, Urgency
from sitecontent.documents import Condition as When
from sitecontent.edition.edition import Change, EditionSummary, Origin, Signature
from sitecontent.pages import responses
from sitecontent.pages.cause import cause_context
from sitecontent.pages.responses import page_context
from tests.pages.site import Reading, with_document, without

SIGNED_AT = datetime(2026, 2, 3, 10, 0, tzinfo=UTC)


def signature(**fields):
    return Signature(
        **{
            "name": "Ada Example",
            "role": "Moderator",
            "qualification": "MBBS",
            "registration": "GMC 0000000",
            "signed_at": SIGNED_AT,
            "seen_sha256": "0" * 64,
            **fields,
        }
    )


@pytest.fixture
def chlamydia(starter_edition):
    return starter_edition.cause("chlamydia")


@pytest.fixture
def read(visit, serve, starter_edition):
    """Read the page of a cause in an edition that has this document, signed like this."""

    def reading(cause=None, **entry_fields):
        if cause is not None:
            serve(with_document(starter_edition, cause, **entry_fields))
        slug = cause.slug if cause else "chlamydia"
        return Reading(visit(f"/causes/{slug}/").content.decode())

    return reading


@pytest.mark.parametrize("urgency", Urgency)
def test_the_care_card_says_the_level_in_words(read, chlamydia, starter_edition, urgency):
    page = read(chlamydia.model_copy(update={"urgency": urgency, "escalations": ()}))

    level = starter_edition.levels[urgency]
    assert page.having("section", class_=urgency.value)
    assert level.title in page.text
    assert " ".join(level.what_to_do.split()) in page.text
    assert (2, level.title) in [(depth, " ".join(text.split())) for depth, text in page.headings]


def test_the_care_card_and_the_limits_come_before_the_explanation(read):
    headings = [text for _, text in read().headings]

    assert headings.index("Get help sooner if") < headings.index("What it is")
    assert headings.index("Signs") < headings.index("What you can do") < headings.index("What you may have read")


def test_the_card_of_a_citation_says_who_stands_behind_the_words(read, chlamydia):
    assert (
        "The words that cite it were last changed on 1 January 2026. No clinician has signed them yet." in read().text
    )

    page = read(chlamydia, origin=Origin.REVIEW, signatures=(signature(),))

    assert "last changed on 1 January 2026. Reviewed by Ada Example, MBBS, on 3 February 2026." in page.text
    assert "No clinician has signed them" not in page.text


def test_each_escalation_names_its_level_its_words_and_when(read, chlamydia):
    escalation = Escalation(
        when=When(any_of=(Match(finding="fever", is_=("measured-38",)),)),
        urgency=Urgency.EMERGENCY,
        tell="With a fever, go now.",
        citations=("nhs-pid",),
    )

    page = read(chlamydia.model_copy(update={"escalations": (escalation,)}))

    assert "With a fever, go now." in page.text
    assert "When at least one of these was answered so:" in page.text


def test_citations_are_numbered_in_the_order_in_which_a_reader_meets_them(read):
    page = read()

    cited = [int(link.removeprefix("#ref-")) for link in page.links if link.startswith("#ref-")]
    assert list(dict.fromkeys(cited)) == list(range(1, max(cited) + 1))
    assert [i for i in page.ids if i.startswith("ref-")] == [
        f"ref-{n}" for n in range(1, len([i for i in page.ids if i.startswith("ref-")]) + 1)
    ]


def test_every_source_of_the_cause_is_listed_also_when_no_sentence_cites_it(read, chlamydia):
    page = read(chlamydia.model_copy(update={"sections": Sections(), "sources": ("nhs-pid", "nhs-thrush")}))

    assert {"/sources/nhs-pid/", "/sources/nhs-thrush/"} <= set(page.links)


def test_an_unknown_source_shows_and_breaks_nothing(read, chlamydia):
    page = read(chlamydia.model_copy(update={"urgency_reason": "Because [@no-such-source]."}))

    assert page.having("mark", class_="citation-error")
    assert "unknown source: no-such-source" in page.text


def test_names_codes_and_marks_are_shown(read, chlamydia):
    names = (AlsoCalled(name="the clam"), AlsoCalled(name="an old word", outdated=True))

    page = read(chlamydia.model_copy(update={"also_called": names, "icd10": ("A56.0",)}))

    assert "the clam an old word out of date" in page.text
    assert "A56.0" in page.text
    assert "Possible in pregnancy" in page.text
    assert "Pathological" in page.text


def test_starter_content_says_that_no_clinician_signed_it(read):
    page = read()

    assert "No clinician has signed this page yet." in page.text
    assert "Last reviewed not yet" in page.text
    assert "Reviewed by" not in page.text


def test_a_clinician_is_named_from_the_signature(read, chlamydia):
    page = read(chlamydia, origin=Origin.REVIEW, signatures=(signature(),))

    assert "Reviewed by Ada Example, MBBS (GMC 0000000), on 3 February 2026." in page.text
    assert "No clinician has signed this page yet." not in page.text
    assert "Last reviewed 3 February 2026" in page.text


def test_a_signature_without_a_registration_is_no_clinicians(read, chlamydia):
    page = read(chlamydia, origin=Origin.REVIEW, signatures=(signature(registration="", name="Bo Example"),))

    assert "No clinician has signed this page yet." in page.text
    assert "Bo Example" not in page.text


def test_a_hostile_title_stays_text(read, chlamydia):
    page = read(chlamydia.model_copy(update={"title": "<script>alert(1)</script>", "summary": "<b>x</b> \"'"}))

    assert "<script>alert(1)</script>" in page.text
    assert page.inline == []


def test_links_to_findings_that_are_gone_are_left_out(read, chlamydia):
    link = FindingLink(finding="no-such-finding", answers=("yes",), effect="for", strength=1)

    page = read(chlamydia.model_copy(update={"finding_links": (link,)}))

    assert "no-such-finding" not in page.text


def test_a_cause_that_no_answer_can_point_to_says_so_and_why(read, starter_edition):
    silent = [cause for cause in starter_edition.causes if cause.never_likely_because]
    assert silent

    for cause in silent:
        page = read(cause)
        reason = " ".join(cause.never_likely_because.split())
        assert f"No answer in the symptom check can point to this cause. {reason}" in page.text
        assert "What you might be asked" in [text for _, text in page.headings]
        assert "#clues" in page.links


def test_a_cause_that_answers_can_point_to_says_nothing_of_the_kind(read):
    assert "No answer in the symptom check" not in read().text


def test_a_cause_without_its_group_still_has_a_page(visit, serve, starter_edition, chlamydia):
    serve(without(starter_edition, "category", chlamydia.category))

    assert visit("/causes/chlamydia/").status_code == 200
    assert visit("/causes/").status_code == 200


def test_a_draft_shows_the_published_page_with_a_banner_and_no_review(starter_edition, chlamydia):
    draft = chlamydia.model_copy(update={"title": "A draft title"})

    markup = render_to_string(
        "pages/cause_detail.html",
        {**page_context(starter_edition, "/causes/chlamydia/"), **cause_context(starter_edition, draft, draft=True)},
    )

    page = Reading(markup)
    assert "Draft, not published." in page.text
    assert "A draft title" in page.text
    assert "Last reviewed" not in page.text
    assert page.having("meta", name="robots", content="noindex")


def test_a_record_that_is_not_in_the_edition_is_not_found(visit, serve, starter_edition):
    serve(without(starter_edition, "cause", "chlamydia"))

    assert visit("/causes/chlamydia/").status_code == 404
    assert "/causes/chlamydia/" not in Reading(visit("/causes/").content.decode()).links


@pytest.mark.parametrize(("day", "is_overdue"), [(date(2027, 2, 2), False), (date(2027, 2, 3), True)])
def test_a_page_says_when_its_review_is_due_and_from_that_day_that_it_is_overdue(
    read, chlamydia, monkeypatch, day, is_overdue
):
    monkeypatch.setattr(responses, "today", lambda: day)

    page = read(chlamydia, origin=Origin.REVIEW, signatures=(signature(),))

    assert f"Next review due {date(2027, 2, 3):%-d %B %Y}" in page.text
    assert ("This page was due for review on 3 February 2027." in page.text) is is_overdue


def test_a_copy_of_a_page_no_longer_holds_when_a_review_becomes_overdue(serve, starter_edition, chlamydia, monkeypatch):
    edition = with_document(starter_edition, chlamydia, origin=Origin.REVIEW, signatures=(signature(),))
    etags = set()
    for day in (date(2027, 1, 1), date(2027, 2, 2), date(2027, 2, 3), date(2027, 2, 4)):
        monkeypatch.setattr(responses, "today", lambda day=day: day)
        etags.add(responses.etag_of(edition, "/causes/chlamydia/"))

    assert len(etags) == 2


def test_what_nobody_signed_is_not_called_overdue(read):
    assert "due for review" not in read().text
    assert "Next review due" not in read().text


def test_a_page_names_the_editions_that_changed_it(visit, serve, starter_edition):
    when = starter_edition.published_at
    changed = (Change("cause", "chlamydia", "Chlamydia", "publish"),)
    other = (Change("cause", "thrush-candidiasis", "Thrush", "publish"),)
    history = tuple(
        EditionSummary(number, "a" * 64, when, note="", published_by="", changes=changes)
        for number, changes in ((3, changed), (2, other), (1, changed))
    )
    serve(replace(starter_edition, number=3, history=history))

    page = Reading(visit("/causes/chlamydia/").content.decode())

    receipt = page.text[page.text.index("Last reviewed") :]
    assert receipt.index("Edition 3 , ") < receipt.index("Edition 1 , ") < receipt.index("You are reading edition 3 ,")
    assert {"/editions/3/", "/editions/1/"} <= {link.partition("#")[0] for link in page.links}
