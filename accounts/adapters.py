"""How the sign-in library works in this house: whose attempts count, where secrets lie, what is sent."""

from __future__ import annotations

from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.doors import pass_second_factor
from accounts.lockout import By, Counted, LockedOut, begin_attempt, forget_old_attempts, forgive_attempt
from accounts.models import SealedSecret, User
from accounts.second_factor import PRIMARY
from accounts.waiting import locked_out_error
from edge.address import client_address, limit_key

FRESH_SECONDS = 300
"""How long a password or a code just given counts for changing how one signs in."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Nobody signs up; attempts are counted by account and by address; nothing is mailed on a request."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("E-mail or password is wrong. Please check both and try again."),
        "incorrect_password": _("The password is wrong. Please try again."),
        "enter_current_password": _("The current password is wrong. Please try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are opened by invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address as the edge believes it; an unreadable one becomes the unspecified address."""
        found = client_address(request)
        return "0.0.0.0" if found == "unknown" else found  # noqa: S104  # a column for addresses, nothing listens

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt. Raises ValidationError `locked_out` while the account or the address must wait."""
        try:
            begin_attempt(*self._counted(request, credentials), now=timezone.now())
        except LockedOut as locked:
            raise locked_out_error(locked) from locked

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person whose password this is; the attempt is taken back if there is one."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            forgive_attempt(*self._counted(request, credentials))
            forget_old_attempts(now=timezone.now())
        return user

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether this is the signed-in person's own password; counted like a sign-in."""
        email = user.email if isinstance(user, User) else ""
        found = self.authenticate(context.request, email=email, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not while password or code were given a moment ago: a new person enrols right after the password."""
        request = context.request
        given = [record["at"] for record in get_authentication_records(request, request.user)]
        return not given or timezone.now().timestamp() - max(given) > FRESH_SECONDS

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session; note the second factor if one was shown on the way."""
        shown = any(record.get("method") == "mfa" for record in get_authentication_records(request, user))
        super().login(request, user)
        if shown and isinstance(user, User):
            pass_second_factor(request, user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuse: every mail of this service goes through the outbox."""
        raise NotImplementedError(f"{template_prefix}: mails go through notifications.queue_message")

    def _counted(self, request: HttpRequest, credentials: dict[str, Any]) -> list[Counted]:
        return [
            (By.ACCOUNT, str(credentials.get("email", ""))),
            (By.ADDRESS, limit_key(client_address(request))),
        ]


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library has no types
    """Secrets are sealed with the vault's keys; the last second factor cannot be taken away, only replaced."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is wrong or was used already. Please wait for the next one."),
        "cannot_delete_authenticator": _("This is your only second factor. Please add another one first."),
    }

    def encrypt(self, text: str) -> str:
        """Keep `text` sealed; what comes back is its number."""
        return str(SealedSecret.objects.create(text=text).pk)

    def decrypt(self, encrypted_text: str) -> str:
        """The text kept under this number. Raises CannotUnseal."""
        text: str = SealedSecret.objects.get(pk=encrypted_text).text
        return text

    def build_totp_svg(self, url: str) -> str:
        """The code to scan, as an inline drawing without styles of its own."""
        # With a view box instead of a size: the page decides how large it is, and nothing is cut off.
        code = segno.make(url, error="m", micro=False)
        drawing: str = code.svg_inline(border=4, light="#ffffff", omitsize=True)
        return drawing

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another second factor is left without this one."""
        left = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=PRIMARY)
        return bool(left.exclude(pk=authenticator.pk).exists())
