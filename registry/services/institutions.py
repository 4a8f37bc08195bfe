"""An institution's registered facts corrected, its closing and reopening: its vehicles say so from then on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from accounts.services.institutions import answers_for
from directory.clock import SHANGHAI
from directory.models import Institution
from registry.bodies import institutions_visible_to
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services.closings import tell_of_closing

KEEPERS = (Role.REVIEWER, Role.AUTHORITY_ADMIN)
"""Who closes and reopens institutions, in health and TCM authorities."""


FACTS = ("name", "kind", "licence_number", "address", "complaint_phone", "in_120_network")
"""What the authority corrects. The credit code says which institution it is, the division who answers for it."""


def keeps_institutions(scope: Scope) -> bool:
    """Whether the person closes and reopens the institutions in the jurisdiction."""
    return scope.body is BodyKind.AUTHORITY and scope.reviews_registrations and scope.has(*KEEPERS)


def keeps_institution(scope: Scope, institution: Institution) -> bool:
    """The same for one that the person sees: what belongs to a tree outside the divisions is kept by that alone."""
    is_ours = institution.supervised_by is None or answers_for(scope, institution)
    return keeps_institutions(scope) and is_ours


@transaction.atomic
def change_institution(
    *, institution: Institution, facts: Mapping[str, object], actor: User, now: datetime, address: str
) -> tuple[str, ...]:
    """Write the `facts` (of `FACTS`) that differ; the names of what changed. Codes stay valid.

    Name and phone are painted on the vehicles and public, so the authority decides on them, not the institution.
    Raises OutOfScope, WrongRole; ValidationError for a fact that is wrong; ValueError for one that is none.
    """
    locked = _locked(institution, actor)
    if unknown := set(facts) - set(FACTS):
        raise ValueError(f"no facts of an institution: {sorted(unknown)}")
    changed = tuple(name for name in FACTS if name in facts and getattr(locked, name) != facts[name])
    if not changed:
        return ()
    for name in changed:
        setattr(locked, name, facts[name])
    locked.clean_fields(exclude={field.name for field in Institution._meta.fields} - set(changed))
    locked.save(update_fields=changed)
    audit.record(
        action="institution.changed",
        actor=actor,
        address=address,
        thing=locked,
        detail={"fields": list(changed)},
        now=now,
    )
    return changed


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
    locked = Institution.objects.select_for_update(of=("self",)).select_related("supervised_by").get(pk=institution.pk)
    if not keeps_institution(actor.scope, locked):
        raise WrongRole("institutions are kept by reviewers and administrators of health and TCM authorities")
    return locked


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
