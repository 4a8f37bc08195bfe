"""Reads of the directory."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from directory.models import (  # noqa: F401 - named in the base classes
        Authority,
        Division,
        Institution,
        Platform,
        PostedPrice,
    )


class DivisionQuerySet(models.QuerySet["Division"]):
    """Divisions; closed ones stay for old records."""

    def open(self) -> DivisionQuerySet:
        """Those a new record may name."""
        return self.filter(closed_on__isnull=True)


class InstitutionQuerySet(models.QuerySet["Institution"]):
    """Institutions."""

    def named_like(self, text: str) -> InstitutionQuerySet:
        """Institutions whose name holds `text`, in a stable order."""
        return self.filter(name__icontains=text).order_by("name", "pk")


class AuthorityQuerySet(models.QuerySet["Authority"]):
    """Authorities."""

    def active(self) -> AuthorityQuerySet:
        """Those that work today."""
        return self.filter(is_active=True)


class PlatformQuerySet(models.QuerySet["Platform"]):
    """Partner platforms."""

    def active(self) -> PlatformQuerySet:
        """Those that may speak to this service today."""
        return self.filter(is_active=True)


class PostedPriceQuerySet(models.QuerySet["PostedPrice"]):
    """Posted prices."""

    def valid_on(self, day: date) -> PostedPriceQuerySet:
        """Newest first, those that hold on `day`: the first row of an institution is its price."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day).order_by(
            "-valid_from", "-pk"
        )
