"""The door for the web server: finished pages in front, Django behind."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

# Django must be set up before anything of the site is imported.
from sitecontent.finished.front import in_front_of  # noqa: E402

application = in_front_of(django_application)
