"""What templates of the desk ask of their values."""

from django import template

from sitecontent.admin.remarks import Remarking, Spot
from sitecontent.review.diff import FieldChange

register = template.Library()


@register.filter
def at(remarking: Remarking, change: FieldChange) -> Spot | None:
    """The spot of a change, where remarks stand and can be made."""
    return remarking.at(change) if remarking else None
