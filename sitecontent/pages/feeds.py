"""What programs read: the Atom feed of editions, the sitemap, robots.txt, the icon."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sitecontent.edition.edition import Edition, EditionSummary
from sitecontent.pages.addresses import address_of_document
from sitecontent.pages.responses import public_page, render_page

EDITIONS_IN_FEED = 30
CHANGES_NAMED = 20
SECURITY_TXT_HOLDS_DAYS = 180

UNFIT_FOR_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Place:
    """One line of the sitemap."""

    address: str
    changed_at: datetime


@public_page
def feed(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Tell of the latest editions."""
    site = settings.SITE_URL
    atom = Atom1Feed(
        title=_("Causeway: what changed"),
        link=f"{site}/editions/",
        description=_("Each edition of what has been approved, and what it changed."),
        language="en",
        feed_url=f"{site}/feed.xml",
        feed_guid=f"{site}/editions/",
    )
    for summary in summaries_of(edition)[:EDITIONS_IN_FEED]:
        atom.add_item(
            title=_("Edition %(number)d") % {"number": summary.number},
            link=f"{site}/editions/{summary.number}/",
            description=as_html(_told(summary)),
            unique_id=f"{site}/editions/{summary.number}/#{summary.sha256}",
            pubdate=summary.published_at,
            updateddate=summary.published_at,
            author_name="Causeway",
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@public_page
def sitemap(request: HttpRequest, edition: Edition) -> HttpResponse:
    """List every page with the day on which its content last changed."""
    places = tuple(places_of(edition))
    return render_page(
        request, edition, "pages/sitemap.xml", {"places": places}, content_type="application/xml; charset=utf-8"
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is for people only. Answers without an edition too."""
    text = render_to_string("pages/robots.txt", {"site_url": settings.SITE_URL})
    return _kept_a_day(HttpResponse(text, content_type="text/plain; charset=utf-8"))


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """Tell browsers how to search this site from their own search field."""
    text = render_to_string("pages/opensearch.xml", {"site_url": settings.SITE_URL})
    return _kept_a_day(HttpResponse(text, content_type="application/opensearchdescription+xml; charset=utf-8"))


@require_safe
def humans(request: HttpRequest) -> HttpResponse:
    """Tell people who looks after this."""
    text = render_to_string("pages/humans.txt", {"site_url": settings.SITE_URL})
    return _kept_a_day(HttpResponse(text, content_type="text/plain; charset=utf-8"))


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Tell whom to write to about a hole in the site; not there when nobody is named in the settings.

    Source: RFC 9116.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = datetime.now(UTC) + timedelta(days=SECURITY_TXT_HOLDS_DAYS)
    context = {"contact": settings.SECURITY_CONTACT, "expires": expires, "site_url": settings.SITE_URL}
    text = render_to_string("pages/security.txt", context)
    return _kept_a_day(HttpResponse(text, content_type="text/plain; charset=utf-8"))


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon, for browsers that ask at the root whatever the page says."""
    with open(str(finders.find("favicon.ico")), "rb") as file:  # noqa: PTH123 - the finder gives a text
        return _kept_a_day(HttpResponse(file.read(), content_type="image/x-icon"))


def summaries_of(edition: Edition) -> tuple[EditionSummary, ...]:
    """The history, newest first; this edition alone when it does not carry one."""
    return edition.history or (
        EditionSummary(
            edition.number, edition.sha256, edition.published_at, edition.note, edition.published_by, changes=()
        ),
    )


def places_of(edition: Edition) -> Iterator[Place]:
    """Every address of the public site. Lists change with the edition, records when they change."""
    lists = ("/", "/causes/", "/findings/", "/pages/", "/claims/", "/sources/", "/check/", "/editions/")
    for address in (*lists, "/how-we-review/", "/emergency/", "/pregnancy/"):
        yield Place(address, edition.published_at)
    for entry in edition.entries:
        address = address_of_document(entry.document)
        if address and address not in {"/emergency/", "/pregnancy/", "/how-we-review/"}:
            yield Place(address, entry.changed_at)
    for summary in summaries_of(edition):
        yield Place(f"/editions/{summary.number}/", summary.published_at)


def _told(summary: EditionSummary) -> str:
    """The note of an edition and the names of what it changed."""
    names = [change.title for change in summary.changes[:CHANGES_NAMED]]
    more = len(summary.changes) - len(names)
    told = "; ".join(names) + (_(" and %(count)d more") % {"count": more} if more else "")
    return "\n".join(part for part in (summary.note, told) if part) or _("No changes are listed.")


def as_html(text: str) -> str:
    """A text as the HTML that Atom takes a summary for: no reader finds an element in it, however it is written.

    What XML can not hold at all, such as a control character in an old note, is left out.
    """
    return str(linebreaksbr(UNFIT_FOR_XML.sub("", text), autoescape=True))


def _kept_a_day(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "public, max-age=86400"
    return response
