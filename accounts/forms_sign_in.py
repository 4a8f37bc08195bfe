"""The forms of signing in: their words, and how codes are checked and counted."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as LibraryCodeForm
from allauth.mfa.base.forms import ReauthenticateForm as LibraryCodeAgainForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.lockout import By, Counted, LockedOut, begin_attempt, forgive_attempt
from accounts.models import User
from accounts.second_factor import PRIMARY, accept_code, matching_step
from accounts.sign_in_records import wrong_password
from accounts.waiting import locked_out_error
from edge.address import client_address, limit_key


def code_field(label: Any, help_text: Any = "") -> forms.CharField:
    """A field for digits that a phone fills in by itself where it can."""
    widget = forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "20", "spellcheck": "false"}
    )
    return forms.CharField(label=label, help_text=help_text, max_length=20, widget=widget)


def plain(field: forms.Field, label: Any, **attributes: str) -> None:
    """Our label, no placeholder, and these attributes."""
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


class SignInForm(LoginForm):  # type: ignore[misc]  # the library has no types
    """Work e-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["login"], _("Work e-mail"), autocomplete="username", inputmode="email", spellcheck="false")
        plain(self.fields["password"], _("Password"), autocomplete="current-password")
        self.fields["password"].help_text = ""  # the way back to a forgotten password stands below, once


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The own password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["password"], _("Your password"), autocomplete="current-password")


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The current password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["oldpassword"], _("Current password"), autocomplete="current-password")
        plain(self.fields["password1"], _("New password"), autocomplete="new-password")
        plain(self.fields["password2"], _("New password, once more"), autocomplete="new-password")
        self.fields["password1"].help_text = _(
            "12 characters or more. Several words that do not belong together are strong and easy to remember."
        )

    def clean_oldpassword(self) -> str:
        """Count the attempt like a sign-in. Raises ValidationError."""
        counted: Counted = (By.ACCOUNT, self.user.email)
        with_lock(counted)
        if not self.user.check_password(self.cleaned_data["oldpassword"]):
            wrong_password(context.request, self.user)
        password: str = super().clean_oldpassword()
        forgive_attempt(counted)
        return password


def with_lock(*counted: Counted) -> None:
    """Count an attempt. Raises ValidationError `locked_out`."""
    try:
        begin_attempt(*counted, now=timezone.now())
    except LockedOut as locked:
        raise locked_out_error(locked) from locked


def code_attempt(user: User) -> list[Counted]:
    """What tries of a person's codes are counted by."""
    return [(By.CODES, str(user.pk)), (By.ADDRESS, limit_key(client_address(context.request)))]


class CheckedCode:
    """Mixin: a code is counted, checked against every factor of the person, and used up."""

    user: User
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code, if it opens. Raises ValidationError."""
        counted = code_attempt(self.user)
        with_lock(*counted)
        code: str = self.cleaned_data["code"]
        found = accept_code(self.user, code, now=timezone.now())
        if found is None:
            self.tell_failure()
            raise get_adapter().validation_error("incorrect_code")
        forgive_attempt(*counted)
        found.user = self.user
        self.authenticator = found
        return code

    def tell_failure(self) -> None:
        """Let those who listen to the library know."""
        factor = Authenticator.objects.filter(user=self.user, type__in=PRIMARY).first()
        if factor:
            signals.authentication_failed.send(
                sender=Authenticator,
                request=context.request,
                user=self.user,
                authenticator=factor,
                reauthentication=isinstance(self, CodeAgainForm),
            )


class CodeForm(CheckedCode, LibraryCodeForm):  # type: ignore[misc]
    """The code of the phone, or a recovery code, at sign-in."""

    code = code_field(
        pgettext_lazy("second factor", "Code"),
        _("Six digits from the app on your phone, or one of your recovery codes."),
    )


class CodeAgainForm(CheckedCode, LibraryCodeAgainForm):  # type: ignore[misc]
    """The same once more, before something that matters."""

    code = code_field(
        pgettext_lazy("second factor", "Code"),
        _("Six digits from the app on your phone, or one of your recovery codes."),
    )


class EnrolForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a phone that is being set up."""

    code = code_field(_("Six digits from the app"))
    step: int = 0

    def clean_code(self) -> str:
        """The code, if the phone has the secret of this page. Raises ValidationError."""
        counted = code_attempt(self.user)
        with_lock(*counted)
        code: str = self.cleaned_data["code"]
        step = matching_step(self.secret, code, timezone.now())
        if step is None:
            raise get_adapter().validation_error("incorrect_code")
        forgive_attempt(*counted)
        self.step = step
        return code
