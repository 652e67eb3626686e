"""The pages for when something is missing or broken."""

import logging

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from sitecontent.documents import Urgency
from sitecontent.edition import current
from sitecontent.pages import words
from sitecontent.pages.index import index_of
from sitecontent.pages.responses import page_context

log = logging.getLogger(__name__)

MOST_SUGGESTIONS = 5

LAST_RESORT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Something went wrong</title>
<h1>Something went wrong</h1><p>This page could not be shown. Do not wait for it: if you need help now, call your
local emergency number.</p></html>"""


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Help somebody on whose address leads nowhere: what they may have meant, and where to go from here."""
    context: dict[str, object] = {"path": request.path}
    try:
        edition = current.current_edition()
        asked = request.path.replace("/", " ").replace("-", " ")
        context |= {**page_context(edition, request.path), "canonical": ""}
        context["suggestions"] = index_of(edition).search.find(asked)[:MOST_SUGGESTIONS]
    except current.NoEdition:
        context["suggestions"] = ()
    response = HttpResponse(render_to_string("404.html", context), status=404)
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault, and where help is. Needs no database, no edition, and at worst no template."""
    try:
        body = render_to_string("500.html")
    except Exception:
        log.exception("The page for errors could not be rendered")
        body = LAST_RESORT
    response = HttpResponse(body, status=500)
    response["Cache-Control"] = "no-store"
    return response


def too_many(request: HttpRequest) -> HttpResponse:
    """Ask somebody who asks very often to wait, and first of all tell where help is: that must wait for nobody."""
    context: dict[str, object] = {}
    try:
        edition = current.current_edition()
    except current.NoEdition:
        pass
    else:
        level = edition.levels.get(Urgency.EMERGENCY)
        contacts = level.contacts if level else ()
        context = {
            "level": level,
            "contacts": [(words.REGIONS.get(item.region, item.region.upper()), item.text) for item in contacts],
        }
    return HttpResponse(render_to_string("429.html", context), status=429)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that this is not allowed, and where to go from here."""
    response = HttpResponse(render_to_string("403.html"), status=403)
    response["Cache-Control"] = "no-store"
    return response
