"""Reads of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F

from registry.choices import PUBLIC_STATUSES, MarkingState

if TYPE_CHECKING:
    from registry.models import Ambulance, Marking  # noqa: F401 - named in the base classes


class AmbulanceQuerySet(models.QuerySet["Ambulance"]):
    """Ambulances."""

    def public(self) -> AmbulanceQuerySet:
        """Those the public may look up: never a draft, never one under review."""
        return self.filter(status__in=PUBLIC_STATUSES)

    def with_card_facts(self) -> AmbulanceQuerySet:
        """Everything a card shows of the vehicle, in one query."""
        return self.select_related("institution", "certified_by", "division")

    def with_plate(self, plate: str) -> AmbulanceQuerySet:
        """Exactly this normalised plate, whatever its kind; vehicles still registered first, then the last retired."""
        return self.filter(plate=plate).order_by(F("retired_on").desc(nulls_first=True), "plate_kind", "-pk")


class MarkingQuerySet(models.QuerySet["Marking"]):
    """Codes."""

    def public(self) -> MarkingQuerySet:
        """Codes of vehicles the public may look up."""
        return self.filter(ambulance__status__in=PUBLIC_STATUSES)

    def live(self) -> MarkingQuerySet:
        """Codes that have not been revoked."""
        return self.exclude(state=MarkingState.REVOKED)

    def with_card_facts(self) -> MarkingQuerySet:
        """The code with everything a card shows, in one query."""
        return self.select_related("ambulance__institution", "ambulance__certified_by", "ambulance__division")
