"""When something is due: real dates, the unpublished year, and what holds for every date."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from directory.clock import Limit, Unit, due_after, due_date, working_days_left
from directory.workdays import ONE_DAY, Calendar, Why, library_covers, statutory_holidays, years_entered

DATA = Path(__file__).parent / "data"
CALENDAR = Calendar()


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows("days_2026.csv"), ids=lambda row: row["day"])
def test_each_day_round_the_holidays_of_2026_is_as_published(row):
    known = CALENDAR.day(date.fromisoformat(row["day"]))
    assert ("yes" if known.is_workday else "no", known.why.value) == (row["worked"], row["why"])
    assert known.is_settled


@pytest.mark.parametrize("row", rows("deadlines.csv"), ids=lambda row: f"{row['received_at']}-{row['limit']}")
def test_a_deadline_falls_on_the_day_an_official_would_count(row):
    due = due_date(datetime.fromisoformat(row["received_at"]), Limit.parse(row["limit"]), CALENDAR)
    assert due.due_on.isoformat() == row["due_on"], row["note"]
    assert due.provisional == (row["provisional"] == "yes"), row["note"]


def test_a_deadline_explains_which_days_it_skipped_and_why():
    due = due_date(datetime(2026, 2, 13, 2, tzinfo=UTC), Limit.parse("2wd"), CALENDAR)
    assert due.counted == (date(2026, 2, 14), date(2026, 2, 24))
    assert [day.day for day in due.skipped] == [date(2026, 2, n) for n in range(15, 24)]
    assert {day.why for day in due.skipped} == {Why.HOLIDAY}


def test_a_moved_calendar_limit_says_over_which_days_it_moved():
    due = due_after(date(2026, 9, 16), Limit.parse("15d"), CALENDAR)
    assert [day.day for day in due.skipped] == [date(2026, 10, n) for n in range(1, 8)]
    assert due.counted[-1] == due.due_on


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        due_date(datetime(2026, 2, 13, 10), Limit.parse("5wd"), CALENDAR)  # noqa: DTZ001  # the point of the test


@pytest.mark.parametrize(
    "text", ["", "5", "wd", "0d", "05wd", "-5d", "5 wd", "5WD", "1000d", "5w", "5d\n", "５d", "5.0d"]
)
def test_a_limit_that_is_none_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="working days"):
        Limit.parse(text)


def test_a_limit_reads_back_as_it_was_written():
    assert Limit.parse("5wd") == Limit(5, Unit.WORKING_DAYS)
    assert [str(Limit.parse(text)) for text in ("5wd", "15d", "60d")] == ["5wd", "15d", "60d"]


def test_an_override_outranks_the_published_plan_and_settles_a_day():
    typhoon, made_up = date(2026, 11, 24), date(2026, 11, 28)
    calendar = Calendar({typhoon: False, made_up: True})
    due = due_after(date(2026, 11, 23), Limit.parse("4wd"), calendar)
    assert due.due_on == made_up
    assert due.skipped[0] == (typhoon, Why.OVERRIDE_OFF)
    assert calendar.day(made_up).why is Why.OVERRIDE_WORKED


def test_a_year_entered_whole_is_no_longer_provisional():
    new_year = {date(2027, 1, 1): False, date(2027, 1, 2): False, date(2027, 1, 3): False}
    entered = Calendar(new_year, complete_years=frozenset({2027}))
    due = due_after(date(2026, 12, 28), Limit.parse("4wd"), entered)
    assert (due.due_on, due.provisional) == (date(2027, 1, 4), False)


def test_a_few_overrides_do_not_make_the_rest_of_their_year_sure():
    due = due_after(date(2026, 12, 31), Limit.parse("2wd"), Calendar({date(2027, 1, 1): False}))
    assert due.provisional


def test_coverage_is_what_the_library_itself_knows():
    known = {day.year for day in chinese_calendar.holidays}
    assert {year for year in range(2000, 2060) if library_covers(year)} == known


def test_a_year_the_rules_do_not_reach_is_refused():
    with pytest.raises(ValueError, match="1900 to 2100"):
        CALENDAR.day(date(2101, 1, 3))


@pytest.mark.parametrize("year", range(2025, 2027))
def test_the_law_alone_never_gives_a_holiday_the_plan_works(year):
    dates = (date(year, 1, 1) + n * ONE_DAY for n in range(365))
    fixed = [day for day in dates if day in statutory_holidays(year)]
    assert len(fixed) == 7  # six fixed days and Qingming
    assert not any(chinese_calendar.is_workday(day) for day in fixed)


DATES = st.dates(date(2004, 1, 1), date(2040, 12, 31))
MOMENTS = st.datetimes(datetime(2004, 1, 2), datetime(2040, 12, 30), timezones=st.timezones())  # noqa: DTZ001  # zones come from the strategy
WORKING = st.integers(1, 60).map(lambda n: Limit(n, Unit.WORKING_DAYS))
CALENDAR_DAYS = st.integers(1, 90).map(lambda n: Limit(n, Unit.CALENDAR_DAYS))
LIMITS = WORKING | CALENDAR_DAYS
unhurried = settings(deadline=None)  # a busy machine is no failure


@unhurried
@given(DATES, LIMITS)
def test_nothing_is_ever_due_on_a_day_off_or_before_it_began(day, limit):
    due = due_after(day, limit, CALENDAR)
    assert due.due_on > day
    assert CALENDAR.is_workday(due.due_on)


@unhurried
@given(DATES, LIMITS)
def test_counted_days_are_as_many_as_the_limit_and_nothing_is_left_unexplained(day, limit):
    due = due_after(day, limit, CALENDAR)
    passed = [day + n * ONE_DAY for n in range(1, (due.due_on - day).days + 1)]
    assert len(due.counted) == limit.amount
    assert sorted([*due.counted, *(skipped.day for skipped in due.skipped)]) == passed


@unhurried
@given(MOMENTS, st.integers(0, 10 * 86400), LIMITS)
def test_what_came_later_is_never_due_earlier(received_at, seconds, limit):
    later = received_at + timedelta(seconds=seconds)
    assume(later.astimezone(UTC) >= received_at.astimezone(UTC))
    assert due_date(received_at, limit, CALENDAR).due_on <= due_date(later, limit, CALENDAR).due_on


@unhurried
@given(DATES, WORKING)
def test_days_left_run_from_the_limit_down_to_zero_and_below(day, limit):
    due_on = due_after(day, limit, CALENDAR).due_on
    assert working_days_left(day, due_on, CALENDAR) == limit.amount
    assert working_days_left(due_on, due_on, CALENDAR) == 0
    assert working_days_left(due_on, day, CALENDAR) == -limit.amount


@unhurried
@given(st.dates(date(2027, 1, 1), date(2040, 12, 31)), LIMITS)
def test_a_deadline_past_the_published_plans_always_says_it_is_provisional(day, limit):
    assume(not library_covers(day.year))
    assert due_after(day, limit, CALENDAR).provisional


def test_a_year_is_entered_whole_once_every_statutory_holiday_is_in_it():
    whole = dict.fromkeys(statutory_holidays(2027), False)
    assert years_entered({**whole, date(2027, 1, 9): True}) == {2027}
    assert years_entered({**whole, date(2028, 1, 1): False}) == {2027}
    assert years_entered({day: False for day in whole if day != date(2027, 10, 3)}) == frozenset()
    assert years_entered({}) == frozenset()


def test_a_year_beyond_the_lunar_table_is_never_taken_for_whole():
    assert years_entered(dict.fromkeys(statutory_holidays(2050), False)) == frozenset()
