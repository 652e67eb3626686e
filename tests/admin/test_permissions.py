"""Who may open what: every address of the desk for every role, with the answer written out."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sitecontent import review
from sitecontent.models import (
    ADMINISTRATORS,
    MODERATORS,
    REVIEWERS,
    WORKING_RECORDS,
    Cause,
    Decision,
    Revision,
)
from tests.admin.helpers import patterns, real_address, signed_in, submit
from tests.admin.pages import read
from tests.fixtures import AT

pytestmark = pytest.mark.usefixtures("published", "quick_impact")

ROLES = ("nobody", "no role", "reviewer", "moderator", "administrator", "superuser")

LOGIN, OK, MOVED, NO, NOT_ALLOWED, REFUSED, BAD, GONE = "login", 200, 302, 403, 405, 409, 400, 404


def row(nobody, no_role, reviewer, moderator, administrator, superuser):
    return dict(zip(ROLES, (nobody, no_role, reviewer, moderator, administrator, superuser), strict=True))


STAFF = row(LOGIN, OK, OK, OK, OK, OK)
READERS = row(LOGIN, NO, OK, OK, OK, OK)
WRITERS = row(LOGIN, NO, OK, NO, NO, OK)
NEVER = row(LOGIN, NO, NO, NO, NO, NO)
PEOPLE = row(LOGIN, NO, NO, NO, OK, OK)

GET: dict[str, dict[str, object]] = {
    # The desk
    "index": STAFF,
    "login": row(OK, MOVED, MOVED, MOVED, MOVED, MOVED),
    "logout": row(MOVED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "password_change": STAFF,
    "password_change_done": STAFF,
    "second_step": row(LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN),
    "account": STAFF,
    "another_app": row(LOGIN, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "recovery_codes": row(LOGIN, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "end_session": row(LOGIN, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "autocomplete": row(LOGIN, NO, OK, OK, OK, OK),
    "jsi18n": STAFF,
    "view_on_site": row(LOGIN, GONE, GONE, GONE, GONE, GONE),
    "app_list": row(LOGIN, GONE, OK, OK, OK, OK),
    "app_list:auth": row(LOGIN, GONE, GONE, GONE, OK, OK),
    "markdown_preview": row(NO, NO, NOT_ALLOWED, NO, NO, NOT_ALLOWED),
    "vocabulary": READERS,
    "checks": READERS,
    "mail": STAFF,
    "profile": READERS,
    "record": row(LOGIN, MOVED, MOVED, MOVED, MOVED, MOVED),
    # Deciding
    "review_queue": READERS,
    "revision": READERS,
    "revision_impact": READERS,
    "revision_try": READERS,
    "revision_preview": READERS,
    "revision_compare": READERS,
    "revision_restore": row(LOGIN, NO, OK, NO, NO, OK),
    "revision_approve": row(LOGIN, NO, NO, NOT_ALLOWED, NO, NOT_ALLOWED),
    "revision_request_changes": row(LOGIN, NO, NO, NOT_ALLOWED, NO, NOT_ALLOWED),
    "revision_withdraw": row(LOGIN, NO, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "remark_resolve": row(LOGIN, NO, NO, NOT_ALLOWED, NO, NOT_ALLOWED),
    "revision_comment": row(LOGIN, NO, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "revision_claim": row(LOGIN, NO, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "revision_release": row(LOGIN, NO, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "review_together": WRITERS,
    "review_several": row(LOGIN, NO, NO, OK, NO, OK),
    "change_set": READERS,
    "change_set_impact": READERS,
    "change_set_try": READERS,
    "change_set_approve": row(LOGIN, NO, NO, NOT_ALLOWED, NO, NOT_ALLOWED),
    "change_set_request_changes": row(LOGIN, NO, NO, NOT_ALLOWED, NO, NOT_ALLOWED),
    "change_set_withdraw": row(LOGIN, NO, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    # Drafts; each line stands for every kind
    "<draft>_changelist": READERS,
    "<draft>_add": WRITERS,
    "<draft>_change": row(LOGIN, NO, OK, MOVED, MOVED, OK),
    "<draft>_delete": NEVER,
    "<draft>_history": row(LOGIN, NO, MOVED, MOVED, MOVED, MOVED),
    "<draft>_read": READERS,
    "<draft>_compare": READERS,
    "<draft>_story": READERS,
    "<draft>_submit": WRITERS,
    "<draft>_preview": READERS,
    "sitecontent_safetyrule_preview": row(LOGIN, NO, REFUSED, REFUSED, REFUSED, REFUSED),
    "sitecontent_vignette_preview": row(LOGIN, NO, REFUSED, REFUSED, REFUSED, REFUSED),
    "<draft>_retire": row(LOGIN, NO, NO, OK, NO, OK),
    "<draft>_reviewed": row(LOGIN, NO, OK, OK, NO, OK),
    # The ledger: read, never written
    "sitecontent_revision_changelist": READERS,
    "sitecontent_revision_add": NEVER,
    "sitecontent_revision_change": row(LOGIN, MOVED, MOVED, MOVED, MOVED, MOVED),
    "sitecontent_revision_delete": NEVER,
    "sitecontent_revision_history": row(LOGIN, MOVED, MOVED, MOVED, MOVED, MOVED),
    "sitecontent_decision_changelist": READERS,
    "sitecontent_decision_add": NEVER,
    "sitecontent_decision_change": READERS,
    "sitecontent_decision_delete": NEVER,
    "sitecontent_decision_history": READERS,
    "sitecontent_publishededition_changelist": READERS,
    "sitecontent_publishededition_add": NEVER,
    "sitecontent_publishededition_change": READERS,
    "sitecontent_publishededition_delete": NEVER,
    "sitecontent_publishededition_history": READERS,
    # What visitors reported
    "sitecontent_problemreport_changelist": READERS,
    "sitecontent_problemreport_add": NEVER,
    "sitecontent_problemreport_change": READERS,
    "sitecontent_problemreport_delete": PEOPLE,
    "sitecontent_problemreport_history": READERS,
    # People
    "sitecontent_reviewerprofile_changelist": READERS,
    "sitecontent_reviewerprofile_add": PEOPLE,
    "sitecontent_reviewerprofile_change": READERS,
    "sitecontent_reviewerprofile_delete": PEOPLE,
    "sitecontent_reviewerprofile_history": READERS,
    "auth_user_changelist": PEOPLE,
    "auth_user_add": PEOPLE,
    "auth_user_change": PEOPLE,
    "auth_user_delete": PEOPLE,
    "auth_user_history": PEOPLE,
    "auth_user_password_change": PEOPLE,
    "auth_user_second_step": PEOPLE,
    "auth_group_changelist": PEOPLE,
    "auth_group_add": NEVER,
    "auth_group_change": PEOPLE,
    "auth_group_delete": NEVER,
    "auth_group_history": PEOPLE,
}
"""Name of the address -> what each role gets when it is opened."""

POST: dict[str, dict[str, object]] = {
    "mail": row(LOGIN, MOVED, MOVED, MOVED, MOVED, MOVED),
    "profile": row(LOGIN, NO, REFUSED, REFUSED, REFUSED, REFUSED),
    "markdown_preview": row(NO, NO, OK, NO, NO, OK),
    "revision_approve": row(LOGIN, NO, NO, MOVED, NO, MOVED),
    "revision_request_changes": row(LOGIN, NO, NO, MOVED, NO, MOVED),
    "revision_withdraw": row(LOGIN, NO, REFUSED, REFUSED, REFUSED, REFUSED),
    "revision_restore": row(LOGIN, NO, REFUSED, NO, NO, REFUSED),
    "remark_resolve": row(LOGIN, NO, NO, MOVED, NO, MOVED),
    "revision_comment": row(LOGIN, NO, MOVED, MOVED, NO, MOVED),
    "revision_claim": row(LOGIN, NO, NO, REFUSED, NO, REFUSED),
    "revision_release": row(LOGIN, NO, NO, REFUSED, NO, REFUSED),
    "review_together": row(LOGIN, NO, REFUSED, NO, NO, REFUSED),
    "review_several": row(LOGIN, NO, NO, REFUSED, NO, REFUSED),
    "change_set_approve": row(LOGIN, NO, NO, REFUSED, NO, REFUSED),
    "change_set_request_changes": row(LOGIN, NO, NO, REFUSED, NO, REFUSED),
    "change_set_withdraw": row(LOGIN, NO, REFUSED, REFUSED, REFUSED, REFUSED),
    "<draft>_add": WRITERS,
    "<draft>_change": WRITERS,
    "<draft>_delete": NEVER,
    "<draft>_submit": row(LOGIN, NO, REFUSED, NO, NO, REFUSED),
    "<draft>_retire": row(LOGIN, NO, NO, REFUSED, NO, REFUSED),
    "<draft>_reviewed": row(LOGIN, NO, REFUSED, REFUSED, NO, REFUSED),
    "sitecontent_revision_add": NEVER,
    "sitecontent_revision_change": NEVER,
    "sitecontent_revision_delete": NEVER,
    "sitecontent_decision_add": NEVER,
    "sitecontent_decision_change": NEVER,
    "sitecontent_decision_delete": NEVER,
    "sitecontent_publishededition_add": NEVER,
    "sitecontent_publishededition_change": NEVER,
    "sitecontent_publishededition_delete": NEVER,
    "sitecontent_problemreport_add": NEVER,
    "sitecontent_problemreport_change": row(LOGIN, NO, MOVED, MOVED, MOVED, MOVED),
    "sitecontent_reviewerprofile_add": PEOPLE,
    "sitecontent_reviewerprofile_change": PEOPLE,
    "auth_user_add": PEOPLE,
    "auth_user_change": PEOPLE,
    "auth_user_second_step": row(LOGIN, NO, NO, NO, MOVED, MOVED),
    "second_step": row(LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN),
    "another_app": STAFF,
    "recovery_codes": row(LOGIN, NO, NO, NO, NO, NO),  # There are none without a second step.
    "end_session": row(LOGIN, MOVED, MOVED, MOVED, MOVED, MOVED),
    "auth_group_add": NEVER,
    "auth_group_change": NEVER,
    "auth_group_delete": NEVER,
}
"""Name of the address -> what each role gets when something is sent there. 409 is a refusal with words."""

DRAFTS = {f"sitecontent_{model._meta.model_name}": kind for kind, model in WORKING_RECORDS.items()}


def general(name):
    """`sitecontent_cause_change` is `<draft>_change`, unless it has a line of its own."""
    for draft in DRAFTS:
        if name not in GET and name.startswith(f"{draft}_"):
            return f"<draft>_{name.removeprefix(f'{draft}_')}"
    return name


def test_no_address_of_the_desk_is_forgotten():
    named = {general(name) for name, _ in patterns()}

    assert named - {name.partition(":")[0] for name in GET} == set()
    assert {name.partition(":")[0] for name in GET} - named == set()


def test_everything_that_changes_something_is_in_the_second_table():
    acts = ("_add", "_change", "_delete", "_submit", "_retire", "_approve", "_request_changes", "_withdraw", "_restore")
    acts += ("_resolve", "_comment", "_claim", "_release", "_reviewed", "_together", "_several")
    changing = {name for name in GET if name.endswith(acts)} - {"password_change", "auth_user_password_change"}

    of_people = {"auth_user_delete", "sitecontent_reviewerprofile_delete", "sitecontent_problemreport_delete"}
    assert changing - set(POST) == of_people


def outcome(response):
    if response.status_code == 302 and response.headers["Location"].startswith("/admin/login/"):
        return LOGIN
    return response.status_code


def browser_of(user):
    return Client() if user.is_anonymous else signed_in(user)


@pytest.mark.parametrize("role", ROLES)
def test_opening(role, people, things):
    client = browser_of(people[role])
    found, expected = {}, {}

    for name, route in patterns():
        if name == "logout" and role != "nobody":
            continue
        found[name] = outcome(client.get(real_address(name, route, things)))
        expected[name] = GET[general(name)][role]
    found["app_list:auth"] = outcome(client.get("/admin/auth/"))
    expected["app_list:auth"] = GET["app_list:auth"][role]

    assert found == expected


SENT = {
    "markdown_preview": {"content": "x"},
    "revision_request_changes": {"comment": "x"},
    "remark_resolve": {"words": "x"},
    "revision_comment": {"said": "x"},
}


@pytest.mark.parametrize("role", ROLES)
def test_sending(role, people, things):
    waiting = things["waiting"]
    found, expected = {}, {}

    for name, route in patterns():
        if general(name) not in POST:
            continue
        data = SENT.get(name, {})
        if name == "revision_approve":
            data = {"sha256": waiting.sha256, "base_sha256": waiting.base.sha256}
        # Each act meets the same revision, still undecided.
        if name == "revision_request_changes" and role in ("moderator", "superuser"):
            things = {**things, "waiting": submit("cervicitis", User.objects.get(username="author"))}
        found[name] = outcome(browser_of(people[role]).post(real_address(name, route, things), data))
        expected[name] = POST[general(name)][role]

    assert found == expected


def test_an_administrator_can_not_make_anybody_a_superuser(administrator, reviewer):
    client = signed_in(administrator)
    page = f"/admin/auth/user/{reviewer.pk}/change/"
    form = read(client.get(page)).form("user_form")

    response = client.post(page, form.sent(is_superuser="on", first_name="Renamed"))

    reviewer.refresh_from_db()
    assert response.status_code == 302
    assert (reviewer.first_name, reviewer.is_superuser) == ("Renamed", False)


def test_an_administrator_can_not_touch_a_superuser(administrator):
    boss = User.objects.create_superuser("boss", password="a-long-test-password")
    client = signed_in(administrator)

    assert client.post(f"/admin/auth/user/{boss.pk}/change/", {"username": "x"}).status_code == 403
    assert client.post(f"/admin/auth/user/{boss.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/auth/user/{boss.pk}/password/", {"password1": "x"}).status_code == 403


def test_a_deleted_account_leaves_its_decisions(administrator, moderator, reviewer):
    revision = submit("chlamydia", reviewer, summary=Cause.objects.get(slug="chlamydia").summary + " It is common.")
    review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT)

    for account in (moderator, reviewer):
        response = signed_in(administrator).post(f"/admin/auth/user/{account.pk}/delete/", {"post": "yes"})
        assert response.status_code == 302

    assert not User.objects.filter(pk__in=[moderator.pk, reviewer.pk]).exists()
    assert Decision.objects.get(revision=revision).by_name == "moderator"
    assert Revision.objects.get(pk=revision.pk).author_name == "reviewer"
    list(review.verify_ledger())


def test_the_roles_are_those_that_the_tables_speak_of(people):
    groups = {role: set(user.groups.values_list("name", flat=True)) for role, user in people.items() if user.pk}

    assert groups["reviewer"] == {REVIEWERS}
    assert groups["moderator"] == {MODERATORS}
    assert groups["administrator"] == {ADMINISTRATORS}
    assert groups["no role"] == set()
