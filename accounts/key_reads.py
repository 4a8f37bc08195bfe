"""Reads of API keys."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.key_scopes import KEEPER_OF
from accounts.roles import BodyKind, Role
from accounts.scope import Scope

if TYPE_CHECKING:
    from accounts.models.api_key import ApiKey  # noqa: F401 - named in the base class


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Keys of other systems."""

    def visible_to(self, scope: Scope) -> ApiKeyQuerySet:
        """The keys of the own body, for its administrators; those of platforms for the operator's; else none."""
        if scope.body is BodyKind.SYSTEM and scope.has(Role.SYSTEM_ADMIN):
            return self.filter(platform__isnull=False)
        if scope.body is BodyKind.INSTITUTION and scope.has(KEEPER_OF[BodyKind.INSTITUTION]):
            return self.filter(institution_id=scope.institution_id)
        if scope.body is BodyKind.AUTHORITY and scope.has(KEEPER_OF[BodyKind.AUTHORITY]):
            return self.filter(authority_id=scope.authority_id)
        return self.none()

    def live(self, now: datetime) -> ApiKeyQuerySet:
        """Neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=now)
