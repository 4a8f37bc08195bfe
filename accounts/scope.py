"""How far a person's eye reaches: the body, its jurisdiction, the roles. Computed once per request.

An authority answers for its division and all below; authorities without a division (兵团) have codes of their own,
read the same way: whoever's code begins with mine is below me.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.roles import BodyKind, Role
from directory.kinds import AuthorityKind
from directory.models import Authority


@dataclass(frozen=True)
class Scope:
    """The reach of one signed-in person. Without a body and roles it reaches nothing."""

    body: BodyKind | None = None
    user_id: int = 0
    """The person; 0 for nobody, and for a key of another system."""
    institution_id: int = 0
    """0 where the body is no institution: no row has it."""
    platform_id: int = 0
    """0 as above. Only keys reach as a platform: it has no people here."""
    authority_id: int = 0
    authority_kind: AuthorityKind | None = None
    division_prefix: str | None = None
    """Leading digits of the division codes inside the jurisdiction; None where the authority has no division."""
    own_code: str = ""
    """Code of an authority outside the divisions; empty otherwise."""
    roles: frozenset[Role] = frozenset()
    api_scopes: frozenset[str] = frozenset()
    """What a key of another system may do (`accounts.models.ApiScope`); people have none."""

    def has(self, *roles: Role) -> bool:
        """Whether the person holds one of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def reviews_registrations(self) -> bool:
        """Health and TCM authorities review; the others read the register."""
        return self.authority_kind in {AuthorityKind.HEALTH, AuthorityKind.TCM}


NOTHING = Scope()


def scope_of_authority(
    authority: Authority,
    *,
    user_id: int = 0,
    roles: frozenset[Role] = frozenset(),
    api_scopes: frozenset[str] = frozenset(),
) -> Scope:
    """The reach of an authority: of its people by `roles`, of its systems by `api_scopes`."""
    return Scope(
        BodyKind.AUTHORITY,
        user_id=user_id,
        authority_id=authority.pk,
        authority_kind=AuthorityKind(authority.kind),
        division_prefix=prefix_of(authority.division_id) if authority.division_id else None,
        own_code=authority.own_code,
        roles=roles,
        api_scopes=api_scopes,
    )


def prefix_of(division_code: str) -> str:
    """The digits of a GB/T 2260 code that count: `360000` → `36`, `360100` → `3601`, `360102` → `360102`."""
    if division_code.endswith("0000"):
        return division_code[:2]
    return division_code[:4] if division_code.endswith("00") else division_code
