"""The door for the web server: finished pages in front, Django behind."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# What Python warns of goes where all the rest goes, in the same form.
logging.captureWarnings(True)

django_application = get_wsgi_application()

# Django must be set up before anything of the site is imported.
from sitecontent.finished.front import in_front_of  # noqa: E402

application = in_front_of(django_application)
