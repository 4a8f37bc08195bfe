"""Which days are worked in China. Pure; dates are those of Asia/Shanghai.

The State Council publishes a plan for each year, usually in November of the year before; `chinesecalendar` carries
the plans. An override outranks it. Where no plan is known the day is worked out from the law alone (Monday to
Friday without the statutory holidays) and said to be unsettled, so that whoever uses it can mark the result
provisional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ONE_DAY = timedelta(days=1)
SATURDAY = 5

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""The years the rules reach."""

YEAR_END = (12, 29)
"""From this day on the plan of the next year may still move days (in 2018 it moved 29 to 31 December)."""


class Why(TextChoices):
    """Why a day is worked or not; the last says why a limit does not count it, worked or not."""

    WORKING = "working", _("Working day")
    WORKED_WEEKEND = "worked_weekend", _("Weekend day worked in exchange for a holiday")
    OVERRIDE_WORKED = "override_worked", _("Worked by special notice")
    WEEKEND = "weekend", _("Weekend")
    HOLIDAY = "holiday", _("Public holiday")
    STATUTORY = "statutory", _("Statutory holiday; the plan of the year is not published")
    OVERRIDE_OFF = "override_off", _("Day off by special notice")
    PAUSED = "paused", _("Waiting for more information")


@dataclass(frozen=True)
class Day:
    """What is known of one day."""

    is_workday: bool
    why: Why
    is_settled: bool = True
    """False while a plan that is not published yet may change it."""


# Spring Festival (first day of the first month), Dragon Boat, Mid-Autumn: lunar dates by GB/T 33661-2017.
LUNAR_FESTIVALS: dict[int, tuple[date, date, date]] = {
    2027: (date(2027, 2, 6), date(2027, 6, 9), date(2027, 9, 15)),
    2028: (date(2028, 1, 26), date(2028, 5, 28), date(2028, 10, 3)),
    2029: (date(2029, 2, 13), date(2029, 6, 16), date(2029, 9, 22)),
    2030: (date(2030, 2, 3), date(2030, 6, 5), date(2030, 9, 12)),
    2031: (date(2031, 1, 23), date(2031, 6, 24), date(2031, 10, 1)),
    2032: (date(2032, 2, 11), date(2032, 6, 12), date(2032, 9, 19)),
    2033: (date(2033, 1, 31), date(2033, 6, 1), date(2033, 9, 8)),
    2034: (date(2034, 2, 19), date(2034, 6, 20), date(2034, 9, 27)),
    2035: (date(2035, 2, 8), date(2035, 6, 10), date(2035, 9, 16)),
    2036: (date(2036, 1, 28), date(2036, 5, 30), date(2036, 10, 4)),
}
FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


@lru_cache(maxsize=64)
def statutory_holidays(year: int) -> frozenset[date]:
    """The days every year has by law (全国年节及纪念日放假办法, as amended 2024, article 2), without any exchange.

    Spring Festival counts from its eve, four days. Beyond the lunar table only the days of the solar calendar are
    known (with Qingming), which is one more reason why such a day is unsettled.
    """
    days = {date(year, month, day) for month, day in FIXED_HOLIDAYS}
    april = chinese_calendar.get_solar_terms(date(year, 4, 1), date(year, 4, 10))
    days |= {day for day, name in april if name == "清明"}
    if year in LUNAR_FESTIVALS:
        spring, dragon_boat, mid_autumn = LUNAR_FESTIVALS[year]
        days |= {spring + offset * ONE_DAY for offset in (-1, 0, 1, 2)}
        days |= {dragon_boat, mid_autumn}
    return frozenset(days)


def years_entered(overrides: Mapping[date, bool]) -> frozenset[int]:
    """Years whose whole plan was entered by hand: those where every statutory holiday is in it as a day off.

    No plan lacks one of them. Beyond the lunar table no year is known well enough to say so.
    """
    years = {day.year for day in overrides} & LUNAR_FESTIVALS.keys()
    return frozenset(year for year in years if not any(overrides.get(day, True) for day in statutory_holidays(year)))


def check_reach(day: date) -> None:
    """Raises ValueError for a day outside the years that the rules reach."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"working days are known for the years {FIRST_YEAR} to {LAST_YEAR}, not {day.year}")


@lru_cache(maxsize=64)
def library_covers(year: int) -> bool:
    """Whether the installed `chinesecalendar` knows the plan of a year; it raises for years it does not."""
    try:
        chinese_calendar.is_workday(date(year, 7, 1))
    except NotImplementedError:
        return False
    return True


@dataclass(frozen=True)
class Calendar:
    """The working days of China: overrides, then published plans, then the law alone.

    `overrides` maps a day to whether it is worked. `complete_years` names years whose whole plan is in the
    overrides although the library does not carry it yet: their days are settled.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)
    complete_years: frozenset[int] = frozenset()

    def day(self, day: date) -> Day:
        """What is known of one day. Raises ValueError for years the calendar's rules do not reach (1900–2100)."""
        check_reach(day)
        if day in self.overrides:
            worked = self.overrides[day]
            return Day(worked, Why.OVERRIDE_WORKED if worked else Why.OVERRIDE_OFF)
        if library_covers(day.year):
            return Day(*_by_plan(day), is_settled=self._is_settled(day))
        return Day(*_by_law(day), is_settled=self._is_settled(day))

    def is_workday(self, day: date) -> bool:
        """Whether a day is worked, as far as is known."""
        return self.day(day).is_workday

    def _has_plan(self, year: int) -> bool:
        return year in self.complete_years or library_covers(year)

    def _is_settled(self, day: date) -> bool:
        reaches_into_next_year = (day.month, day.day) >= YEAR_END
        return self._has_plan(day.year) and (not reaches_into_next_year or self._has_plan(day.year + 1))


def _by_plan(day: date) -> tuple[bool, Why]:
    is_weekend = day.weekday() >= SATURDAY
    if chinese_calendar.is_workday(day):
        return True, Why.WORKED_WEEKEND if is_weekend else Why.WORKING
    _is_off, festival = chinese_calendar.get_holiday_detail(day)
    return False, Why.HOLIDAY if festival else Why.WEEKEND


def _by_law(day: date) -> tuple[bool, Why]:
    if day in statutory_holidays(day.year):
        return False, Why.STATUTORY
    if day.weekday() >= SATURDAY:
        return False, Why.WEEKEND
    return True, Why.WORKING
