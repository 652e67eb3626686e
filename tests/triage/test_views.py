"""The checker as pages."""

import re

import pytest
from django.test import Client, override_settings

from bench.questions import filled_in
from sitecontent.edition import current
from triage import words
from triage.index import index_of
from triage.pages import pages_of
from triage.present import contacts_of
from triage.questionnaire import stylesheet_key
from triage.sent import read_sent

EMERGENCY = {"danger-signs": ["fainted"]}
QUIET = {
    "danger-signs": ["none"],
    "bleed-amount": "spots",
    "bleed-pattern": "sometimes",
    "pregnancy-status": "unlikely",
}


def text_of(response) -> str:
    """What a person reads: without tags, one space between words."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def site(served) -> Client:
    """A visitor's browser."""
    return Client()


def test_the_form_asks_every_question_once(site, served):
    body = site.get("/check/").content.decode()

    assert {finding.slug: body.count(f'id="q-{finding.slug}"') for finding in served.findings} == {
        finding.slug: 1 for finding in served.findings
    }


def test_the_form_asks_emergency_signs_first_and_can_be_sent_after_them(site):
    body = site.get("/check/").content.decode()

    assert body.index('id="step-emergency"') < body.index("Show what to do now") < body.index('id="step-about-you"')


def test_nothing_is_chosen_beforehand(site):
    assert not re.search(r"<input[^>]* checked", site.get("/check/").content.decode())


def fieldsets_of(body: str) -> list[str]:
    return re.findall(r'<fieldset class="question.*?</fieldset>', body, flags=re.S)


def test_every_question_is_a_heading_says_why_it_is_asked_and_can_be_left_open(site):
    fieldsets = fieldsets_of(site.get("/check/").content.decode())

    assert len(fieldsets) > 40
    for fieldset in fieldsets:
        assert re.search(r"<legend><h3>[^<]+\?</h3></legend>", fieldset)
        assert fieldset.count("<summary>Why we ask</summary>") == 1
        assert fieldset.count('value="not-sure"') == 1
        assert fieldset.count('value="prefer-not-to-say"') == 1


def test_the_box_holds_its_questions_and_is_always_there(site):
    body = site.get("/check/").content.decode()
    box = body[body.index('<details class="unwanted-sex"') : body.index('class="form-submit"')]

    for slug in ("no-consent", "assault-when", "safe-now"):
        assert f'id="q-{slug}"' in box
    assert "What happened was not your fault" in box


def test_the_stylesheet_of_the_questions_belongs_to_the_edition_and_may_be_kept(site, served):
    key = stylesheet_key(served)

    response = site.get(f"/check/questions-{key}.css")

    assert f"/check/questions-{key}.css" in site.get("/check/").content.decode()
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert site.get("/check/questions-0123456789abcdef.css").status_code == 404


def test_an_emergency_is_answered_without_causes(site, served):
    response = site.post("/check/", EMERGENCY)

    assert response.status_code == 200
    text = text_of(response)
    assert "Call an ambulance now" in text
    assert "999" in text
    assert "000 (triple zero)" in text
    for cause in served.causes:
        assert f"/causes/{cause.slug}/" not in response.content.decode()


def test_nothing_in_the_card_leads_onward(site):
    body = site.post("/check/", EMERGENCY).content.decode()
    card = body[body.index('<section class="care-card emergency"') :]
    card = card[: card.index("</section>")]

    assert "<a " not in card
    assert "<form" not in card


def test_the_parts_of_a_result_come_in_their_order(site):
    text = text_of(site.post("/check/", QUIET))

    parts = [
        "By when",
        "Whom to ask",
        "What set this level",
        "Get help sooner if",
        "What would change this",
        "These should not be missed",
        "What is not known and could matter",
        "If sex was not something you wanted",
        "At the visit",
        "Notes for whoever sees you",
        "Your answers",
        "If nobody can see you by then",
        "What this can and cannot tell",
    ]
    assert [text.find(part) for part in parts] == sorted(text.find(part) for part in parts)
    assert -1 not in [text.find(part) for part in parts]


def test_the_visit_is_told_with_ones_rights_and_what_comes_if_nobody_can_see_one(site):
    text = text_of(site.post("/check/", QUIET))

    visit = text[text.index("At the visit") : text.index("Notes for whoever sees you")]
    assert "stop at any time" in visit
    assert "chaperone" in visit
    later = text[text.index("If nobody can see you by then") :]
    assert "How long you can wait" in later
    assert "Where to turn next United Kingdom:" in later


def test_an_unknown_says_how_to_find_out(site):
    text = text_of(site.post("/check/", {**QUIET, "contraception-kind": "copper-coil"}))

    assert "Can you feel the coil threads?" in text
    assert "How to find out: If you have never felt for them, a nurse or doctor can check." in text


def test_what_is_not_there_takes_one_line_of_the_notes(site):
    body = site.post("/check/", {**QUIET, "contraception-kind--list": ["shown", "none"]}).content.decode()
    notes = re.findall(r'<li class="note">([^<]*)</li>', body)

    assert len([line for line in notes if "Breastfeeding" in line]) == 1
    assert len(notes) < 15


@pytest.mark.parametrize("age", ["under-13", "age-13-15"])
def test_under_sixteen_the_words_are_kind_and_promise_no_secrecy(site, age):
    text = text_of(site.post("/check/", {**QUIET, "age-band": age}))

    card = text[text.index("Whom to ask") - 1500 : text.index("What set this level")]
    assert re.search(r"done nothing wrong|not in trouble|not your fault", text)
    assert not re.search(r"will not tell|nobody will know|stays? secret", text, re.IGNORECASE)
    assert "Look after yourself" not in card


@pytest.mark.parametrize("region", ["uk", "ie", "us", "ca", "eu", "au", "nz", "international"])
def test_every_level_names_whom_to_ask_in_every_region(served, region):
    for level in served.levels.values():
        assert contacts_of(level, region)[0].name == words.REGIONS[region], level.slug


def test_a_result_names_edition_and_that_no_clinician_signed_it(site, served):
    text = text_of(site.post("/check/", QUIET))

    assert "No clinician has signed it yet." in text
    assert f"Made from edition {served.number} of 1 January 2026." in text


def test_a_symptom_beside_none_of_these_counts_and_the_page_says_so(site):
    text = text_of(site.post("/check/", {"danger-signs": ["fainted", "none"]}))

    assert "Call an ambulance now" in text
    assert "The other answer was counted." in text


def test_causes_link_to_their_pages_and_say_what_was_said(site):
    body = site.post(
        "/check/", {**QUIET, "screening-status": "abnormal", "bleed-pattern": "every-time"}
    ).content.decode()

    assert 'href="/causes/cervical-cancer/"' in body
    assert "An abnormal result" in body


def test_change_returns_to_the_form_with_the_answers_in_it(site):
    result = site.post("/check/", {**QUIET, "danger-signs": ["dizzy", "pale-clammy"]}).content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', result)

    form = site.post("/check/", {name: [v for n, v in hidden if n == name] for name, _ in hidden} | {"action": "edit"})

    assert form.status_code == 200
    checked = re.findall(r'name="([^"]+)" value="([^"]+)"[^>]* checked', form.content.decode())
    assert sorted(checked) == sorted(hidden)


def test_change_brings_back_what_was_left_open_and_what_a_list_was_told(site):
    sent = {"danger-signs--list": ["shown", "none"], "age-band": "prefer-not-to-say", "bleed-pattern": "not-sure"}
    result = site.post("/check/", sent).content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', result)

    form = site.post("/check/", {name: [v for n, v in hidden if n == name] for name, _ in hidden} | {"action": "edit"})

    body = form.content.decode()
    for field in ("q-danger-signs--list--none", "q-age-band--prefer-not-to-say", "q-bleed-pattern--not-sure"):
        assert re.search(rf'id="{field}"[^>]* checked', body), field
    assert len(re.findall(r"<input[^>]* checked", body)) == 3


def test_none_of_these_answers_every_question_of_a_list(site):
    text = text_of(site.post("/check/", {"danger-signs--list": ["shown", "none"]}))

    assert "Do you have any of these now? None of these" in text
    assert "Do you have a new pain at the very tip of a shoulder, where the arm starts? No" in text


def test_a_tick_beside_none_of_these_of_a_list_counts_and_the_page_says_so(site):
    text = text_of(site.post("/check/", {"danger-signs--list": ["shown", "none"], "shoulder-tip-pain": "yes"}))

    assert text.index("Emergency") < text.index("By when")
    assert "The other answer was counted." in text


def test_whoever_chose_an_emergency_sign_is_not_said_to_lack_the_others(site):
    sent = {"danger-signs--list": "shown", "danger-signs": "fainted", "pain-now--list": "shown"}

    text = text_of(site.post("/check/", sent))

    assert "Call an ambulance now" in text
    assert "shoulder, where the arm starts? No" not in text


def test_what_somebody_would_rather_not_say_is_shown_and_reassures_nobody(site):
    sent = {"blood-loss-now": "prefer-not-to-say", "bleed-amount": "spots", "periods": "not-sure"}

    text = text_of(site.post("/check/", sent))

    assert "How much are you bleeding right now? I would rather not say" in text
    missing = text[text.index("What is not known and could matter") :]
    assert "How much are you bleeding right now?" in missing[: missing.index("If sex was not")]


def test_rather_not_saying_anything_blocks_no_result(site):
    response = site.post("/check/", {"blood-loss-now": "prefer-not-to-say", "danger-signs--list": "shown"})

    assert response.status_code == 200
    assert "Routine" in text_of(response)


def test_a_form_in_which_nothing_was_chosen_is_empty(site):
    assert site.post("/check/", {"danger-signs--list": "shown", "pain-now--list": "shown"}).status_code == 422


def test_amounts_of_blood_are_drawn_beside_their_words(site):
    body = site.get("/check/").content.decode()

    for name, drawn in (("blood-loss-now", 5), ("bleed-amount", 4)):
        [fieldset] = [part for part in fieldsets_of(body) if f'id="q-{name}"' in part]
        assert fieldset.count('<svg class="amount"') == drawn
        assert fieldset.count('aria-hidden="true"') == drawn


def test_an_empty_form_gets_a_kind_summary_that_leads_to_the_first_question(site):
    response = site.post("/check/", {"action": "result", "fever": ""})

    body = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in body
    assert 'href="#q-blood-loss-now--pad-an-hour"' in body
    assert 'id="q-blood-loss-now--pad-an-hour"' in body


def test_an_answer_that_is_not_offered_is_named_and_the_others_stay(site):
    response = site.post("/check/", {"fever": "perhaps", "pain-now": "mild"})

    body = response.content.decode()
    assert response.status_code == 422
    assert 'href="#q-fever--measured-38"' in body
    assert re.search(r'id="q-pain-now--mild"[^>]* checked', body)


def test_two_answers_to_a_question_that_takes_one_are_refused(site):
    assert site.post("/check/", {"periods": ["regular", "irregular"]}).status_code == 422


def test_a_form_that_is_too_large_is_refused(site):
    assert site.post("/check/", {"fever": "no", "more": "x" * 70_000}).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    ],
)
def test_a_form_that_another_site_sends_is_refused_kindly(site, headers):
    response = site.post("/check/", QUIET, headers=headers)

    assert response.status_code == 403
    assert "you did nothing wrong" in text_of(response)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://testserver"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_form_of_ours_is_answered_by_every_browser(headers, served):
    browser = Client(enforce_csrf_checks=True)

    assert browser.post("/check/", QUIET, headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(site, method):
    assert getattr(site, method)("/check/").status_code == 405


@override_settings(CHECKER_REGION="ie")
def test_the_contacts_of_the_region_of_the_site_come_first(site):
    text = text_of(site.post("/check/", EMERGENCY))

    assert "Whom to ask Ireland: 112 or 999" in text


def test_without_an_edition_the_checker_says_that_it_is_not_ready(db):
    assert Client().get("/check/").status_code == 503
    assert Client().post("/check/", QUIET).status_code == 503


def test_while_developing_the_pages_are_made_anew_each_time(served, settings):
    assert pages_of(served) is pages_of(served)

    settings.DEBUG = True

    assert pages_of(served) is not pages_of(served)


def test_between_two_looks_no_request_asks_the_database(published, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", 3600)
    site = Client()
    site.get("/check/")

    with django_assert_num_queries(0):
        site.get("/check/")
        site.post("/check/", QUIET)
        site.post("/api/v1/check", {"answers": {}}, content_type="application/json")
        site.get("/api/v1/causes")


def test_page_and_api_give_the_same_level_for_every_vignette(site, served):
    """The page is sent the form as the person of the vignette fills it in, the API what that form says."""
    titles = {level.title: urgency.value for urgency, level in served.levels.items()}
    index = index_of(served)

    for vignette in served.vignettes:
        form = filled_in(index, {given.finding: given.answers for given in vignette.answers})
        answers = read_sent(index, form).answers
        page = site.post("/check/", form).content.decode()
        said = site.post("/api/v1/check", {"answers": answers}, content_type="application/json").json()
        heading = re.sub(r"<[^>]+>", "", re.search(r"<h1.*?</h1>", page, flags=re.S).group()).strip()
        assert titles[heading] == said["urgency"], vignette.slug
        for cause in said["causes"]:
            assert f'href="/causes/{cause["slug"]}/"' in page
