"""What every public answer has in common: one edition, no cookie, honest caching."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from sitecontent.cut import Cut, Values, cut
from sitecontent.edition import current
from sitecontent.edition.edition import Edition
from sitecontent.pages.changes import AsItWas
from sitecontent.pages.index import index_of
from sitecontent.pages.pieces import pieces_of

FRESH_FOR_SECONDS = 60
"""How long a browser may show a page without asking again. Short, so that a record taken down is soon gone."""

_as_it_was: ContextVar[AsItWas | None] = ContextVar("as_it_was", default=None)

PublicView = Callable[..., HttpResponse]


def public_page(view: PublicView) -> Callable[..., HttpResponse]:
    """Give a view the current edition, and let browsers ask whether their copy still holds.

    A page is made of the edition, the address, this release of the site and how many reviews are
    overdue today, and of nothing else, so these four are its ETag.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            edition = current.current_edition()
        except current.NoEdition:
            return not_ready()
        etag = etag_of(edition, request.get_full_path())
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            response: HttpResponse = HttpResponseNotModified()
        else:
            response = view(request, edition, **arguments)
        if response.status_code in {200, 304} and not response.has_header("Cache-Control"):
            response["ETag"] = etag
            response["Cache-Control"] = f"public, max-age={FRESH_FOR_SECONDS}"
        return response

    answer.page = view  # type: ignore[attr-defined] - for a page of another edition
    return answer


def render_page(
    request: HttpRequest,
    edition: Edition,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    content_type: str | None = None,
) -> HttpResponse:
    """Render a public template.

    No context processor runs, so that no template can reach the session or make a token.
    """
    body = render_to_string(template, _in_its_frame(request, edition, context))
    return HttpResponse(body, status=status, content_type=content_type)


def render_cut(
    request: HttpRequest,
    edition: Edition,
    template: str,
    *,
    shape: Mapping[str, str | bool],
    frame: Callable[[], Mapping[str, Any]],
    values: Values,
) -> HttpResponse:
    """Fill a public template that is rendered once for each edition and cut.

    `shape` is what the template decides by, and must have few values; `frame` is what it shows in any case. Of a page
    of the past, with its banner, nothing is held.
    """

    def make() -> Cut:
        return cut(template, _in_its_frame(request, edition, {**frame(), **shape}))

    held = _as_it_was.get() is None
    page = pieces_of(edition).once((template, request.path, *shape.values()), make) if held else make()
    return HttpResponse(page.fill(values))


def render_as_it_was(request: HttpRequest, view: PublicView, was: AsItWas, **arguments: Any) -> HttpResponse:
    """Let a view show its page of an earlier edition, under a banner that says so."""
    token = _as_it_was.set(was)
    try:
        return view(request, was.then, **arguments)
    finally:
        _as_it_was.reset(token)


def _in_its_frame(request: HttpRequest, edition: Edition, context: Mapping[str, Any]) -> Mapping[str, Any]:
    was = _as_it_was.get()
    past = {"as_it_was": was, "canonical": settings.SITE_URL + was.address, "structured": ""} if was else {}
    return {**page_context(edition, request.path), **context, **past}


def page_context(edition: Edition, path: str) -> Mapping[str, Any]:
    """What the frame of every page needs."""
    index = index_of(edition)
    return {
        "edition": edition,
        "unsigned_count": index.unsigned_count,
        "page_count": index.page_count,
        "path": path,
        "today": today(),
        "site_url": settings.SITE_URL,
        "canonical": settings.SITE_URL + path,
    }


def today() -> date:
    """The day on which a page is made, in UTC."""
    return datetime.now(UTC).date()


def overdue_today(edition: Edition) -> int:
    """How many signed records are due for review again. Pages that say so are made anew when there is one more."""
    return bisect_right(index_of(edition).due_days, today())


def not_ready() -> HttpResponse:
    """Say that there is nothing to show yet, without anything that an edition would be needed for."""
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response


def etag_of(edition: Edition, full_path: str) -> str:
    """A quoted ETag for one address of one edition in this release."""
    made_of = "\n".join((edition.sha256, release(), settings.SITE_URL, full_path, str(overdue_today(edition))))
    return f'"{hashlib.sha256(made_of.encode()).hexdigest()[:32]}"'


@lru_cache(maxsize=1)
def release() -> str:
    """A fingerprint of what pages are made with: templates, stylesheet, and the code of this room."""
    digest = hashlib.sha256()
    for root, pattern in (("templates", "**/*"), ("static", "*"), ("sitecontent", "**/*.py")):
        for path in sorted(Path(settings.BASE_DIR, root).glob(pattern)):
            if path.is_file():
                digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
