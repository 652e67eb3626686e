"""Prove once more who you are, before what can not be taken back.

Whoever signed in or proved it a short while ago is not asked. Whoever is asked gets back everything that was in the
form: it waits in the page that asks, and goes on to where it was going once the proof is given.
"""

import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, QueryDict

from sitecontent.sign_in import second_step
from sitecontent.sign_in.sessions import PROVED

PROOF = "proof_password_or_token"
"""The field that holds the proof. By its name no page repeats it."""

NEVER_REPEATED = ("csrfmiddlewaretoken", "password")

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def proved_recently(act: Callable[..., Any]) -> Callable[..., Any]:
    """Make a view, or an action of an admin list, ask for a proof unless there was one a short while ago.

    Looking is never in the way: only what is sent asks.
    """

    @wraps(act)
    def asking(*arguments: Any, **named: Any) -> Any:
        request = next(item for item in arguments if isinstance(item, HttpRequest))
        return ask(request) or act(*arguments, **named)

    return asking


def ask(request: HttpRequest) -> HttpResponse | None:
    """The page that asks for a proof, or None when the act may go on."""
    if request.method not in UNSAFE:
        return None
    given = _take_out(request)
    if is_fresh(request):
        return None
    refusal = ""
    if given is not None:
        refusal = _refusal(request, given)
        if not refusal:
            request.session[PROVED] = time.time()
            return None
    return _page(request, refusal)


def is_fresh(request: HttpRequest) -> bool:
    """True when this session has proved who it is a short while ago."""
    age = time.time() - request.session.get(PROVED, 0)
    return bool(0 <= age < settings.PROVE_AGAIN_AFTER_SECONDS)


def _take_out(request: HttpRequest) -> str | None:
    """Take the proof out of the form, so that no view and no log meets it."""
    if PROOF not in request.POST:
        return None
    form = request.POST.copy()
    given = form.pop(PROOF)
    request.POST = form  # type: ignore[assignment]
    return str(given[-1]) if given else ""


def _refusal(request: HttpRequest, given: str) -> str:
    """Why a proof is not one; empty when it is."""
    user = request.user
    if second_step.has_second_step(user):
        return second_step.take_code(user, given).refusal
    found = authenticate(request, username=user.get_username(), password=given)
    return "" if found == user else "This is not your password."


def _page(request: HttpRequest, refusal: str) -> HttpResponse:
    from sitecontent.sign_in.views import simple_page

    list(messages.get_messages(request))
    return simple_page(
        request,
        "prove.html",
        "Is it still you?",
        status=403 if refusal else 200,
        refusal=refusal,
        proof=PROOF,
        asks_code=second_step.has_second_step(request.user),
        address=request.get_full_path(),
        kept=list(_kept(request.POST)),
        minutes=settings.PROVE_AGAIN_AFTER_SECONDS // 60,
    )


def _kept(form: QueryDict) -> Iterator[tuple[str, Any]]:
    """Every field but what no page repeats: a password for somebody else is typed again."""
    for name, values in form.lists():
        if not any(part in name.lower() for part in NEVER_REPEATED):
            for value in values:
                yield name, value
