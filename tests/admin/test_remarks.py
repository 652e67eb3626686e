"""Remarks on the desk: made on the decision page, read by the author beside the field, resolved by a moderator."""

import re
from datetime import timedelta

import pytest

from sitecontent import review
from sitecontent.admin.remarks import Spot
from sitecontent.models import Reason, Remark, Revision
from sitecontent.review import NewRemark
from tests.admin.helpers import address, cause, decide, harmless, page_of, queries_for, signed_in, submit
from tests.admin.pages import read
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published", "quick_page")

LATER = AT + timedelta(days=1)
SUMMARY = Spot("summary", "Summary").key


def send_back(client, revision, **sent):
    return client.post(f"{page_of(revision)}request-changes/", sent)


def with_remark(reviewer, moderator, **remark):
    revision = harmless(reviewer)
    asked = NewRemark(
        **{"field": "summary", "place": "Summary", "reason": Reason.WRONG, "text": "Which one?", **remark}
    )
    review.request_changes(revision=revision, moderator=moderator, comment="", remarks=[asked], at=AT)
    return revision


def corrected(reviewer, summary=None):
    words = summary or cause("chlamydia").summary + " Doxycycline is one of them."
    return submit("chlamydia", reviewer, at=LATER, summary=words)


# Making one


def test_each_change_and_each_other_field_has_a_box_of_its_own(bench, reviewer):
    page = bench.get(page_of(harmless(reviewer))).content.decode()

    for field, label in (("summary", "Summary"), ("urgency_reason", "Why this urgency"), ("sections.signs", "Signs")):
        assert page.count(f'name="remark-{Spot(field, label).key}"') == 1


def test_remarks_are_sent_with_the_request(bench, reviewer):
    revision = harmless(reviewer)
    signs = Spot("sections.signs", "Signs").key

    response = send_back(
        bench,
        revision,
        comment="Look again.",
        reason="unsafe",
        **{f"remark-{SUMMARY}": "Which one?", f"reason-{SUMMARY}": "unclear"},
        **{f"remark-{signs}": "Who says so?", f"reason-{signs}": "no-source"},
    )

    assert response.status_code == 302
    assert list(Remark.objects.values_list("field", "place", "reason", "text")) == [
        ("", "", "unsafe", "Look again."),
        ("summary", "Summary", "unclear", "Which one?"),
        ("sections.signs", "Signs", "no-source", "Who says so?"),
    ]


def test_a_remark_without_a_reason_comes_back_with_its_words(bench, reviewer):
    revision = harmless(reviewer)

    response = send_back(bench, revision, comment="Look again.", **{f"remark-{SUMMARY}": "Which one?"})

    page = response.content.decode()
    assert (response.status_code, "Choose a reason for your remark on Summary." in page) == (409, True)
    assert "Which one?</textarea>" in page
    assert read(response).form("approve").data["comment"].strip() == "Look again."
    assert not Remark.objects.exists()


def test_words_on_a_field_that_was_renamed_are_kept(bench, reviewer):
    revision = harmless(reviewer)

    response = send_back(bench, revision, **{"remark-0000": "Which one?", "reason-0000": "wrong"})

    assert response.status_code == 409
    assert read(response).form("approve").data["comment"].strip() == "Which one?"


def test_nobody_approves_by_mistake_what_they_wrote_remarks_on(bench, reviewer):
    revision = harmless(reviewer)

    response = decide(bench, revision, **{f"remark__{SUMMARY}": "Which one?"})

    assert (response.status_code, "You wrote remarks." in read(response).text) == (409, True)
    assert "Which one?</textarea>" in response.content.decode()
    assert Revision.objects.get(pk=revision.pk).is_open


def test_words_for_a_decision_that_somebody_took_first_are_given_back(bench, reviewer, second_moderator):
    revision = harmless(reviewer)
    review.request_changes(revision=revision, moderator=second_moderator, comment="No.", at=AT)

    response = send_back(bench, revision, comment="My words.", **{f"remark-{SUMMARY}": "On the summary."})

    assert response.status_code == 409
    assert response.context["unsent"] == ("My words.", "On the summary.")
    assert "What you had written My words." in read(response).text


# Reading them


def test_the_author_reads_a_remark_beside_its_field(desk, reviewer, moderator):
    with_remark(reviewer, moderator)

    page = desk.get(address(cause("chlamydia")))

    helps = re.findall(r'id="id_(\w+)_helptext"[^>]*>(.*?)</div>', page.content.decode(), re.DOTALL)
    assert [name for name, words in helps if "Which one?" in words] == ["summary"]


def test_a_remark_on_a_section_stands_beside_it(desk, reviewer, moderator):
    with_remark(reviewer, moderator, field="sections.signs", place="Signs")

    form = desk.get(address(cause("chlamydia"))).context["adminform"].form

    assert "Which one?" in form.fields["signs"].help_text


def test_a_remark_on_one_link_stands_beside_that_link(desk, bench, reviewer, moderator):
    rest = bench.get(page_of(harmless(reviewer, "gonorrhoea"))).context["remarking"].rest
    links = [spot for field, spot in rest if field.path == "finding_links"]
    remark = {"field": "finding_links.strength", "place": f"{links[1].label}: Strength"}
    revision = Revision.objects.of("cause", "gonorrhoea").first()
    asked = NewRemark(**remark, reason=Reason.WRONG, text="Too strong.")
    review.request_changes(revision=revision, moderator=moderator, comment="", remarks=[asked], at=AT)

    page = desk.get(address(cause("gonorrhoea")))

    inline = next(item for item in page.context["inline_admin_formsets"] if item.opts.label_prefix == "finding_links.")
    told = ["Too strong." in str(form.fields["strength"].help_text) for form in inline.formset.initial_forms]
    assert told == [place == 1 for place in range(len(links))]


def test_what_a_remark_says_is_only_text(desk, reviewer, moderator):
    with_remark(reviewer, moderator, text="<b>Bold</b>")

    page = desk.get(address(cause("chlamydia"))).content.decode()

    assert "&lt;b&gt;Bold" in page
    assert "<b>Bold" not in page


def test_the_desk_the_record_and_the_story_tell_what_was_asked(desk, reviewer, moderator):
    with_remark(reviewer, moderator)

    for place in ("/admin/", address(cause("chlamydia"), "read"), address(cause("chlamydia"), "story")):
        assert "Summary. " in read(desk.get(place)).text
        assert "Which one?" in read(desk.get(place)).text


def test_the_next_revision_shows_what_was_said_then_and_now(bench, reviewer, moderator):
    with_remark(reviewer, moderator)
    revision = corrected(reviewer, "It can be treated.")

    page = bench.get(page_of(revision))

    asked = page.context["asked"][0]
    assert "".join(piece.text for piece in asked.pieces if piece.act != "removed") == "It can be treated."
    assert "A clinic can treat it with antibiotics." in "".join(
        piece.text for piece in asked.pieces if piece.act == "removed"
    )
    assert not any("Approve" in button for button in read(page).buttons)


def test_a_field_that_nobody_mended_is_told(bench, reviewer, moderator):
    with_remark(reviewer, moderator, field="sections.signs", place="Signs")

    page = bench.get(page_of(corrected(reviewer)))

    assert "This field says what it said then." in read(page).text


# Resolving


def test_a_moderator_resolves_and_the_approval_is_free(bench, reviewer, moderator):
    with_remark(reviewer, moderator)
    revision = corrected(reviewer)
    refused = decide(bench, revision)
    assert (refused.status_code, "A remark is still open on: Summary." in read(refused).text) == (409, True)

    form = read(bench.get(page_of(revision))).form("resolve/")
    response = bench.post(form.action, form.sent(words="It names the drug."))

    assert response.headers["Location"] == f"{page_of(revision)}#asked"
    page = read(bench.get(page_of(revision)))
    assert "Resolved by moderator, Moderators" in page.text
    assert "Approve" in page.buttons
    assert decide(bench, revision).status_code == 302
    assert "Marked as resolved: Summary" in read(bench.get(address(cause("chlamydia"), "story"))).text


def test_another_moderator_must_say_how_and_keeps_what_was_typed(reviewer, moderator, second_moderator):
    with_remark(reviewer, moderator)
    revision = corrected(reviewer)
    bench = signed_in(second_moderator)
    form = read(bench.get(page_of(revision))).form("resolve/")

    response = bench.post(form.action, form.sent(words="  "))

    assert (response.status_code, "Say how it was answered" in read(response).text) == (409, True)


def test_the_author_sees_the_remark_and_no_button(desk, reviewer, moderator):
    with_remark(reviewer, moderator)
    page = read(desk.get(page_of(corrected(reviewer))))

    assert "A moderator marks it resolved." in page.text
    assert not any(form.action.endswith("resolve/") for form in page.forms)


def test_a_decision_page_asks_as_much_for_many_remarks(bench, reviewer, moderator):
    spots = [NewRemark("summary", "Summary", Reason.WRONG, f"Words {number}.") for number in range(5)]
    one, many = harmless(reviewer, "gonorrhoea"), harmless(reviewer)
    review.request_changes(revision=one, moderator=moderator, comment="", remarks=spots[:1], at=AT)
    review.request_changes(revision=many, moderator=moderator, comment="", remarks=spots, at=AT)
    one = submit("gonorrhoea", reviewer, at=LATER, summary="Corrected.")
    many = corrected(reviewer)

    assert queries_for(bench, page_of(many)) == queries_for(bench, page_of(one))
