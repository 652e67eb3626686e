"""Templates are sent without the white space that is there for whoever reads them, and without losing a word."""

import re
from pathlib import Path

import pytest
from django.template import Context, Engine

from config.tight import TightLoader

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

INDENTED = """{% load i18n %}
{% if shown %}
  <p>
    One
    {% if more %}
      two
    {% else %}
      three
    {% endif %}
    {{ word }}
    {% for item in items %}
      <b>{{ item }}</b>
    {% endfor %}
    {% comment %}Not shown.{% endcomment %}
    {% blocktranslate trimmed %}
      Last
    {% endblocktranslate %}
    word
  </p>
{% endif %}
"""


def made_by(loader: str, folder: Path, *, debug: bool = False, **context: object) -> str:
    tags = {"i18n": "django.templatetags.i18n"}
    engine = Engine(dirs=[folder], loaders=[loader], debug=debug, libraries=tags)
    return engine.get_template("page.html").render(Context(context))


@pytest.fixture
def page(tmp_path):
    """Render that template, tight or as it is written."""
    (tmp_path / "page.html").write_text(INDENTED)
    tight = f"{TightLoader.__module__}.{TightLoader.__qualname__}"
    return lambda loader=tight, **given: made_by(loader, tmp_path, **given)


def test_indents_and_lines_of_tags_are_not_sent(page):
    assert (
        page(shown=True, more=True, word="x", items="ab") == "<p>\nOne\ntwo\nx\n<b>a</b>\n<b>b</b>\nLast\nword\n</p>\n"
    )
    assert page(shown=True, more=False, word="", items="") == "<p>\nOne\nthree\n\nLast\nword\n</p>\n"


@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("items", ["", "ab"])
def test_what_was_apart_stays_apart_and_nothing_else_changes(page, more, items):
    given = {"shown": True, "more": more, "word": "x", "items": items}
    as_written = page("django.template.loaders.filesystem.Loader", **given)

    assert page(**given).split() == as_written.split()


def test_while_templates_are_worked_on_they_stay_as_they_are(page):
    given = {"shown": True, "more": True, "word": "x", "items": "ab"}

    assert page(debug=True, **given) == page("django.template.loaders.filesystem.Loader", **given)


def test_the_lines_of_a_mail_are_left_alone(tmp_path):
    (tmp_path / "mail.txt").write_text("Dear all,\n  an indent\n")
    engine = Engine(dirs=[tmp_path], loaders=["config.tight.TightLoader"])

    assert engine.get_template("mail.txt").render(Context()) == "Dear all,\n  an indent\n"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_text_whose_spaces_count(path):
    assert not re.search(r"<pre\b|<textarea[^>]*>[ \t]*[^<{\s]", path.read_text(encoding="utf-8"))
