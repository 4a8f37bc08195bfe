"""What a reviewing authority does to a vehicle of its own accord: suspend it from use, return it to service.

A vehicle whose owner has closed down it also retires: nobody is left there who could apply for it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from directory.clock import SHANGHAI
from registry.choices import AmbulanceStatus
from registry.models import Ambulance, StatusChange
from registry.parties import covers, reviews_for
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services.status import change_status


@transaction.atomic
def suspend_ambulance(*, ambulance: Ambulance, reason: str, actor: User, now: datetime, address: str) -> StatusChange:
    """Take a vehicle out of use, with a reason; a scan says so at once. Raises NotAllowed, OutOfScope, WrongRole."""
    return _move(ambulance, AmbulanceStatus.SUSPENDED, "ambulance.suspended", reason, actor, now, address)


@transaction.atomic
def return_to_service(*, ambulance: Ambulance, reason: str, actor: User, now: datetime, address: str) -> StatusChange:
    """Let a suspended vehicle be used again, with a reason. Raises NotAllowed, OutOfScope, WrongRole."""
    return _move(ambulance, AmbulanceStatus.IN_SERVICE, "ambulance.returned", reason, actor, now, address)


@transaction.atomic
def retire_orphan(*, ambulance: Ambulance, reason: str, actor: User, now: datetime, address: str) -> StatusChange:
    """Take a vehicle of an institution that has closed down off the register; its codes are revoked.

    Else its plate and VIN stayed taken for whoever owns it now. Raises NotAllowed while the owner works (it applies
    itself), OutOfScope, WrongRole.
    """
    _require_reviewer(actor, ambulance)
    if ambulance.institution.is_open_on(now.astimezone(SHANGHAI).date()):
        raise NotAllowed("its owner works, and applies for the retirement")
    return _move(ambulance, AmbulanceStatus.RETIRED, "ambulance.retired", reason, actor, now, address)


def _require_reviewer(actor: User, ambulance: Ambulance) -> None:
    if reviews_for(actor.scope, ambulance.certified_by):
        return
    if actor.scope.institution_id == ambulance.institution_id or covers(actor.scope, ambulance.certified_by):
        raise WrongRole("vehicles are suspended and returned by reviewers")
    raise OutOfScope


def _move(
    ambulance: Ambulance,
    status: AmbulanceStatus,
    action: str,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
) -> StatusChange:
    _require_reviewer(actor, ambulance)
    change = change_status(ambulance=ambulance, new_status=status, reason=reason, changed_by=actor, now=now)
    audit.record(
        action=action,
        actor=actor,
        address=address,
        thing=ambulance,
        detail={"old": change.old_status, "new": change.new_status},
        now=now,
    )
    return change
