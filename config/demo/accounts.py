"""Accounts for the demo. The password is public on purpose; the command refuses to run in production."""

from __future__ import annotations

from django.contrib.auth.models import Permission

from accounts.models import User

PASSWORD = "demo-only-ambulance"  # noqa: S105 - known to everybody, and printed at every start
ADMINISTRATOR = "demo-admin"
READER = "demo-reader"


def make_accounts() -> None:
    """An administrator, and somebody who only reads."""
    User.objects.create_superuser(ADMINISTRATOR, "admin@demo.example", PASSWORD)
    reader = User.objects.create_user(READER, "reader@demo.example", PASSWORD, is_staff=True)
    apps = ("complaints", "directory", "notifications", "registry")
    reader.user_permissions.set(
        Permission.objects.filter(codename__startswith="view_", content_type__app_label__in=apps)
    )
