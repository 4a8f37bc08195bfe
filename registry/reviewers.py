"""Which authority reviews an application. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from directory.kinds import AuthorityKind, InstitutionKind
from directory.models import Authority, Institution
from directory.nearest import division_and_ancestors, nearest
from registry.models import Ambulance

REVIEWING = frozenset({AuthorityKind.HEALTH, AuthorityKind.TCM})
"""Kinds of authority that certify ambulances (谁发证谁负责)."""


def reviewer_for(institution: Institution, ambulance: Ambulance | None = None) -> Authority | None:
    """The authority that reviews for `institution`; None when no health authority exists on the way up.

    A vehicle on record stays with the authority that certified it, as long as that reviews and is active.
    """
    if ambulance is not None and _still_reviews(ambulance.certified_by):
        return ambulance.certified_by
    return nearest_reviewer(institution)


def receiving_reviewer(ambulance: Ambulance, receiver: Institution) -> Authority | None:
    """The authority that reviews a transfer: the certifier if the receiver lies in its division, else the receiver's.

    Who certifies answers for the vehicle afterwards, so a vehicle that leaves for another place gets the authority
    of that place.
    """
    certifier = ambulance.certified_by
    if receiver.supervised_by is not None:
        return nearest_reviewer(receiver)
    is_inside = certifier.division_id in division_and_ancestors(receiver.division_id)
    return certifier if is_inside and _still_reviews(certifier) else nearest_reviewer(receiver)


def nearest_reviewer(institution: Institution) -> Authority | None:
    """The nearest on the way up from the institution's division: for a TCM hospital a TCM authority if there is one.

    What belongs to an authority outside the divisions is reviewed there, as long as that reviews and is active.
    """
    owner = institution.supervised_by
    if owner is not None and _still_reviews(owner):
        return owner
    around = list(
        Authority.objects.active().filter(
            kind__in=REVIEWING, division__in=division_and_ancestors(institution.division_id)
        )
    )
    if institution.kind == InstitutionKind.TCM_HOSPITAL:
        found = nearest(_of_kind(around, AuthorityKind.TCM), institution.division_id)
        if found:
            return found
    return nearest(_of_kind(around, AuthorityKind.HEALTH), institution.division_id)


def _still_reviews(authority: Authority) -> bool:
    return authority.is_active and authority.kind in REVIEWING


def _of_kind(authorities: Iterable[Authority], kind: AuthorityKind) -> dict[str, Authority]:
    return {one.division_id: one for one in authorities if one.kind == kind and one.division_id}
