"""Where a template is cut: see `sitecontent.cut`."""

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from sitecontent.cut import MARK, marked

register = template.Library()


@register.simple_tag(takes_context=True)
def gap(context: Context, name: str) -> SafeString:
    """A place for a text that only a request can tell."""
    return marked(context[MARK], "gap", name)


@register.simple_block_tag(takes_context=True)
def part(context: Context, content: SafeString, name: str) -> SafeString:
    """What is left out, or stands there once or several times, as a request wants it."""
    mark = context[MARK]
    return SafeString(marked(mark, "part", name) + content + marked(mark, "end", name))
