"""Letters by e-mail: to moderators when something waits, to authors when it was decided.

A letter is written once the act is committed, and sent by a thread of its own: a mail server that is slow or away
delays nothing and undoes nothing. It leads to the desk and holds no secret; nothing of any visitor is ever in one.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet

from sitecontent.models import Decision, Revision, Verdict

KINDS = ("submitted", "decided", "digest")
"""The kinds of letters: fields of `LetterChoice`."""

SIGNED = "You can choose which letters you get: {site}/admin/mail/"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """A letter to one person."""

    to: str
    subject: str
    text: str


def readers_of(kind: str, people: QuerySet[User]) -> QuerySet[User]:
    """Those of some people who have an address and did not turn this kind of letter off."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is no kind of letter")
    wanted = Q(letter_choice__isnull=True) | Q(**{f"letter_choice__{kind}": True})
    return people.filter(wanted, is_active=True).exclude(email="").order_by("pk")


def letters_to(kind: str, people: QuerySet[User], *, subject: str, text: str) -> list[Letter]:
    """One letter for each address among the readers of this kind, however many accounts share it."""
    whole = f"{text}\n\n{SIGNED.format(site=settings.SITE_URL)}"
    addresses = dict.fromkeys(address.strip() for address in readers_of(kind, people).values_list("email", flat=True))
    return [Letter(address, " ".join(subject.split()), whole) for address in addresses]


def send(letters: Iterable[Letter]) -> int:
    """Send letters now, one after the other, and say how many went. What fails is logged, without the address."""
    sent = 0
    for letter in letters:
        try:
            sent += EmailMessage(subject=letter.subject, body=letter.text, to=[letter.to]).send()
        except Exception as error:  # noqa: BLE001 (whatever a mail server brings about, the next letter still goes)
            logger.error("A letter could not be sent (%s): %s", letter.subject, type(error).__name__)
    return sent


def post(letters: Sequence[Letter]) -> None:
    """Have letters sent by the thread that does so, and wait for nothing."""
    if letters:
        _sender().submit(send, letters)


@cache
def _sender() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")


# What the review tells


def tell_moderators(revisions: Iterable[Revision]) -> None:
    """Once it is committed, tell whoever may decide that these wait: one letter a person, however many they are."""
    rows = tuple(revisions)
    transaction.on_commit(lambda: post(on_submission(rows)), robust=True)


def tell_authors(decisions: Iterable[Decision], *, edition: int | None = None) -> None:
    """Once it is committed, tell whoever wrote it what was decided: one letter a person. `edition` is its number."""
    rows = tuple(decisions)
    transaction.on_commit(lambda: post(on_decision(rows, edition=edition)), robust=True)


def on_submission(revisions: Sequence[Revision]) -> list[Letter]:
    """The letters about what was submitted, to those who may decide and did not write it."""
    first = revisions[0]
    wrote = {pk for revision in revisions for pk in revision.people}
    moderators = User.objects.with_perm(
        "sitecontent.approve_revision", backend="django.contrib.auth.backends.ModelBackend"
    ).exclude(pk__in=wrote)
    names = [f"{revision.document.name} ({revision.kind})" for revision in revisions]
    address = f"/admin/review/{first.pk}/" if len(revisions) == 1 else "/admin/review/"
    text = "\n".join(
        [
            f"{first.author_name} submitted for review:",
            "",
            *names,
            "",
            first.note,
            "",
            f"Look at it: {settings.SITE_URL}{address}",
        ]
    )
    return letters_to("submitted", moderators, subject=f"Waiting for review: {_named(revisions)}", text=text)


def on_decision(decisions: Sequence[Decision], *, edition: int | None) -> list[Letter]:
    """The letters about what was decided, to each author but whoever decided it."""
    by_author: dict[int, list[Decision]] = defaultdict(list)
    for decision in decisions:
        author = decision.revision.author_id
        if author and author != decision.by_id:
            by_author[author].append(decision)
    letters = []
    for author, rows in by_author.items():
        letters += letters_to(
            "decided",
            User.objects.filter(pk=author),
            subject=f"{_outcome_of(rows[0])}: {_named([row.revision for row in rows])}",
            text=_words_of(rows, edition),
        )
    return letters


def _words_of(decisions: Sequence[Decision], edition: int | None) -> str:
    first = decisions[0]
    lines = [f"{first.by_name}, {first.role}: {_outcome_of(first).lower()}.", ""]
    if edition:
        lines += [f"It is published in edition {edition}.", ""]
    if first.comment:
        lines += [first.comment, ""]
    for decision in decisions:
        remarks = [
            f"- {remark.where}: {remark.text}" for remark in decision.remarks.all() if not remark.is_in_the_words
        ]
        address = f"{settings.SITE_URL}/admin/review/{decision.revision_id}/"
        lines += [decision.revision.document.name, *remarks, address, ""]
    return "\n".join(lines).strip()


def _outcome_of(decision: Decision) -> str:
    if decision.verdict == Verdict.APPROVE and not decision.closes:
        return "First of two approvals"
    return str(decision.get_verdict_display())


def _named(revisions: Sequence[Revision]) -> str:
    name = revisions[0].document.name
    return name if len(revisions) == 1 else f"{name} and {len(revisions) - 1} more"
