"""What signing in remembers: recovery codes as hashes, and whose session is whose."""

import hashlib
import secrets

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django_otp.models import Device, ThrottlingMixin

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the letters and digits that are taken for one another."""

CODE_LENGTH = 16
CODES_MADE = 10


class RecoveryDevice(ThrottlingMixin, Device):
    """The recovery codes of one person, as a second step that works without the app. Only `sign_in` changes it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="recovery_device_once_a_person")]

    def __str__(self) -> str:
        return f"recovery codes of {self.user}"

    def get_throttle_factor(self) -> int:
        """One second after the first wrong code, then twice as long each time."""
        return 1

    @transaction.atomic
    def make_codes(self) -> tuple[str, ...]:
        """New codes in place of all others. They are given back once, and kept as hashes only."""
        codes = tuple("".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES_MADE))
        self.codes.all().delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(device=self, sha256=self._hash(code)) for code in codes)
        return tuple("-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)) for code in codes)

    def verify_token(self, token: str) -> bool:
        """True for a code that was not used before; it is used up by this."""
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        plain = token.replace("-", "").replace(" ", "").lower()
        used, _ = self.codes.filter(sha256=self._hash(plain)).delete()
        if used:
            self.throttle_reset()
        else:
            self.throttle_increment()
        return bool(used)

    def _hash(self, code: str) -> str:
        # 79 random bits can not be guessed, so a slow hash would add nothing.
        return hashlib.sha256(f"causeway recovery code {self.user_id} {code}".encode()).hexdigest()


class RecoveryCode(models.Model):
    """One recovery code that was not used yet, as a hash."""

    device = models.ForeignKey(RecoveryDevice, on_delete=models.CASCADE, related_name="codes")
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "sha256"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"a recovery code of {self.device.user}"


class DeskSession(AbstractBaseSession):
    """A session of the desk, with the person whose it is, so that people can see and end their own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session"
        verbose_name_plural = "sessions"

    def __str__(self) -> str:
        return f"a session of {self.user or 'nobody yet'}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """What reads and writes these rows."""
        from sitecontent.sign_in.sessions import SessionStore as OurStore

        return OurStore
