"""Deadlines that a region has set, and days set by hand."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.management import call_command

from complaints.models import CalendarDay, DeadlineRule
from complaints.rules import calendar
from directory.clock import Limit, due_after
from directory.workdays import statutory_holidays
from tests import build
from tests.complaints.entries import filed
from tests.config.test_docs import OPERATIONS

pytestmark = pytest.mark.django_db


def acceptance(**fields):
    handling = filed(**fields).handlings.get(role="lead")
    return handling.deadlines.get(step="acceptance")


def rule(division, limit, **fields):
    values = {"authority_kind": "health", "step": "acceptance", "basis": ""}
    return DeadlineRule.objects.create(division=division, limit=limit, **{**values, **fields})


@pytest.fixture(autouse=True)
def desk():
    build.authority()


def test_without_a_rule_of_its_own_the_law_holds():
    deadline = acceptance()
    assert (deadline.limit, deadline.due_on) == ("15d", date(2026, 12, 8))
    assert "信访工作条例" in deadline.basis


def test_the_nearest_rule_wins_over_those_above_it():
    rule(None, "12wd")
    rule(build.division("360000"), "10wd")
    rule(build.division("360100"), "3wd", basis="南昌市规定")
    deadline = acceptance()
    assert (deadline.limit, deadline.due_on, deadline.basis) == ("3wd", date(2026, 11, 26), "南昌市规定")


def test_a_national_rule_holds_where_no_region_has_one():
    rule(None, "12wd")
    assert acceptance().limit == "12wd"


@pytest.mark.parametrize("fields", [{"authority_kind": "police"}, {"step": "decision"}])
def test_a_rule_for_another_authority_or_step_changes_nothing(fields):
    rule(build.division("360102"), "3wd", **fields)
    assert acceptance().limit == "15d"


def test_a_rule_of_another_province_changes_nothing():
    rule(build.division("110105"), "3wd")
    assert acceptance().limit == "15d"


def test_a_rule_without_basis_is_not_shown_as_law():
    rule(build.division("360102"), "3wd")
    assert acceptance().basis == ""


def test_a_day_set_by_hand_moves_the_deadline():
    CalendarDay.objects.create(day=date(2026, 12, 8), is_workday=False, note="停电")
    assert acceptance().due_on == date(2026, 12, 9)


def test_the_plan_of_a_year_entered_whole_makes_its_deadlines_sure():
    limit = Limit.parse("60d")
    assert due_after(date(2026, 11, 24), limit, calendar()).provisional
    CalendarDay.objects.bulk_create(CalendarDay(day=day, is_workday=False) for day in statutory_holidays(2027))
    CalendarDay.objects.create(day=date(2027, 1, 23), is_workday=True, note="调休上班")
    due = due_after(date(2026, 11, 24), limit, calendar())
    assert (due.due_on, due.provisional) == (date(2027, 1, 23), False)


def test_the_plan_in_the_documents_loads_as_it_stands_and_again(tmp_path):
    (example,) = re.findall(r"^```json\n(\[\n.*?)^```", OPERATIONS.read_text(), re.DOTALL | re.MULTILINE)
    plan = tmp_path / "plan.json"
    plan.write_text(example, encoding="utf-8")
    for _ in range(2):
        call_command("loaddata", str(plan), verbosity=0)
    assert calendar().overrides == {date(2027, 1, 1): False, date(2027, 1, 23): True}
    assert due_after(date(2027, 1, 22), Limit.parse("1wd"), calendar()).due_on == date(2027, 1, 23)
