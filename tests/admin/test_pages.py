"""What holds for every page of the desk."""

import pytest

from sitecontent.models import WORKING_RECORDS, Decision, PublishedEdition
from tests.admin.helpers import patterns, real_address, signed_in
from tests.admin.pages import read

pytestmark = pytest.mark.usefixtures("published", "quick_impact")


def opened(client, things):
    """Every page of the desk that this person can open."""
    for name, route in patterns():
        if name in ("logout", "jsi18n", "autocomplete", "vocabulary"):
            continue
        response = client.get(real_address(name, route, things))
        if response.status_code == 200:
            yield name, response


def test_every_page_holds_under_the_security_policy_and_is_kept_nowhere(people, things):
    seen = 0
    for name, response in opened(signed_in(people["superuser"]), things):
        content = response.content.decode()
        assert read(response).inline == [], name
        assert "script-src 'self'" in response.headers["Content-Security-Policy"], name
        assert "no-store" in response.headers.get("Cache-Control", ""), name
        assert content.count("<h1") == 1, name
        assert "<title>" in content, name
        seen += 1

    assert seen > 60


def test_the_records_are_grouped_by_what_they_are_for(desk):
    groups = {
        app["name"]: [model["object_name"] for model in app["models"]]
        for app in desk.get("/admin/").context["app_list"]
    }

    assert groups["Content"] == ["Cause", "ClaimReview", "Page", "Category"]
    assert groups["Symptom checker"] == ["Finding", "SafetyRule", "UrgencyLevel", "Vignette"]
    shown = {name for names in groups.values() for name in names}
    assert {model._meta.object_name for model in WORKING_RECORDS.values()} <= shown


def test_the_ledger_is_shown_without_a_way_to_change_it(bench, things):
    page = read(bench.get(f"/admin/sitecontent/decision/{Decision.objects.first().pk}/change/"))

    assert "Why?" in page.text
    assert not any(button in ("Save", "Save draft", "Delete") for button in page.buttons)


def test_an_edition_names_what_it_changed(bench, things):
    edition = PublishedEdition.objects.get(number=1)

    page = read(bench.get(f"/admin/sitecontent/publishededition/{edition.pk}/change/"))

    first = edition.changes.first()
    assert f"{first.kind}: {first.title}" in page.text
    assert f"/admin/review/{first.revision_id}/" in page.links
    assert f"and {edition.changes.count() - 100} more" in page.text
    assert edition.sha256 in page.text
