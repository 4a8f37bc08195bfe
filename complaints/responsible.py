"""Which authorities answer for a complaint: the routing table applied to the authorities that exist. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from complaints.entry import Entry, Fault, Invalid
from complaints.kinds import FACTS, Kind
from complaints.routing import (
    UNREGISTERED,
    PlaceRule,
    certifier_answers,
    place_rule,
    route,
)
from complaints.superiors import common_superior, superior_of
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


AT_THE_PLACE = frozenset({Kind.ILLEGAL_AMBULANCE, Kind.AUTHORITY_CONDUCT})
"""Kinds for which it does not matter whether the register knows a vehicle."""


def complained_of(entry: Entry, subject: Subject) -> Authority | None:
    """The authority a complaint is about: the one named, else the one of the kind named that answers for the place.

    None for other kinds, and where no authority of that kind exists on the way up. Raises Invalid without either.
    """
    if not FACTS[entry.kind].about_authority:
        return None
    known = Authority.objects.active().select_related("parent")
    if entry.about_authority_id is not None:
        named = known.filter(pk=entry.about_authority_id).first()
        if named is not None:
            return named
    if entry.about_authority_kind not in AuthorityKind.values:
        message = _("Say which kind of authority it is about.")
        raise Invalid([Fault("about_authority_kind", "required", message)])
    kind, code = AuthorityKind(entry.about_authority_kind), subject.division.code
    around = known.filter(kind=kind, division__in=division_and_ancestors(code))
    return nearest(_by_division(around, kind), code)


def responsible_for(kind: Kind, subject: Subject, about: Authority | None = None) -> list[Responsible]:
    """Leads first, then co-handlers. One query.

    What is `about` an authority goes one level up, never to the authority itself. What is reported as an illegal
    ambulance is treated as unregistered even if its plate is in the register: the plate may be stolen, and the
    vehicle stands where it was seen.
    """
    if about is not None:
        return [_one_level_up(about)]
    is_registered = subject.is_registered and kind not in AT_THE_PLACE
    institution = (
        InstitutionKind(subject.institution.kind) if subject.institution and kind not in AT_THE_PLACE else UNREGISTERED
    )
    wanted = route(kind, institution)
    existing = _authorities_around(subject, (*wanted.leads, *wanted.co))
    found = [
        Responsible(one, _authority_of(one, subject, existing, is_registered=is_registered), role)
        for kinds, role in ((wanted.leads, HandlingRole.LEAD), (wanted.co, HandlingRole.CO))
        for one in kinds
    ]
    return _with_holder(found, existing, subject.division.code)


def _one_level_up(about: Authority) -> Responsible:
    """The next higher authority, else the health authority above the place; None where nobody is above it."""
    above = superior_of(about) or common_superior(about, None)
    if above is None or above.pk == about.pk:
        return Responsible(AuthorityKind(about.kind), None, HandlingRole.LEAD)
    return Responsible(AuthorityKind(above.kind), above, HandlingRole.LEAD)


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
