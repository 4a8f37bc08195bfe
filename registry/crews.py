"""Who must be aboard for which service: a table of ours, and the gaps in a crew by it. Pure.

The numbers are a setting of this project, drawn from what the field says about crews (医师, 护士 or 医疗救护员,
驾驶员); no national text fixes them, so gaps are told to reviewers and block nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

PHYSICIAN, NURSE, MEDIC, DRIVER = "physician", "nurse", "medic", "driver"

NEEDS: dict[str, tuple[frozenset[str], ...]] = {
    "is_for_pre_hospital": (frozenset({PHYSICIAN}), frozenset({NURSE, MEDIC}), frozenset({DRIVER})),
    "is_for_institution_transfer": (frozenset({PHYSICIAN, NURSE}), frozenset({DRIVER})),
    "is_for_non_emergency_transfer": (frozenset({MEDIC, NURSE}), frozenset({DRIVER})),
    "is_for_special_goods": (frozenset({DRIVER}),),
}
"""Service scope → the places aboard, each with the roles that can fill it."""


class Member(Protocol):
    """Somebody of a crew, as far as it matters here."""

    role: str
    certificate_valid_until: date | None
    left_on: date | None


@dataclass(frozen=True)
class Gap:
    """A place aboard that nobody with a valid certificate can fill, for one service scope."""

    scope: str
    roles: frozenset[str]


def is_qualified(member: Member, today: date) -> bool:
    """Whether the certificate holds on `today` (its last day included; without an end it holds) and nobody left."""
    holds = member.certificate_valid_until is None or member.certificate_valid_until >= today
    return holds and (member.left_on is None or member.left_on > today)


def scopes_open_to(member: Member, today: date) -> tuple[str, ...]:
    """The service scopes in which a member can fill a place today; none once the certificate has run out."""
    if not is_qualified(member, today):
        return ()
    return tuple(scope for scope, places in NEEDS.items() if any(member.role in roles for roles in places))


def gaps(scopes: Iterable[str], members: Iterable[Member], today: date) -> list[Gap]:
    """Every place that stays empty for the asked scopes. Raises KeyError for a scope that is none."""
    present = {member.role for member in members if is_qualified(member, today)}
    return [Gap(scope, roles) for scope in scopes for roles in NEEDS[scope] if present.isdisjoint(roles)]
