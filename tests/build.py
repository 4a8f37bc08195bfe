"""Rows for tests: each function makes one valid row with sensible defaults; keywords override any field.

Names, plates, VINs and credit codes are unique by a counter. Dates are far enough away that a test which does not
care about the day never meets an expired vehicle. A related row that is not given is made along.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from directory.formats import PlateKind, make_credit_code, vin_check_digit_is_right
from directory.kinds import AuthorityKind, InstitutionKind, PlatformKind
from directory.models import Authority, Division, Institution, Platform, PostedPrice
from registry.choices import AmbulanceStatus, MarkingState, Position, RevokeReason, VehicleType
from registry.codes import new_code
from registry.models import Ambulance, Marking

REGISTERED = date(2024, 3, 15)
FAR_AWAY = date(2099, 12, 31)
ISSUED = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)

DIVISIONS = {
    "360000": ("江西省", 1, None),
    "360100": ("南昌市", 2, "360000"),
    "360102": ("东湖区", 3, "360100"),
    "110000": ("北京市", 1, None),
    "110105": ("朝阳区", 3, "110000"),
    "500000": ("重庆市", 1, None),
    "500103": ("渝中区", 3, "500000"),
}
"""Divisions that `division()` knows by code, so that ancestors come along."""

_numbers = count(1)


def division(code: str = "360102", **fields: Any) -> Division:
    """A division and its ancestors; made once per test, then found again."""
    if found := Division.objects.filter(code=code).first():
        return found
    name, level, parent = DIVISIONS.get(code, (f"第{code}区", 3, "360100"))
    values: dict[str, Any] = {"name": name, "level": level}
    if parent is not None and "parent" not in fields:
        values["parent"] = division(parent)
    return Division.objects.create(code=code, **{**values, **fields})


def authority(**fields: Any) -> Authority:
    """An active health authority of Nanchang's Donghu district; the same one again when nothing else is asked."""
    kind = fields.get("kind", AuthorityKind.HEALTH)
    fields.setdefault("division", division())
    if not set(fields) - {"kind", "division"}:
        found = Authority.objects.filter(kind=kind, division=fields["division"], is_active=True).first()
        if found:
            return found
    values: dict[str, Any] = {
        "name": f"第{next(_numbers)}主管部门",
        "kind": kind,
        "complaint_phone": "0791-86000000",
        "desk_email": f"desk{next(_numbers)}@example.org",
    }
    return Authority.objects.create(**{**values, **fields})


def institution(**fields: Any) -> Institution:
    """An open hospital in Nanchang's Donghu district."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": f"南昌市第{number}人民医院",
        "kind": InstitutionKind.HOSPITAL,
        "credit_code": credit_code(number),
        "address": "东湖区民德路1号",
        "complaint_phone": "0791-88886666",
    }
    if "division" not in fields:
        values["division"] = division()
    return Institution.objects.create(**{**values, **fields})


def platform(**fields: Any) -> Platform:
    """A government hotline that is open."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": f"第{number}热线平台",
        "kind": PlatformKind.GOVERNMENT_HOTLINE,
        "contact_email": f"hotline{number}@example.org",
    }
    return Platform.objects.create(**{**values, **fields})


def ambulance(**fields: Any) -> Ambulance:
    """A vehicle in service with a blue plate, valid inspection and a fleet number."""
    number = next(_numbers)
    kind = fields.get("plate_kind", PlateKind.SMALL)
    values: dict[str, Any] = {
        "plate": plate(number, kind),
        "plate_kind": kind,
        "vin": vin(number),
        "fleet_number": f"急{number:03d}",
        "vehicle_type": VehicleType.B,
        "colour": "白色",
        "brand_model": "福特全顺JX5041",
        "is_for_pre_hospital": True,
        "licence_engine_number": f"ENG{number:08d}",
        "registered_on": REGISTERED,
        "inspection_valid_until": FAR_AWAY,
        "station": f"第{number}急救站",
        "positioning_device": f"BDS-{number:06d}",
        "status": AmbulanceStatus.IN_SERVICE,
    }
    owner: Institution = fields.get("institution") or institution()
    values |= {"institution": owner, "division": owner.division}
    if "certified_by" not in fields:
        values["certified_by"] = authority()
    if fields.get("status") == AmbulanceStatus.RETIRED:
        values["retired_on"] = date(2026, 6, 30)
    return Ambulance.objects.create(**{**values, **fields})


def marking(**fields: Any) -> Marking:
    """A mounted code on the left side of a vehicle in service. `state` alone is enough: its times come along."""
    state = fields.get("state", MarkingState.MOUNTED)
    values: dict[str, Any] = {
        "code": new_code(),
        "position": Position.LEFT,
        "state": state,
        "issued_at": ISSUED,
        "mounted_at": None if state == MarkingState.ISSUED else ISSUED,
    }
    if state == MarkingState.REVOKED:
        values |= {"revoked_at": ISSUED, "revoke_reason": RevokeReason.REISSUED}
    if "ambulance" not in fields:
        values["ambulance"] = ambulance()
    return Marking.objects.create(**{**values, **fields})


def price(**fields: Any) -> PostedPrice:
    """A posted price: 20 yuan with 3 km included, 6.67 yuan for each further kilometre, 50 yuan an hour waiting."""
    values: dict[str, Any] = {
        "base_fee": Decimal(20),
        "included_km": Decimal(3),
        "per_km": Decimal("6.67"),
        "waiting_per_hour": Decimal(50),
        "valid_from": date(2025, 1, 1),
    }
    if "institution" not in fields:
        values["institution"] = institution()
    return PostedPrice.objects.create(**{**values, **fields})


def plate(number: int, kind: str = PlateKind.SMALL) -> str:
    """The `number`-th plate of a kind, normalised."""
    return {
        PlateKind.LARGE: f"赣B{number:05d}",
        PlateKind.SMALL: f"赣A{number:05d}",
        PlateKind.LARGE_NEW_ENERGY: f"赣A{number:05d}D",
        PlateKind.SMALL_NEW_ENERGY: f"赣AD{number:05d}",
    }[PlateKind(kind)]


def vin(number: int) -> str:
    """The `number`-th VIN, its check digit right."""
    return next(
        candidate for digit in "0123456789X" if vin_check_digit_is_right(candidate := f"LZFF25M4{digit}RA{number:06d}")
    )


def credit_code(number: int) -> str:
    """The `number`-th unified social credit code, its check character right."""
    return make_credit_code(f"12360100{number:09d}")
