"""Letters by e-mail: who gets which, what stands in them, and that a mail server in trouble delays nothing."""

import logging
import threading
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.urls import resolve

from sitecontent import review
from sitecontent.models import Cause, Decision, LetterChoice
from sitecontent.review import letters
from tests.admin.helpers import edit, submit
from tests.fixtures import AT, person
from tests.review.family import seen

pytestmark = pytest.mark.usefixtures("published")

MORE = " A clinic can treat it with antibiotics."
LATER = AT + timedelta(hours=1)


def with_address(user, address=""):
    user.email = address or f"{user.username}@example.org"
    user.save()
    return user


@pytest.fixture
def author(reviewer):
    return with_address(reviewer)


@pytest.fixture
def judge(moderator):
    return with_address(moderator)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Do something, commit it, and wait until its letters are sent."""

    def do(act):
        with django_capture_on_commit_callbacks(execute=True):
            done = act()
        letters._sender().submit(lambda: None).result(timeout=10)
        return done

    return do


def harmless(by, slug="chlamydia", at=AT):
    return submit(slug, by, at=at, summary=Cause.objects.get(slug=slug).summary + MORE)


def approve(revision, moderator):
    return review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=LATER)


def send_back(revision, moderator, **more):
    return review.request_changes(
        revision=revision, moderator=moderator, comment="Say it in plain words.", at=LATER, **more
    )


# When something waits


def test_moderators_are_told_of_what_was_submitted(commit, author, judge, second_moderator, mailoutbox):
    with_address(second_moderator)

    revision = commit(lambda: harmless(author))

    assert [message.to for message in mailoutbox] == [["moderator@example.org"], ["second-moderator@example.org"]]
    assert mailoutbox[0].subject == "Waiting for review: Chlamydia"
    assert f"/admin/review/{revision.pk}/" in mailoutbox[0].body
    assert "/admin/mail/" in mailoutbox[0].body


def test_whoever_wrote_it_is_not_told_that_it_waits(commit, judge, mailoutbox):
    both = with_address(person("both", "Reviewers", "Moderators"))

    commit(lambda: harmless(both))

    assert [message.to for message in mailoutbox] == [["moderator@example.org"]]


@pytest.mark.parametrize(
    "change", [{"email": ""}, {"is_active": False}], ids=["without an address", "who can not sign in"]
)
def test_nobody_is_written_to_in_vain(commit, author, judge, mailoutbox, change):
    for name, value in change.items():
        setattr(judge, name, value)
    judge.save()

    commit(lambda: harmless(author))

    assert mailoutbox == []


def test_two_accounts_of_one_person_get_one_letter(commit, author, judge, second_moderator, mailoutbox):
    with_address(second_moderator, judge.email)

    commit(lambda: harmless(author))

    assert len(mailoutbox) == 1


def test_a_change_set_is_one_letter(commit, author, judge, mailoutbox):
    records = [
        edit(Cause.objects.get(slug=slug), author, summary=f"Another summary of {slug}. See a clinic.")
        for slug in ("chlamydia", "cervicitis", "fibroids")
    ]

    commit(lambda: review.submit_together(records, author=author, note="Shorter.", at=AT))

    assert [message.subject.partition(" and ")[2] for message in mailoutbox] == ["2 more"]


def test_what_was_not_kept_is_told_to_nobody(commit, author, judge, mailoutbox):
    commit(lambda: harmless(author))
    mailoutbox.clear()

    def again():
        with pytest.raises(review.AlreadyInReview):
            harmless(author)

    commit(again)

    assert mailoutbox == []


# When it was decided


def test_the_author_gets_the_words_of_whoever_sends_it_back(commit, author, judge, mailoutbox):
    revision = harmless(author)
    remark = review.NewRemark("summary", "Summary", "unclear", "Who is meant?")

    commit(lambda: send_back(revision, judge, remarks=[remark]))

    (message,) = mailoutbox
    assert message.to == ["reviewer@example.org"]
    assert message.subject == "Changes requested: Chlamydia"
    assert "Say it in plain words." in message.body
    assert "- Summary: Who is meant?" in message.body
    assert f"/admin/review/{revision.pk}/" in message.body


def test_the_author_is_told_of_the_edition_that_published_it(commit, author, judge, mailoutbox):
    revision = harmless(author)

    approval = commit(lambda: approve(revision, judge))

    assert mailoutbox[0].subject == "Approved: Chlamydia"
    assert f"published in edition {approval.edition.number}." in mailoutbox[0].body


def test_the_first_of_two_approvals_is_called_that(commit, author, judge, mailoutbox):
    revision = submit("fibroids", author, urgency="self-care")

    commit(lambda: approve(revision, judge))

    assert mailoutbox[0].subject == "First of two approvals: Fibroids"
    assert "published" not in mailoutbox[0].body


def test_whoever_takes_their_own_work_back_gets_no_letter(commit, author, mailoutbox):
    revision = harmless(author)

    commit(lambda: review.withdraw(revision=revision, by=author, at=LATER))

    assert mailoutbox == []


def test_several_decisions_at_once_are_one_letter_to_each_author(commit, author, second_reviewer, judge, mailoutbox):
    with_address(second_reviewer)
    rows = [harmless(author), harmless(author, "cervicitis"), harmless(second_reviewer, "fibroids")]

    commit(lambda: review.approve_several(seen=seen(rows), moderator=judge, at=LATER))

    assert sorted((message.to[0], message.subject) for message in mailoutbox) == [
        ("reviewer@example.org", "Approved: Chlamydia and 1 more"),
        ("second-reviewer@example.org", "Approved: Fibroids"),
    ]


# Turned off


@pytest.mark.parametrize("kind", letters.KINDS)
def test_each_kind_can_be_turned_off_by_itself(commit, author, judge, mailoutbox, kind):
    for user in (author, judge):
        LetterChoice.objects.create(user=user, **{kind: False})

    revision = commit(lambda: harmless(author))
    commit(lambda: send_back(revision, judge))

    told = {message.subject.partition(":")[0] for message in mailoutbox}
    everything = {"submitted": "Waiting for review", "decided": "Changes requested"}
    assert told == {words for name, words in everything.items() if name != kind}


def test_the_links_lead_somewhere(commit, author, judge, mailoutbox, settings):
    commit(lambda: harmless(author))

    for word in mailoutbox[0].body.split():
        if word.startswith(settings.SITE_URL):
            assert resolve(word.removeprefix(settings.SITE_URL)).app_name == "admin"


# A mail server in trouble


class Broken(EmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("reviewer@example.org is unknown here")


class Slow(EmailBackend):
    """A mail server that answers when the test says so."""

    may_answer = threading.Event()

    def send_messages(self, messages):
        assert self.may_answer.wait(timeout=20)
        return super().send_messages(messages)


def test_a_mail_server_that_fails_undoes_no_decision_and_is_logged(commit, author, judge, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    revision = harmless(author)

    with caplog.at_level(logging.ERROR, logger=letters.__name__):
        commit(lambda: approve(revision, judge))

    assert Decision.objects.filter(revision=revision).exists()
    assert caplog.messages == ["A letter could not be sent (Approved: Chlamydia): ConnectionRefusedError"]


def test_a_mail_server_that_is_slow_delays_no_decision(
    author, judge, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    revision = harmless(author)

    with django_capture_on_commit_callbacks(execute=True):
        approve(revision, judge)
    decided_first = not mailoutbox
    Slow.may_answer.set()
    letters._sender().submit(lambda: None).result(timeout=20)

    assert decided_first
    assert len(mailoutbox) == 1


def test_one_letter_that_fails_keeps_no_other_back(mailoutbox, caplog):
    bad = letters.Letter("two\n@example.org", "Two", "Words.")

    sent = letters.send([letters.Letter("one@example.org", "One", "Words."), bad, letters.Letter("x@y.org", "3", "W")])

    assert sent == len(mailoutbox) == 2


def test_an_unknown_kind_of_letter_is_refused():
    with pytest.raises(ValueError, match="no kind of letter"):
        letters.readers_of("advertisement", None)
