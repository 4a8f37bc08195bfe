"""Opening the record of an institution, so that its administrator can be invited."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from accounts.refusals import NotAllowed, Refused
from accounts.roles import Role
from accounts.scope import Scope
from directory.kinds import InstitutionKind
from directory.models import Authority, Division, Institution


def covers(scope: Scope, division_code: str) -> bool:
    """Whether a division lies in the jurisdiction. An authority without a division covers none."""
    return scope.division_prefix is not None and division_code.startswith(scope.division_prefix)


def answers_for(scope: Scope, institution: Institution) -> bool:
    """Whether an institution lies in the jurisdiction: in the division, or in the tree outside of the divisions.

    What belongs to an authority of that tree is its own, wherever it lies.
    """
    owner = institution.supervised_by
    if owner is None:
        return covers(scope, institution.division_id)
    return bool(scope.own_code) and owner.own_code.startswith(scope.own_code)


def brings_admins_into(scope: Scope, institution: Institution | None, authority: Authority | None) -> bool:
    """Whether the person gives another body its administrator: an authority an institution below, the operator one."""
    if institution is not None:
        return scope.has(Role.AUTHORITY_ADMIN) and answers_for(scope, institution)
    return authority is not None and scope.has(Role.SYSTEM_ADMIN)


@transaction.atomic
def open_institution(
    *,
    name: str,
    kind: InstitutionKind,
    credit_code: str,
    division: Division,
    complaint_phone: str,
    actor: User,
    now: datetime,
    address: str = "",
) -> Institution:
    """Enter an institution into the directory, by an administrator of an authority that answers for its division.

    An authority outside the divisions enters its own, which may lie anywhere.

    Credit code and phone are checked as everywhere. Raises NotAllowed outside the jurisdiction, Refused
    (`exists`) when the credit code is entered already, ValidationError for a field that is wrong.
    """
    scope = actor.scope
    is_own_tree = bool(scope.own_code)
    if not scope.has(Role.AUTHORITY_ADMIN) or not (is_own_tree or covers(scope, division.code)):
        raise NotAllowed("outside", _("You can only enter institutions inside your own jurisdiction."))
    if division.closed_on:
        raise Refused("closed_division", _("This division has been closed. Please choose the one that followed it."))
    institution = Institution(
        name=name,
        kind=kind,
        credit_code=credit_code,
        division=division,
        supervised_by=actor.authority if is_own_tree else None,
        complaint_phone=complaint_phone,
    )
    if Institution.objects.filter(credit_code=credit_code).exists():
        raise Refused("exists", _("An institution with this credit code is entered already."))
    institution.full_clean()
    institution.save()
    audit.record(
        action="institution.opened", actor=actor, address=address, thing=institution, detail={"kind": kind}, now=now
    )
    return institution
