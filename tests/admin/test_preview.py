"""Previews: of Markdown while writing, and of a draft as the page that it would be."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

from sitecontent.admin.preview import MOST_BYTES
from sitecontent.models import WORKING_RECORDS, Cause, Page, Revision, Source
from sitecontent.pages.addresses import address_of
from tests.admin.helpers import address, cause, signed_in
from tests.fixtures import person

PREVIEW = "/admin/preview/"

pytestmark = pytest.mark.usefixtures("published")


def preview(client, text, **extra):
    return client.post(PREVIEW, {"content": text, **extra})


# Markdown


def test_markdown_is_rendered_as_the_public_page_does(desk):
    response = preview(desk, "- It **hurts**. [@nhs-ectopic; @nice-ng126]")

    content = response.content.decode()
    assert response.status_code == 200
    assert "<strong>hurts</strong>" in content
    assert '<a href="#ref-1">[1]</a> <a href="#ref-2">[2]</a>' in content
    assert Source.objects.get(slug="nhs-ectopic").title in content


def test_several_previews_on_one_page_share_no_id(desk):
    assert " id=" not in preview(desk, "It hurts. [@nhs-ectopic]").content.decode()


def test_a_source_that_is_only_a_draft_can_be_cited(desk):
    source = Source.objects.get(slug="nhs-ectopic")
    source.pk, source.slug, source.title, source._state.adding = None, "brand-new", "Brand new", True
    source.save()

    assert "Brand new" in preview(desk, "It hurts. [@brand-new]").content.decode()


def test_an_unknown_source_is_marked(desk):
    assert "unknown source: no-such" in preview(desk, "It hurts. [@no-such]").content.decode()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "[x](javascript:1)"])
def test_nothing_that_was_typed_becomes_a_script(desk, text):
    content = preview(desk, text).content.decode()

    assert "<script" not in content
    assert "<img" not in content
    assert "href" not in content


@pytest.mark.parametrize("who", ["nobody", "moderator", "administrator", "visitor account", "dismissed"])
def test_only_who_may_edit_gets_a_preview(who, moderator, administrator, reviewer):
    client = {
        "nobody": Client,
        "moderator": lambda: signed_in(moderator),
        "administrator": lambda: signed_in(administrator),
    }.get(who)
    if who == "visitor account":
        account = person("visitor", "Reviewers")
        account.is_staff = False
        account.save()
        client = lambda: signed_in(account)  # noqa: E731
    if who == "dismissed":
        browser = signed_in(reviewer)
        reviewer.is_active = False
        reviewer.save()
        client = lambda: browser  # noqa: E731

    response = preview(client(), "It *hurts*.")

    assert response.status_code == 403
    assert "<em>" not in response.content.decode()


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_a_preview_is_asked_for_with_post(desk, method):
    response = getattr(desk, method)(PREVIEW)

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_a_preview_needs_the_token_of_its_page(reviewer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reviewer)

    assert preview(client, "It *hurts*.").status_code == 403


def test_a_text_that_is_too_long_is_refused(desk):
    assert preview(desk, "a" * MOST_BYTES).status_code == 200
    assert preview(desk, "a" * (MOST_BYTES + 1)).status_code == 413
    assert preview(desk, "ä" * (MOST_BYTES // 2 + 1)).status_code == 413


def test_nothing_can_be_uploaded(desk):
    image = SimpleUploadedFile("x.svg", b"<svg onload='alert(1)'/>", content_type="image/svg+xml")

    response = preview(desk, "x", image=image)

    assert response.status_code == 403
    assert b"svg" not in response.content


def test_the_addresses_of_markdownx_itself_are_not_routed():
    for name in ("markdownx_markdownify", "markdownx_upload"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_a_preview_asks_the_database_as_much_for_one_source_as_for_many(desk, django_assert_num_queries):
    slugs = "; ".join(f"@{slug}" for slug in Source.objects.values_list("slug", flat=True)[:40])

    with django_assert_num_queries(5):
        preview(desk, f"It hurts. [{slugs}]")


# What can be named


def test_the_vocabulary_names_questions_answers_and_sources(desk):
    data = desk.get("/admin/vocabulary/").json()

    assert data["findings"]["shoulder-tip-pain"]["answers"]["yes"] == "Yes"
    assert data["sources"]["nhs-ectopic"] == Source.objects.get(slug="nhs-ectopic").title


def test_the_vocabulary_is_for_staff():
    assert Client().get("/admin/vocabulary/").status_code == 302
    assert signed_in(person("no-role")).get("/admin/vocabulary/").status_code == 403


# Pages


def test_a_draft_is_shown_as_its_page_and_marked(desk):
    record = cause()
    Cause.objects.filter(pk=record.pk).update(summary="Only a draft says this.")

    response = desk.get(address(record, "preview"))

    content = response.content.decode()
    assert response.status_code == 200
    assert "Only a draft says this." in content
    assert "Draft, not published." in content
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in response.headers["Cache-Control"]
    assert "Only a draft says this." not in desk.get(f"/causes/{record.slug}/").content.decode()


@pytest.mark.parametrize("kind", [kind for kind in WORKING_RECORDS if address_of(kind, "x")])
def test_every_kind_that_has_a_page_has_a_preview(desk, kind):
    for record in WORKING_RECORDS[kind].objects.all()[:12]:
        response = desk.get(address(record, "preview"))

        assert response.status_code == 200, record
        assert response.content.decode().count("Draft, not published.") == 1
        assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("slug", ["emergency", "pregnancy", "how-we-review", "about"])
def test_a_page_with_an_address_of_its_own_is_shown_as_it_is_there(desk, slug):
    record = Page.objects.get(slug=slug)
    Page.objects.filter(pk=record.pk).update(body="Only a draft says this. [@nhs-ectopic]")

    assert "Only a draft says this." in desk.get(address(record, "preview")).content.decode()


def test_a_kind_without_a_page_says_so(desk):
    record = WORKING_RECORDS["vignette"].objects.first()

    response = desk.get(address(record, "preview"))

    assert response.status_code == 409
    assert "have no page of their own" in response.content.decode()


def test_a_draft_that_names_another_draft_can_be_previewed(desk):
    source = Source.objects.get(slug="nhs-ectopic")
    source.pk, source.slug, source.title, source._state.adding = None, "brand-new", "Brand new", True
    source.save()
    record = cause()
    record.sources.add(source)
    Cause.objects.filter(pk=record.pk).update(urgency_reason="It is serious. [@brand-new]")

    assert "Brand new" in desk.get(address(record, "preview")).content.decode()


def test_a_draft_that_is_not_complete_says_what_is_missing(desk):
    record = cause()
    Cause.objects.filter(pk=record.pk).update(summary="")

    response = desk.get(address(record, "preview"))

    assert response.status_code == 409
    assert "Summary" in response.content.decode()


def test_a_preview_is_for_staff():
    record = cause()
    revision = Revision.objects.filter(kind="cause").first()

    for page in (address(record, "preview"), f"/admin/review/{revision.pk}/preview/"):
        response = Client().get(page)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")


def test_an_old_revision_can_be_seen_as_its_page(bench):
    revision = Revision.objects.get(kind="cause", slug="ectopic-pregnancy")

    response = bench.get(f"/admin/review/{revision.pk}/preview/")

    assert revision.document.summary in response.content.decode()
    assert response.headers["X-Robots-Tag"] == "noindex"
