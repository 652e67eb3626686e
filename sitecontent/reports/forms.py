"""Reading a report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sitecontent.models.problem_report import LONGEST_CONTACT, LONGEST_PAGE, LONGEST_TEXT

LARGEST_REPORT_BYTES = 32 * 1024
"""The longest text in the longest letters, encoded as forms are, is not half as much again as this."""

TRAP = "website"
"""A field that people do not see. What fills it in is a machine."""

SHORTEST_TEXT = 5


class ReportForm(forms.Form):
    """Which page, what is wrong, and how to answer, if an answer is wanted."""

    page = forms.CharField(max_length=LONGEST_PAGE, error_messages={"required": _("Say which page it is about.")})
    text = forms.CharField(
        min_length=SHORTEST_TEXT,
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Write what is wrong."), "min_length": _("Write a little more.")},
    )
    contact = forms.CharField(max_length=LONGEST_CONTACT, required=False)
