"""A deadline says how it was counted, so that anybody can count it again."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.clock import Basis, Rule, Step, Sureness, rule_for
from complaints.clock_words import Explanation, Span, explain, spans_of
from directory.clock import Limit, Unit, due_after
from directory.kinds import AuthorityKind
from directory.workdays import Calendar, Why

CALENDAR = Calendar()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def explained(start: date, limit: str, *pauses, **options) -> Explanation:
    return explain(start, Limit.parse(limit), options.pop("calendar", CALENDAR), pauses, **options)


def told(groups) -> dict[Why, str]:
    return {group.why: group.days_words for group in groups}


def test_the_counted_days_are_told_in_runs():
    clock = explained(date(2026, 2, 13), "5wd")
    assert clock.counted.days_words == "5 days: 14 February, 24–27 February"
    assert clock.start_words == "Friday, 13 February 2026"
    assert clock.first_counted_words == "Saturday, 14 February 2026"
    assert clock.due_words == "Friday, 27 February 2026"
    assert clock.limit_words == "5 working days"


def test_every_day_passed_over_is_told_under_its_reason():
    typhoon = Calendar({date(2026, 2, 24): False})
    clock = explained(date(2026, 2, 13), "5wd", (date(2026, 2, 25), date(2026, 2, 26)), calendar=typhoon)
    assert told(clock.skipped) == {
        Why.HOLIDAY: "9 days: 15–23 February",
        Why.OVERRIDE_OFF: "1 day: 24 February",
        Why.PAUSED: "1 day: 26 February",
        Why.WEEKEND: "1 day: 1 March",
    }


def test_a_weekend_that_is_worked_is_pointed_out():
    assert told(explained(date(2026, 2, 13), "5wd").worked_groups) == {Why.WORKED_WEEKEND: "1 day: 14 February"}
    assert told(explained(date(2026, 9, 5), "15d").worked_groups) == {Why.WORKED_WEEKEND: "1 day: 20 September"}
    assert explained(date(2026, 11, 2), "5wd").worked_groups == ()


def test_a_limit_that_ends_on_a_day_off_says_from_where_to_where_it_moved():
    clock = explained(date(2026, 9, 16), "15d")
    assert clock.limit_words == "15 calendar days"
    assert clock.remarks == (
        "The limit would end on Thursday, 1 October 2026, a day off, and so moves to Thursday, 8 October 2026.",
    )


@pytest.mark.parametrize(("start", "limit"), [(date(2026, 11, 23), "15d"), (date(2026, 11, 20), "1wd")])
def test_a_limit_that_did_not_move_has_nothing_to_say_of_it(start, limit):
    assert explained(start, limit).remarks == ()


def test_a_limit_that_only_was_paused_did_not_move():
    clock = explained(date(2026, 11, 2), "15d", (date(2026, 11, 4), date(2026, 11, 6)))
    assert (clock.due.due_on, clock.moves) == (date(2026, 11, 19), ())


def test_an_extension_is_counted_from_the_end_of_the_limit_and_each_end_that_moved_is_told():
    clock = explained(date(2026, 8, 2), "60d", extension=Limit.parse("30d"))  # ends on 1 October, then on 7 November
    assert clock.limit_words == "60 calendar days, extended by 30 calendar days"
    assert (clock.due.due_on, clock.counted.length) == (date(2026, 11, 9), 90)
    assert clock.moves == ((date(2026, 10, 1), date(2026, 10, 8)), (date(2026, 11, 7), date(2026, 11, 9)))
    assert told(clock.skipped) == {Why.HOLIDAY: "7 days: 1–7 October", Why.WEEKEND: "2 days: 7–8 November"}


def test_a_pause_during_the_extension_does_not_count_either():
    pauses = [(date(2026, 10, 12), date(2026, 10, 15))]
    clock = explained(date(2026, 8, 2), "60d", *pauses, extension=Limit.parse("30d"))
    assert clock.due.due_on == date(2026, 11, 10)
    assert told(clock.skipped)[Why.PAUSED] == "3 days: 13–15 October"


def test_a_provisional_limit_leaves_its_extension_provisional():
    clock = explained(
        date(2026, 12, 25), "4wd", calendar=Calendar({date(2027, 1, 29): True}), extension=Limit.parse("29d")
    )
    assert (clock.due.due_on, clock.due.provisional) == (date(2027, 1, 29), True)


def test_a_provisional_deadline_says_so_and_why():
    (remark,) = explained(date(2026, 12, 28), "5wd").remarks
    assert remark.startswith("Provisional: the holidays of that year are not announced yet.")


def test_days_of_another_year_say_their_year():
    clock = explained(date(2026, 12, 28), "5wd")
    assert clock.counted.days_words == "5 days: 29–31 December, 4–5 January 2027"
    assert told(clock.skipped) == {
        Why.STATUTORY: "1 day: 1 January 2027",
        Why.WEEKEND: "2 days: 2–3 January 2027",
    }


def test_an_answer_that_is_awaited_is_told_with_what_the_day_means():
    clock = explained(date(2026, 11, 20), "5wd", (date(2026, 11, 23), None), today=date(2026, 11, 25))
    (remark,) = clock.remarks
    assert remark == (
        "More information was asked for on Monday, 23 November 2026 and is awaited; these days do not count. "
        "If it comes today, the last day is Tuesday, 1 December 2026; each further day of waiting may move it."
    )


@pytest.mark.parametrize(
    ("asked_on", "today"),
    [
        pytest.param(date(2026, 11, 27), date(2026, 12, 3), id="asked on the last day"),
        pytest.param(date(2026, 11, 26), date(2026, 11, 25), id="not asked yet"),
    ],
)
def test_a_question_that_changes_nothing_is_not_told(asked_on, today):
    clock = explained(date(2026, 11, 20), "5wd", (asked_on, None), today=today)
    assert (clock.due.due_on, clock.waiting_words) == (date(2026, 11, 27), "")


def test_step_and_basis_come_from_the_rule():
    rule = rule_for(Step.DECISION, AuthorityKind.HEALTH)
    clock = explained(date(2026, 11, 25), "60d", rule=rule)
    assert (clock.step_words, clock.basis_words) == ("Decision", "《信访工作条例》, article 34")


def test_a_basis_that_is_not_sure_is_not_shown():
    weak = Rule(Step.INSTITUTION_REPLY, Limit.parse("5wd"), Basis("某办法", 1), Sureness.M)
    assert explained(date(2026, 11, 25), "5wd", rule=weak).basis_words == ""
    assert explained(date(2026, 11, 25), "5wd").step_words == ""


def test_chinese_readers_get_chinese_dates():
    clock = explained(date(2026, 2, 13), "5wd")
    with translation.override("zh-hans"):
        assert clock.due_words == "2026年2月27日（星期五）"
        assert [str(span) for group in clock.skipped for span in group.spans] == ["2月15日至23日"]
        assert str(clock.skipped[0].why.label) == "节假日"


def test_days_are_pressed_into_runs_whatever_their_order():
    days = [date(2026, 3, 1), date(2026, 2, 28), date(2026, 2, 26)]
    assert spans_of(days, 2026) == (
        Span(date(2026, 2, 26), date(2026, 2, 26), 2026),
        Span(date(2026, 2, 28), date(2026, 3, 1), 2026),
    )
    assert spans_of([], 2026) == ()


@settings(deadline=None)
@given(
    st.dates(date(2004, 1, 1), date(2040, 12, 31)),
    st.builds(Limit, st.integers(1, 90), st.sampled_from(Unit)),
    st.integers(0, 90),
    st.integers(0, 40),
)
def test_the_explanation_accounts_for_every_day_and_agrees_with_the_clock(start, limit, ahead, length):
    asked_on = date.fromordinal(start.toordinal() + ahead)
    pauses = [(asked_on, date.fromordinal(asked_on.toordinal() + length))]
    clock = explain(start, limit, CALENDAR, pauses)
    assert clock.due == due_after(start, limit, CALENDAR, pauses)
    assert clock.counted.length == limit.amount
    assert clock.counted.length + sum(group.length for group in clock.skipped) == (clock.due.due_on - start).days
    assert {group.why for group in clock.worked_groups} <= {Why.WORKED_WEEKEND}
