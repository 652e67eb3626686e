"""Make the accounts with which somebody can try the whole review on their own machine."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from sitecontent.models import ADMINISTRATORS, MODERATORS, REVIEWERS, ReviewerProfile


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demo. Nobody in it is a clinician: none has a qualification or a registration."""

    username: str
    role: str
    display_name: str
    does: str
    is_superuser: bool = False

    @property
    def email(self) -> str:
        """The mark of a demo account: an address that can not exist. Another account of the name is left alone."""
        return f"{self.username}@demo.invalid"


ACCOUNTS = (
    DemoAccount("reviewer", REVIEWERS, "Demo reviewer", "edits records and submits them"),
    DemoAccount("moderator", MODERATORS, "Demo moderator", "approves what others wrote"),
    DemoAccount("admin", ADMINISTRATORS, "Demo administrator", "manages people, and may do everything else", True),
)


class Command(BaseCommand):
    help = "Make the demo's accounts reviewer, moderator and admin, and print their password. Only in the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or mend each account and say what to sign in with."""
        if not settings.DEMO:
            raise CommandError("Demo accounts have a password that is printed, so they exist only where DEMO=1 is set.")

        made = [account for account in ACCOUNTS if make_account(account, settings.DEMO_PASSWORD)]

        for account in ACCOUNTS:
            words = account.does if account in made else "left alone: this account was not made by the demo"
            self.stdout.write(f"  {account.username:<10} {words}")
        if made:
            self.stdout.write(f"The password of each is {settings.DEMO_PASSWORD}")


@transaction.atomic
def make_account(account: DemoAccount, password: str) -> bool:
    """Make the account, or see to it that it has this password. False: the name belongs to somebody else."""
    user, is_new = User.objects.get_or_create(username=account.username, defaults={"email": account.email})
    if user.email != account.email:
        return False
    if is_new:
        user.is_staff = True
        user.is_superuser = account.is_superuser
    if is_new or not user.check_password(password):
        user.set_password(password)
        user.save()
    if is_new:
        user.groups.add(Group.objects.get(name=account.role))
        ReviewerProfile.objects.create(
            user=user,
            display_name=account.display_name,
            interests="None. This is an account of the demo.",
            interests_declared_on=timezone.now().date(),
        )
    return True
