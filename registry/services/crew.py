"""The crew of an institution: members added, changed, gone. Names and numbers are sealed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from directory.models import Institution
from registry.models import CrewMember
from registry.parties import keeps_fleet_of
from registry.proposals import EMPTY, NO_CHOICE, TOO_LONG
from registry.refusals import ApplicationInvalid, FieldFault, NotAllowed, OutOfScope, WrongRole
from registry.services.deeds import Deed

LONGEST_NAME = 50
LONGEST_NUMBER = 40
FIELDS = ("name", "role", "certificate_number", "certificate_valid_until")
"""What is known of a member."""


@transaction.atomic
def add_crew_member(
    *,
    institution: Institution,
    name: str,
    role: str,
    certificate_number: str = "",
    certificate_valid_until: date | None = None,
    actor: User,
    now: datetime,
    address: str,
    via: str = "",
) -> CrewMember:
    """Somebody who rides along from now on. Raises ApplicationInvalid, OutOfScope, WrongRole."""
    deed = Deed(actor, now, address, via)
    _require_keeper(actor, institution.pk)
    member = CrewMember(institution=institution)
    _fill(member, name, role, certificate_number, certificate_valid_until)
    member.save()
    deed.record("crew.added", member, institution.division_id, {"role": member.role})
    return member


@transaction.atomic
def change_crew_member(
    *,
    member: CrewMember,
    name: str,
    role: str,
    certificate_number: str = "",
    certificate_valid_until: date | None = None,
    actor: User,
    now: datetime,
    address: str,
    via: str = "",
) -> CrewMember:
    """Correct a member, or note a new certificate. Raises ApplicationInvalid, NotAllowed, OutOfScope, WrongRole."""
    deed = Deed(actor, now, address, via)
    locked = _locked_present(member, actor)
    before = [getattr(locked, field) for field in FIELDS]
    _fill(locked, name, role, certificate_number, certificate_valid_until)
    changed = [field for field, old in zip(FIELDS, before, strict=True) if getattr(locked, field) != old]
    if changed:
        locked.save()
        deed.record("crew.changed", locked, locked.institution.division_id, {"fields": changed})
    return locked


@transaction.atomic
def leave_crew(
    *, member: CrewMember, left_on: date, actor: User, now: datetime, address: str, via: str = ""
) -> CrewMember:
    """Note the first day without the member (Asia/Shanghai). Raises NotAllowed, OutOfScope, WrongRole."""
    deed = Deed(actor, now, address, via)
    locked = _locked_present(member, actor)
    locked.left_on = left_on
    locked.save(update_fields=["left_on"])
    deed.record("crew.left", locked, locked.institution.division_id, {"role": locked.role})
    return locked


def _require_keeper(actor: User, institution_id: int) -> None:
    if actor.scope.institution_id != institution_id:
        raise OutOfScope
    if not keeps_fleet_of(actor.scope, institution_id):
        raise WrongRole("the crew is kept by fleet managers")


def _locked_present(member: CrewMember, actor: User) -> CrewMember:
    locked = CrewMember.objects.select_for_update(of=("self",)).select_related("institution").get(pk=member.pk)
    _require_keeper(actor, locked.institution_id)
    if locked.left_on is not None:
        raise NotAllowed("this member has left")
    return locked


def _fill(member: CrewMember, name: str, role: str, number: str, valid_until: date | None) -> None:
    name, number = name.strip(), number.strip()
    faults: dict[str, FieldFault] = {}
    if not name:
        faults["name"] = EMPTY
    if len(name) > LONGEST_NAME:
        faults["name"] = TOO_LONG
    if len(number) > LONGEST_NUMBER:
        faults["certificate_number"] = TOO_LONG
    if role not in CrewMember.Role.values:
        faults["role"] = NO_CHOICE
    if faults:
        raise ApplicationInvalid(faults)
    member.name, member.role = name, role
    member.certificate_number, member.certificate_valid_until = number, valid_until
