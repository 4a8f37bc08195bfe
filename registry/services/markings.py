"""The codes on a vehicle: issued, mounted, revoked, replaced."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.models import User
from registry.choices import AmbulanceStatus, MarkingState, RevokeReason
from registry.codes import new_code
from registry.models import Ambulance, Marking
from registry.parties import covers, keeps_fleet_of, reviews_for
from registry.refusals import NotAllowed, OutOfScope, WrongRole


@transaction.atomic
def issue_markings(
    *, ambulance: Ambulance, actor: User | None = None, now: datetime, address: str = ""
) -> list[Marking]:
    """Give every required position that has no live code a new one. Running it again issues nothing.

    `actor` None is the system. Raises NotAllowed for a vehicle that is not in service; OutOfScope, WrongRole.
    """
    locked = Ambulance.objects.select_for_update().get(pk=ambulance.pk)
    _check_part(actor, locked)
    if locked.status != AmbulanceStatus.IN_SERVICE:
        raise NotAllowed("codes are issued to vehicles in service")
    issued = issue_missing(locked, now)
    if issued:
        audit.record(
            action="marking.issued",
            actor=actor,
            address=address,
            thing=locked,
            detail={"positions": [marking.position for marking in issued]},
            now=now,
        )
    return issued


def issue_missing(locked: Ambulance, now: datetime) -> list[Marking]:
    """New codes on the required positions of a locked vehicle that have none; the caller records it."""
    held = set(locked.markings.live().values_list("position", flat=True))
    missing = [position for position in settings.ENV.MARKING_POSITIONS if position not in held]
    return [
        Marking.objects.create(ambulance=locked, code=new_code(), position=position, issued_at=now)
        for position in missing
    ]


@transaction.atomic
def mark_mounted(*, marking: Marking, actor: User | None = None, now: datetime, address: str = "") -> Marking:
    """Note that the code is on the vehicle.

    Raises NotAllowed unless it was issued and not yet mounted; OutOfScope, WrongRole.
    """
    _check_part(actor, marking.ambulance)
    changed = Marking.objects.filter(pk=marking.pk, state=MarkingState.ISSUED).update(
        state=MarkingState.MOUNTED, mounted_at=now
    )
    if not changed:
        raise NotAllowed("only an issued code can be mounted")
    marking.refresh_from_db()
    _record("marking.mounted", marking, actor, now, address)
    return marking


@transaction.atomic
def revoke_marking(
    *, marking: Marking, reason: RevokeReason, actor: User | None = None, now: datetime, address: str = ""
) -> Marking:
    """Make a code invalid for good. Raises NotAllowed if it already is; OutOfScope, WrongRole."""
    _check_part(actor, marking.ambulance)
    _revoke(marking, reason, now)
    _record("marking.revoked", marking, actor, now, address)
    return marking


@transaction.atomic
def reissue_marking(
    *, marking: Marking, reason: RevokeReason, actor: User | None = None, now: datetime, address: str = ""
) -> Marking:
    """Revoke a code and issue a new one for the same position, linked to the old.

    Raises NotAllowed; OutOfScope, WrongRole.
    """
    ambulance = Ambulance.objects.select_for_update().get(pk=marking.ambulance_id)
    _check_part(actor, ambulance)
    if ambulance.status not in {AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED}:
        raise NotAllowed("only a registered vehicle gets a new code")
    _revoke(marking, reason, now)
    fresh = Marking.objects.create(ambulance=ambulance, code=new_code(), position=marking.position, issued_at=now)
    Marking.objects.filter(pk=marking.pk).update(replaced_by=fresh)
    marking.refresh_from_db()
    _record("marking.reissued", marking, actor, now, address)
    return fresh


def _revoke(marking: Marking, reason: RevokeReason, now: datetime) -> None:
    changed = (
        Marking.objects.live()
        .filter(pk=marking.pk)
        .update(state=MarkingState.REVOKED, revoked_at=now, revoke_reason=reason)
    )
    if not changed:
        raise NotAllowed("the code is already revoked")
    marking.refresh_from_db()


def _check_part(actor: User | None, ambulance: Ambulance) -> None:
    """Codes are kept by the owner's fleet managers and by the reviewers of the authority that certified."""
    if actor is None:
        return
    scope = actor.scope
    if keeps_fleet_of(scope, ambulance.institution_id) or reviews_for(scope, ambulance.certified_by):
        return
    if scope.institution_id == ambulance.institution_id or covers(scope, ambulance.certified_by):
        raise WrongRole("codes are kept by fleet managers and reviewers")
    raise OutOfScope


def _record(action: str, marking: Marking, actor: User | None, now: datetime, address: str) -> None:
    audit.record(
        action=action,
        actor=actor,
        address=address,
        thing=marking.ambulance,
        detail={"position": marking.position, "marking": marking.pk},
        now=now,
    )
