"""What a ride should cost by the posted price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from directory.prices import Tariff, estimate

NANCHANG = Tariff(Decimal(20), Decimal(3), Decimal("6.67"), Decimal(50))


def test_the_nanchang_ride_should_have_cost_ten_thousand_six_hundred_seventy_two_yuan():
    assert estimate(NANCHANG, Decimal(1600)) == Decimal("10671.99")


@pytest.mark.parametrize(("km", "yuan"), [("0", "20"), ("3", "20"), ("3.1", "20.67"), ("10", "66.69")])
def test_the_included_kilometres_cost_the_base_fee_only(km, yuan):
    assert estimate(NANCHANG, Decimal(km)) == Decimal(yuan)


def test_waiting_is_added_by_the_hour():
    assert estimate(NANCHANG, Decimal(3), Decimal("1.5")) == Decimal("95.00")


@pytest.mark.parametrize(("km", "hours"), [("-1", "0"), ("1", "-1")])
def test_a_negative_ride_is_refused(km, hours):
    with pytest.raises(ValueError, match="negative"):
        estimate(NANCHANG, Decimal(km), Decimal(hours))
