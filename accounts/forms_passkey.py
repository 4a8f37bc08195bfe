"""The forms of passkeys: what the browser hands over is read with distrust, for the library stumbles over some."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from edge.fields import CleanText

STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a credential raises that is none; a ValidationError of Django is not among them."""


@contextmanager
def read_with_distrust() -> Iterator[None]:
    """A credential that cannot be read is a wrong one. Raises ValidationError."""
    try:
        yield
    except STUMBLES as error:
        raise get_adapter().validation_error("incorrect_code") from error


class CredentialField(forms.JSONField):
    """What the browser got from the key, as JSON."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """The object. Raises ValidationError, also for a nesting without end."""
        with read_with_distrust():
            return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: what a key has answered once is not shown again, and a wrong one is read only once."""
        return initial


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # the library has no types
    """A passkey that is being added, under a name of the person's own."""

    name = CleanText(label=_("Name of the passkey"), required=False, max_length=100)
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        """The key, if it answered the question of this session. Raises ValidationError."""
        with read_with_distrust():
            data: dict[str, Any] = super().clean()
        return data


class PasskeySignInForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey at sign-in."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """The factor of this key. Raises ValidationError."""
        with read_with_distrust():
            return super().clean_credential()


class PasskeyAgainForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The same once more, before something that matters."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """The factor of this key. Raises ValidationError."""
        with read_with_distrust():
            return super().clean_credential()
