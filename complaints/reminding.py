"""When somebody is reminded of a deadline, and from when on lateness is the higher authority's business. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from directory.workdays import ONE_DAY, Calendar

EARLY_AT = 75
"""Percent of the time after which somebody is reminded for the first time."""
LATE_LOOKED_AT = 30
"""Days after the last one on which the reminder "overdue" is still made up for; later the higher authority knows."""


class Stage(StrEnum):
    """How near a deadline is. Of each stage somebody is reminded once; a deadline that was moved begins anew."""

    EARLY = "early"
    """Three quarters of the time are over."""
    DUE = "due"
    """Today is the last day."""
    OVERDUE = "overdue"
    """The last day has passed."""


def early_day(starts_on: date, due_on: date) -> date:
    """The first day on which at least three quarters of the time from `starts_on` to `due_on` are over."""
    return starts_on + -(-(due_on - starts_on).days * EARLY_AT // 100) * ONE_DAY


def stage_of(starts_on: date, due_on: date, today: date) -> Stage | None:
    """The stage a deadline has reached; None while it is far. A day on which nothing ran is made up for on the next."""
    if today > due_on:
        return Stage.OVERDUE
    if today == due_on:
        return Stage.DUE
    return Stage.EARLY if today >= early_day(starts_on, due_on) else None


def working_days_since(due_on: date, today: date, days: Calendar) -> int:
    """Working days after `due_on` up to and with `today`."""
    return sum(days.is_workday(due_on + number * ONE_DAY) for number in range(1, (today - due_on).days + 1))


def late_before(today: date, more_than: int, days: Calendar) -> date:
    """A deadline is overdue by more than `more_than` working days, counted with `today`, if its day lies before this.

    The day that is found is worked itself: it is the one that makes the count exceed.
    """
    day, count = today + ONE_DAY, 0
    while count <= more_than:
        day -= ONE_DAY
        count += days.is_workday(day)
    return day
