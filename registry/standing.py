"""What the public is told about a vehicle: a pure table of facts and a date (公示状态).

The order of the questions is the rule; `tests/registry/data/standing.csv` is the same rule as a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from registry.choices import AmbulanceStatus


class Standing(TextChoices):
    """The public's words for a vehicle's state. The values are part of the API."""

    IN_SERVICE_120 = "in_service_120", _("Registered · 120 emergency ambulance")
    IN_SERVICE = "in_service", _("Registered · not a 120 vehicle")
    INSPECTION_OVERDUE = "inspection_overdue", _("Registered · inspection expired")
    SCRAP_OVERDUE = "scrap_overdue", _("Past its compulsory scrapping date")
    SUSPENDED = "suspended", _("Suspended")
    RETIRED = "retired", _("No longer registered")
    INSTITUTION_CLOSED = "institution_closed", _("The owner has closed down")
    CODE_REVOKED = "code_revoked", _("This code has been withdrawn")
    CODE_MISTYPED = "code-mistyped", _("Code incomplete or wrong")
    CODE_UNKNOWN = "code-unknown", _("No registration found")


class CodeFact(Enum):
    """What is known of the code itself."""

    LIVE = "live"
    REVOKED = "revoked"
    MISTYPED = "mistyped"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class VehicleFacts:
    """What decides a vehicle's standing. Dates are calendar days in Asia/Shanghai, each the last valid one."""

    status: str
    in_120_network: bool
    inspection_valid_until: date | None
    scrap_due_on: date | None
    institution_closed_on: date | None


@dataclass(frozen=True)
class Told:
    """`standing` is what the first line says; `vehicle` the state of the vehicle under it, if there is one."""

    standing: Standing
    vehicle: Standing | None


def vehicle_standing(facts: VehicleFacts, today: date) -> Standing:
    """The standing of a vehicle for itself, without a code. Raises ValueError for one that is not public."""
    if facts.status == AmbulanceStatus.RETIRED:
        return Standing.RETIRED
    if facts.status not in {AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED}:
        raise ValueError(f"a vehicle that is {facts.status} has no public standing")
    if facts.institution_closed_on is not None and facts.institution_closed_on <= today:
        return Standing.INSTITUTION_CLOSED
    if facts.status == AmbulanceStatus.SUSPENDED:
        return Standing.SUSPENDED
    if facts.scrap_due_on is not None and facts.scrap_due_on < today:
        return Standing.SCRAP_OVERDUE
    if facts.inspection_valid_until is None or facts.inspection_valid_until < today:
        return Standing.INSPECTION_OVERDUE
    return Standing.IN_SERVICE_120 if facts.in_120_network else Standing.IN_SERVICE


def told_of(code: CodeFact, vehicle: VehicleFacts | None, today: date) -> Told:
    """What a scan is told. The vehicle's own end outranks its code: a retired vehicle's code says retired."""
    if code is CodeFact.MISTYPED:
        return Told(Standing.CODE_MISTYPED, None)
    if (
        code is CodeFact.UNKNOWN
        or vehicle is None
        or vehicle.status
        in {
            AmbulanceStatus.DRAFT,
            AmbulanceStatus.UNDER_REVIEW,
        }
    ):
        return Told(Standing.CODE_UNKNOWN, None)
    own = vehicle_standing(vehicle, today)
    if code is CodeFact.REVOKED and own is not Standing.RETIRED:
        return Told(Standing.CODE_REVOKED, own)
    return Told(own, own)
