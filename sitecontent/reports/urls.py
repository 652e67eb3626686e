"""Where a problem is reported."""

from django.urls import path

from sitecontent.reports import views

app_name = "reports"

urlpatterns = [
    path("", views.report, name="report"),
    path("sent/", views.sent, name="sent"),
]
