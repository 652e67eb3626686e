"""Where each room answers."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls)]
if find_spec("triage.api"):
    from triage.api import api

    urlpatterns.append(path("api/v1/", api.urls))
if find_spec("triage.urls"):
    urlpatterns.append(path("check/", include("triage.urls")))
if find_spec("sitecontent.pages.health"):
    from sitecontent.pages import health

    urlpatterns += [path("healthz", health.healthz, name="healthz"), path("readyz", health.readyz, name="readyz")]
if find_spec("sitecontent.pages.urls"):
    urlpatterns.append(path("", include("sitecontent.pages.urls")))

handler403 = "sitecontent.pages.errors.forbidden"
handler404 = "sitecontent.pages.errors.not_found"
handler500 = "sitecontent.pages.errors.server_error"
