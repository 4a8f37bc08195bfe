"""The forms of a forgotten password: who asks for a link, and the new password behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.forms import ResetPasswordForm, ResetPasswordKeyForm, UserTokenForm
from allauth.core import context
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.forms_sign_in import plain, with_lock
from accounts.lockout import By, LockedOut
from accounts.models import User
from accounts.services.forgotten_password import TOKENS
from accounts.waiting import locked_out_error
from edge.address import UNKNOWN, client_address, limit_key
from edge.limits import limiter


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]  # the library has no types
    """The work e-mail. Whether somebody has it is told to nobody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["email"], _("Work e-mail"), autocomplete="username", inputmode="email", spellcheck="false")

    def clean_email(self) -> str:
        """The e-mail, counted by address and by account. Raises ValidationError `locked_out`."""
        email: str = self.cleaned_data["email"].strip().lower()
        key = limit_key(client_address(context.request))
        if not limiter().hit("resets", key):
            until = timezone.now() + timedelta(seconds=limiter().retry_after("resets", key))
            raise locked_out_error(LockedOut(until))
        with_lock((By.LINKS, email))
        return email

    def save(self, request: HttpRequest, **_kwargs: Any) -> str:
        """Send the link, if there is somebody to send it to."""
        email: str = self.cleaned_data["email"]
        services.ask_for_link(email=email, now=timezone.now(), address=known_address(request))
        return email


class LinkForm(UserTokenForm):  # type: ignore[misc]
    """What a link says: whose it is, and the token."""

    token_generator = TOKENS

    def _get_user(self, uidb36: str) -> User | None:
        """The person of the link; nobody whose account is closed."""
        user: User | None = super()._get_user(uidb36)
        return user if user is not None and user.is_active else None


class ChosenPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, twice."""

    user: User
    temp_key: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["password1"], _("New password"), autocomplete="new-password")
        plain(self.fields["password2"], _("New password, once more"), autocomplete="new-password")
        self.fields["password1"].help_text = _(
            "12 characters or more. Several words that do not belong together are strong and easy to remember."
        )

    def save(self) -> None:
        """Use the link. Raises Refused when it was used meanwhile."""
        services.set_forgotten_password(
            person=self.user,
            token=self.temp_key,
            password=self.cleaned_data["password1"],
            now=timezone.now(),
            address=known_address(context.request),
        )


def known_address(request: HttpRequest) -> str:
    """The client's address for the audit record; empty if it cannot be known."""
    found = client_address(request)
    return "" if found == UNKNOWN else found
