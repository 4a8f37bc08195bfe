"""Who stands above an authority, and who decides between two. Reads only.

Authorities are a tree of their own (`Authority.parent`); where a parent is not recorded, the nearest active authority
of the same kind in the divisions above stands in.
"""

from __future__ import annotations

from directory.kinds import AuthorityKind
from directory.models import Authority
from directory.nearest import division_and_ancestors, nearest


def superior_of(authority: Authority) -> Authority | None:
    """The next higher active authority; None at the top. One query at most beyond the parent."""
    if authority.parent is not None and authority.parent.is_active:
        return authority.parent
    if authority.own_code:
        return _above_by_own_code(authority)
    return _above_in_divisions(authority.division_id, AuthorityKind(authority.kind)) if authority.division_id else None


def superiors_of(authority: Authority) -> list[Authority]:
    """Everybody above it, nearest first. A ring in the data ends the walk."""
    found: list[Authority] = []
    above = superior_of(authority)
    while above is not None and above not in found and above.pk != authority.pk:
        found.append(above)
        above = superior_of(above)
    return found


def common_superior(objecting: Authority, proposed: Authority | None) -> Authority | None:
    """Who decides whether a case belongs to `objecting` or to `proposed` (信访工作条例 23: the common superior).

    In one tree the lowest authority above both; between different kinds, which have no common superior among the
    authorities of this service, the health authority one level above the place, since health leads the action
    (国卫办医急函〔2025〕397号); without one, whoever is above the one that objects. None where nobody is above.
    """
    above = superiors_of(objecting)
    if proposed is not None and proposed.kind == objecting.kind:
        others = [proposed, *superiors_of(proposed)]
        return next((one for one in above if one in others), above[0] if above else None)
    if objecting.division_id:
        health = _above_in_divisions(objecting.division_id, AuthorityKind.HEALTH)
        if health is not None:
            return health
    return above[0] if above else None


def _above_in_divisions(division_code: str, kind: AuthorityKind) -> Authority | None:
    higher = division_and_ancestors(division_code)[1:]
    if not higher:
        return None
    known = Authority.objects.active().filter(kind=kind, division_id__in=higher)
    return nearest({one.division_id: one for one in known if one.division_id}, higher[0])


def _above_by_own_code(authority: Authority) -> Authority | None:
    above = [authority.own_code[:length] for length in range(len(authority.own_code) - 1, 1, -1)]
    known = Authority.objects.active().filter(kind=authority.kind, own_code__in=above)
    return max(known, key=lambda one: len(one.own_code), default=None)
