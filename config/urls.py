"""Where each room answers."""

from django.contrib import admin
from django.urls import include, path

from sitecontent.pages import health, metrics
from triage.api import api

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("report/", include("sitecontent.reports.urls")),
    path("check/", include("triage.urls")),
    path("", include("sitecontent.pages.urls")),
]

handler403 = "sitecontent.pages.errors.forbidden"
handler404 = "sitecontent.pages.errors.not_found"
handler500 = "sitecontent.pages.errors.server_error"
