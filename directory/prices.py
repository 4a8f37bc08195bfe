"""What a ride should cost by the posted price. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Tariff:
    """A posted price: yuan and kilometres."""

    base_fee: Decimal
    included_km: Decimal
    per_km: Decimal
    waiting_per_hour: Decimal = Decimal(0)


def estimate(tariff: Tariff, distance_km: Decimal, waiting_hours: Decimal = Decimal(0)) -> Decimal:
    """Yuan for `distance_km` at `tariff`, to the cent. Raises ValueError on a negative distance or time.

    Base fee, plus every kilometre beyond the included ones, plus waiting. Parts of a kilometre count in part;
    local rounding rules differ, so this is an orientation and the page says so.
    """
    if distance_km < 0 or waiting_hours < 0:
        raise ValueError("distance and waiting time cannot be negative")
    beyond = max(distance_km - tariff.included_km, Decimal(0))
    total = tariff.base_fee + beyond * tariff.per_km + waiting_hours * tariff.waiting_per_hour
    return total.quantize(CENT, ROUND_HALF_UP)
