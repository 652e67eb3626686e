"""The app that holds what signing in needs to remember."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Signing in, in two steps."""

    name = "sitecontent.sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Listen to what Django says when somebody has signed in."""
        from sitecontent.sign_in import sessions  # noqa: F401  It connects to the signal.
