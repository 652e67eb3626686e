"""Guided mode: everybody is shown every criterion, and nobody is given a result."""

import re
from html import unescape

import pytest
from django.test import Client

from sitecontent.documents import Answer, Condition, Implication, Match, Urgency
from triage import api, views
from triage.guide import Criterion, Reply, criteria_of, guide
from triage.present import contacts_of

PLANTED = {"danger-signs": "fainted", "fever": "hot-shivery", "bleed-amount": "more-than-period"}


def text_of(html: str) -> str:
    """What a person reads: without tags, one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def words_of(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def site(served, settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A visitor's browser on a site in guided mode, where nothing may be assessed."""
    settings.CHECKER_MODE = "guided"

    def assess(*_arguments: object, **_named: object) -> None:
        pytest.fail("an assessment was made in guided mode")

    for module, name in ((views, "assess"), (views, "outlook"), (views, "sent_in"), (api, "assess")):
        monkeypatch.setattr(module, name, assess)
    return Client()


@pytest.fixture
def page(site: Client) -> str:
    """The guided page as HTML."""
    response = site.get("/check/")
    assert response.status_code == 200
    return response.content.decode()


def section_of(page: str, urgency: Urgency) -> str:
    start = page.index(f'<section class="guide-level" aria-labelledby="{urgency}">')
    return page[start : page.index("</section>", start)]


def rule_of(page: str, slug: str) -> str:
    """The part of the page that is about one rule."""
    return re.split(r'<li id="rule-|</section>', page.split(f'<li id="rule-{slug}">')[1])[0]


def test_the_five_levels_come_most_urgent_first(page):
    shown = re.findall(r'<h2 id="([\w-]+)">', page)[:5]

    assert shown == ["emergency", "urgent", "soon", "routine", "self-care"]


@pytest.mark.parametrize("urgency", list(Urgency))
def test_each_level_says_what_to_do_by_when_and_whom_to_ask(page, served, urgency):
    level = served.levels[urgency]

    text = text_of(section_of(page, urgency))

    assert words_of(level.title) in text
    assert words_of(level.what_to_do) in text
    assert words_of(level.timescale) in text
    assert [words_of(contact.text) for contact in level.contacts if words_of(contact.text) not in text] == []


def test_every_rule_stands_once_under_its_level_with_what_makes_it_and_what_to_do(page, served):
    for rule in served.safety_rules:
        assert page.count(f'id="rule-{rule.slug}"') == 1
        text = text_of(rule_of(section_of(page, rule.at_least), rule.slug))
        assert text.startswith(words_of(rule.title))
        assert text.endswith(words_of(rule.tell))
        for match in rule.when.matches:
            finding = served.finding(match.finding)
            assert words_of(finding.question) in text
            assert [slug for slug in match.is_ if words_of(finding.answer(slug).label) not in text] == []


def test_a_rule_says_whether_all_or_any_of_its_answers_make_it(page, served):
    for rule in served.safety_rules:
        text = text_of(rule_of(page, rule.slug))
        both = len(rule.when.all_of) + (len(rule.when.any_of) == 1)
        assert ("When all of these are true:" in text) == (both > 1)
        assert ("When this is true:" in text) == (both == 1)
        assert ("any one of these" in text) == (len(rule.when.any_of) > 1)


def test_an_answer_that_implies_another_is_named_beside_it(page, served):
    text = text_of(rule_of(page, "pregnant-any-bleeding"))
    test, status = served.finding("pregnancy-test"), served.finding("pregnancy-status")

    assert f"{test.question} Positive" in text
    assert text.index(status.question) < text.index(test.question)


def test_criteria_are_the_questions_and_the_labels_of_the_answers(served):
    implying = Answer(slug="positive", label="Positive", implies=Implication(finding="pregnancy-status", answer="yes"))
    assert implying in served.finding("pregnancy-test").answers
    match = Match(finding="age-band", is_=("age-13-15",))
    only = Criterion((Reply("How old are you?", ("13 to 15",)),))

    one = criteria_of(served, Condition(any_of=(match,)))
    two = criteria_of(served, Condition(all_of=(match,), any_of=(match, match)))

    assert (one.all_of, one.any_of) == ((only,), ())
    assert (two.all_of, two.any_of) == ((only,), (only, only))


def test_the_limits_of_self_care_are_all_told_before_anybody_chooses_it(page, served):
    text = text_of(section_of(page, Urgency.SELF_CARE))

    for match in served.levels[Urgency.SELF_CARE].not_for.matches:
        finding = served.finding(match.finding)
        assert words_of(finding.question) in text
        assert [slug for slug in match.is_ if words_of(finding.answer(slug).label) not in text] == []
    assert "only if nothing above is true for you" in text


def test_whom_nothing_fits_is_told_to_be_seen(page):
    assert "if nothing on this page seems to fit you" in text_of(section_of(page, Urgency.ROUTINE))


def test_every_cause_is_linked_under_its_level(page, served):
    listed = page[page.index('id="causes-title"') :]

    order = [re.findall(r'href="/causes/([\w-]+)/"', part) for part in listed.split("<h3")[1:]]

    assert order == [[cause.slug for cause in row.causes] for row in guide(served, region="uk") if row.causes]
    assert sorted(slug for slugs in order for slug in slugs) == sorted(cause.slug for cause in served.causes)


def test_the_contacts_of_the_region_of_the_site_come_first(site, served, settings):
    settings.CHECKER_REGION = "nz"

    text = text_of(section_of(site.get("/check/").content.decode(), Urgency.EMERGENCY))

    assert f"Whom to ask {contacts_of(served.levels[Urgency.EMERGENCY], 'nz')[0].name}:" in text


def test_there_is_nothing_to_fill_in_and_nothing_to_run(page):
    assert re.findall(r"<(?:form|input|button|select|textarea|style)\b|\sstyle=|\son\w+=", page) == []
    assert re.findall(r"<script(?! type=\"application/ld\+json\")", page) == []


def test_help_after_unwanted_sex_is_there_too(page):
    assert "What happened was not your fault" in text_of(page)


def test_nobody_is_told_a_result_of_their_own(page, site):
    assert not re.search(r"\b(you said|your result|fits well|fit well)\b", text_of(page), re.IGNORECASE)
    assert site.get("/check/", PLANTED).content.decode() == page


def test_the_page_sets_no_cookie_and_asks_for_a_fresh_look(site):
    response = site.get("/check/")

    assert not response.cookies
    assert response["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("sent", [{}, PLANTED, {**PLANTED, "action": "edit"}])
def test_a_form_that_is_sent_is_answered_kindly_and_without_a_result(site, sent):
    response = site.post("/check/", sent)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    text = text_of(response.content.decode())
    assert "This site gives no personal result" in text
    assert [answer for answer in PLANTED.values() if answer in response.content.decode()] == []


def test_what_is_sent_gives_the_same_page_whatever_it_is(site):
    assert site.post("/check/", PLANTED).content == site.post("/check/").content


@pytest.mark.parametrize("body", ['{"answers": {"danger-signs": ["fainted"]}}', "{}", "not JSON: hot-shivery"])
def test_the_api_makes_no_assessment(site, body):
    response = site.post("/api/v1/check", body, content_type="application/json")

    assert response.status_code == 403
    assert response.json() == {
        "detail": [{"message": api.NO_PERSONAL_RESULT, "finding": None, "answer": None, "allowed": []}]
    }
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


def test_the_api_gives_no_questionnaire_to_be_answered(site):
    response = site.get("/api/v1/questionnaire")

    assert response.status_code == 403
    assert response.json()["detail"][0]["message"] == api.NO_PERSONAL_RESULT
    assert response["Cache-Control"] == "no-store"


def test_a_copy_of_the_questionnaire_from_before_does_not_hold(served, settings):
    etag = Client().get("/api/v1/questionnaire")["ETag"]
    settings.CHECKER_MODE = "guided"

    assert Client().get("/api/v1/questionnaire", headers={"If-None-Match": etag}).status_code == 403


@pytest.mark.parametrize("address", ["edition", "causes", "findings", "sources", "claims", "docs", "openapi.json"])
def test_all_that_is_for_reading_stays(site, address):
    assert site.get(f"/api/v1/{address}").status_code == 200


def test_a_mode_that_nobody_knows_gives_no_personal_result(site, settings):
    settings.CHECKER_MODE = "bold"

    assert site.post("/check/", PLANTED).status_code == 405


def test_personal_mode_is_the_default_and_asks_and_answers(served, settings):
    assert settings.CHECKER_MODE == "personal"

    form, result = Client().get("/check/"), Client().post("/check/", PLANTED)
    said = Client().post("/api/v1/check", {"answers": {"danger-signs": ["fainted"]}}, content_type="application/json")

    assert '<form class="check-form' in form.content.decode()
    assert "Your result" in text_of(result.content.decode())
    assert said.json()["urgency"] == "emergency"
    assert Client().get("/api/v1/questionnaire").status_code == 200


def test_without_an_edition_there_is_nothing_to_show_yet(settings, monkeypatch):
    settings.CHECKER_MODE = "guided"

    def nothing() -> None:
        raise views.NoEdition

    monkeypatch.setattr(views, "current_edition", nothing)

    assert Client().get("/check/").status_code == 503
    assert Client().post("/check/", PLANTED).status_code == 503


def test_the_start_page_asks_nobody_to_answer_questions(site):
    home = text_of(site.get("/").content.decode())

    assert "See how soon to be seen" in home
    assert "Nothing is asked." in home
    assert "Check your symptoms" not in home
    assert "Answer some questions" not in home
