"""What the tests of the desk do again and again: open, save, submit, decide."""

import math
from datetime import timedelta
from unittest import mock

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import Cause
from tests.admin.pages import read
from tests.fixtures import AT

MORE = " A clinic can treat it with antibiotics."


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def address(record, page="change"):
    return f"/admin/sitecontent/{record._meta.model_name}/{record.pk}/{page}/"


def change_form(client, record):
    response = client.get(address(record))
    assert response.status_code == 200
    return read(response).form(f"{record._meta.model_name}_form")


def save(client, record, **changes):
    form = change_form(client, record)
    return client.post(address(record), form.sent(**{"_continue": "1", **changes}))


def cause(slug="ectopic-pregnancy"):
    return Cause.objects.get(slug=slug)


def queries_for(client, address):
    """How many questions a page asks, once what is remembered from page to page is remembered."""
    client.get(address)
    with mock.patch.object(current._holder, "look_at", math.inf), CaptureQueriesContext(connection) as caught:
        response = client.get(address)
    assert response.status_code == 200
    return len(caught)


def edit(record, by, at=AT, **changes):
    for name, value in changes.items():
        setattr(record, name, value)
    record.save()
    review.record_edit(record, by=by, at=at)
    return type(record).objects.get(pk=record.pk)


def submit(slug, by, at=AT, **changes):
    record = edit(Cause.objects.get(slug=slug), by, at, **(changes or {"summary": f"New words about {slug}."}))
    return review.submit(record, author=by, note="Better words.", at=at + timedelta(minutes=1))


def patterns(resolver=None, prefix=""):
    """Name and route of every address of the desk."""
    resolver = resolver or next(item for item in get_resolver().url_patterns if str(item.pattern) == "admin/")
    for item in resolver.url_patterns:
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from patterns(item, route)
        elif isinstance(item, URLPattern) and item.name:
            yield item.name, route


def real_address(name, route, things):
    """A real address for a route."""
    model = next((model for model in things if name.startswith(f"{model}_")), None)
    pk = str(things[model].pk) if model else ""
    waiting = str(things["change_set" if name.startswith("change_set") else "waiting"].pk)
    path = "/admin/" + route.replace("<path:object_id>", pk).replace("<int:pk>", waiting).replace("<id>", pk)
    path = path.replace("<int:content_type_id>", "999").replace("<path:object_id>", "1")
    if name == "app_list":
        return "/admin/sitecontent/"
    if name == "view_on_site":
        return "/admin/r/999/1/"
    if name == "remark_resolve":
        return f"/admin/review/remark/{things['remark'].pk}/resolve/"
    if name == "record":
        return "/admin/record/cause/chlamydia/"
    if name == "autocomplete":
        return path + "?app_label=sitecontent&model_name=cause&field_name=category"
    if name == "review_together":
        return path + "?record=cause/chlamydia&record=cause/cervicitis"
    if name == "review_several":
        return path + f"?revision={waiting}"
    if name == "revision_compare":
        return path + f"?from={things['starter'].pk}&to={waiting}"
    return path


def public_now():
    """The edition that visitors read."""
    current.forget()
    return current.current_edition()


def page_of(revision):
    return f"/admin/review/{revision.pk}/"


def harmless(reviewer, slug="chlamydia", at=AT):
    return submit(slug, reviewer, at=at, summary=Cause.objects.get(slug=slug).summary + MORE)


def decide(client, revision, **changes):
    form = read(client.get(page_of(revision))).form("approve")
    return client.post(form.action, form.sent(**changes))
