"""A limit that stands still while an answer is awaited: real dates, refusals, and what holds for every date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.clock import Due, Limit, Pause, Skipped, Unit, due_after, due_date
from directory.workdays import ONE_DAY, Calendar, Why

CALENDAR = Calendar()
MONDAY = date(2026, 11, 2)
"""Of a month without holidays."""


def november(day: int) -> date:
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("limit", "pauses", "due_on"),
    [
        ("5wd", [], november(9)),
        ("5wd", [(november(4), november(6))], november(11)),  # Thursday and Friday do not count
        ("5wd", [(november(6), november(8))], november(9)),  # a weekend would not have counted anyway
        ("5wd", [(november(9), november(20))], november(9)),  # asked on the last day, which still counts
        ("5wd", [(november(8), november(20))], november(23)),  # the last day itself is paused
        ("15d", [], november(17)),
        ("15d", [(november(4), november(6))], november(19)),  # every day of a pause, for calendar limits too
        ("15d", [(november(4), november(8))], november(23)),  # ends on Sunday 22: moves
        ("15d", [(november(16), november(20))], november(23)),  # the last of fifteen comes after pause and weekend
        ("15d", [(november(4), november(6)), (november(5), november(7))], november(20)),  # together 5, 6, 7
        ("15d", [(november(4), november(5)), (november(5), november(6))], november(19)),  # one after the other
        ("15d", [(date(2026, 10, 20), november(2))], november(17)),  # over before it began
        ("15d", [(date(2026, 10, 20), november(4))], november(19)),  # began before
    ],
)
def test_paused_days_are_added_to_the_end(limit, pauses, due_on):
    assert due_after(MONDAY, Limit.parse(limit), CALENDAR, pauses).due_on == due_on


def test_paused_days_are_explained_as_such_whatever_day_they_are():
    due = due_after(MONDAY, Limit.parse("4wd"), CALENDAR, [(november(5), november(8))])
    assert due.skipped == tuple(Skipped(november(n), Why.PAUSED) for n in (6, 7, 8))
    assert due.counted == tuple(november(n) for n in (3, 4, 5, 9))


def test_a_pause_that_has_not_ended_tells_the_day_if_it_ended_today():
    pauses = [(november(4), None)]
    assert due_after(MONDAY, Limit.parse("5wd"), CALENDAR, pauses, today=november(4)).due_on == november(9)
    assert due_after(MONDAY, Limit.parse("5wd"), CALENDAR, pauses, today=november(6)).due_on == november(11)


def test_a_pause_that_begins_after_today_changes_nothing_yet():
    assert due_after(MONDAY, Limit.parse("5wd"), CALENDAR, [(november(4), None)], november(3)).due_on == november(9)


def test_a_pause_that_has_not_ended_needs_a_today():
    with pytest.raises(ValueError, match="today"):
        due_after(MONDAY, Limit.parse("5wd"), CALENDAR, [(november(4), None)])


def test_a_pause_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="before it began"):
        due_after(MONDAY, Limit.parse("5wd"), CALENDAR, [(november(4), november(3))])


@pytest.mark.parametrize("pause", [(november(4), date(2101, 1, 1)), (date(1899, 1, 1), november(4))])
def test_a_pause_outside_the_years_of_the_calendar_is_refused(pause):
    with pytest.raises(ValueError, match="1900 to 2100"):
        due_after(MONDAY, Limit.parse("5wd"), CALENDAR, [pause])


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2100, 12, 31), date(9999, 12, 31)])
@pytest.mark.parametrize("limit", ["1d", "999d", "1wd"])
def test_a_beginning_outside_the_years_of_the_calendar_is_refused(day, limit):
    with pytest.raises(ValueError, match="1900 to 2100"):
        due_after(day, Limit.parse(limit), CALENDAR)


def test_paused_days_that_are_not_published_yet_leave_a_deadline_sure():
    entered = Calendar({date(2027, 1, 1): False, date(2027, 1, 4): True})
    due = due_after(date(2026, 12, 28), Limit.parse("1wd"), entered, [(date(2026, 12, 28), date(2027, 1, 3))])
    assert (due.due_on, due.provisional) == (date(2027, 1, 4), False)


def test_an_instant_is_counted_with_its_pauses_too():
    received_at = datetime(2026, 11, 1, 16, 30, tzinfo=UTC)  # already the 2nd in Shanghai
    due = due_date(received_at, Limit.parse("5wd"), CALENDAR, [(november(4), None)], today=november(6))
    assert due.due_on == november(11)


DATES = st.dates(date(2004, 1, 1), date(2040, 12, 31))
LIMITS = st.builds(Limit, st.integers(1, 90), st.sampled_from(Unit))
TODAY = st.dates(date(2004, 1, 1), date(2041, 12, 31))
unhurried = settings(deadline=None)  # a busy machine is no failure


@st.composite
def cases(draw) -> tuple[date, Limit, list[Pause]]:
    """A beginning, a limit, and ended pauses that may overlap, some of them near enough to matter."""
    day = draw(DATES)
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        asked_on = day + timedelta(days=draw(st.integers(-20, 120)))
        pauses.append((asked_on, asked_on + timedelta(days=draw(st.integers(0, 60)))))
    return day, draw(LIMITS), pauses


def by_brute_force(day: date, limit: Limit, pauses: list[Pause]) -> date:
    """Written from the rule and not from the program: the first day that may be an end and has enough behind it."""
    ends = [(asked, answered) for asked, answered in pauses if answered]
    paused = {asked + n * ONE_DAY for asked, answered in ends for n in range(1, (answered - asked).days + 1)}
    enough = 0
    while True:
        day += ONE_DAY
        if day in paused:
            continue
        is_workday = CALENDAR.is_workday(day)
        enough += is_workday or limit.unit is Unit.CALENDAR_DAYS
        if enough >= limit.amount and is_workday:
            return day


def paused_in(due: Due) -> set[date]:
    return {skipped.day for skipped in due.skipped if skipped.why is Why.PAUSED}


@unhurried
@given(cases())
def test_the_day_is_the_one_found_by_trying_every_day(case):
    day, limit, pauses = case
    assert due_after(day, limit, CALENDAR, pauses).due_on == by_brute_force(day, limit, pauses)


@unhurried
@given(cases())
def test_a_pause_never_makes_anything_due_earlier(case):
    day, limit, pauses = case
    without = due_after(day, limit, CALENDAR).due_on
    for count in range(1, len(pauses) + 1):
        assert due_after(day, limit, CALENDAR, pauses[:count]).due_on >= without
        without = due_after(day, limit, CALENDAR, pauses[:count]).due_on


@unhurried
@given(cases(), st.integers(0, 100))
def test_a_pause_of_no_days_changes_nothing(case, ahead):
    day, limit, pauses = case
    asked_on = day + ahead * ONE_DAY
    assert due_after(day, limit, CALENDAR, [*pauses, (asked_on, asked_on)]) == due_after(day, limit, CALENDAR, pauses)


@unhurried
@given(cases())
def test_counted_days_are_as_many_as_the_limit_and_every_day_passed_is_explained_once(case):
    day, limit, pauses = case
    due = due_after(day, limit, CALENDAR, pauses)
    passed = [day + n * ONE_DAY for n in range(1, (due.due_on - day).days + 1)]
    assert len(due.counted) == limit.amount
    assert sorted([*due.counted, *(skipped.day for skipped in due.skipped)]) == passed
    assert not paused_in(due) & set(due.counted)


@unhurried
@given(cases())
def test_nothing_is_due_on_a_day_off_or_while_it_is_paused(case):
    day, limit, pauses = case
    due_on = due_after(day, limit, CALENDAR, pauses).due_on
    assert CALENDAR.is_workday(due_on)
    assert not any(asked < due_on <= answered for asked, answered in pauses if answered)


@unhurried
@given(cases(), st.integers(0, 30), st.integers(0, 30))
def test_a_later_beginning_or_a_longer_limit_is_never_due_earlier(case, later, longer):
    day, limit, pauses = case
    due_on = due_after(day, limit, CALENDAR, pauses).due_on
    more = Limit(limit.amount + longer, limit.unit)
    assert due_after(day + later * ONE_DAY, more, CALENDAR, pauses).due_on >= due_on


@unhurried
@given(cases())
def test_the_order_of_pauses_and_their_overlaps_do_not_matter(case):
    day, limit, pauses = case
    assert due_after(day, limit, CALENDAR, [*reversed(pauses), *pauses]) == due_after(day, limit, CALENDAR, pauses)


@unhurried
@given(DATES, LIMITS, st.integers(0, 60), TODAY)
def test_an_open_pause_is_one_that_ends_today_and_each_day_of_waiting_is_never_due_earlier(day, limit, ahead, today):
    asked_on = day + ahead * ONE_DAY
    waiting = due_after(day, limit, CALENDAR, [(asked_on, None)], today)
    assert waiting == due_after(day, limit, CALENDAR, [(asked_on, max(asked_on, today))])
    tomorrow = due_after(day, limit, CALENDAR, [(asked_on, None)], today + ONE_DAY)
    assert tomorrow.due_on >= waiting.due_on
