"""One code for every public standing, and everything a card must never show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from registry.choices import AmbulanceStatus, MarkingState
from registry.models import Ambulance, Marking
from registry.standing import Standing
from tests import build

PAST = date(2026, 9, 30)

VEHICLES: dict[Standing, dict[str, Any]] = {
    Standing.IN_SERVICE_120: {"in_120_network": True},
    Standing.IN_SERVICE: {},
    Standing.INSPECTION_OVERDUE: {"inspection_valid_until": PAST},
    Standing.SCRAP_OVERDUE: {"scrap_due_on": PAST},
    Standing.SUSPENDED: {"status": AmbulanceStatus.SUSPENDED},
    Standing.RETIRED: {"status": AmbulanceStatus.RETIRED},
    Standing.INSTITUTION_CLOSED: {},
    Standing.CODE_REVOKED: {"in_120_network": True},
}


def marking_with(standing: Standing, **fields: Any) -> Marking:
    """A code whose card tells `standing`; its owner has posted a price."""
    closed_on = PAST if standing is Standing.INSTITUTION_CLOSED else None
    owner = fields.pop("institution", None) or build.institution(closed_on=closed_on)
    build.price(institution=owner)
    vehicle = build.ambulance(institution=owner, **{**VEHICLES[standing], **fields})
    state = MarkingState.REVOKED if standing is Standing.CODE_REVOKED else MarkingState.MOUNTED
    return build.marking(ambulance=vehicle, state=state)


def line_of(standing: Standing, language: str = "en") -> str:
    """The standing in words, in a language."""
    with translation.override(language):
        return str(standing.label)


def never_shown(ambulance: Ambulance) -> list[str]:
    """What is true of the vehicle and nobody's business outside."""
    return [
        ambulance.vin,
        ambulance.licence_engine_number,
        ambulance.station,
        ambulance.positioning_device,
        ambulance.institution.credit_code,
        ambulance.certified_by.desk_email,
    ]
