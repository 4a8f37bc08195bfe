"""Reads of API keys."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.roles import Role
from accounts.scope import Scope

if TYPE_CHECKING:
    from accounts.models.api_key import ApiKey  # noqa: F401 - named in the base class


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Keys of hospital systems."""

    def visible_to(self, scope: Scope) -> ApiKeyQuerySet:
        """The keys of the own institution, for its administrators; for everybody else none."""
        if not scope.has(Role.INSTITUTION_ADMIN):
            return self.none()
        return self.filter(institution_id=scope.institution_id)

    def live(self, now: datetime) -> ApiKeyQuerySet:
        """Neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=now)
