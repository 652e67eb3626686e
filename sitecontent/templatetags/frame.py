"""For the frame of the public pages."""

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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


@register.simple_block_tag
def once(content: SafeString) -> SafeString:
    """Make once what a loop shows in each round: `{% once as name %} … {% endonce %}`."""
    return content


@register.filter
def kind_of_source(source: Source) -> Words:
    """What sort of publication a source is, in words."""
    return words.SOURCE_KINDS[source.source_kind]


@register.filter
def published(source: Source) -> str:
    """Who published a source, and in which year where it names one."""
    return f"{source.publisher}, {source.year}" if source.year else source.publisher


@register.filter
def stop_after(text: Words) -> str:
    """The full stop that a text needs after it: none where it ends with a mark of its own, such as "A.D.A.M."."""
    return "" if str(text).endswith((".", "?", "!", "…")) else "."


@register.simple_tag
def checker_asks() -> bool:
    """True when the symptom checker asks questions; in guided mode it shows everybody the same and asks nothing."""
    return bool(settings.CHECKER_MODE == "personal")


@register.simple_tag
def check_label() -> str:
    """What a link to the symptom checker says."""
    return _("Check your symptoms") if checker_asks() else _("See how soon to be seen")
