"""The registry's vocabularies. `docs/glossary.md` keeps them beside the Chinese terms."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VehicleType(TextChoices):
    """Types of ambulance (WS/T 292)."""

    A = "A", _("Type A · transport")
    B = "B", _("Type B · intensive care")
    C = "C", _("Type C · infectious patients")
    D = "D", _("Type D · special purpose")


class AmbulanceStatus(TextChoices):
    """Where a vehicle stands in its life. Only the last three are public."""

    DRAFT = "draft", _("Draft")
    UNDER_REVIEW = "under_review", _("Under review")
    IN_SERVICE = "in_service", _("In service")
    SUSPENDED = "suspended", _("Suspended")
    RETIRED = "retired", _("Retired")


PUBLIC_STATUSES = (AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED, AmbulanceStatus.RETIRED)


class Position(TextChoices):
    """Where on the vehicle a code is painted. Which ones are required is a setting."""

    LEFT = "LEFT", _("Left side, rear part")
    RIGHT = "RIGHT", _("Right side, rear part")
    REAR = "REAR", _("Tail")


class MarkingState(TextChoices):
    """The life of a code."""

    ISSUED = "issued", _("Issued")
    MOUNTED = "mounted", _("Mounted")
    REVOKED = "revoked", _("Revoked")


class RevokeReason(TextChoices):
    """Why a code is no longer valid."""

    REISSUED = "reissued", _("Replaced by a new code")
    DAMAGED = "damaged", _("Damaged or unreadable")
    LOST = "lost", _("Lost or stolen")
    MISUSED = "misused", _("Found on another vehicle")
    MISTAKE = "mistake", _("Issued by mistake")
    VEHICLE_RETIRED = "vehicle_retired", _("Vehicle retired")
