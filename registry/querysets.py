"""Reads of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from accounts.roles import BodyKind
from accounts.scope import Scope
from registry.choices import PUBLIC_STATUSES, MarkingState

if TYPE_CHECKING:
    from registry.models import Ambulance, Application, Marking  # noqa: F401 - named in the base classes


class AmbulanceQuerySet(models.QuerySet["Ambulance"]):
    """Ambulances."""

    def visible_to(self, scope: Scope) -> AmbulanceQuerySet:
        """Those a signed-in person may see: the own fleet, or all in the jurisdiction. Nobody else sees any.

        Authorities read the register of their division and all below, and what they or those below certified.
        """
        if scope.body is BodyKind.INSTITUTION:
            return self.filter(institution_id=scope.institution_id)
        if scope.body is BodyKind.AUTHORITY and scope.division_prefix is not None:
            return self.filter(division__code__startswith=scope.division_prefix)
        if scope.body is BodyKind.AUTHORITY and scope.own_code:
            return self.filter(certified_by__own_code__startswith=scope.own_code)
        return self.none()

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


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications."""

    def visible_to(self, scope: Scope) -> ApplicationQuerySet:
        """Those of the own institution (both sides of a transfer), or those a health or TCM authority may review.

        Drafts are their institution's own until they are submitted for the first time.
        """
        if scope.body is BodyKind.INSTITUTION:
            received = Q(receiving_institution_id=scope.institution_id) & ~Q(state="draft")
            return self.filter(Q(institution_id=scope.institution_id) | received)
        if scope.body is not BodyKind.AUTHORITY or not scope.reviews_registrations:
            return self.none()
        submitted = self.filter(submitted_at__isnull=False)
        if scope.division_prefix is not None:
            return submitted.filter(authority__division__code__startswith=scope.division_prefix)
        if scope.own_code:
            return submitted.filter(authority__own_code__startswith=scope.own_code)
        return self.none()
