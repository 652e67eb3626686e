"""Figures for a monitor, in the text form of Prometheus. Nothing in them tells one visitor from another."""

import ipaddress
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sitecontent.edition import current
from sitecontent.pages.counting import answered

KIND = "text/plain; version=0.0.4; charset=utf-8"
PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_PROTO", "HTTP_VIA")
"""What a proxy adds. Who comes through one is not on this machine, whatever the address says."""


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell the figures to this machine, or to whoever holds METRICS_TOKEN. To all others there is no such page."""
    if not (_is_from_here(request) or _has_token(request)):
        raise Http404
    return HttpResponse("\n".join(_lines()) + "\n", content_type=KIND)


def _is_from_here(request: HttpRequest) -> bool:
    if any(request.META.get(name) for name in PASSED_ON):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(token) and secrets.compare_digest(given.encode(), f"Bearer {token}".encode())


def _lines() -> Iterator[str]:
    for name, kind, words, samples in _figures():
        yield f"# HELP causeway_{name} {words}"
        yield f"# TYPE causeway_{name} {kind}"
        for labels, value in samples:
            yield f"causeway_{name}{labels} {value:.15g}"


def _figures() -> Iterator[tuple[str, str, str, list[tuple[str, float]]]]:
    try:
        edition = current.current_edition()
    except current.NoEdition:
        edition = None
    yield "ready", "gauge", "1 when an edition is served.", [("", float(edition is not None))]
    if edition:
        age = (datetime.now(UTC) - edition.published_at).total_seconds()
        yield "edition_number", "gauge", "The number of the edition that is served.", [("", edition.number)]
        yield "edition_age_seconds", "gauge", "How long ago it was published.", [("", age)]
    reachable = current.is_database_reachable()
    if reachable is not None:
        yield "database_reachable", "gauge", "1 when the last look found the database.", [("", float(reachable))]
    counted = [(f'{{by="{by}",status="{status}"}}', count) for by, status, count in answered()]
    yield "responses_total", "counter", "Answers of this process, by who made them and their class.", counted
    yield "process_cpu_seconds_total", "counter", "Processor time of this process.", [("", sum(os.times()[:2]))]
    yield "process_resident_bytes", "gauge", "Memory of this process.", [("", _resident_bytes())]


def _resident_bytes() -> float:
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0.0
