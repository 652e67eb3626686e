"""Widgets of the desk. They carry their data in attributes; the scripts that read them are files."""

from typing import Any

from django.contrib.admin.widgets import AdminTextareaWidget
from markdownx.widgets import MarkdownxWidget


class MarkdownWidget(MarkdownxWidget, AdminTextareaWidget):
    """Markdown with a live preview, which the site's own renderer makes. The desk's stylesheet dresses it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 6, "spellcheck": "true", **(attrs or {})})
