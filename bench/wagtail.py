"""A peer: a page of the same size in Wagtail, in an environment of its own, from Wagtail's own template command."""

import subprocess
import sys
from pathlib import Path

from bench.load import BenchImpossible

WAGTAIL = "wagtail==8.0.1"
LONGEST_INSTALL_SECONDS = 600

MODELS = """from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    body = RichTextField(blank=True)
"""

TEMPLATE = """{% extends "base.html" %}
{% load wagtailcore_tags %}
{% block content %}<main><h1>{{ page.title }}</h1>{{ page.body|richtext }}</main>{% endblock %}
"""

SETTINGS = """from .base import *
import os
DEBUG = False
SECRET_KEY = "only-for-the-bench" * 4
ALLOWED_HOSTS = ["127.0.0.1"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if os.environ.get("PER_SITE_CACHE"):
    MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    CACHE_MIDDLEWARE_SECONDS = 3600
LOGGING = {"version": 1, "disable_existing_loggers": True}
"""

FILL = """
from home.models import HomePage
page = HomePage.objects.get()
sentence = "<p>Some bleeding after sex has a harmless cause, and some needs to be seen soon. </p>"
page.body = sentence * ({size} // len(sentence))
page.save_revision().publish()
"""


def prepare(folder: Path, *, size: int) -> tuple[Path, Path]:
    """Install Wagtail and make a site with one page of about this many bytes. Gives its Python and its folder.

    Raises: BenchImpossible, when it can not be installed here.
    """
    python = folder / "venv/bin/python"
    site = folder / "site"
    if not (folder / "ready").exists():
        _run([sys.executable, "-m", "venv", folder / "venv"])
        _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", WAGTAIL, "granian==2.8.7"])
        site.mkdir(exist_ok=True)
        _run([folder / "venv/bin/wagtail", "start", "peer", site])
        (site / "home/models.py").write_text(MODELS)
        (site / "home/templates/home/home_page.html").write_text(TEMPLATE)
        (site / "peer/settings/production.py").write_text(SETTINGS)
        manage = [python, "manage.py"]
        settings = ["--settings", "peer.settings.production"]
        _run([*manage, "makemigrations", "home", *settings], cwd=site)
        _run([*manage, "migrate", "-v0", *settings], cwd=site)
        (folder / "ready").touch()
    fill = FILL.format(size=size)
    _run([python, "manage.py", "shell", "--settings", "peer.settings.production", "-c", fill], cwd=site)
    return python, site


def _run(command: list[object], cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_INSTALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchImpossible(f"Wagtail could not be installed: {error}") from error
    if done.returncode:
        raise BenchImpossible(
            f"Wagtail could not be made ready: {' '.join(map(str, command[:4]))}: {done.stderr[-1500:]}"
        )
