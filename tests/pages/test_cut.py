"""A page is rendered once and filled in often."""

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString

from sitecontent.cut import MARK, CutWrong, cut_at


def cut_text(text: str, **context: str):
    """A template, cut."""
    return cut_at("m4rk", Template("{% load cut i18n %}" + text).render(Context({**context, MARK: "m4rk"})))


def test_what_fills_a_gap_is_escaped_unless_it_is_markup():
    page = cut_text("<p>{% gap 'text' %}</p>{% gap 'icon' %}")

    filled = page.fill({"text": '<b> & "it\'s"', "icon": SafeString("<svg></svg>")})

    assert filled == "<p>&lt;b&gt; &amp; &quot;it&#x27;s&quot;</p><svg></svg>"


def test_what_the_edition_says_is_escaped_when_the_page_is_rendered():
    assert cut_text("{{ title }}: {% gap 'text' %}", title="A & B").fill({"text": "C"}) == "A &amp; B: C"


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        (True, "[here (out)]"),
        (False, "[]"),
        ((), "[]"),
        ([{"name": "one"}], "[here (one)]"),
        ([{"name": "one"}, {"name": "two"}], "[here (one)here (two)]"),
    ],
)
def test_a_part_is_left_out_or_stands_as_often_as_it_is_wanted(value, filled):
    page = cut_text("[{% part 'some' %}here ({% gap 'name' %}){% endpart %}]")

    assert page.fill({"some": value, "name": "out"}) == filled


def test_parts_lie_within_parts_and_each_sees_what_it_was_given():
    page = cut_text("{% part 'a' %}{% gap 'n' %}:{% part 'b' %}{% gap 'n' %}{% endpart %};{% endpart %}")

    assert page.fill({"a": [{"n": 1, "b": [{"n": 2}, {"n": 3}]}, {"n": 4, "b": ()}]}) == "1:23;4:;"


def test_the_name_of_a_part_may_come_from_the_context():
    assert cut_text("{% part field %}checked{% endpart %}", field="q-a--b").fill({"q-a--b": True}) == "checked"


def test_a_gap_may_stand_within_a_sentence_that_is_translated():
    page = cut_text("{% gap 'n' as n %}{% blocktranslate trimmed %}{{ n }} questions{% endblocktranslate %}")

    assert page.fill({"n": 7}) == "7 questions"


def test_what_has_no_value_is_not_passed_over():
    with pytest.raises(KeyError):
        cut_text("{% gap 'name' %}").fill({})
    with pytest.raises(KeyError):
        cut_text("{% part 'name' %}{% endpart %}").fill({})


@pytest.mark.parametrize("rendered", ["m4rk(part a)", "m4rk(end a)", "m4rk(part a)m4rk(part b)m4rk(end a)m4rk(end b)"])
def test_parts_that_do_not_lie_within_each_other_are_refused(rendered):
    with pytest.raises(CutWrong):
        cut_at("m4rk", rendered)


def test_what_looks_like_a_mark_without_being_one_is_text():
    assert cut_at("m4rk", "other(gap name)").fill({}) == "other(gap name)"
