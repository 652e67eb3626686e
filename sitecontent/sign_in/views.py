"""The pages of signing in: password, code, setting up, one's own sign-in, and the reset for somebody else."""

import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as second_step_taken

from sitecontent.limits import Limit, address_of
from sitecontent.sign_in import second_step
from sitecontent.sign_in.proof import proved_recently
from sitecontent.sign_in.sessions import end_sessions, open_sessions

HALF_WAY = "half_signed_in"
"""Key in the session of somebody whose password was right and whose second step is still to come."""

NEW_KEY = "new_key"
"""Key in the session of somebody who sets up another app."""

SECONDS_FOR_THE_SECOND_STEP = 10 * 60

MOST_TRIES = 30
TRIES_SECONDS = 10 * 60.0

tries = Limit(MOST_TRIES, TRIES_SECONDS)
"""How often one address may try a password or a code, by each process. Nothing of it is kept on a disk."""

TOO_MANY = "Too many tries from where you are. Wait a few minutes, then try again."


def simple_page(
    request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
) -> TemplateResponse:
    """A page of the desk that never stays in a browser."""
    request.current_app = site.name  # type: ignore[attr-defined]
    whole = {**site.each_context(request), "title": title, **context}
    response = TemplateResponse(request, f"admin/sign_in/{template}", whole, status=status)
    response["Cache-Control"] = "no-store"
    return response


# The first step


class PasswordStep(LoginView):
    """Ask for name and password. Where a second step is asked, they open nothing yet."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"

    @method_decorator(sensitive_post_parameters())
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try name and password, but not too often."""
        if not tries.takes(address_of(request), time.monotonic()):
            return too_many(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AdminAuthenticationForm) -> HttpResponse:
        """Let them in, or ask for the second step."""
        user = form.get_user()
        if not second_step.is_asked_of(user):
            return super().form_valid(form)
        self.request.session.flush()
        self.request.session[HALF_WAY] = {
            "user": user.pk,
            "backend": user.backend,
            "hash": user.get_session_auth_hash(),
            "at": time.time(),
            "next": self.get_redirect_url(),
            "key": "" if second_step.has_second_step(user) else second_step.new_key(),
        }
        return HttpResponseRedirect(reverse("admin:second_step"))


def too_many(request: HttpRequest) -> HttpResponse:
    """The page for somebody who tries too often."""
    response = simple_page(request, "locked_out.html", "Wait a little", status=429, words=TOO_MANY)
    response["Retry-After"] = str(tries.seconds_left(time.monotonic()))
    return response


# The second step


@never_cache
@csrf_protect
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_step_page(request: HttpRequest) -> HttpResponse:
    """Take the code of somebody whose password was right; the first time, set the app up."""
    half = request.session.get(HALF_WAY)
    user = half_way(request)
    if half is None or user is None:
        return HttpResponseRedirect(reverse("admin:login"))
    if request.method == "POST" and not tries.takes(address_of(request), time.monotonic()):
        return too_many(request)
    if half["key"]:
        return _set_up_first(request, user, half)
    refusal = ""
    if request.method == "POST":
        verdict = second_step.take_code(user, request.POST.get("code_token", ""))
        if verdict.device is not None:
            _let_in(request, user, verdict.device)
            _tell_codes_left(request, user, verdict.device)
            return HttpResponseRedirect(_where_to(request, half))
        refusal = verdict.refusal
    return simple_page(request, "code.html", "Your code", status=403 if refusal else 200, refusal=refusal)


def half_way(request: HttpRequest) -> User | None:
    """The person whose password was right a short while ago, and is still the same."""
    half = request.session.get(HALF_WAY)
    if half is None or not 0 <= time.time() - half["at"] < SECONDS_FOR_THE_SECOND_STEP:
        return None
    user = get_user_model().objects.filter(pk=half["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), half["hash"]):
        return None
    user.backend = half["backend"]
    return user


def _set_up_first(request: HttpRequest, user: User, half: dict[str, Any]) -> HttpResponse:
    refusal = ""
    if request.method == "POST":
        totp = second_step.fits_key(half["key"], request.POST.get("code_token", ""))
        if totp is not None:
            try:
                device, codes = second_step.set_up(user, key=half["key"], totp=totp, replace=False)
            except second_step.AlreadySetUp:
                del request.session[HALF_WAY]
                return HttpResponseRedirect(reverse("admin:login"))
            _let_in(request, user, device)
            return recovery_codes_page(request, codes, onward=_where_to(request, half))
        refusal = "This code does not fit. Take the one that the app shows now; the phone's clock must be right."
    return _set_up_page(request, user, half["key"], refusal=refusal)


def _set_up_page(request: HttpRequest, user: User, key: str, *, refusal: str) -> HttpResponse:
    return simple_page(
        request,
        "set_up.html",
        "Set up your second step",
        status=403 if refusal else 200,
        refusal=refusal,
        picture=second_step.picture_of(user, key),
        key=second_step.key_in_words(key),
    )


def _let_in(request: HttpRequest, user: User, device: Any) -> None:
    request.session.pop(HALF_WAY, None)
    login(request, user, backend=user.backend)
    second_step_taken(request, device)


def _tell_codes_left(request: HttpRequest, user: User, device: Any) -> None:
    if isinstance(device, second_step.RecoveryDevice):
        left = second_step.recovery_codes_left(user)
        messages.warning(
            request,
            f"You used a recovery code; {left} are left. "
            "If your phone is gone, set up another app under “Your sign-in”.",
        )


def _where_to(request: HttpRequest, half: dict[str, Any]) -> str:
    wanted = str(half["next"])
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and safe else reverse("admin:index")


def recovery_codes_page(request: HttpRequest, codes: tuple[str, ...], *, onward: str) -> HttpResponse:
    """The recovery codes, shown this once."""
    return simple_page(request, "recovery_codes.html", "Your recovery codes", codes=codes, onward=onward)


# One's own sign-in


def account(request: HttpRequest) -> HttpResponse:
    """How somebody signs in, and where they are signed in."""
    user = request.user
    return simple_page(
        request,
        "account.html",
        "Your sign-in",
        has_second_step=second_step.has_second_step(user),
        codes_left=second_step.recovery_codes_left(user),
        sessions=open_sessions(user, this=request.session),
        idle_minutes=settings.SESSION_IDLE_SECONDS // 60,
        longest_hours=settings.SESSION_COOKIE_AGE // 3600,
    )


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or all the others."""
    name = request.POST.get("name", "")
    if name == "others":
        count = end_sessions(request.user, keep=request.session)
    else:
        count = end_sessions(request.user, name=name, keep=request.session) if name else 0
    messages.success(request, f"Ended: {count}." if count else "There was nothing to end.")
    return HttpResponseRedirect(reverse("admin:account"))


@require_POST
@proved_recently
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them; the old ones are void."""
    if not second_step.has_second_step(request.user):
        raise PermissionDenied
    return recovery_codes_page(request, second_step.new_recovery_codes(request.user), onward=reverse("admin:account"))


@sensitive_post_parameters()
@require_POST
@proved_recently
def another_app(request: HttpRequest) -> HttpResponse:
    """Set up an app, the first or another one in place of it, while signed in."""
    code = request.POST.get("code_token")
    key = request.session.get(NEW_KEY) if code is not None else None
    refusal = ""
    if key is None:
        key = request.session[NEW_KEY] = second_step.new_key()
    elif totp := second_step.fits_key(key, code or ""):
        del request.session[NEW_KEY]
        device, codes = second_step.set_up(request.user, key=key, totp=totp, replace=True)
        second_step_taken(request, device)
        end_sessions(request.user, keep=request.session)
        return recovery_codes_page(request, codes, onward=reverse("admin:account"))
    else:
        refusal = "This code does not fit. Take the one that the app shows now; the phone's clock must be right."
    return _set_up_page(request, request.user, key, refusal=refusal)


# Somebody else's


@proved_recently
def reset_second_step(request: HttpRequest, account: User) -> HttpResponse:
    """Let somebody begin anew who has lost phone and codes. Nobody does it for themselves."""
    if account.pk == request.user.pk:
        raise PermissionDenied
    if request.method == "POST":
        second_step.reset(account)
        LogEntry.objects.log_actions(
            user_id=request.user.pk,
            queryset=[account],
            action_flag=CHANGE,
            change_message="Reset the second step and ended every session.",
            single_object=True,
        )
        messages.success(request, f"{account} sets up the second step anew at the next sign-in.")
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[account.pk]))
    return simple_page(
        request,
        "reset.html",
        f"Reset the second step: {account}",
        account=account,
        has_second_step=second_step.has_second_step(account),
    )
