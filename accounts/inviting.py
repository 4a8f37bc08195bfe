"""Who may bring whom into which body, and who looks after whose account. Pure; the tables are in `accounts.roles`."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from accounts.refusals import NotAllowed, Refused
from accounts.roles import BODY_ADMINS, INVITES, ROLES_OF, BodyKind, Role
from accounts.scope import Scope

FIRST_ROLE = {BodyKind.INSTITUTION: Role.INSTITUTION_ADMIN, BodyKind.AUTHORITY: Role.AUTHORITY_ADMIN}
"""Whoever invites into another body can only give it its administrator; the rest is that one's work."""

ADMIN_OF = {
    BodyKind.INSTITUTION: Role.INSTITUTION_ADMIN,
    BodyKind.AUTHORITY: Role.AUTHORITY_ADMIN,
    BodyKind.SYSTEM: Role.SYSTEM_ADMIN,
}
"""The role that every body must keep, so that somebody looks after its accounts."""


def check_roles(kind: BodyKind, roles: Collection[Role]) -> None:
    """Raises Refused unless a body of this kind can give these roles, one at least."""
    if not roles:
        raise Refused("no_role", _("Please choose at least one duty."))
    if not set(roles) <= ROLES_OF[kind]:
        raise Refused("foreign_role", _("This body cannot give that duty."))


def check_may_invite(scope: Scope, kind: BodyKind, roles: Collection[Role], *, is_own: bool, is_below: bool) -> None:
    """Raises NotAllowed or Refused unless a person with `scope` may invite into a body of `kind` with these roles.

    `is_own`: it is the inviter's own body. `is_below`: an institution inside the inviter's jurisdiction.
    """
    check_roles(kind, roles)
    kinds = set().union(*(INVITES.get(role, frozenset()) for role in scope.roles))
    if kind not in kinds:
        raise NotAllowed("may_not_invite", _("You cannot invite people into this body."))
    if is_own:
        return
    reaches = is_below if scope.body is BodyKind.AUTHORITY else scope.body is BodyKind.SYSTEM
    if not reaches:
        raise NotAllowed("other_body", _("You cannot invite people into this body."))
    if set(roles) != {FIRST_ROLE[kind]}:
        raise NotAllowed("only_first_admin", _("You can only invite the administrator of another body."))


def looks_after_own_body(scope: Scope) -> bool:
    """Whether the person administers the accounts of the own body."""
    return scope.has(*BODY_ADMINS, Role.SYSTEM_ADMIN)
