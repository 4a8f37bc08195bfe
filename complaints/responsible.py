"""Which authorities answer for a complaint: the routing table applied to the authorities that exist. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from complaints.kinds import Kind
from complaints.routing import (
    UNREGISTERED,
    PlaceRule,
    certifier_answers,
    place_rule,
    route,
)
from complaints.vehicles import Subject
from complaints.workflow import HandlingRole
from directory.kinds import AuthorityKind, InstitutionKind
from directory.models import Authority
from directory.nearest import division_and_ancestors, nearest


@dataclass(frozen=True)
class Responsible:
    """One authority's part. `authority` is None when no authority of the kind exists on the way up."""

    kind: AuthorityKind
    authority: Authority | None
    role: HandlingRole


def responsible_for(kind: Kind, subject: Subject) -> list[Responsible]:
    """Leads first, then co-handlers. One query.

    What is reported as an illegal ambulance is treated as unregistered even if its plate is in the register:
    the plate may be stolen, and the vehicle stands where it was seen.
    """
    is_registered = subject.is_registered and kind is not Kind.ILLEGAL_AMBULANCE
    institution = (
        InstitutionKind(subject.institution.kind)
        if subject.institution and kind is not Kind.ILLEGAL_AMBULANCE
        else UNREGISTERED
    )
    wanted = route(kind, institution)
    existing = _authorities_around(subject, (*wanted.leads, *wanted.co))
    found = [
        Responsible(one, _authority_of(one, subject, existing, is_registered=is_registered), role)
        for kinds, role in ((wanted.leads, HandlingRole.LEAD), (wanted.co, HandlingRole.CO))
        for one in kinds
    ]
    return _with_holder(found, existing, subject.division.code)


def _with_holder(found: list[Responsible], existing: list[Authority], division_code: str) -> list[Responsible]:
    """The same, but never without a lead: where none of them exists, the nearest health authority takes the first part.

    Health leads the action against illegal ambulances (国卫办医急函〔2025〕397号) and can hand the case over.
    """
    if any(one.authority for one in found if one.role == HandlingRole.LEAD):
        return found
    health = nearest(_by_division(existing, AuthorityKind.HEALTH), division_code)
    if health is None:
        return found
    others = [one for one in found[1:] if one.authority != health]
    return [Responsible(found[0].kind, health, found[0].role), *others]


def _authorities_around(subject: Subject, kinds: Iterable[AuthorityKind]) -> list[Authority]:
    codes = set(division_and_ancestors(subject.division.code))
    if subject.ambulance is not None:
        certified_in = subject.ambulance.certified_by.division_id
        codes |= set(division_and_ancestors(certified_in)) if certified_in else set()
    # Health stands in for a supervisor of Chinese medicine where there is none.
    return list(Authority.objects.active().filter(kind__in={*kinds, AuthorityKind.HEALTH}, division__in=codes))


def _authority_of(
    kind: AuthorityKind, subject: Subject, existing: list[Authority], *, is_registered: bool
) -> Authority | None:
    code = subject.division.code
    if is_registered and subject.ambulance is not None:
        certifier = subject.ambulance.certified_by
        if place_rule(kind, vehicle_is_registered=True) is PlaceRule.CERTIFYING:
            if certifier.is_active and certifier_answers(kind, AuthorityKind(certifier.kind)):
                return certifier
            code = certifier.division_id or code
    found = nearest(_by_division(existing, kind), code)
    if found is None and kind is AuthorityKind.TCM:
        found = nearest(_by_division(existing, AuthorityKind.HEALTH), code)
    return found


def _by_division(authorities: Iterable[Authority], kind: AuthorityKind) -> dict[str, Authority]:
    return {one.division_id: one for one in authorities if one.kind == kind and one.division_id}
