"""How Django names the content room."""

from django.apps import AppConfig


class SitecontentConfig(AppConfig):
    """The reviewed content: records, review, editions and the pages made of them."""

    name = "sitecontent"
    verbose_name = "Reviewed content"
