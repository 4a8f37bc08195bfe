"""People for tests: staff of a body with roles, signed in past the second factor."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.test import Client

from accounts.models import User, UserRole
from accounts.roles import Role
from directory.models import Authority, Institution

_numbers = count(1)
PASSWORD = "correct-horse-battery-77"


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
    """A browser in which `user` is signed in, second factor passed."""
    client = Client()
    client.force_login(user)
    return client
