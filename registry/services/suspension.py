"""What a reviewing authority does to a vehicle of its own accord: suspend it from use, and return it to service."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from registry.choices import AmbulanceStatus
from registry.models import Ambulance, StatusChange
from registry.parties import covers, reviews_for
from registry.refusals import OutOfScope, WrongRole
from registry.services.status import change_status


@transaction.atomic
def suspend_ambulance(*, ambulance: Ambulance, reason: str, actor: User, now: datetime, address: str) -> StatusChange:
    """Take a vehicle out of use, with a reason; a scan says so at once. Raises NotAllowed, OutOfScope, WrongRole."""
    return _move(ambulance, AmbulanceStatus.SUSPENDED, reason, actor, now, address)


@transaction.atomic
def return_to_service(*, ambulance: Ambulance, reason: str, actor: User, now: datetime, address: str) -> StatusChange:
    """Let a suspended vehicle be used again, with a reason. Raises NotAllowed, OutOfScope, WrongRole."""
    return _move(ambulance, AmbulanceStatus.IN_SERVICE, reason, actor, now, address)


def _move(
    ambulance: Ambulance, status: AmbulanceStatus, reason: str, actor: User, now: datetime, address: str
) -> StatusChange:
    if not reviews_for(actor.scope, ambulance.certified_by):
        if actor.scope.institution_id == ambulance.institution_id or covers(actor.scope, ambulance.certified_by):
            raise WrongRole("vehicles are suspended and returned by reviewers")
        raise OutOfScope
    change = change_status(ambulance=ambulance, new_status=status, reason=reason, changed_by=actor, now=now)
    audit.record(
        action="ambulance.suspended" if status == AmbulanceStatus.SUSPENDED else "ambulance.returned",
        actor=actor,
        address=address,
        thing=ambulance,
        detail={"old": change.old_status, "new": change.new_status},
        now=now,
    )
    return change
