"""People for tests: staff of a body with roles, signed in past the second factor."""

from __future__ import annotations

from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.doors import SECOND_FACTOR_KEY
from accounts.models import SealedSecret, User, UserRole
from accounts.roles import Role
from directory.models import Authority, Institution

_numbers = count(1)
PASSWORD = "correct-horse-battery-77"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""What the phone of `enrol` knows."""


def person(*roles: Role, body: Authority | Institution | None = None, **fields: Any) -> User:
    """Somebody of `body` with `roles`; without a body the operator's own people."""
    number = next(_numbers)
    values: dict[str, Any] = {"username": f"person{number}@example.org", "name": f"工作人员{number}"}
    values |= {"institution": body} if isinstance(body, Institution) else {"authority": body} if body else {}
    user = User.objects.create_user(**{**values, **fields, "password": PASSWORD})
    user.email = user.username
    user.save(update_fields=["email"])
    UserRole.objects.bulk_create(UserRole(user=user, role=role) for role in roles)
    fresh: User = User.objects.get(pk=user.pk)
    return fresh


def client_of(user: User) -> Client:
    """A browser in which `user` is signed in, second factor passed.

    Instead of the pages of the sign-in it leaves what they leave in a session: the user, and the mark that says whose
    second factor was shown. The pages themselves have tests of their own (tests/accounts/test_sign_in*.py).
    """
    client = Client()
    client.force_login(user)
    session = client.session
    session[SECOND_FACTOR_KEY] = user.pk
    session.save()
    return client


def enrol(user: User, secret: str = SECRET) -> User:
    """Give `user` a phone with `secret`, as the enrolment page does."""
    sealed = SealedSecret.objects.create(text=secret)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": str(sealed.pk)})
    return user
