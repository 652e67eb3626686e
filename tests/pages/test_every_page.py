"""Every public address of an edition answers, and every page keeps the promises of all pages.

The pages are rendered once, without a database: see `public_answers`.
"""

import gzip
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from sitecontent.documents import Verdict
from sitecontent.pages import urls
from sitecontent.pages.addresses import PAGES_WITH_THEIR_OWN_ADDRESS
from tests.pages.site import Reading


@pytest.fixture(scope="module")
def answers(public_answers):
    """Address -> its answer, for every page of the site."""
    return public_answers


@pytest.fixture(scope="module")
def pages(answers: dict[str, HttpResponse]) -> dict[str, Reading]:
    """Address -> the page as it reads, for those that are HTML."""
    return {
        address: Reading(answer.content.decode())
        for address, answer in answers.items()
        if answer["Content-Type"].startswith("text/html")
    }


def test_every_address_answers_without_a_query(answers):
    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == {}


def test_every_url_pattern_is_walked(answers):
    walked = {resolve(address.partition("?")[0]).url_name for address in answers}

    assert {pattern.name for pattern in urls.urlpatterns} - walked == {"styleguide", "security", "as-it-was"}


def test_every_link_within_the_site_leads_somewhere(answers, pages):
    dead = {
        (address, link)
        for address, page in pages.items()
        for link in page.links
        if link.startswith("/") and not leads_somewhere(link, answers)
    }

    assert dead == set()


def leads_somewhere(link: str, answers: dict[str, HttpResponse]) -> bool:
    path = link.partition("#")[0].partition("?")[0]
    if path in answers:
        return True
    try:
        return resolve(path).namespace != "pages"
    except Resolver404:
        return False


def test_every_fragment_names_something_on_its_page(pages):
    dead = {
        (address, link)
        for address, page in pages.items()
        for link in page.links
        if link.startswith("#") and link[1:] not in page.ids
    }

    assert dead == set()


def test_every_citation_opens_a_card_of_its_page_that_can_be_closed(pages):
    for address, page in pages.items():
        cards = {attributes["id"] for attributes in page.having("div", class_="source-card")}
        buttons = [attributes for attributes in page.having("button") if "popovertarget" in attributes]
        opened = {button["popovertarget"] for button in buttons if "popovertargetaction" not in button}
        closed = {button["popovertarget"] for button in buttons if button.get("popovertargetaction") == "hide"}
        assert opened == closed == cards, address
    assert len(pages["/causes/chlamydia/"].having("div", class_="source-card")) > 5
    assert all("popover" in card for page in pages.values() for card in page.having("div", class_="source-card"))


def test_a_source_ends_with_one_full_stop(pages):
    twice = {address: re.findall(r"\S+[.?!]\.(?!\.)", page.text) for address, page in pages.items()}

    assert {address: found for address, found in twice.items() if found} == {}


def test_no_page_sets_a_cookie_or_varies_by_one(answers):
    assert [a for a, answer in answers.items() if answer.cookies or "Cookie" in answer.get("Vary", "")] == []


def test_every_page_carries_the_strict_policy(answers):
    for answer in answers.values():
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer["Referrer-Policy"] == "no-referrer"


def test_no_page_has_inline_script_or_style(pages):
    for address, page in pages.items():
        for tag, attributes in page.elements:
            assert tag != "style", address
            assert tag != "script" or "src" in attributes or attributes.get("type") == "application/ld+json", address
            assert "style" not in attributes, address
            assert not any(name.startswith("on") for name in attributes), (address, tag)


def test_no_page_asks_anybody_else_for_anything(pages):
    for address, page in pages.items():
        for tag, attributes in page.elements:
            fetched = attributes.get("src") or (attributes.get("href") if tag == "link" else "") or ""
            if attributes.get("rel") == "canonical":
                continue
            assert not fetched or (fetched.startswith("/") and not fetched.startswith("//")), (address, fetched)


def test_what_pages_link_to_as_static_files_is_there(pages):
    files = {
        attributes["href"].removeprefix("/static/")
        for page in pages.values()
        for tag, attributes in page.elements
        if tag == "link" and (attributes.get("href") or "").startswith("/static/")
    }

    assert files >= {"causeway.css", "icon.svg"}
    assert [name for name in files if not finders.find(name)] == []


def test_every_page_is_well_formed_with_one_main_and_one_first_heading(pages):
    for address, page in pages.items():
        assert page.misnested == [], address
        assert page.open in ([], ["html"]), address
        assert [tag for tag, _ in page.elements].count("main") == 1, address
        assert [level for level, _ in page.headings].count(1) == 1, address
        assert page.having("html", lang="en-gb"), address


def test_headings_skip_no_level(pages):
    for address, page in pages.items():
        levels = [level for level, _ in page.headings]
        jumps = [pair for pair in pairwise(levels) if pair[1] - pair[0] > 1]
        assert jumps == [], (address, page.headings)
        assert all(text.strip() for _, text in page.headings), address


def test_ids_are_given_once(pages):
    for address, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), (address, [i for i in page.ids if page.ids.count(i) > 1])


def test_titles_are_unique(answers, pages):
    titles = {
        address: re.search(r"<title>(.*?)</title>", answers[address].content.decode(), re.DOTALL).group(1)
        for address in pages
        if "?" not in address and not address.startswith("/sources/")
    }

    assert all(title.endswith("– Causeway") and len(title) > 12 for title in titles.values())
    shared = {title: [a for a in titles if titles[a] == title] for title in titles.values()}
    assert {title: found for title, found in shared.items() if len(found) > 1} == {}


def test_labels_name_the_fields(pages):
    for address, page in pages.items():
        labelled = {attributes.get("for") for attributes in page.having("label")}
        for tag, attributes in page.elements:
            if tag in {"input", "select"} and attributes.get("type") != "hidden":
                assert attributes.get("id") in labelled, address


def test_every_page_offers_the_ways_that_a_frightened_person_needs(pages):
    for address, page in pages.items():
        assert {"#main", "/emergency/", "/check/", "/privacy/", "/how-we-review/"} <= set(page.links), address
        assert page.having("a", class_="leave")[0]["rel"] == "noreferrer noopener"


def test_every_page_names_the_edition_that_it_was_made_of(pages, starter_edition):
    for address, page in pages.items():
        assert "Edition 1" in page.text, address
        assert starter_edition.sha256[:12] in page.text, address


def test_every_guide_is_reached_from_home_and_from_the_list_that_every_page_links_to(pages, starter_edition):
    guides = {f"/pages/{page.slug}/" for page in starter_edition.pages if page.slug not in PAGES_WITH_THEIR_OWN_ADDRESS}

    assert guides
    assert guides <= set(pages["/"].links)
    assert guides <= set(pages["/pages/"].links)
    assert all("/pages/" in page.links for page in pages.values())


def test_every_picture_has_a_size_of_its_own_for_when_no_stylesheet_comes(pages):
    for address, page in pages.items():
        for tag, attributes in page.elements:
            assert tag != "svg" or (attributes.get("width") and attributes.get("height")), (address, attributes)


def test_every_record_says_that_no_clinician_has_signed_it(pages):
    records = [a for a in pages if re.match(r"/(causes|findings|claims|pages)/[a-z0-9-]+/", a)]

    assert len(records) > 80
    for address in [*records, "/pregnancy/", "/emergency/", "/privacy/", "/about/"]:
        assert "No clinician has signed this page yet." in pages[address].text, address


def test_no_list_repeats_a_dangerous_claim_without_a_warning_before_it(answers, starter_edition):
    dangerous = {claim.claim for claim in starter_edition.claims if claim.verdict is Verdict.HARMFUL}
    warned = set()
    for address, answer in answers.items():
        for before, quoted in re.findall(r"(.{60})<q>(.*?)</q>", answer.content.decode(errors="replace"), re.DOTALL):
            if unescape(quoted) in dangerous:
                assert "Do not rely on this:</strong>" in before, (address, quoted)
                warned.add(unescape(quoted))

    assert warned == dangerous


def test_pages_are_cached_briefly_and_searches_never(answers):
    assert answers["/"]["Cache-Control"] == "public, max-age=60"
    assert answers["/causes/chlamydia/"]["Cache-Control"] == "public, max-age=60"
    assert answers["/search/?q=coil"]["Cache-Control"] == "private, no-store"
    assert not answers["/search/?q=coil"].has_header("ETag")


def test_a_cause_page_is_light(answers):
    sheet = Path(str(finders.find("causeway.css"))).read_bytes()
    heaviest = max(
        len(gzip.compress(answer.content)) for address, answer in answers.items() if address.startswith("/causes/")
    )

    assert len(gzip.compress(sheet)) < 12_000
    assert heaviest + len(gzip.compress(sheet)) < 40_000


def test_the_feed_is_atom(answers):
    root = ElementTree.fromstring(answers["/feed.xml"].content)  # noqa: S314 - our own
    atom = "{http://www.w3.org/2005/Atom}"

    assert root.tag == f"{atom}feed"
    assert [entry.findtext(f"{atom}title") for entry in root.iter(f"{atom}entry")] == ["Edition 1"]
    assert all(root.findtext(f"{atom}{name}") for name in ("id", "title", "updated"))
    for entry in root.iter(f"{atom}entry"):
        assert entry.find(f"{atom}link").get("href").endswith("/editions/1/")
        assert entry.findtext(f"{atom}id")
        assert entry.findtext(f"{atom}updated") == "2026-01-01T09:00:00+00:00"


def test_the_sitemap_lists_every_record_with_the_day_of_its_change(answers, starter_edition, settings):
    root = ElementTree.fromstring(answers["/sitemap.xml"].content)  # noqa: S314 - our own
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = {url.findtext(f"{space}loc"): url.findtext(f"{space}lastmod") for url in root.iter(f"{space}url")}

    assert len(listed) == len(list(root))
    assert all(address.startswith(settings.SITE_URL + "/") for address in listed)
    for cause in starter_edition.causes:
        assert listed[f"{settings.SITE_URL}/causes/{cause.slug}/"] == "2026-01-01"


def test_robots_may_read_the_pages_but_not_search_them(answers, settings):
    lines = answers["/robots.txt"].content.decode().splitlines()

    assert "Disallow: /search/" in lines
    assert "Disallow: /admin/" in lines
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines


def test_every_page_says_for_a_shared_link_what_its_title_and_its_one_address_are(answers, pages, settings):
    for address, page in pages.items():
        path = address.partition("?")[0]
        title = re.search(r"<title>(.*?)</title>", answers[address].content.decode(), re.DOTALL).group(1)
        assert page.having("meta", property="og:title")[0]["content"] == unescape(title.strip()), address
        described = page.having("meta", name="description")[0]["content"]
        assert page.having("meta", property="og:description")[0]["content"] == described
        assert len(described) > 20, address
        assert page.having("meta", property="og:image")[0]["content"] == f"{settings.SITE_URL}/static/share.png"
        assert page.having("meta", property="og:url")[0]["content"] == settings.SITE_URL + path
        assert page.having("link", rel="canonical")[0]["href"] == settings.SITE_URL + path


def test_the_picture_of_a_shared_link_is_a_file_of_ours_of_the_size_that_is_told(pages):
    picture = Path(str(finders.find("share.png"))).read_bytes()
    width, height = (int.from_bytes(picture[start : start + 4], "big") for start in (16, 20))

    assert picture.startswith(b"\x89PNG")
    assert pages["/"].having("meta", property="og:image:width", content=str(width))
    assert pages["/"].having("meta", property="og:image:height", content=str(height))
    assert len(picture) < 100_000


def test_humans_are_told_who_stands_behind_the_pages(answers, settings):
    text = answers["/humans.txt"].content.decode()

    assert f"{settings.SITE_URL}/how-we-review/" in text
    assert answers["/humans.txt"]["Content-Type"] == "text/plain; charset=utf-8"


def test_browsers_are_told_how_to_search(answers, pages, settings):
    root = ElementTree.fromstring(answers["/opensearch.xml"].content)  # noqa: S314 - our own
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    templates = {url.get("type"): url.get("template") for url in root.iter(f"{space}Url")}

    assert templates["text/html"] == f"{settings.SITE_URL}/search/?q={{searchTerms}}"
    assert len(root.findtext(f"{space}ShortName")) <= 16
    assert all(page.having("link", rel="search", href="/opensearch.xml") for page in pages.values())


def test_security_txt_is_there_when_somebody_is_named(visit, settings):
    address = "/.well-known/security.txt"
    settings.SECURITY_CONTACT = ""
    assert visit(address).status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@causeway.example"

    response = visit(address)

    lines = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert lines["Contact"] == settings.SECURITY_CONTACT
    assert lines["Canonical"] == settings.SITE_URL + address
    assert timedelta(days=30) < datetime.fromisoformat(lines["Expires"]) - datetime.now(UTC) < timedelta(days=365)
