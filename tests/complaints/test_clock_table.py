"""Every day round the holidays of 2026 as a day of receipt, and days past the published plans.

The table was worked out from the plan of the State Council, not by the program, and is meant to be read by an official.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from directory.clock import SHANGHAI, Limit, due_after, due_date
from directory.workdays import Calendar

CALENDAR = Calendar()


def table() -> list[tuple[date, str, date, bool]]:
    """(received, limit, due on, provisional) of every line."""
    with (Path(__file__).parent / "data" / "clock.csv").open(encoding="utf-8") as file:
        return [
            (
                date.fromisoformat(row["received"]),
                row["limit"],
                date.fromisoformat(row["due_on"]),
                {"yes": True, "no": False}[row["provisional"]],
            )
            for row in csv.DictReader(file)
        ]


TABLE = table()
LIMITS = ("5wd", "7wd", "15d", "60d")
WINDOWS = {
    "New Year": (date(2025, 12, 26), date(2026, 1, 8)),
    "Spring Festival": (date(2026, 2, 10), date(2026, 3, 5)),
    "Qingming": (date(2026, 3, 30), date(2026, 4, 10)),
    "May": (date(2026, 4, 24), date(2026, 5, 13)),
    "Dragon Boat": (date(2026, 6, 12), date(2026, 6, 25)),
    "Mid-Autumn and National Day": (date(2026, 9, 18), date(2026, 10, 15)),
    "the unpublished year": (date(2026, 12, 8), date(2027, 1, 8)),
    "Spring Festival 2027": (date(2027, 2, 1), date(2027, 2, 12)),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_each_day_of_receipt_is_due_when_the_table_says(limit):
    wrong = []
    for received, text, due_on, provisional in TABLE:
        if text != limit:
            continue
        due = due_after(received, Limit.parse(limit), CALENDAR)
        if (due.due_on, due.provisional) != (due_on, provisional):
            wrong.append(f"{received} {limit}: {due.due_on} {due.provisional}, not {due_on} {provisional}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("at", [time(0, 0), time(16, 0), time(23, 59, 59)])
def test_the_hour_of_receipt_changes_nothing(at):
    for received, limit, due_on, _provisional in TABLE:
        received_at = datetime.combine(received, at, SHANGHAI)
        assert due_date(received_at, Limit.parse(limit), CALENDAR).due_on == due_on


@pytest.mark.parametrize("window", WINDOWS)
def test_the_table_leaves_out_no_day_of_a_window(window):
    first, last = WINDOWS[window]
    days = {first + timedelta(days=ahead) for ahead in range((last - first).days + 1)}
    for limit in LIMITS:
        assert days <= {received for received, text, _due_on, _provisional in TABLE if text == limit}


def test_sixty_days_end_on_every_day_round_spring_festival_and_national_day():
    ends = {received + timedelta(days=60) for received, limit, _due_on, _provisional in TABLE if limit == "60d"}
    for window in ("Spring Festival", "Mid-Autumn and National Day"):
        first, last = WINDOWS[window]
        assert {first + timedelta(days=ahead) for ahead in range((last - first).days + 1)} <= ends


def test_the_table_knows_sure_days_and_provisional_ones():
    assert {provisional for *_rest, provisional in TABLE} == {True, False}
