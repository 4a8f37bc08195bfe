"""What a fleet manager changes at once, without an application."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from registry.applications import FREE_FIELDS
from registry.choices import AmbulanceStatus
from registry.models import Ambulance
from registry.parties import covers, keeps_fleet_of
from registry.proposals import Value, check_field
from registry.refusals import ApplicationInvalid, FieldFault, NotAllowed, OutOfScope, WrongRole
from registry.services.deeds import Deed
from registry.services.effects import write_fields


@transaction.atomic
def change_free_fields(
    *,
    ambulance: Ambulance,
    station: str | None = None,
    positioning_device: str | None = None,
    actor: User,
    now: datetime,
    address: str,
    via: str = "",
) -> tuple[str, ...]:
    """Write station and positioning device with history; None leaves one as it is. The names of what changed.

    Raises ApplicationInvalid for what cannot be stored, NotAllowed for a retired vehicle, OutOfScope, WrongRole.
    """
    deed = Deed(actor, now, address, via)
    locked = Ambulance.objects.select_for_update(of=("self",)).select_related("certified_by").get(pk=ambulance.pk)
    if not keeps_fleet_of(actor.scope, locked.institution_id):
        sees = actor.scope.institution_id == locked.institution_id or covers(actor.scope, locked.certified_by)
        raise WrongRole("station and device are the fleet manager's") if sees else OutOfScope
    if locked.status == AmbulanceStatus.RETIRED:
        raise NotAllowed("a retired vehicle is no longer changed")
    typed = {"station": station, "positioning_device": positioning_device}
    results = {
        name: check_field(name, typed[name], others={}, today=deed.today)
        for name in FREE_FIELDS
        if typed[name] is not None
    }
    faults = {name: result for name, result in results.items() if isinstance(result, FieldFault)}
    if faults:
        raise ApplicationInvalid(faults)
    values: dict[str, Value] = {name: value for name, value in results.items() if not isinstance(value, FieldFault)}
    changed = write_fields(locked, values, deed)
    if changed:
        deed.record("ambulance.changed", locked, locked.division_id, {"fields": list(changed)})
    return changed
