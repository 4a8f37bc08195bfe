"""Rows of the audit record for whatever happens at the sign-in: who came, who was turned away, who changed the lock.

Django and the sign-in library announce these deeds; `AccountsAppConfig.ready` connects the functions below.
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.doors import has_passed_second_factor
from accounts.models import User
from edge.address import UNKNOWN, client_address


def connect() -> None:
    """Listen from now on. Once per process; twice changes nothing."""
    for signal, listener in (
        (account.user_logged_in, signed_in),
        (auth.user_logged_out, signed_out),
        (auth.user_login_failed, turned_away),
        (account.password_changed, password_changed),
        (mfa.authenticator_added, factor_added),
        (mfa.authenticator_removed, factor_removed),
        (mfa.authenticator_reset, factor_renewed),
        (mfa.authentication_failed, code_refused),
    ):
        signal.connect(listener, dispatch_uid=f"accounts.sign_in_records.{listener.__name__}")


def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """A session began; past the second factor, or only as far as enrolling one."""
    _record("sign_in.done", request, actor=user, detail={"second_factor": has_passed_second_factor(request)})


def signed_out(request: HttpRequest | None, user: User | None, **_: Any) -> None:
    """Somebody left. Nobody was there in a session that had ended already."""
    if user is not None:
        _record("sign_in.ended", request, actor=user)


def turned_away(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """A wrong password, or an address that nobody has; what was typed is not kept."""
    typed = str(credentials.get("email") or credentials.get("username") or "")
    meant = User.objects.filter(email__iexact=typed).first() if typed else None
    _record("sign_in.failed", request, about=meant, is_success=False, detail={"is_known": meant is not None})


def wrong_password(request: HttpRequest, user: User) -> None:
    """Somebody at an open desk who does not know the own password wanted to change it."""
    _record("password.refused", request, actor=user, is_success=False)


def password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """Somebody changed the own password."""
    _record("password.changed", request, actor=user)


def factor_added(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """A phone, a passkey or recovery codes more."""
    _record("second_factor.added", request, actor=user, detail={"kind": str(authenticator.type)})


def factor_removed(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """One fewer."""
    _record("second_factor.removed", request, actor=user, detail={"kind": str(authenticator.type)})


def factor_renewed(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """New recovery codes in place of the old."""
    _record("second_factor.renewed", request, actor=user, detail={"kind": str(authenticator.type)})


def code_refused(request: HttpRequest, user: User, **_: Any) -> None:
    """The password was right, the second factor was not."""
    _record("second_factor.failed", request, about=user, is_success=False)


def _record(
    action: str,
    request: HttpRequest | None,
    *,
    actor: User | None = None,
    about: User | None = None,
    is_success: bool = True,
    detail: dict[str, audit.JSON] | None = None,
) -> None:
    address = client_address(request) if request is not None else UNKNOWN
    with transaction.atomic():
        audit.record(
            action=action,
            actor=actor,
            address="" if address == UNKNOWN else address,
            thing=actor or about,
            is_success=is_success,
            detail=detail,
            now=timezone.now(),
        )
