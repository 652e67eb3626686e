"""Every admin of ours, loaded in one go. It is not in the package itself: the site lives there too, and comes first."""

from sitecontent.admin import causes, checker, content, ledger, people, reports

__all__ = ["causes", "checker", "content", "ledger", "people", "reports"]
