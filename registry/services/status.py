"""The status of a vehicle and its history."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from directory.clock import SHANGHAI
from registry.choices import AmbulanceStatus, MarkingState, RevokeReason
from registry.models import Ambulance, StatusChange
from registry.refusals import NotAllowed

MOVES: dict[AmbulanceStatus, frozenset[AmbulanceStatus]] = {
    AmbulanceStatus.DRAFT: frozenset({AmbulanceStatus.UNDER_REVIEW}),
    AmbulanceStatus.UNDER_REVIEW: frozenset({AmbulanceStatus.DRAFT, AmbulanceStatus.IN_SERVICE}),
    AmbulanceStatus.IN_SERVICE: frozenset({AmbulanceStatus.SUSPENDED, AmbulanceStatus.RETIRED}),
    AmbulanceStatus.SUSPENDED: frozenset({AmbulanceStatus.IN_SERVICE, AmbulanceStatus.RETIRED}),
    AmbulanceStatus.RETIRED: frozenset(),
}
"""Which status may follow which. Retired is the end: a vehicle that comes back is registered anew."""


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
