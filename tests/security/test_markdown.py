"""What Markdown can make: text, a short list of elements, and links that lead to a page. No payload makes more."""

from urllib.parse import urlsplit

import html5lib
import pytest

from sitecontent.rendering import References, render_markdown
from tests.security.xss import BY_CATEGORY, PAYLOADS, named

MAY_BE = {
    *("p", "br", "hr", "ul", "ol", "li", "strong", "em", "blockquote", "code", "pre"),
    *("a", "sup", "mark", "h2", "h3", "h4", "h5"),
}
MAY_HAVE = {
    "a": {"href", "id"},
    "ol": {"start"},
    "sup": {"class"},
    "mark": {"class"},
}
CASES = dict(named())


def test_the_corpus_is_as_wide_as_it_should_be():
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 150
    assert all(len(payloads) >= 15 for payloads in BY_CATEGORY.values())


def elements_of(markup: str):
    tree = html5lib.parseFragment(markup, namespaceHTMLElements=False)
    return [element for element in tree.iter() if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT"]


@pytest.mark.parametrize("name", CASES)
def test_a_payload_becomes_text_or_a_harmless_element(name):
    for element in elements_of(render_markdown(CASES[name], References({}))):
        assert element.tag in MAY_BE
        assert set(element.attrib) <= MAY_HAVE.get(element.tag, set())
        if element.tag == "a" and "href" in element.attrib:
            address = urlsplit(element.attrib["href"].strip())
            assert address.scheme in {"", "http", "https", "mailto"}
            assert address.scheme or not address.netloc
            assert not element.attrib["href"].startswith(("//", "\\", "/\\"))
