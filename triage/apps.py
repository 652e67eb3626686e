"""How Django names the symptom checker."""

from django.apps import AppConfig


class TriageConfig(AppConfig):
    """The symptom checker. It has no tables: it remembers nothing."""

    name = "triage"
    verbose_name = "Symptom checker"
