"""Counting limits: from the moment of receipt and a limit to the day an answer is due. Pure.

The day of receipt is not counted. A limit in working days counts working days; a limit in calendar days counts
every day, and one that ends on a day off ends on the next working day. All days are those of Asia/Shanghai.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from directory.workdays import ONE_DAY, Calendar, Why

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Unit(StrEnum):
    """What a limit counts."""

    WORKING_DAYS = "wd"
    CALENDAR_DAYS = "d"


@dataclass(frozen=True)
class Limit:
    """A length of time such as `5wd` (working days) or `15d` (calendar days)."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read `5wd`, `15d`, `60d`. Raises ValueError for anything else, zero included."""
        found = re.fullmatch(r"([1-9][0-9]{0,2})(wd|d)", text)
        if not found:
            raise ValueError(f"a limit is 1 to 999 followed by wd (working days) or d (days): {text!r} is none")
        return cls(int(found[1]), Unit(found[2]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


class Skipped(NamedTuple):
    """A day that did not count, and why."""

    day: date
    why: Why


@dataclass(frozen=True)
class Due:
    """When something is due, and how that came about."""

    due_on: date
    provisional: bool
    """A plan not published yet may move it: compute it again when the plan is known, and say so until then."""
    counted: tuple[date, ...]
    skipped: tuple[Skipped, ...]


def due_date(received_at: datetime, limit: Limit, calendar: Calendar) -> Due:
    """The day by which something received at an instant is due. Raises ValueError for a naive `received_at`."""
    if received_at.utcoffset() is None:
        raise ValueError("received_at needs a time zone")
    return due_after(received_at.astimezone(SHANGHAI).date(), limit, calendar)


def due_after(day: date, limit: Limit, calendar: Calendar) -> Due:
    """The same, from the day (in Asia/Shanghai) the limit runs from, which itself is not counted."""
    counted: list[date] = []
    skipped: list[Skipped] = []
    provisional = False
    if limit.unit is Unit.CALENDAR_DAYS:
        # Inner days count whatever they are; only the last one can move.
        counted = [day + ahead * ONE_DAY for ahead in range(1, limit.amount)]
        day += (limit.amount - 1) * ONE_DAY
    while len(counted) < limit.amount:
        day += ONE_DAY
        known = calendar.day(day)
        provisional = provisional or not known.is_settled
        if known.is_workday:
            counted.append(day)
        else:
            skipped.append(Skipped(day, known.why))
    return Due(due_on=day, provisional=provisional, counted=tuple(counted), skipped=tuple(skipped))


def working_days_left(today: date, due_on: date, calendar: Calendar) -> int:
    """Working days after `today` up to and with `due_on`: 0 on the day itself, negative once it is overdue."""
    first, last = sorted((today, due_on))
    between = (first + ahead * ONE_DAY for ahead in range(1, (last - first).days + 1))
    worked = sum(calendar.is_workday(day) for day in between)
    return worked if today <= due_on else -worked
