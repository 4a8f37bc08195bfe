"""Counting limits: from the moment of receipt and a limit to the day an answer is due. Pure.

The day of receipt is not counted. A limit in working days counts working days; a limit in calendar days counts
every day, and one that ends on a day off ends on the next working day. While a limit is paused no day counts, for
either unit. All days are those of Asia/Shanghai.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from directory.workdays import ONE_DAY, Calendar, Why, check_reach

SHANGHAI = ZoneInfo("Asia/Shanghai")


Pause = tuple[date, date | None]
"""From the day something was asked to the day the answer came, None while it has not come.

The first day still counts, the last one does not: it is the day the limit runs from again.
"""


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


def due_date(
    received_at: datetime,
    limit: Limit,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    today: date | None = None,
) -> Due:
    """The day by which something received at an instant is due. Raises ValueError for a naive `received_at`."""
    if received_at.utcoffset() is None:
        raise ValueError("received_at needs a time zone")
    return due_after(received_at.astimezone(SHANGHAI).date(), limit, calendar, pauses, today)


def due_after(
    day: date,
    limit: Limit,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    today: date | None = None,
) -> Due:
    """The same, from the day (in Asia/Shanghai) the limit runs from, which itself is not counted.

    A pause that has not ended is taken to end `today`: the result is the day it is due if the answer comes today.
    Raises ValueError when such a pause comes without `today`, for a pause that ends before it begins, and for years
    outside those of the calendar.
    """
    check_reach(day)
    ended = ended_pauses(pauses, today)
    counted: list[date] = []
    skipped: list[Skipped] = []
    provisional = False
    while len(counted) < limit.amount:
        day += ONE_DAY
        if any(asked_on < day <= answered_on for asked_on, answered_on in ended):
            skipped.append(Skipped(day, Why.PAUSED))
            continue
        if limit.unit is Unit.CALENDAR_DAYS and len(counted) < limit.amount - 1:
            # Inner days count whatever they are; only the last one can move.
            counted.append(day)
            continue
        known = calendar.day(day)
        provisional = provisional or not known.is_settled
        if known.is_workday:
            counted.append(day)
        else:
            skipped.append(Skipped(day, known.why))
    return Due(due_on=day, provisional=provisional, counted=tuple(counted), skipped=tuple(skipped))


def joined(first: Due, extension: Due) -> Due:
    """A deadline and its extension, counted from the day the first ended, as one."""
    return Due(
        due_on=extension.due_on,
        provisional=first.provisional or extension.provisional,
        counted=(*first.counted, *extension.counted),
        skipped=(*first.skipped, *extension.skipped),
    )


def ended_pauses(pauses: Iterable[Pause], today: date | None) -> tuple[tuple[date, date], ...]:
    """Each pause with its end; one that has not ended, or not begun, lasts until `today` at most. Raises ValueError."""
    ended = tuple((asked_on, _end_of(asked_on, answered_on, today)) for asked_on, answered_on in pauses)
    for asked_on, answered_on in ended:
        if answered_on < asked_on:
            raise ValueError(f"a pause cannot end on {answered_on}, before it began on {asked_on}")
        check_reach(asked_on)
        check_reach(answered_on)
    return ended


def _end_of(asked_on: date, answered_on: date | None, today: date | None) -> date:
    if answered_on is not None:
        return answered_on
    if today is None:
        raise ValueError("a pause that has not ended can only be counted for a given today")
    return max(asked_on, today)


def working_days_left(today: date, due_on: date, calendar: Calendar) -> int:
    """Working days after `today` up to and with `due_on`: 0 on the day itself, negative once it is overdue."""
    first, last = sorted((today, due_on))
    between = (first + ahead * ONE_DAY for ahead in range(1, (last - first).days + 1))
    worked = sum(calendar.is_workday(day) for day in between)
    return worked if today <= due_on else -worked
