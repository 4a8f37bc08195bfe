"""Who somebody is to an authority's part: its handler, its supervisor, its superior. Reads only."""

from __future__ import annotations

from accounts.key_scopes import ApiScope
from accounts.models import User
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from complaints.cells import possible
from complaints.models import Handling
from complaints.workflow import Action, Actor, HandlingState
from directory.models import Authority


def parties_of(scope: Scope, handling: Handling) -> frozenset[Actor]:
    """As whom the person may act on this part; nobody for whoever only reads. No query if authorities are loaded.

    A system of the authority acts as a handler, never as a supervisor: what a supervisor decides, a person decides.
    That the person sees the case at all (`visible_to`) is checked before.
    """
    if scope.body is not BodyKind.AUTHORITY:
        return frozenset()
    if handling.authority_id is not None and handling.authority_id == scope.authority_id:
        if ApiScope.CASES_WRITE.value in scope.api_scopes:
            return frozenset({Actor.HANDLER})
        roles = {Role.HANDLER: Actor.HANDLER, Role.SUPERVISOR: Actor.SUPERVISOR}
        return frozenset(actor for role, actor in roles.items() if scope.has(role))
    if scope.has(Role.SUPERVISOR) and _is_superior(scope, handling):
        return frozenset({Actor.SUPERIOR})
    return frozenset()


def _is_superior(scope: Scope, handling: Handling) -> bool:
    if handling.state == HandlingState.OBJECTED:
        return any(one.decider_id == scope.authority_id for one in handling.referrals.all() if one.is_upheld is None)
    return handling.authority is not None and is_below(handling.authority, scope)


def is_below(authority: Authority, scope: Scope) -> bool:
    """Whether an authority lies under the person's own: the same kind, further down the same tree."""
    if authority.pk == scope.authority_id or authority.kind != scope.authority_kind:
        return False
    if scope.division_prefix is not None:
        return bool(authority.division_id) and str(authority.division_id).startswith(scope.division_prefix)
    return bool(scope.own_code) and authority.own_code.startswith(scope.own_code)


def buttons(user: User, handling: Handling) -> frozenset[Action]:
    """What the officer may do to this part now; nothing once the case is destroyed."""
    if handling.complaint.destroyed_at is not None:
        return frozenset()
    return possible(
        HandlingState(handling.state),
        parties_of(user.scope, handling),
        nature=handling.complaint.nature,
    )
