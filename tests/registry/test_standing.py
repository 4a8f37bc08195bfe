"""The standing: every row of the table that an official can read, and the days on which it turns."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from registry.choices import AmbulanceStatus
from registry.standing import CodeFact, Standing, Told, VehicleFacts, told_of, vehicle_standing

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
TABLE = Path(__file__).parent / "data" / "standing.csv"
ROWS = list(csv.DictReader(TABLE.open(encoding="utf-8")))
WHEN = {"none": None, "future": TODAY, "past": TODAY - DAY}
"""The last valid day still counts: `future` is today itself."""


def facts(row: dict[str, str]) -> VehicleFacts | None:
    if not row["status"]:
        return None
    return VehicleFacts(
        status=row["status"],
        in_120_network=row["in_120_network"] == "yes",
        inspection_valid_until=WHEN[row["inspection"]],
        scrap_due_on=WHEN[row["scrapping_date"]],
        institution_closed_on=TODAY if row["institution_closed"] == "yes" else None,
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(filter(None, row.values())))
def test_every_row_of_the_table_holds(row):
    told = told_of(CodeFact(row["code"]), facts(row), TODAY)
    assert told == Told(Standing(row["told"]), Standing(row["vehicle"]) if row["vehicle"] else None)


def test_the_table_lists_every_combination_once():
    listed = [tuple(list(row.values())[:6]) for row in ROWS if row["status"]]
    wanted = set(
        product(
            ["live", "revoked"],
            AmbulanceStatus.values,
            ["no", "yes"],
            ["none", "future", "past"],
            ["future", "past"],
            ["no", "yes"],
        )
    )
    assert len(listed) == len(set(listed))
    assert set(listed) == wanted


def test_every_standing_is_reached_by_some_row():
    assert {row["told"] for row in ROWS} == set(Standing.values)


def test_an_institution_that_will_close_tomorrow_is_still_open():
    open_today = VehicleFacts(AmbulanceStatus.IN_SERVICE, True, TODAY, None, TODAY + DAY)
    assert vehicle_standing(open_today, TODAY) is Standing.IN_SERVICE_120
    assert vehicle_standing(open_today, TODAY + DAY) is Standing.INSTITUTION_CLOSED


def test_a_vehicle_in_service_without_inspection_date_is_overdue():
    assert (
        vehicle_standing(VehicleFacts(AmbulanceStatus.IN_SERVICE, True, None, None, None), TODAY)
        is Standing.INSPECTION_OVERDUE
    )


@pytest.mark.parametrize("status", [AmbulanceStatus.DRAFT, AmbulanceStatus.UNDER_REVIEW])
def test_a_vehicle_that_is_not_public_has_no_standing_of_its_own(status):
    with pytest.raises(ValueError, match="no public standing"):
        vehicle_standing(VehicleFacts(status, True, TODAY, None, None), TODAY)
