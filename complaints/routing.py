"""Who handles what: kind of complaint × kind of institution → kinds of authority, and which one of that kind.

Pure tables and functions. The division of labour is that of the notice of 3 November 2025
(国卫医急函〔2025〕397号): market regulation for prices, traffic police for sirens, livery and plates, health
for care and for how institutions run their vehicles (Chinese medicine for its own hospitals), disease control
for infection. `tests/complaints/data/routing.csv` lists every combination for an official to read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind
from directory.kinds import AuthorityKind, InstitutionKind

Unregistered = Literal["unregistered"]
UNREGISTERED: Unregistered = "unregistered"
"""Stands in the place of an institution kind when no register knows the vehicle."""


@dataclass(frozen=True)
class Route:
    """Kinds of authority that answer for a complaint: each lead has its own deadline and outcome."""

    leads: tuple[AuthorityKind, ...]
    co: tuple[AuthorityKind, ...] = ()


class PlaceRule(TextChoices):
    """Which authority of a kind: the one that certified the vehicle, or the one of the place of the event."""

    CERTIFYING = "certifying", _("The authority that certified the vehicle")
    PLACE = "place", _("The authority of the place of the event")


HEALTH, POLICE, TRANSPORT = AuthorityKind.HEALTH, AuthorityKind.POLICE, AuthorityKind.TRANSPORT
MARKET, TCM, CDC = AuthorityKind.MARKET_REGULATION, AuthorityKind.TCM, AuthorityKind.CDC

ROUTES: dict[Kind, Route] = {
    Kind.SERVICE: Route((HEALTH,)),
    Kind.OVERCHARGING: Route((MARKET,), (HEALTH,)),
    Kind.REFUSAL_OR_DELAY: Route((HEALTH,)),
    Kind.CREW_OR_EQUIPMENT: Route((HEALTH,)),
    Kind.INFECTION_CONTROL: Route((CDC,), (HEALTH,)),
    Kind.CARD_MISMATCH: Route((POLICE,), (HEALTH,)),
    Kind.UNLAWFUL_OPERATION: Route((HEALTH,)),
    Kind.ILLEGAL_AMBULANCE: Route((HEALTH, POLICE), (TRANSPORT, MARKET)),
    Kind.SIREN_MISUSE: Route((POLICE,), (HEALTH,)),
    Kind.OTHER: Route((HEALTH,)),
    Kind.AUTHORITY_CONDUCT: Route((HEALTH,)),
    Kind.PRAISE: Route((HEALTH,)),
}

NOT_AS_SUPERVISOR = frozenset({Kind.ILLEGAL_AMBULANCE, Kind.AUTHORITY_CONDUCT})
"""Here health acts against practice without a licence, not as an institution's supervisor: TCM stays out.

A complaint about an authority goes to whoever is above it (`complaints.responsible`); its row is for a place where no
authority of the kind complained of exists.
"""

SUPERVISORS = frozenset({HEALTH, TCM})
"""Kinds that certify ambulances and supervise institutions (谁发证谁负责)."""


def route(kind: Kind, institution: InstitutionKind | Unregistered) -> Route:
    """The authorities for a complaint of `kind` about a vehicle of such an institution.

    For a hospital of Chinese medicine the TCM authority stands wherever health stands as its supervisor.
    """
    plain = ROUTES[kind]
    if institution != InstitutionKind.TCM_HOSPITAL or kind in NOT_AS_SUPERVISOR:
        return plain
    return Route(_tcm_for_health(plain.leads), _tcm_for_health(plain.co))


def _tcm_for_health(kinds: tuple[AuthorityKind, ...]) -> tuple[AuthorityKind, ...]:
    return tuple(TCM if kind is HEALTH else kind for kind in kinds)


def place_rule(kind_of_authority: AuthorityKind, *, vehicle_is_registered: bool) -> PlaceRule:
    """Where the authority of a kind is looked for.

    Supervisors of a registered vehicle's institution: the one that certified it. Police, transport, market
    regulation and disease control, and everybody for an unregistered vehicle: the one of the place.
    """
    if vehicle_is_registered and kind_of_authority in SUPERVISORS:
        return PlaceRule.CERTIFYING
    return PlaceRule.PLACE


def certifier_answers(wanted: AuthorityKind, certifier: AuthorityKind | None) -> bool:
    """Whether the vehicle's certifying authority is the one to take a handling meant for kind `wanted`.

    谁发证谁负责: who certified answers, be it health or TCM. A certifier of another kind, or none on record,
    does not; the nearest authority of kind `wanted` is then taken by division.
    """
    return wanted in SUPERVISORS and certifier in SUPERVISORS
