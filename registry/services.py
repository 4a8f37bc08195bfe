"""Every write of the registry: status and codes. Each is one transaction."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from accounts.models import User
from registry.choices import AmbulanceStatus, MarkingState, RevokeReason
from registry.codes import new_code
from registry.models import Ambulance, Marking, StatusChange

SHANGHAI = ZoneInfo("Asia/Shanghai")

MOVES: dict[AmbulanceStatus, frozenset[AmbulanceStatus]] = {
    AmbulanceStatus.DRAFT: frozenset({AmbulanceStatus.UNDER_REVIEW}),
    AmbulanceStatus.UNDER_REVIEW: frozenset({AmbulanceStatus.DRAFT, AmbulanceStatus.IN_SERVICE}),
    AmbulanceStatus.IN_SERVICE: frozenset({AmbulanceStatus.SUSPENDED, AmbulanceStatus.RETIRED}),
    AmbulanceStatus.SUSPENDED: frozenset({AmbulanceStatus.IN_SERVICE, AmbulanceStatus.RETIRED}),
    AmbulanceStatus.RETIRED: frozenset(),
}
"""Which status may follow which. Retired is the end: a vehicle that comes back is registered anew."""


class NotAllowed(Exception):
    """The vehicle's or the code's present state does not allow this step."""


@transaction.atomic
def change_status(
    *, ambulance: Ambulance, new_status: AmbulanceStatus, reason: str, changed_by: User | None, now: datetime
) -> StatusChange:
    """Move a vehicle to `new_status` and write its history; retirement revokes its codes.

    The row is locked, so of two officers at once the second acts on what the first left. Raises NotAllowed.
    """
    locked = Ambulance.objects.select_for_update().get(pk=ambulance.pk)
    old_status = AmbulanceStatus(locked.status)
    if new_status not in MOVES[old_status]:
        raise NotAllowed(f"{old_status} cannot become {new_status}")
    locked.status = new_status
    if new_status == AmbulanceStatus.RETIRED:
        locked.retired_on = now.astimezone(SHANGHAI).date()
    locked.save(update_fields=["status", "retired_on", "updated_at"])
    if new_status == AmbulanceStatus.RETIRED:
        locked.markings.live().update(
            state=MarkingState.REVOKED, revoked_at=now, revoke_reason=RevokeReason.VEHICLE_RETIRED
        )
    ambulance.status, ambulance.retired_on = locked.status, locked.retired_on
    return StatusChange.objects.create(
        ambulance=locked,
        old_status=old_status,
        new_status=new_status,
        reason=reason,
        changed_by=changed_by,
        changed_at=now,
    )


@transaction.atomic
def issue_markings(*, ambulance: Ambulance, now: datetime) -> list[Marking]:
    """Give every required position that has no live code a new one. Running it again issues nothing.

    Raises NotAllowed for a vehicle that is not in service.
    """
    locked = Ambulance.objects.select_for_update().get(pk=ambulance.pk)
    if locked.status != AmbulanceStatus.IN_SERVICE:
        raise NotAllowed("codes are issued to vehicles in service")
    held = set(locked.markings.live().values_list("position", flat=True))
    missing = [position for position in settings.ENV.MARKING_POSITIONS if position not in held]
    return [
        Marking.objects.create(ambulance=locked, code=new_code(), position=position, issued_at=now)
        for position in missing
    ]


@transaction.atomic
def mark_mounted(*, marking: Marking, now: datetime) -> Marking:
    """Note that the code is on the vehicle. Raises NotAllowed unless it was issued and not yet mounted."""
    changed = Marking.objects.filter(pk=marking.pk, state=MarkingState.ISSUED).update(
        state=MarkingState.MOUNTED, mounted_at=now
    )
    if not changed:
        raise NotAllowed("only an issued code can be mounted")
    marking.refresh_from_db()
    return marking


@transaction.atomic
def revoke_marking(*, marking: Marking, reason: RevokeReason, now: datetime) -> Marking:
    """Make a code invalid for good. Raises NotAllowed if it already is."""
    changed = (
        Marking.objects.live()
        .filter(pk=marking.pk)
        .update(state=MarkingState.REVOKED, revoked_at=now, revoke_reason=reason)
    )
    if not changed:
        raise NotAllowed("the code is already revoked")
    marking.refresh_from_db()
    return marking


@transaction.atomic
def reissue_marking(*, marking: Marking, reason: RevokeReason, now: datetime) -> Marking:
    """Revoke a code and issue a new one for the same position, linked to the old. Raises NotAllowed."""
    ambulance = Ambulance.objects.select_for_update().get(pk=marking.ambulance_id)
    if ambulance.status not in {AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED}:
        raise NotAllowed("only a registered vehicle gets a new code")
    revoke_marking(marking=marking, reason=reason, now=now)
    fresh = Marking.objects.create(ambulance=ambulance, code=new_code(), position=marking.position, issued_at=now)
    Marking.objects.filter(pk=marking.pk).update(replaced_by=fresh)
    marking.refresh_from_db()
    return fresh
