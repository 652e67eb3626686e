"""Several records on one page: submitting a change set, deciding about it, and taking low-risk changes together."""

from datetime import timedelta

import pytest

from sitecontent import review
from sitecontent.models import Cause, ChangeSet, ClaimReview, Decision, PublishedEdition, Revision, Source, State
from tests.admin.helpers import (
    MORE,
    address,
    cause,
    edit,
    harmless,
    page_of,
    public_now,
    queries_for,
    signed_in,
    submit,
)
from tests.admin.pages import read
from tests.fixtures import AT
from tests.review.family import SLUG, drafts

pytestmark = pytest.mark.usefixtures("published")

TOGETHER = "/admin/review/together/"
SEVERAL = "/admin/review/several/"
KEYS = [f"source/{SLUG}", f"finding/{SLUG}", f"cause/{SLUG}"]


@pytest.fixture
def records(published, reviewer):
    """The drafts of a new source, a new question and a new cause."""
    return drafts(published, reviewer)


@pytest.fixture
def three(records, reviewer):
    """The same, submitted together."""
    return review.submit_together(records, author=reviewer, note="They go together.", at=AT)


@pytest.fixture
def lowered(published, reviewer):
    """A change set with a dangerous change, which takes two approvals."""
    source = Source.apply_document(published.sources[0].model_copy(update={"slug": SLUG, "title": "A new source"}))
    link = cause("fibroids").finding_links.first()
    link.strength, link.citations = 1, [*link.citations, SLUG]
    link.save()
    for draft in (source, cause("fibroids")):
        review.record_edit(draft, by=reviewer, at=AT)
    return review.submit_together([cause("fibroids"), source], author=reviewer, note="It is less typical.", at=AT)


def set_page(change_set):
    return f"/admin/review/set/{change_set.pk}/"


def form_of(client, change_set):
    return filled(client.get(set_page(change_set)))


def filled(page):
    """The form of a page, with a reason for whatever the checks warn of."""
    form = read(page).form("approve")
    form.data |= dict.fromkeys(warned(form), "Looked at.")
    return form


def warned(form):
    return [name for name in form.data if name.startswith("let-through-")]


def ticks(client, change_set):
    """Every box of the page, ticked."""
    members = client.get(set_page(change_set)).context["members"]
    return {
        member["tick_name"].replace("-", "__"): [item.change.id for item in member["shown"].dangerous]
        for member in members
        if member["shown"].dangerous
    }


# Submitting


def test_a_record_that_needs_others_says_so_and_offers_to_submit_them_together(desk, records):
    page = desk.get(address(records[2], "submit"))

    text = read(page).text
    assert "It refers to records that are not published yet" in text
    assert [str(draft) for draft in page.context["needed"].drafts] == ["A new source", "A new question"]
    assert page.context["needed"].address in [link for link in read(page).links if link.startswith(TOGETHER)]
    offered = desk.get(page.context["needed"].address)
    assert [draft.key for draft in offered.context["drafts"]] == KEYS


def test_a_record_that_stands_by_itself_is_offered_nothing(desk, reviewer):
    edit(cause("chlamydia"), reviewer, summary="New.")

    assert desk.get(address(cause("chlamydia"), "submit")).context["needed"] is None


def test_what_is_in_review_by_itself_can_not_come_along(desk, records, reviewer):
    review.submit(records[0], author=reviewer, note="Alone.", at=AT)

    needed = desk.get(address(records[2], "submit")).context["needed"]

    assert [str(draft) for draft in needed.drafts] == ["A new question"]
    assert needed.elsewhere == (("A new source", "it waits for a decision of its own, and must be published first"),)


def test_the_page_shows_every_draft_whole_and_submits_them(desk, records):
    page = desk.get(TOGETHER, {"record": KEYS})
    text = read(page).text
    assert "Causa nova" in text
    assert "Is this new?" in text

    response = desk.post(TOGETHER, read(page).form(TOGETHER).sent(note="Because."))

    made = ChangeSet.objects.get()
    assert response.headers["Location"] == set_page(made)
    assert [row.kind for row in review.members_of(made)] == ["source", "finding", "cause"]
    assert made.note == "Because."


def test_a_note_is_needed_and_what_was_typed_stays(desk, records):
    form = read(desk.get(TOGETHER, {"record": KEYS})).form(TOGETHER)

    response = desk.post(TOGETHER, form.sent(note="  "))

    assert response.status_code == 409
    assert "Say in a sentence what you changed and why." in read(response).text
    assert not ChangeSet.objects.exists()


def test_a_draft_that_was_saved_meanwhile_is_read_again(desk, records, second_reviewer):
    form = read(desk.get(TOGETHER, {"record": KEYS})).form(TOGETHER)
    edit(Cause.objects.get(slug=SLUG), second_reviewer, summary="Somebody else wrote this.")

    response = desk.post(TOGETHER, form.sent(note="My words."))

    assert response.status_code == 409
    assert response.context["reasons"][0][0] == "A new cause"
    assert read(response).form(TOGETHER).data["note"].strip() == "My words."
    assert not ChangeSet.objects.exists()


def test_what_a_set_lacks_is_named_with_the_way_to_add_it(desk, records):
    page = desk.get(TOGETHER, {"record": KEYS[1:]})

    [missing] = page.context["missing"]
    assert (missing["name"], missing["kind"]) == ("A new source", "source")
    assert "Submit all" not in " ".join(read(page).buttons)
    assert [draft.key for draft in desk.get(missing["add"]).context["drafts"]] == KEYS


def test_other_drafts_of_mine_are_offered(desk, records, reviewer):
    edit(cause("chlamydia"), reviewer, summary="New.")

    page = desk.get(TOGETHER, {"record": KEYS})

    assert [row.slug for row in page.context["others"]] == ["chlamydia"]


@pytest.mark.parametrize("keys", [["cause/nothing-of-that-name"], ["user/1"], [""]])
def test_what_does_not_exist_is_not_found(desk, keys):
    assert desk.get(TOGETHER, {"record": keys}).status_code == 404


def test_a_refused_set_says_which_record_and_why(desk, records, reviewer):
    form = read(desk.get(TOGETHER, {"record": KEYS})).form(TOGETHER)
    review.submit(records[0], author=reviewer, note="Alone.", at=AT)

    response = desk.post(TOGETHER, form.sent(note="My words."))

    assert response.status_code == 409
    assert [name for name, _ in response.context["reasons"]] == ["A new source"]
    assert "My words." in response.content.decode()


# Where it is shown


def test_a_set_is_one_thing_in_the_queue_and_on_the_desk(bench, desk, three):
    for client, page in ((bench, "/admin/review/"), (bench, "/admin/"), (desk, "/admin/")):
        text = read(client.get(page)).text
        assert text.count("Change set: 3 records together") == 1
        assert "A new source (source), A new question (finding), A new cause (cause)" in text
        assert set_page(three) in read(client.get(page)).links


def test_the_queue_asks_as_much_with_a_set_as_without(bench, reviewer, records):
    harmless(reviewer)
    before = queries_for(bench, "/admin/review/")

    review.submit_together(records, author=reviewer, note="x", at=AT)

    assert queries_for(bench, "/admin/review/") == before


def test_a_member_leads_to_its_set_and_can_not_be_decided_alone(bench, three):
    row = review.members_of(three)[2]

    page = read(bench.get(page_of(row)))
    response = bench.post(f"{page_of(row)}approve/", {"sha256": row.sha256, "base_sha256": ""})

    assert not any("Approve" in button for button in page.buttons)
    assert set_page(three) in page.links
    assert "decided together with the rest of its change set" in page.text
    assert response.status_code == 409
    assert "Decide about all of them on one page" in read(response).text
    assert Revision.objects.get(pk=row.pk).is_open


def test_a_member_is_not_sent_back_or_withdrawn_alone(bench, desk, three):
    row = review.members_of(three)[2]

    for client, act in ((bench, "request-changes"), (desk, "withdraw")):
        response = client.post(f"{page_of(row)}{act}/", {"comment": "x"})
        assert response.status_code == 409
        assert "Decide about all of them on one page" in read(response).text
    assert not Decision.objects.exists()


# Deciding about a set


def test_the_page_shows_each_record_whole_with_its_seal(bench, three):
    page = bench.get(set_page(three))

    text = read(page).text
    for member in page.context["members"]:
        assert member["shown"].name in text
        assert member["revision"].sha256 in text
        for item in member["shown"].changes:
            assert " ".join(item.change.after_text.split())[:60] in text
    assert "They go together." in text


def test_an_approval_publishes_all_of_it(bench, three):
    response = bench.post(f"{set_page(three)}approve/", form_of(bench, three).sent(comment="Good."))

    assert response.status_code == 302
    edition = public_now()
    assert edition.number == 2
    assert None not in (edition.cause(SLUG), edition.finding(SLUG), edition.source(SLUG))
    assert {d.comment for d in Decision.objects.all()} == {"Good."}
    assert "3 records are published together in edition 2" in read(bench.get(response.headers["Location"])).text


def test_two_people_approve_a_set_that_lowers_safety(lowered, moderator, second_moderator):
    first, second = signed_in(moderator), signed_in(second_moderator)
    page = first.get(set_page(lowered))
    assert f"{cause('fibroids').title}: sign that speaks for it removed or weakened" in read(page).text

    first.post(f"{set_page(lowered)}approve/", form_of(first, lowered).sent(**ticks(first, lowered)))
    assert public_now().number == 1
    assert "You have approved it." in read(first.get(set_page(lowered))).text
    second.post(f"{set_page(lowered)}approve/", form_of(second, lowered).sent(**ticks(second, lowered)))

    assert public_now().number == 2


def refused(client, change_set, data):
    """Send it, and give the reasons; nothing may be kept."""
    before = Decision.objects.count()
    response = client.post(f"{set_page(change_set)}approve/", data)
    assert response.status_code == 409
    assert Decision.objects.count() == before
    assert PublishedEdition.objects.count() == 1
    return response


def test_every_dangerous_change_must_be_ticked(bench, lowered):
    form = form_of(bench, lowered)
    [(box, _ids)] = ticks(bench, lowered).items()

    for ticked in ([], ["made-up"]):
        response = refused(bench, lowered, form.sent(comment="Words I typed.", **{box: ticked}))
        assert response.context["reasons"][0][0] == cause("fibroids").title
        assert "Tick each dangerous change" in read(response).text
        assert read(response).form("approve").data["comment"].strip() == "Words I typed."


def test_a_tick_of_another_record_does_not_count(bench, lowered):
    [(box, ids)] = ticks(bench, lowered).items()
    other = next(row for row in review.members_of(lowered) if f"seen__{row.pk}" != box)

    response = refused(bench, lowered, form_of(bench, lowered).sent(**{f"seen__{other.pk}": ids}))

    assert "0 of 1 are ticked" in read(response).text


def test_what_the_checks_warn_of_needs_a_reason_for_each_record(bench, lowered):
    form, boxes = form_of(bench, lowered), ticks(bench, lowered)
    first, *rest = warned(form)

    response = refused(bench, lowered, form.sent(**boxes, **{first: " "}, **dict.fromkeys(rest, "My reason.")))

    assert response.context["reasons"][0][1].startswith("Say why it may pass although the checks warn")
    assert [read(response).form("approve").data[name].strip() for name in rest] == ["My reason."] * len(rest)


def test_ticks_stay_when_an_approval_comes_back(bench, lowered):
    boxes = ticks(bench, lowered)
    [(box, ids)] = boxes.items()
    other = next(row for row in review.members_of(lowered) if f"seen__{row.pk}" != box)

    response = refused(bench, lowered, form_of(bench, lowered).sent(**boxes, **{f"sha256__{other.pk}": "0" * 64}))

    assert set().union(*(member["ticked"] for member in response.context["members"])) == set(ids)


def test_another_hash_of_one_member_is_refused(bench, three):
    rows = review.members_of(three)

    response = refused(bench, three, form_of(bench, three).sent(**{f"sha256__{rows[2].pk}": rows[0].sha256}))

    assert response.context["reasons"] == (
        ("A new cause", "You approved another document than the one under review. Look at it again."),
    )


def test_a_member_that_the_form_leaves_out_is_refused(bench, three):
    form = form_of(bench, three)

    response = refused(bench, three, form.sent(revision=str(review.members_of(three)[0].pk)))

    assert [name for name, _ in response.context["reasons"]] == ["A new question", "A new cause"]


def test_a_member_of_which_something_else_is_public_meanwhile_is_looked_at_again(
    bench, published, reviewer, second_moderator
):
    claims = [edit(row, reviewer, correction=row.correction + " So it is.") for row in ClaimReview.objects.all()[:2]]
    two = review.submit_together(claims, author=reviewer, note="x", at=AT)
    data = form_of(bench, two).sent(**ticks(bench, two))
    gone = claims[0]
    review.retire(records=[gone.key], by=second_moderator, reason="Wrong.", at=AT)

    response = bench.post(f"{set_page(two)}approve/", data)

    assert response.status_code == 409
    assert response.context["reasons"] == (
        (gone.title, "What is published of it has changed since you opened the page. Look at it again."),
    )
    assert not Decision.objects.exists()


def test_a_member_that_was_decided_elsewhere_is_told(bench, three, second_moderator):
    data = form_of(bench, three).sent()
    row = review.members_of(three)[0]
    Decision.objects.create(
        revision=row, verdict="withdraw", closes=True, seen_sha256=row.sha256, by=second_moderator,
        by_name="Another path", role="x", decided_at=AT,
    )  # fmt: skip

    response = bench.post(f"{set_page(three)}approve/", data)

    assert response.context["reasons"] == (("A new source", "Another path has decided this already: withdrawn."),)
    assert PublishedEdition.objects.count() == 1


def test_a_replayed_approval_publishes_nothing_again(bench, three):
    data = form_of(bench, three).sent()
    bench.post(f"{set_page(three)}approve/", data)

    response = bench.post(f"{set_page(three)}approve/", data)

    assert response.status_code == 409
    assert "moderator has decided this already: approved." in read(response).text
    assert PublishedEdition.objects.count() == 2


def test_the_author_has_no_button_and_is_refused(three, reviewer, moderator):
    moderator.groups.add(*reviewer.groups.all())
    review.record_edit(Source.objects.get(slug=SLUG), by=moderator, at=AT)
    both, desk = signed_in(moderator), signed_in(reviewer)
    row = review.members_of(three)[0]

    page = read(desk.get(set_page(three)))
    response = desk.post(f"{set_page(three)}approve/", {"revision": row.pk, f"sha256-{row.pk}": row.sha256})

    assert not any("Approve" in button for button in page.buttons)
    assert response.status_code == 403
    assert both.get(set_page(three)).context["may_decide"]  # The edit came after the set was frozen.


def test_a_build_that_fails_names_the_record(bench, records, reviewer):
    record = Cause.objects.get(slug=SLUG)
    record.urgency_reason = ""
    record.save()
    broken = review.submit_together([*records[:2], record], author=reviewer, note="x", at=AT)
    assert "an approval would publish none of them" in read(bench.get(set_page(broken))).text

    response = refused(bench, broken, form_of(bench, broken).sent(comment="Words."))

    text = read(response).text
    assert f"cause “{SLUG}”" in text
    assert "an urgency needs its reason" in text
    assert read(response).form("approve").data["comment"].strip() == "Words."


def test_asking_for_changes_sends_all_of_it_back_with_the_words(bench, desk, three):
    silent = bench.post(f"{set_page(three)}request-changes/", {"comment": " "})
    assert (silent.status_code, "Say what should change" in read(silent).text) == (409, True)

    response = bench.post(f"{set_page(three)}request-changes/", {"comment": "Name the page of the source."})

    assert response.status_code == 302
    assert {row.state for row in review.members_of(three)} == {State.CHANGES_REQUESTED}
    text = read(desk.get("/admin/")).text
    assert text.count("Name the page of the source.") == 3
    again = desk.get(set_page(three)).context["again"]
    assert [draft.key for draft in desk.get(again).context["drafts"]] == KEYS


def test_the_author_withdraws_all_of_it(desk, bench, three):
    assert bench.post(f"{set_page(three)}withdraw/").status_code == 409

    form = read(desk.get(set_page(three))).form("withdraw/")
    response = desk.post(form.action, form.sent(comment="Too early."))

    assert response.status_code == 302
    assert {row.state for row in review.members_of(three)} == {State.WITHDRAWN}


def test_the_impact_of_a_set_is_that_of_all_of_it(bench, three, quick_impact):
    page = bench.get(f"{set_page(three)}impact/")

    assert page.context["impact"]["tried"] > 0
    assert set_page(three) in read(page).links


@pytest.mark.parametrize("act", ["approve", "request-changes", "withdraw"])
def test_deciding_is_never_a_link(bench, three, act):
    assert bench.get(f"{set_page(three)}{act}/").status_code == 405


# Several low-risk changes


def risky(reviewer):
    return submit("cervicitis", reviewer, summary=cause("cervicitis").summary + " Do not wait for 3 days.")


def test_only_what_is_of_low_risk_has_a_box_in_the_queue(bench, reviewer):
    first, second, other = harmless(reviewer), harmless(reviewer, "gonorrhoea"), risky(reviewer)

    page = bench.get("/admin/review/")

    rows = {row["item"].revision: row["may_take_along"] for row in page.context["rows"]}
    assert rows == {first: True, second: True, other: False}
    assert page.content.decode().count('name="revision"') == 2


def test_nobody_is_offered_boxes_who_could_not_approve(desk, bench, reviewer):
    harmless(reviewer)
    assert 'name="revision"' not in bench.get("/admin/review/").content.decode()

    harmless(reviewer, "gonorrhoea")

    assert 'name="revision"' not in desk.get("/admin/review/").content.decode()


def test_one_page_shows_every_change_with_its_seal_and_approves_them(bench, reviewer):
    rows = [harmless(reviewer), harmless(reviewer, "gonorrhoea")]
    page = bench.get(SEVERAL, {"revision": [row.pk for row in rows]})
    text = read(page).text
    assert all(row.sha256 in text for row in rows)
    assert text.count(MORE.strip()) == 2

    response = bench.post(SEVERAL, filled(page).sent(comment="Fine."))

    assert response.status_code == 302
    assert public_now().number == 2
    assert public_now().cause("gonorrhoea").summary.endswith(MORE)
    assert {(d.seen_sha256, d.comment) for d in Decision.objects.all()} == {(row.sha256, "Fine.") for row in rows}


def test_anything_else_is_left_out_with_its_name(bench, reviewer):
    fine, other = harmless(reviewer), risky(reviewer)

    page = bench.get(SEVERAL, {"revision": [fine.pk, other.pk]})

    assert [member["revision"] for member in page.context["members"]] == [fine]
    [(row, name, why)] = page.context["left_out"]
    assert (row, name) == (other, cause("cervicitis").title)
    assert why == "It has a change that must be looked at by itself: number or unit changed."


def test_anything_else_is_refused_with_its_name_when_it_is_sent(bench, reviewer):
    fine, other = harmless(reviewer), risky(reviewer)
    form = read(bench.get(SEVERAL, {"revision": [fine.pk]})).form("approve")
    more = {"revision": [fine.pk, other.pk], f"sha256-{other.pk}": other.sha256}

    response = bench.post(SEVERAL, {**form.sent(comment="Words."), **more})

    assert response.status_code == 409
    assert [name for name, _ in response.context["reasons"]] == [cause("cervicitis").title]
    assert read(response).form("approve").data["comment"].strip() == "Words."
    assert not Decision.objects.exists()


def test_what_was_decided_meanwhile_is_told_and_nothing_is_published(bench, reviewer, second_moderator):
    rows = [harmless(reviewer), harmless(reviewer, "gonorrhoea")]
    form = read(bench.get(SEVERAL, {"revision": [row.pk for row in rows]})).form("approve")
    review.request_changes(revision=rows[0], moderator=second_moderator, comment="Why?", at=AT + timedelta(hours=1))

    response = bench.post(SEVERAL, form.sent())

    assert response.status_code == 409
    assert "second-moderator has decided this already: changes requested." in read(response).text
    assert Revision.objects.get(pk=rows[1].pk).is_open


def test_nothing_chosen_is_said_kindly(bench):
    for query in ({}, {"revision": ["x", "9" * 30, "999999"]}):
        assert "Tick changes of low risk" in read(bench.get(SEVERAL, query)).text
    assert bench.post(SEVERAL, {"comment": "Words."}).status_code == 409


def test_the_action_of_the_list_leads_to_the_same_page(bench, desk, reviewer):
    rows = [harmless(reviewer), harmless(reviewer, "gonorrhoea")]
    keys = sorted(row.pk for row in rows)
    data = {"action": "look_together", "_selected_action": keys, "index": "0"}

    response = bench.post("/admin/sitecontent/revision/", data)

    assert response.headers["Location"] == f"{SEVERAL}?revision={keys[0]}&revision={keys[1]}"
    assert not Decision.objects.exists()
    assert "look_together" not in desk.get("/admin/sitecontent/revision/").content.decode()
    assert not Decision.objects.exists()
