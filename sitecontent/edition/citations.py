"""Citations in Markdown: `[@source-slug]`, or several as `[@one; @two]`."""

import re

CITATION = re.compile(r"\[@[a-z0-9]+(?:-[a-z0-9]+)*(?:\s*;\s*@[a-z0-9]+(?:-[a-z0-9]+)*)*\]")
"""One bracket with one or more keys."""

_KEY = re.compile(r"@([a-z0-9]+(?:-[a-z0-9]+)*)")


def keys_of(bracket: str) -> tuple[str, ...]:
    """Slugs of the sources in one bracket, in their order."""
    return tuple(_KEY.findall(bracket))


def cited_in(*texts: str) -> tuple[str, ...]:
    """Slugs of all sources cited in some Markdown, each once, in order of first appearance."""
    keys = (key for text in texts for bracket in CITATION.findall(text) for key in keys_of(bracket))
    return tuple(dict.fromkeys(keys))


def without_citations(text: str) -> str:
    """The text alone, as a feed or a search index wants it."""
    return re.sub(r"[ \t]*" + CITATION.pattern, "", text)
