"""Too many wrong passwords for one name: nobody gets in under it for a while. No address is kept.

django-axes counts in the database, so that every process and node counts together, but only by name: it is told that
everybody comes from nowhere, with no browser. From one address, a limit in memory counts besides: see `views`.
"""

import logging
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

NOWHERE = "0.0.0.0"  # noqa: S104  Nothing listens on it: it stands for "no address was kept".


class Lockout(AxesDatabaseHandler):
    """Counts wrong passwords by name, and remembers nothing else of a request: no address, browser or form."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **named: Any
    ) -> None:
        """Count, on a request in which nothing is that could be kept."""
        if request is None:
            return
        bare = HttpRequest()
        bare.method = "POST"
        bare.__dict__.update({name: value for name, value in vars(request).items() if name.startswith("axes_")})
        bare.__dict__.update(axes_ip_address=NOWHERE, axes_user_agent="", axes_http_accept="", axes_path_info="")
        super().user_login_failed(sender, credentials, bare, **named)
        for name in ("axes_locked_out", "axes_credentials", "axes_failures_since_start"):
            setattr(request, name, getattr(bare, name))
        if bare.axes_locked_out:  # type: ignore[attr-defined]
            log.warning("Somebody has tried too many wrong passwords for one name. It is closed for a while.")


def nowhere(_request: HttpRequest) -> str:
    """Where a request comes from, as far as django-axes is told."""
    return NOWHERE


def somebody(*_: Any) -> str:
    """What django-axes calls a visitor in the log: a name may be a password in the wrong field."""
    return "somebody"


def closed(request: HttpRequest, response: HttpResponse | None = None, _credentials: Any = None) -> HttpResponse:
    """The page for a name that is closed. Whoever is signed in keeps the page that they have, and what is on it."""
    from sitecontent.sign_in.views import simple_page

    if response is not None and request.user.is_authenticated:
        return response
    page = simple_page(request, "locked_out.html", "Closed for a while", status=429)
    page["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
    return page.render()
