"""Reads of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from accounts.roles import BodyKind, Role
from accounts.scope import Scope

if TYPE_CHECKING:
    from accounts.models.user import User  # noqa: F401 - named in the base class


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def in_body_of(self, scope: Scope) -> UserQuerySet:
        """Colleagues: people of the same body. Nobody for a scope without a body."""
        if scope.body is BodyKind.INSTITUTION:
            return self.filter(institution_id=scope.institution_id)
        if scope.body is BodyKind.AUTHORITY:
            return self.filter(authority_id=scope.authority_id)
        if scope.body is BodyKind.SYSTEM:
            return self.filter(institution=None, authority=None)
        return self.none()

    def holding(self, *roles: Role) -> UserQuerySet:
        """Those who hold one of `roles` and can sign in."""
        return self.filter(is_active=True, user_roles__role__in=roles).distinct()
