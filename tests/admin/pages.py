"""Read a page of the desk as a browser would, so that tests post what somebody would really send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Data = dict[str, Any]

_NOT_SENT = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    """One form of a page: where it goes, and what it would send untouched."""

    id: str
    action: str
    method: str
    data: Data = field(default_factory=dict)

    def sent(self, **changes: Any) -> Data:
        """What it would send with these fields filled in; None leaves a field out. `__` stands for a hyphen."""
        data = {**self.data, **{name.replace("__", "-"): value for name, value in changes.items()}}
        return {name: value for name, value in data.items() if value is not None}


@dataclass
class PageRead:
    """The forms, links and words of a page."""

    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    text: str = ""
    inline: list[str] = field(default_factory=list)
    """Scripts, styles and handlers that the content security policy would refuse."""

    def form(self, name: str = "") -> Form:
        """The form with this id, or the one that posts to an address that ends so."""
        for form in self.forms:
            if form.method == "post" and (form.id == name or form.action.endswith(name)) and form.id != "logout-form":
                return form
        raise AssertionError(f"the page has no form {name!r}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = PageRead()
        self.open: Form | None = None
        self.outside: list[tuple[str, str, str]] = []
        self.select: tuple[str, bool] | None = None
        self.options: list[tuple[str, bool]] = []
        self.textarea: tuple[str, str] | None = None
        self.words: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._watch(tag, given)
        match tag:
            case "form":
                self.open = Form(given.get("id", ""), given.get("action", ""), given.get("method", "get").lower())
                self.page.forms.append(self.open)
            case "a":
                self.page.links.append(given.get("href", ""))
            case "input":
                self._input(given)
            case "button":
                self.within.append("button")
                self.words.append("\x00")
            case "select":
                self.select, self.options = (given.get("name", ""), "multiple" in given), []
            case "option" if self.select:
                self.options.append((given.get("value", ""), "selected" in given))
            case "textarea" if "name" in given:
                self.textarea = (given["name"], "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select" and self.select:
            name, is_multiple = self.select
            chosen = [value for value, selected in self.options if selected]
            if is_multiple:
                self._put(name, chosen)
            else:
                self._put(name, chosen[-1] if chosen else (self.options[0][0] if self.options else ""))
            self.select = None
        elif tag == "textarea" and self.textarea:
            name, text = self.textarea
            # A browser drops the first line end and sends the others as CR LF.
            self._put(name, text.removeprefix("\n").replace("\n", "\r\n"))
            self.textarea = None
        elif tag == "button" and "\x00" in self.words:
            start = len(self.words) - 1 - self.words[::-1].index("\x00")
            self.page.buttons.append(" ".join("".join(self.words[start + 1 :]).split()))
            del self.words[start]

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.textarea = (self.textarea[0], self.textarea[1] + data)
        self.words.append(data)

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("submit", "button"):
            self.page.buttons.append(given.get("value", ""))
        if kind in _NOT_SENT or "name" not in given:
            return
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self._put(given["name"], given.get("value", "on"), several=kind == "checkbox")
            return
        self._put(given["name"], given.get("value", ""), several=kind == "hidden")

    def _put(self, name: str, value: Any, *, several: bool = False) -> None:
        if self.open is None:
            return
        if several and name in self.open.data:
            before = self.open.data[name]
            value = [*(before if isinstance(before, list) else [before]), value]
        self.open.data[name] = value

    def _watch(self, tag: str, given: dict[str, str]) -> None:
        if tag == "style" or (tag == "script" and "src" not in given and not given.get("type", "").endswith("json")):
            self.page.inline.append(f"<{tag}>")
        self.page.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]


def read(response: Any) -> PageRead:
    """Read an answer of the test client."""
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.page.text = " ".join("".join(reader.words).split())
    return reader.page
