"""What the desk takes at 5,000 published causes and 50,000 revisions: `python -m bench.desk` prints it as JSON.

DATABASE_URL names an empty database. The starter content is published as ever. Copies of its causes, ten revisions of
each, and the edition that publishes them are put in directly. Some of them wait for a decision.
"""

import json
import os
import signal
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CAUSES = 5_000
REVISIONS = 50_000
WAITING = 200
ROUNDS = 15
LONGEST_SECONDS = 5.0
"""How long the rounds of one page may take together."""
GIVEN_UP_SECONDS = 60
"""A page that takes longer is not waited for."""


def main() -> dict[str, Any]:
    """Fill the database, then time the list of causes and of revisions, ours and the stock admin's."""
    import django

    django.setup()
    from django.contrib.admin import AdminSite, ModelAdmin
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from sitecontent.models import Cause, Revision

    say("filling the database")
    call_command("migrate", "-v0")
    _fill()
    user = User.objects.create_superuser("bench", password="x")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    waits = Revision.objects.filter(origin="review").order_by("pk").last()
    assert waits

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
    pages = {
        "cause_list": "/admin/sitecontent/cause/",
        "cause_search": "/admin/sitecontent/cause/?q=polyp",
        "revision_list": "/admin/sitecontent/revision/",
        "desk": "/admin/",
        "queue": "/admin/review/",
    }
    signal.signal(signal.SIGALRM, give_up)
    told: dict[str, Any] = {"causes": CAUSES, "revisions": Revision.objects.count(), "waiting": WAITING}
    for name, address in pages.items():
        say(name)
        told[name] = _timed(lambda address=address: client.get(address))  # type: ignore[misc]
    say("the stock admin")
    told["cause_list_stock"] = _timed_stock(stock, Cause, user)
    told["revision_list_stock"] = _timed_stock(stock, Revision, user)
    say("decision")
    told["decision"] = _timed(lambda: client.get(f"/admin/review/{waits.pk}/"))
    return told


def give_up(*_: object) -> None:
    """Raises: TimeoutError."""
    raise TimeoutError


def say(text: str) -> None:
    """Tell how far it has come, where it does not get among the figures."""
    print(f"  desk: {text}", file=sys.stderr, flush=True)


def _fill() -> None:
    from django.contrib.auth.models import Group, User

    from bench.engine import grown
    from sitecontent.edition.current import adopt, load_edition, load_entries, make_entry
    from sitecontent.edition.edition import Edition
    from sitecontent.models import REVIEWERS, Category, Cause, EditionChange, PublishedEdition, Revision
    from sitecontent.review import import_starter
    from sitecontent.starter import read_starter

    at = datetime(2026, 1, 1, tzinfo=UTC)
    starter = read_starter()
    first = import_starter(starter, at=at).edition
    assert first
    known = {document.key for document in starter}
    copies = [document for document in grown(starter, CAUSES) if document.key not in known]
    fields = {field.name for field in Cause._meta.concrete_fields}
    categories = {category.slug: category for category in Category.objects.all()}

    def draft(document: Any) -> Any:
        values = {name: value for name, value in document.model_dump(mode="json").items() if name in fields}
        return Cause(**{**values, "category": categories[document.category]})

    say(f"{len(copies):,} causes")
    Cause.objects.bulk_create([draft(document) for document in copies], batch_size=500)
    say(f"{REVISIONS:,} revisions")
    each = -(-(REVISIONS - len(known)) // len(copies))
    for begin in range(0, len(copies), 500):
        Revision.objects.bulk_create(
            [
                Revision(
                    kind=document.kind,
                    slug=document.slug,
                    number=number,
                    document_json=text,
                    sha256=seal,
                    origin="starter",
                    note="Bench",
                    submitted_at=at,
                )
                for document in copies[begin : begin + 500]
                for text, seal in [(document.canonical_json(), document.sha256)]
                for number in range(1, each + 1)
            ],
            batch_size=1000,
        )
    say("the edition that publishes them")
    newest = {row.slug: row for row in Revision.objects.filter(kind="cause", number=each, note="Bench")}
    entries = [*load_entries(1), *(make_entry(row, changed_at=at, approvals=()) for row in newest.values())]
    edition = Edition(
        number=2,
        published_at=at,
        note="Bench",
        published_by="",
        previous_sha256=first.sha256,
        entries=tuple(sorted(entries, key=lambda entry: entry.document.key)),
    )
    row = PublishedEdition.objects.create(
        number=2, sha256=edition.sha256, previous_sha256=first.sha256, note="Bench", published_at=at
    )
    EditionChange.objects.bulk_create(
        [
            EditionChange(
                edition=row, kind="cause", slug=document.slug, title=document.title, revision=newest[document.slug]
            )
            for document in copies
        ],
        batch_size=1000,
    )
    adopt(load_edition(2))
    say(f"{WAITING} that wait")
    author = User.objects.create_user("writer", password="x", is_staff=True)
    author.groups.set(Group.objects.filter(name=REVIEWERS))
    proposed = [
        copy.model_copy(update={"summary": f"{copy.summary} It is rarely serious."}) for copy in copies[:WAITING]
    ]
    Revision.objects.bulk_create(
        Revision(
            kind="cause",
            slug=document.slug,
            number=each + 1,
            document_json=document.canonical_json(),
            sha256=document.sha256,
            base=newest[document.slug],
            origin="review",
            author=author,
            author_name="Writer",
            note="Say how serious it is.",
            submitted_at=at,
        )
        for document in proposed
    )


def _timed(act: Any) -> dict[str, float]:
    """The median of some rounds; fewer of them where one takes long. `first_ms` is the very first time."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        begun = time.perf_counter()
        signal.alarm(GIVEN_UP_SECONDS)
        try:
            assert act().status_code == 200
        except TimeoutError:
            return {"given_up_ms": GIVEN_UP_SECONDS * 1e3, "queries": len(caught)}
        finally:
            signal.alarm(0)
        first = time.perf_counter() - begun
    with CaptureQueriesContext(connection) as caught:
        act()
    queries = len(caught)
    times = []
    ends = time.perf_counter() + LONGEST_SECONDS
    while len(times) < ROUNDS and (not times or time.perf_counter() < ends):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return {"ms": statistics.median(times) * 1e3, "first_ms": first * 1e3, "queries": queries}


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
