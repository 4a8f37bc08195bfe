"""Users. Roles and jurisdictions belong to the staff capability; here a user may belong to one body."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who signs in. The public never does."""
