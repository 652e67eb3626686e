"""Templates without the white space that is only there for whoever reads them.

A template is indented and has a line for each tag. Sent to a visitor, that would be a tenth of every page.
"""

import re

from django.template.base import Origin
from django.template.loaders.filesystem import Loader

_INDENTED = re.compile(r"^[ \t]+", re.MULTILINE)
_SHOWS_NOTHING = "block|comment|elif|else|empty|endblock|endfor|endif|endwith|extends|for|if|load|with"
_TAG_ON_ITS_OWN = re.compile(
    rf"^(\{{% *(?:{_SHOWS_NOTHING})\b[^%\n]*%\}}(?:[^{{}}\n]*\{{% endcomment %\}})?)\n", re.MULTILINE
)


class TightLoader(Loader):
    """Loads our templates. While they are worked on, and errors name their lines, it leaves them as they are."""

    def get_contents(self, origin: Origin) -> str:
        """The text of a template, with no space at the beginning of a line and no line for a tag that shows nothing.

        Every line that shows something keeps its end, so nothing is joined that was apart.
        """
        text: str = super().get_contents(origin)
        if self.engine.debug or not str(origin.template_name).endswith(".html"):
            return text
        return _TAG_ON_ITS_OWN.sub(r"\1", _INDENTED.sub("", text))
