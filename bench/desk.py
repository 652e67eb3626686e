"""The desk at 5,000 causes and 50,000 revisions: `python -m bench.desk` prints what it measured, as JSON.

DATABASE_URL names an empty database. The rows are put in directly; they are never published.
"""

import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CAUSES = 5_000
REVISIONS = 50_000
ROUNDS = 15


def main() -> dict[str, Any]:
    """Fill the database, then time the list of causes and of revisions, ours and the stock admin's."""
    import django

    django.setup()
    from django.contrib.admin import AdminSite, ModelAdmin
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from sitecontent.models import Cause, Revision

    call_command("migrate", "-v0")
    _fill()
    user = User.objects.create_superuser("bench", password="x")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)

    class Stock(ModelAdmin):
        list_display = ("title", "urgency", "nature", "pregnancy", "category")
        list_filter = ("urgency", "nature", "pregnancy", "category")
        list_select_related = ("category",)
        list_per_page = 50

    class StockRevisions(ModelAdmin):
        list_display = ("kind", "slug", "number", "author_name", "note", "submitted_at")
        list_per_page = 50

    stock = AdminSite("stock")
    stock.register(Cause, Stock)
    stock.register(Revision, StockRevisions)
    return {
        "causes": CAUSES,
        "revisions": REVISIONS,
        "cause_list": _timed(lambda: client.get("/admin/sitecontent/cause/")),
        "cause_list_stock": _timed_stock(stock, Cause, user),
        "revision_list": _timed(lambda: client.get("/admin/sitecontent/revision/")),
        "revision_list_stock": _timed_stock(stock, Revision, user),
        "cause_search": _timed(lambda: client.get("/admin/sitecontent/cause/?q=polyp")),
    }


def _fill() -> None:
    from sitecontent.models import Category, Cause, Revision, Source
    from sitecontent.starter import read_starter

    documents = read_starter()
    for document in documents:
        if document.kind == "category":
            Category.apply_document(document)
    sample = next(document for document in documents if document.kind == "cause")
    fields = {field.name for field in Cause._meta.concrete_fields}
    values = {name: value for name, value in sample.model_dump(mode="json").items() if name in fields}
    values["category"] = Category.objects.get(slug=sample.category)
    Cause.objects.bulk_create(
        [Cause(**{**values, "slug": f"cause-{number}", "title": f"Cause {number}"}) for number in range(CAUSES)],
        batch_size=500,
    )
    at = datetime(2026, 1, 1, tzinfo=UTC)
    text, seal = sample.canonical_json(), sample.sha256
    Revision.objects.bulk_create(
        [
            Revision(
                kind="cause",
                slug=f"cause-{number % CAUSES}",
                number=number // CAUSES + 1,
                document_json=text,
                sha256=seal,
                origin="starter",
                note="Bench",
                submitted_at=at,
            )
            for number in range(REVISIONS)
        ],
        batch_size=1000,
    )
    Source.objects.count()


def _timed(act: Any) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    assert act().status_code == 200
    with CaptureQueriesContext(connection) as caught:
        act()
    queries = len(caught)
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return {"ms": statistics.median(times) * 1e3, "queries": queries}


def _timed_stock(site: Any, model: Any, user: Any) -> dict[str, float]:
    """The stock admin's list, through the same middleware, at an address of its own."""
    from django.test import Client
    from django.test.utils import override_settings
    from django.urls import path

    import config.urls

    class Urls:
        urlpatterns = [path("stock/", site.urls), *config.urls.urlpatterns]

    sys.modules["bench_urls"] = Urls  # type: ignore[assignment]
    from django.conf import settings

    templates = [{**settings.TEMPLATES[0], "DIRS": []}]  # Django's own pages, without ours over them.
    with override_settings(ROOT_URLCONF="bench_urls", TEMPLATES=templates):
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(user)
        return _timed(lambda: client.get(f"/stock/sitecontent/{model._meta.model_name}/"))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    os.environ.update(DEMO="1", SECRET_KEY="x" * 60, DEMO_PASSWORD="x", DJANGO_SETTINGS_MODULE="config.settings")
    print(json.dumps(main()))
