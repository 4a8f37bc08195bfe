"""Who somebody is to an application, and what that allows. Pure, apart from related rows that are not loaded yet."""

from __future__ import annotations

from accounts.models import ApiScope
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from directory.models import Authority
from registry.applications import CELLS, ApplicationAction, ApplicationState, Cell, Party
from registry.models import Application

FLEET_ROLES = (Role.FLEET_MANAGER, Role.INSTITUTION_ADMIN)
"""Who acts for an institution's fleet."""


def keeps_fleet_of(scope: Scope, institution_id: int | None) -> bool:
    """Whether the person, or the system with a key, registers and keeps the vehicles of this institution."""
    may_write = scope.has(*FLEET_ROLES) or ApiScope.FLEET_WRITE in scope.api_scopes
    return scope.body is BodyKind.INSTITUTION and scope.institution_id == institution_id and may_write


def covers(scope: Scope, authority: Authority) -> bool:
    """Whether `authority` lies in the person's jurisdiction: the own one, or one below it."""
    if scope.body is not BodyKind.AUTHORITY:
        return False
    if scope.division_prefix is not None:
        return (authority.division_id or "").startswith(scope.division_prefix)
    return bool(scope.own_code) and authority.own_code.startswith(scope.own_code)


def reviews_for(scope: Scope, authority: Authority) -> bool:
    """Whether the person decides on what is addressed to `authority`."""
    return scope.reviews_registrations and scope.has(Role.REVIEWER) and covers(scope, authority)


def parties_of(scope: Scope, application: Application) -> frozenset[Party]:
    """The parts the person has in an application; none for whoever only reads it."""
    parts = {
        Party.OWNER: keeps_fleet_of(scope, application.institution_id),
        Party.RECEIVER: bool(application.receiving_institution_id)
        and keeps_fleet_of(scope, application.receiving_institution_id),
        Party.REVIEWER: reviews_for(scope, application.authority),
    }
    return frozenset(party for party, is_so in parts.items() if is_so)


def is_visible(scope: Scope, application: Application) -> bool:
    """Whether the person may see it: the same rule as `Application.objects.visible_to`, for a row in hand."""
    if scope.body is BodyKind.INSTITUTION:
        is_receiver = application.receiving_institution_id == scope.institution_id
        is_draft = application.state == ApplicationState.DRAFT
        return application.institution_id == scope.institution_id or (is_receiver and not is_draft)
    return scope.reviews_registrations and application.submitted_at is not None and covers(scope, application.authority)


def cells_for(scope: Scope, application: Application) -> tuple[Cell, ...]:
    """What the person may do now, for drawing buttons. Empty when nothing is to be done."""
    parties = parties_of(scope, application)
    return tuple(cell for cell in CELLS if cell.state == application.state and cell.party in parties)


def parties_for(action: ApplicationAction) -> frozenset[Party]:
    """Whose step an action is, in whatever state."""
    return frozenset(cell.party for cell in CELLS if cell.action is action)
