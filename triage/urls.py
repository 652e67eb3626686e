"""Where the symptom checker answers. No address ever holds an answer."""

from django.urls import path, re_path

from triage import views

app_name = "check"

urlpatterns = [
    path("", views.check, name="check"),
    re_path(r"^questions-(?P<key>[0-9a-f]{16})\.css$", views.questions_css, name="questions-css"),
]
