"""Whether this site tells each visitor how soon to be seen, or shows everybody the same criteria."""

from django.conf import settings

PERSONAL = "personal"
GUIDED = "guided"
MODES = (PERSONAL, GUIDED)


def is_guided() -> bool:
    """True where nobody is given a personal result. Whatever is not plainly `personal` counts as guided."""
    return bool(settings.CHECKER_MODE != PERSONAL)
