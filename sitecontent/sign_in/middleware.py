"""Nobody is signed in who has not taken the second step, or whose session is over."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from sitecontent.sign_in.sessions import is_over, was_seen


class SecondStepMiddleware:
    """Take whoever signed in half for nobody, everywhere and at once.

    No view has to think of it: to each, such a request comes from an anonymous visitor. The look is put off until
    somebody asks who is there, so a public page never causes it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass, with the look in the way of its user."""
        user = request.user
        request.user = SimpleLazyObject(lambda: who_is_there(request, user))
        return self.get_response(request)


def who_is_there(request: HttpRequest, user: Any) -> Any:
    """The person, or nobody."""
    if not user.is_authenticated:
        return user
    now = time.time()
    if is_over(request.session, now):
        request.session.flush()
        return _nobody()
    if settings.SECOND_STEP_REQUIRED and not user.is_verified():
        return _nobody()
    was_seen(request.session, now)
    return user


def _nobody() -> AnonymousUser:
    nobody = AnonymousUser()
    nobody.otp_device = None
    nobody.is_verified = lambda: False
    return nobody
