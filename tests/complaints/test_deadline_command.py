"""`manage.py deadline` answers by when something is due, as JSON, or says in one sentence what was asked wrongly."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from complaints.models import CalendarDay, DeadlineRule
from tests import build
from tests.config.test_house import ROOT


def asked(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("deadline", *arguments, stdout=out)
    assert out.getvalue().isascii()
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def asked_of(division: str, *, authority: str = "health", step: str = "decision") -> dict[str, Any]:
    place = build.division(division).code
    return asked("--received", "2026-11-25", "--step", step, "--authority", authority, "--division", place)


def days_of(answer: dict[str, Any], why: str) -> list[str]:
    return [skipped["day"] for skipped in answer["skipped"] if skipped["why"] == why]


# --- by a limit ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_limit_in_working_days_is_answered_with_every_day_that_did_not_count():
    answer = asked("--received", "2026-02-13T16:00+08:00", "--limit", "5wd")
    assert (answer["due_on"], answer["provisional"]) == ("2026-02-27", False)
    assert answer["skipped"][0] == {"day": "2026-02-15", "why": "holiday", "words": "节假日"}
    assert days_of(answer, "holiday") == [f"2026-02-{n}" for n in range(15, 24)]
    assert set(answer) == {"due_on", "provisional", "skipped"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("received", "due_on"),
    [
        ("2026-02-13T15:59:59+00:00", "2026-02-14"),  # still the 13th in Shanghai
        ("2026-02-13T16:00Z", "2026-02-24"),  # already the 14th
        ("2026-02-13T23:59", "2026-02-14"),  # without an offset it is Shanghai's time
        ("2026-02-13", "2026-02-14"),
    ],
)
def test_the_day_of_receipt_is_that_of_shanghai(received, due_on):
    assert asked("--received", received, "--limit", "1wd")["due_on"] == due_on


@pytest.mark.django_db
def test_a_day_past_the_published_plans_is_provisional():
    assert asked("--received", "2026-12-28", "--limit", "15d")["provisional"] is True


@pytest.mark.django_db
def test_a_day_set_by_hand_is_honoured():
    CalendarDay.objects.create(day=date(2026, 11, 26), is_workday=False, note="台风")
    answer = asked("--received", "2026-11-25", "--limit", "1wd")
    assert (answer["due_on"], days_of(answer, "override_off")) == ("2026-11-27", ["2026-11-26"])


# --- pauses -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_paused_days_do_not_count_and_pauses_may_be_several():
    pauses = ("--pause", "2026-11-04:2026-11-06", "--pause", "2026-11-05:2026-11-09")
    answer = asked("--received", "2026-11-02", "--limit", "5wd", *pauses)
    assert answer["due_on"] == "2026-11-12"
    assert days_of(answer, "paused") == [f"2026-11-{n:02}" for n in range(5, 10)]


@pytest.mark.django_db
def test_a_pause_that_has_not_ended_lasts_until_today_or_the_day_that_is_given(time_machine):
    time_machine.move_to("2026-11-05T09:00+08:00")
    question = ("--received", "2026-11-02", "--limit", "5wd", "--pause", "2026-11-04:")
    assert asked(*question)["due_on"] == "2026-11-10"
    assert asked(*question, "--today", "2026-11-06")["due_on"] == "2026-11-11"


# --- by a rule ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_step_is_counted_by_the_law_where_no_region_has_a_rule():
    answer = asked_of("360100")
    assert (answer["due_on"], answer["provisional"]) == ("2027-01-25", True)
    assert answer["rule"] == {
        "step": "decision",
        "words": "办理答复",
        "limit": "60d",
        "basis": "《信访工作条例》第34条",
        "authority": "health",
        "division": "360100",
    }


@pytest.mark.django_db
def test_the_rule_of_the_nearest_division_above_wins():
    for code, limit in (("360000", "30d"), ("360100", "20wd")):
        DeadlineRule.objects.create(
            division=build.division(code), authority_kind="health", step="decision", limit=limit
        )
    assert asked_of("360102")["rule"]["limit"] == "20wd"
    assert asked_of("360000")["rule"]["limit"] == "30d"
    assert asked_of("110105")["rule"]["limit"] == "60d"
    assert asked_of("360102", authority="police")["rule"]["limit"] == "60d"


@pytest.mark.django_db
def test_a_basis_that_is_not_sure_is_not_told():
    assert asked_of("360100", step="institution_reply")["rule"]["basis"] is None


# --- what has no answer -------------------------------------------------------------------------------------------

RECEIVED = ("--received", "2026-11-25")
HEALTH = ("--step", "decision", "--authority", "health")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--received", "soon", "--limit", "5wd"), "'soon' is no moment like 2026-02-13T16:00"),
        (("--received", "2026-02-30", "--limit", "5wd"), "no moment"),
        (("--received", "0001-01-01T00:00+14:00", "--limit", "5wd"), "no moment"),
        (("--received", "9999-12-31", "--limit", "999d"), "1900 to 2100"),
        (("--received", "2100-12-31", "--limit", "5wd"), "1900 to 2100"),
        (("--limit", "5wd"), "--received"),
        (RECEIVED, "--limit"),
        ((*RECEIVED, "--limit", "5"), "5wd|wd \\(working days\\)"),
        ((*RECEIVED, "--limit", "0d"), "1 to 999"),
        ((*RECEIVED, "--limit", "5wd", *HEALTH), "not allowed with"),
        ((*RECEIVED, "--limit", "5wd", "--authority", "health"), "go with --step"),
        ((*RECEIVED, "--step", "decision"), "needs --authority and --division"),
        ((*RECEIVED, *HEALTH), "needs --authority and --division"),
        ((*RECEIVED, *HEALTH, "--division", "3601"), "six digits"),
        ((*RECEIVED, *HEALTH, "--division", "369999"), "there is no division 369999"),
        ((*RECEIVED, "--step", "lunch", "--authority", "health", "--division", "360100"), "decision"),
        ((*RECEIVED, "--step", "decision", "--authority", "army", "--division", "360100"), "health"),
        ((*RECEIVED, "--limit", "5wd", "--pause", "2026-11-26"), "no pause like"),
        ((*RECEIVED, "--limit", "5wd", "--pause", "2026-11-26:later"), "no day like"),
        ((*RECEIVED, "--limit", "5wd", "--pause", "2026-11-26:2026-11-25"), "before it began"),
        ((*RECEIVED, "--limit", "5wd", "--today", "now"), "no day like"),
    ],
)
def test_a_question_without_an_answer_is_told_why(arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("deadline", *arguments)


def run(arguments: tuple[str, ...], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "deadline", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((*RECEIVED, "--limit", "5wx"), id="one word is wrong"),
        pytest.param((*RECEIVED, "--limit", "5wd", "--authority", "health"), id="the words do not go together"),
    ],
)
def test_at_the_prompt_it_ends_with_status_2_one_message_and_no_traceback(arguments, child_environment):
    ended = run(arguments, child_environment)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.strip()
    assert "Traceback" not in ended.stderr


def test_at_the_prompt_nothing_but_the_json_is_on_standard_output(child_environment):
    CalendarDay.objects.create(day=date(2026, 11, 26), is_workday=False, note="台风")
    ended = run((*RECEIVED, "--limit", "1wd"), {**child_environment, "PYTHONIOENCODING": "ascii"})
    assert (ended.returncode, json.loads(ended.stdout)["due_on"]) == (0, "2026-11-27")
