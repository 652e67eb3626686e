"""Widgets of the desk. They carry their data in attributes; the scripts that read them are files."""

from typing import Any

from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect, AutocompleteSelectMultiple
from markdownx.widgets import MarkdownxWidget


class MarkdownWidget(MarkdownxWidget, AdminTextareaWidget):
    """Markdown with a live preview, which the site's own renderer makes. The desk's stylesheet dresses it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 6, "spellcheck": "true", **(attrs or {})})


LONGEST_KEY = 19
"""Digits of the largest key that a database takes."""


class KeepsNumbers:
    """Drops a choice that can not be a key, so that the form comes back and says so instead of breaking."""

    def optgroups(self, name: str, value: list[str], attr: dict[str, Any] | None = None) -> Any:
        """The chosen rows."""
        sound = [item for item in value if str(item).isascii() and str(item).isdigit() and len(str(item)) < LONGEST_KEY]
        return super().optgroups(name, sound, attr)  # type: ignore[misc]


class FoundSelect(KeepsNumbers, AutocompleteSelect):
    """Another record, found by typing."""


class FoundSelectMultiple(KeepsNumbers, AutocompleteSelectMultiple):
    """Several records, found by typing."""


class FindsOthers:
    """An admin whose fields for other records survive whatever is sent."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **named: Any) -> Any:
        """The field for another record."""
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            named.setdefault("widget", FoundSelect(db_field, self.admin_site))  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **named)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **named: Any) -> Any:
        """The field for several records."""
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            named.setdefault("widget", FoundSelectMultiple(db_field, self.admin_site))  # type: ignore[attr-defined]
        return super().formfield_for_manytomany(db_field, request, **named)  # type: ignore[misc]
