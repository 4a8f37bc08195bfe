"""Closing and reopening an institution: its vehicles say so from that day on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from directory.clock import SHANGHAI
from directory.models import Institution
from registry.bodies import institutions_visible_to
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services.closings import tell_of_closing

KEEPERS = (Role.REVIEWER, Role.AUTHORITY_ADMIN)
"""Who closes and reopens institutions, in health and TCM authorities."""


def keeps_institutions(scope: Scope) -> bool:
    """Whether the person closes and reopens the institutions in the jurisdiction."""
    return scope.body is BodyKind.AUTHORITY and scope.reviews_registrations and scope.has(*KEEPERS)


@transaction.atomic
def close_institution(
    *, institution: Institution, closed_on: date, actor: User, now: datetime, address: str
) -> Institution:
    """Note that the institution works no more from `closed_on` on (Asia/Shanghai).

    From that day its people are let into no page, and its vehicles show that their owner has closed. The day may be
    today, past or to come. Whoever has an open application with it, on either side, is told. Raises OutOfScope,
    WrongRole; NotAllowed if it is closed already, or for a day more than a year ahead.
    """
    locked = _locked(institution, actor)
    if locked.closed_on is not None:
        raise NotAllowed("the institution is closed already")
    if (closed_on - now.astimezone(SHANGHAI).date()).days > 366:
        raise NotAllowed("a closing more than a year ahead is not noted")
    return _write(locked, closed_on, actor, now, address)


@transaction.atomic
def reopen_institution(*, institution: Institution, actor: User, now: datetime, address: str) -> Institution:
    """Note that the institution works again. Raises OutOfScope, WrongRole; NotAllowed if it is open."""
    locked = _locked(institution, actor)
    if locked.closed_on is None:
        raise NotAllowed("the institution is open")
    return _write(locked, None, actor, now, address)


def _locked(institution: Institution, actor: User) -> Institution:
    if not institutions_visible_to(actor.scope).filter(pk=institution.pk).exists():
        raise OutOfScope
    if not keeps_institutions(actor.scope):
        raise WrongRole("institutions are closed by reviewers and administrators of health and TCM authorities")
    return Institution.objects.select_for_update().get(pk=institution.pk)


def _write(locked: Institution, closed_on: date | None, actor: User, now: datetime, address: str) -> Institution:
    locked.closed_on = closed_on
    locked.save(update_fields=["closed_on"])
    tell_of_closing(locked, now)
    audit.record(
        action="institution.closed" if closed_on else "institution.reopened",
        actor=actor,
        address=address,
        thing=locked,
        detail={"closed_on": closed_on.isoformat()} if closed_on else {},
        now=now,
    )
    return locked
