"""How Django names the symptom checker."""

from importlib import import_module

from django.apps import AppConfig


class TriageConfig(AppConfig):
    """The symptom checker. It has no tables: it remembers nothing."""

    name = "triage"
    verbose_name = "Symptom checker"

    def ready(self) -> None:
        """Register the checks that a start depends on."""
        import_module("triage.checks")
