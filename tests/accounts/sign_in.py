"""Signing in as people do, page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.second_factor import totp_code
from tests.people import PASSWORD, SECRET


def give_password(client: Client, user: User | str, password: str = PASSWORD, **query: str) -> Any:
    """Type e-mail and password into the sign-in page."""
    email = user if isinstance(user, str) else user.email
    return client.post(reverse("account_login", query=query), {"login": email, "password": password, **query})


def give_code(client: Client, code: str = "", at: datetime | None = None) -> Any:
    """Type the phone's code into the page of the second factor."""
    return client.post(reverse("mfa_authenticate"), {"code": code or totp_code(SECRET, at or timezone.now())})


def is_signed_in(client: Client) -> bool:
    """Whether the browser may see a page of its own account."""
    return client.get(reverse("mfa_index")).status_code == 200
