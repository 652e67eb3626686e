"""What must stand before every act and in no public answer, looked for in the code and in the answers themselves."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from sitecontent import review
from sitecontent.models import ProblemReport, ReviewerProfile, Revision
from sitecontent.sign_in.models import RecoveryDevice
from tests.admin.helpers import decide, harmless, public_now, signed_in
from tests.fixtures import AT, person

DESK = Path(settings.BASE_DIR, "sitecontent/admin")
CANNOT_BE_TAKEN_BACK = {"approve", "approve_together", "approve_several", "retire"}


def acts_that_publish() -> dict[str, list[str]]:
    """Functions of the desk that publish -> the names of their decorators."""
    found = {}
    for path in DESK.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and isinstance(call.func.value, ast.Name)
                and call.func.value.id == "review"
                and call.func.attr in CANNOT_BE_TAKEN_BACK
                for call in ast.walk(node)
            ):
                found[f"{path.stem}.{node.name}"] = [ast.unparse(item) for item in node.decorator_list]
    return found


def test_whatever_publishes_asks_first_who_it_is():
    acts = acts_that_publish()

    assert len(acts) >= 3
    assert {name for name, decorators in acts.items() if "proved_recently" not in decorators} == set()


def test_every_act_of_the_review_that_publishes_is_known_here():
    takes_effect = {name for name in dir(review) if name.startswith(("approve", "retire"))}

    assert {name for name in takes_effect if callable(getattr(review, name))} <= CANNOT_BE_TAKEN_BACK


PUBLIC = (
    "/", "/causes/", "/causes/chlamydia/", "/how-we-review/", "/editions/", "/editions/2/", "/feed.xml", "/sitemap.xml",
    "/humans.txt", "/api/v1/edition", "/api/v1/causes", "/api/v1/causes/chlamydia", "/api/v1/claims", "/readyz",
    "/no-such-page/", "/search/?q=coil", "/api/v1/openapi.json", "/api/v1/docs",
)  # fmt: skip


@pytest.fixture
def secrets(published, reviewer):
    """An edition that people made, with something in every place that is not for visitors."""
    reviewer.email, reviewer.first_name, reviewer.last_name = "canary-mail@example.org", "Canaryfirst", "Canarylast"
    reviewer.username = "canary-username"
    reviewer.save()
    moderator = person("canary-moderator", "Moderators", display_name="Dr Shown Name")
    moderator.email = "canary-second@example.org"
    moderator.save()
    RecoveryDevice.objects.create(user=moderator, name="canary-device")
    revision = harmless(reviewer)
    decide(signed_in(moderator), revision, comment="canary-comment, for staff alone")
    ProblemReport.objects.create(page="/", text="canary-report", contact="canary-contact", edition=1, reported_at=AT)
    harmless(reviewer, slug="gonorrhoea")
    assert Revision.objects.get(pk=revision.pk).state.value == "approved"
    assert ReviewerProfile.objects.filter(display_name="Dr Shown Name").exists()
    assert public_now().number == 2


def test_no_public_answer_holds_an_account_an_address_a_comment_or_a_report(secrets):
    client = Client()
    leaks = {}
    for address in PUBLIC:
        body = client.get(address).content.decode().lower()
        leaks[address] = [word for word in ("canary", "pbkdf2", "a-long-test-password") if word in body]

    assert {address: words for address, words in leaks.items() if words} == {}


def test_no_public_answer_sets_a_cookie_or_minds_one(secrets, reviewer):
    staff = signed_in(reviewer)
    for address in PUBLIC:
        answers = [client.get(address) for client in (Client(), staff)]
        assert answers[0].content == answers[1].content, address
        assert not answers[0].cookies
        assert "Cookie" not in answers[0].headers.get("Vary", "")


@pytest.mark.parametrize("page", ["", "preview/", "impact/"])
def test_a_preview_needs_a_session_and_a_role(published, reviewer, page):
    revision = harmless(reviewer)
    address = f"/admin/review/{revision.pk}/{page}"

    assert Client().get(address)["Location"].startswith("/admin/login/")
    assert signed_in(person("no-role")).get(address).status_code == 403
    assert signed_in(reviewer).get(address).status_code == 200


def test_a_preview_is_kept_by_no_cache_and_found_by_no_search_engine(published, reviewer):
    shown = signed_in(reviewer).get(f"/admin/review/{harmless(reviewer).pk}/preview/")

    assert "no-store" in shown["Cache-Control"]
    assert "noindex" in shown["X-Robots-Tag"]
