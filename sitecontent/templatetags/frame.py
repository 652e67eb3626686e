"""For the frame of the public pages."""

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString

from sitecontent.documents import Source
from sitecontent.pages import words
from sitecontent.pages.words import Words

register = template.Library()


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> SafeString:
    """Show a block of this page a second time, so that what is said twice is written once.

    The block has escaped what it shows, so it may stand in an attribute.
    """
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return SafeString(block.render(context).strip())


@register.filter
def kind_of_source(source: Source) -> Words:
    """What sort of publication a source is, in words."""
    return words.SOURCE_KINDS[source.source_kind]
