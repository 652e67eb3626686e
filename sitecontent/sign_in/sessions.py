"""Sessions of the desk: short, and each known to the person whose it is.

This module is the `SESSION_ENGINE`. A session ends when the browser is closed, an hour after it was last used, and ten
hours after it began, whatever comes first.
"""

import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from sitecontent.sign_in.models import DeskSession

BEGAN, SEEN, PROVED, BROWSER = "began_at", "seen_at", "proved_at", "browser"
"""Keys in a session. The times are seconds since 1970."""

SEEN_AGAIN_AFTER_SECONDS = 60
"""How exactly it is known when a session was last used: once a minute is a write once a minute."""

BROWSERS = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
IN_WORDS = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}


class SessionStore(DatabaseSessions):
    """Django's sessions in the database, each row with its person."""

    @classmethod
    def get_model_class(cls) -> type[DeskSession]:
        """The table."""
        return DeskSession

    def create_model_instance(self, data: dict[str, Any]) -> DeskSession:
        """A row, with the person who is signed in."""
        row: DeskSession = super().create_model_instance(data)
        given = data.get(SESSION_KEY)
        row.user_id = get_user_model()._meta.pk.to_python(given) if given else None
        return row


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, **_: Any) -> None:
    """Write down when a session began. Whoever has just signed in has just proved who they are."""
    if getattr(request, "session", None) is not None:
        now = time.time()
        request.session.update({BEGAN: now, SEEN: now, PROVED: now, BROWSER: browser_of(request)})


def is_over(session: SessionBase, now: float) -> bool:
    """True for a session that is too old, or was not used for too long. `now` is in seconds since 1970."""
    began, seen = session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None:
        return True
    return bool(now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE)


def was_seen(session: SessionBase, now: float) -> None:
    """Write down that a session is in use."""
    if abs(now - session[SEEN]) > SEEN_AGAIN_AFTER_SECONDS:
        session[SEEN] = now


def browser_of(request: HttpRequest) -> str:
    """The browser in two words, so that somebody knows it again; no version, no address."""
    sent = request.headers.get("User-Agent", "")[:500]
    browser = next((name for name in BROWSERS if name in sent), "")
    system = next((name for name in SYSTEMS if re.search(rf"\b{name}\b", sent)), "")
    words = [IN_WORDS.get(word, word) for word in (browser, system) if word]
    return " on ".join(words) or "A browser"


@dataclass(frozen=True)
class OpenSession:
    """One session that somebody has open, without its key."""

    name: str
    """Names it in a form. It opens nothing."""
    browser: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def open_sessions(user: Any, *, this: SessionBase) -> tuple[OpenSession, ...]:
    """The sessions that somebody has open, the latest used first."""
    now = time.time()
    found = []
    for row in _rows_of(user):
        held = row.get_decoded()
        if _is_whole(held) and not is_over(_as_session(held), now):
            found.append(
                OpenSession(
                    name=name_of(row.session_key),
                    browser=str(held[BROWSER]),
                    began_at=datetime.fromtimestamp(held[BEGAN], UTC),
                    seen_at=datetime.fromtimestamp(held[SEEN], UTC),
                    is_this=row.session_key == this.session_key,
                )
            )
    return tuple(sorted(found, key=lambda item: item.seen_at, reverse=True))


def end_sessions(user: Any, *, name: str = "", keep: SessionBase | None = None) -> int:
    """End the session of this name, or all of them but the one to keep. Gives how many."""
    keys = [
        row.session_key
        for row in _rows_of(user)
        if (not name or name_of(row.session_key) == name) and not (keep and row.session_key == keep.session_key)
    ]
    return DeskSession.objects.filter(session_key__in=keys).delete()[0]


def name_of(session_key: str) -> str:
    """A name for a session that does not give its key away."""
    return hashlib.sha256(f"causeway session {session_key}".encode()).hexdigest()[:20]


def _rows_of(user: Any) -> Any:
    return DeskSession.objects.filter(user_id=user.pk, expire_date__gt=timezone.now())


def _is_whole(held: Mapping[str, Any]) -> bool:
    return {BEGAN, SEEN, BROWSER} <= held.keys()


def _as_session(held: Mapping[str, Any]) -> Any:
    return held
