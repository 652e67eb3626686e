#!/usr/bin/env python
"""Run one of Causeway's commands."""

import os
import sys


def main() -> None:
    """Hand the command line to Django, once the settings are known to be sound."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.SECRET_KEY  # noqa: B018  Reading any setting loads them all.
    except ImproperlyConfigured as refusal:
        sys.exit(f"Causeway does not start: {refusal}")

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
