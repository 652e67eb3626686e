"""The forms of the drafts: what goes in comes out, and what can not be read comes back with words."""

import pytest

from sitecontent.models import WORKING_RECORDS, Cause, Contribution, Finding, SafetyRule, UrgencyLevel, Vignette
from tests.admin.helpers import address, cause, change_form, save
from tests.admin.pages import read

pytestmark = pytest.mark.usefixtures("published")


@pytest.mark.parametrize("kind", list(WORKING_RECORDS))
def test_saving_an_untouched_form_changes_nothing(desk, kind):
    records = list(WORKING_RECORDS[kind].objects.all()[:6])

    for record in records:
        before = record.to_document()
        assert save(desk, record).status_code == 302
        again = type(record).objects.get(pk=record.pk)
        assert (again.to_document(), again.edited_version) == (before, record.edited_version)

    assert records
    assert not Contribution.objects.exists()


def test_saving_a_cause_with_one_word_changed_changes_that_word_alone(desk):
    for record in Cause.objects.all():
        before = record.to_document()
        save(desk, record, clinical_name="Another name")
        after = Cause.objects.get(pk=record.pk).to_document()
        assert after == before.model_copy(update={"clinical_name": "Another name"})


def test_an_edit_is_noted_with_its_person_and_the_hash_of_the_draft(desk, reviewer):
    record = cause()

    save(desk, record, summary="A new summary.")

    saved = cause()
    assert (saved.edited_version, saved.draft_sha256) == (record.edited_version + 1, saved.to_document().sha256)
    assert list(Contribution.objects.values_list("kind", "slug", "by")) == [("cause", record.slug, reviewer.pk)]


def test_a_change_in_a_part_alone_is_noted_too(desk):
    record = cause()

    save(desk, record, **{"finding_links-0-because": "Another reason."})

    saved = cause()
    assert saved.finding_links.first().because == "Another reason."
    assert saved.edited_version == record.edited_version + 1
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize("kind", list(WORKING_RECORDS))
def test_every_kind_has_an_empty_form(desk, kind):
    model = WORKING_RECORDS[kind]._meta.model_name

    response = desk.get(f"/admin/sitecontent/{model}/add/")

    assert response.status_code == 200
    assert "slug" in read(response).form(f"{model}_form").data


def test_a_new_cause_can_be_written_and_saved_unfinished(desk):
    form = read(desk.get("/admin/sitecontent/cause/add/")).form("cause_form")
    category = cause().category

    response = desk.post(
        "/admin/sitecontent/cause/add/",
        form.sent(
            title="New",
            slug="new",
            clinical_name="Nova",
            category=category.pk,
            nature="natural",
            pregnancy="never",
            urgency="routine",
            sites=["womb", "cervix"],
            summary="Short.",
            _continue="1",
        ),
    )

    assert response.status_code == 302
    assert Cause.objects.get(slug="new").sites == ["cervix", "womb"]


def test_new_parts_come_last_and_positions_are_counted_anew(desk):
    record = cause()
    count = record.also_called.count()
    form = change_form(desk, record)
    total = int(form.data["also_called-TOTAL_FORMS"])

    desk.post(
        address(record),
        form.sent(
            **{
                "also_called-TOTAL_FORMS": str(total + 1),
                f"also_called-{total}-name": "A new name",
                f"also_called-{total}-position": "",
                "also_called-0-position": "50",
                "_continue": "1",
            }
        ),
    )

    names = list(record.also_called.values_list("name", "position"))
    assert [position for _, position in names] == list(range(count + 1))
    assert [name for name, _ in names][-1] == "A new name"
    assert names[-2][0] == form.data["also_called-0-name"]


def test_a_part_can_be_removed(desk):
    record = cause()
    before = list(record.finding_links.values_list("pk", flat=True))

    save(desk, record, **{"finding_links-1-DELETE": "on"})

    assert list(record.finding_links.values_list("pk", flat=True)) == [before[0], *before[2:]]


# Refusals, and that nothing typed is lost


def refused(client, record, **changes):
    response = save(client, record, **changes)
    assert response.status_code == 200
    return response, read(response)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"not_when": "all of:\n  no-such: yes"}, "Line 2: there is no question called “no-such”."),
        ({"not_when": "pain-now: awful"}, "Line 1: “pain-now” has no answer “awful”"),
        ({"finding_links-0-answers": "nobody"}, "“shoulder-tip-pain” has no answer “nobody”; it has yes, no"),
        ({"finding_links-0-citations": "no-such-source"}, "There is no source called “no-such-source”."),
        ({"finding_links-0-citations": "nhs-ectopic, nhs-ectopic"}, "“nhs-ectopic” is there twice."),
        ({"finding_links-0-answers": "Not A Slug"}, "“Not A Slug” is not a short name"),
        ({"icd10": "O00\nnonsense"}, "“nonsense” is not an ICD-10 code such as N93.0."),
        ({"sites": None}, "This field is required."),
        ({"only_when": "danger-signs: fainted, sleepy"}, "“danger-signs” has no answer “sleepy”"),
    ],
)
def test_what_can_not_be_read_comes_back_with_words(desk, changes, words):
    record = cause()
    before = record.to_document()

    _, page = refused(desk, record, summary="Typed with care.", **changes)

    assert words in page.text
    data = page.form("cause_form").data
    assert data["summary"] == "Typed with care."
    assert all(data.get(name, "") == (value or "").replace("\n", "\r\n") for name, value in changes.items())
    assert cause().to_document() == before
    assert not Contribution.objects.exists()


def test_a_saved_form_refuses_the_same_slug_twice(desk):
    form = read(desk.get("/admin/sitecontent/category/add/")).form("category_form")

    response = desk.post(
        "/admin/sitecontent/category/add/", form.sent(title="X", slug="cervix", summary="X", order="1")
    )

    assert "Category with this Slug already exists." in read(response).text


# What a published record keeps


def test_the_address_of_a_published_record_can_not_be_changed(desk):
    record = cause()
    assert "slug" not in change_form(desk, record).data

    save(desk, record, slug="another", summary="Changed.")

    assert Cause.objects.get(pk=record.pk).slug == "ectopic-pregnancy"


def test_the_address_of_a_new_draft_can_be_changed(desk):
    record = Cause.objects.get(slug="chlamydia")
    record.pk, record.slug, record._state.adding = None, "new-draft", True
    record.save()

    save(desk, record, slug="better-name")

    assert Cause.objects.filter(slug="better-name").exists()


# How values are shown


def test_conditions_and_lists_are_shown_as_lines(desk):
    rule = SafetyRule.objects.filter(when__all_of__0__finding__isnull=False).first()
    data = change_form(desk, rule).data
    first = rule.when["all_of"][0]
    link = cause().finding_links.first()

    assert f"{first['finding']}: {', '.join(first['is'])}" in data["when"]
    assert change_form(desk, cause()).data["finding_links-0-answers"] == "\r\n".join(link.answers)


def test_ticked_lists_keep_the_order_that_they_had(desk):
    record = Cause.objects.get(slug="chlamydia")
    Cause.objects.filter(pk=record.pk).update(sites=["womb", "cervix"])

    save(desk, record, sites=["vulva", "cervix", "womb"])

    assert Cause.objects.get(pk=record.pk).sites == ["womb", "cervix", "vulva"]


def test_an_implied_answer_reads_as_question_and_answer(desk):
    finding = Finding.objects.filter(answers__implies__isnull=False).first()
    place, answer = next((i, a) for i, a in enumerate(finding.answers.all()) if a.implies)

    shown = change_form(desk, finding).data[f"answers-{place}-implies"]

    assert shown == f"{answer.implies['finding']}: {answer.implies['answer']}"


@pytest.mark.parametrize("value", ["no-such: yes", "pain-now: awful", "pain-now"])
def test_an_implication_that_leads_nowhere_is_refused(desk, value):
    finding = Finding.objects.get(slug="fever")

    _, page = refused(desk, finding, **{"answers-0-implies": value})

    assert page.form("finding_form").data["answers-0-implies"] == value


def test_markdown_fields_ask_our_own_preview(desk):
    content = desk.get(address(cause())).content.decode()

    assert content.count('data-markdownx-urls-path="/admin/preview/"') == 10
    assert "/markdownx/markdownify" not in content


def test_a_level_keeps_its_contacts(desk):
    level = UrgencyLevel.objects.get(slug="emergency")
    count = level.contacts.count()

    save(desk, level, **{"contacts-0-text": "Call 999."})

    assert (level.contacts.count(), level.contacts.first().text) == (count, "Call 999.")


def test_two_rows_that_change_places_come_back_with_words_and_with_what_was_typed(desk):
    level = UrgencyLevel.objects.get(slug="soon")
    before = level.to_document()
    first, second = level.contacts.all()[:2]

    response = save(desk, level, **{"contacts-0-region": second.region, "contacts-1-region": first.region})

    page = read(response)
    assert "Nothing was saved: two rows of a list would have said the same" in page.text
    sent = page.form("urgencylevel_form").sent()
    assert (sent["contacts-0-region"], sent["contacts-1-region"]) == (second.region, first.region)
    assert UrgencyLevel.objects.get(slug="soon").to_document() == before


def test_rows_of_which_the_form_says_that_they_are_new_come_back_with_words(desk):
    record = Vignette.objects.first()
    before = record.to_document()

    response = save(desk, record, **{"answers-INITIAL_FORMS": "0"})

    assert "Nothing was saved: two rows of a list would have said the same" in read(response).text
    assert Vignette.objects.get(pk=record.pk).to_document() == before
