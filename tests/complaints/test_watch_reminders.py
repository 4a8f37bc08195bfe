"""Reminders of deadlines: at three quarters, on the day, and when it has passed; each once, to whoever is in charge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings as product
from django.urls import reverse

from accounts.roles import Role
from complaints.models import Deadline, Forwarding
from complaints.reminding import Stage, early_day, stage_of
from complaints.services import clocks
from complaints.services.watching import remind_unassigned, send_reminders
from notifications.models import Message
from notifications.rendering import render_parts
from tests import build
from tests.complaints.desk import A_DAY, Case, case
from tests.complaints.entries import NARRATIVE, NOW, PHONE
from tests.people import person

pytestmark = pytest.mark.django_db
PARTS = ("email.subject.txt", "email.txt")
DUE = date(2027, 1, 25)
"""60 days after acceptance on 24 November 2026: Saturday the 23rd, moved to Monday."""


def at(day: date) -> datetime:
    """Eight in the morning in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def reminders(template: str = "complaints/case_due") -> list[Message]:
    return list(Message.objects.filter(template=template).order_by("pk"))


@pytest.fixture
def accepted() -> Case:
    return case().accepted()


@pytest.mark.parametrize(
    ("start", "due", "early"),
    [
        (date(2026, 11, 24), date(2027, 1, 25), date(2027, 1, 10)),  # 62 days: 46.5, rounded up
        (date(2026, 2, 13), date(2026, 2, 27), date(2026, 2, 24)),  # five working days around Spring Festival
        (date(2026, 9, 30), date(2026, 10, 9), date(2026, 10, 7)),
        (date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 25)),
        (date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 24)),
    ],
)
def test_three_quarters_of_the_time_and_the_stages_around(start, due, early):
    assert early_day(start, due) == early
    assert stage_of(start, due, due) is Stage.DUE
    assert stage_of(start, due, due + A_DAY) is Stage.OVERDUE
    if early < due:
        assert stage_of(start, due, early) is Stage.EARLY
        assert stage_of(start, due, early - A_DAY) is None


def test_each_stage_is_told_once_to_the_officer_in_charge(accepted):
    told = []
    day = date(2026, 11, 25)
    while day <= DUE + 5 * A_DAY:
        told += [(day, count)] if (count := send_reminders(now=at(day))) else []
        assert send_reminders(now=at(day)) == 0
        day += A_DAY
    assert told == [(date(2027, 1, 10), 1), (DUE, 1), (DUE + A_DAY, 1)]
    assert {m.recipient for m in reminders()} == {accepted.desk.handler.email}
    assert [m.context["stage"] for m in reminders()] == ["early", "due", "overdue"]


def test_without_an_officer_the_desk_is_told(accepted):
    accepted.part.complaint.handlings.update(assignee=None)
    send_reminders(now=at(DUE))
    assert [m.recipient for m in reminders()] == [accepted.desk.authority.desk_email]


def test_a_day_on_which_nothing_ran_is_made_up_for(accepted):
    assert send_reminders(now=at(DUE + 3 * A_DAY)) == 1
    assert reminders()[0].context["stage"] == "overdue"


def test_a_deadline_that_was_moved_reminds_anew(accepted):
    send_reminders(now=at(DUE))
    clocks.extend(accepted.part, "30d", at(DUE))
    assert send_reminders(now=at(date(2027, 1, 31))) == 0
    assert send_reminders(now=at(date(2027, 2, 1))) == 1  # 69 of 92 days
    assert [m.context["stage"] for m in reminders()] == ["due", "early"]
    assert send_reminders(now=at(date(2027, 2, 24))) == 1


def test_a_clock_that_rests_and_one_that_is_met_remind_nobody(accepted):
    clocks.pause(accepted.part, at(date(2027, 1, 5)))
    assert send_reminders(now=at(DUE)) == 0
    clocks.resume(accepted.part, at(date(2027, 1, 6)))
    clocks.meet_all(accepted.part, at(date(2027, 1, 6)))
    assert send_reminders(now=at(DUE + A_DAY)) == 0


def test_what_is_long_overdue_is_no_longer_told_here(accepted):
    assert send_reminders(now=at(DUE + 31 * A_DAY)) == 0


def test_the_mail_names_the_step_and_nothing_of_the_story(accepted):
    send_reminders(now=at(DUE))
    message = reminders()[0]
    for language in ("zh-hans", "en"):
        parts = render_parts(message.template, language, PARTS, message.context)
        text = " ".join(parts.values())
        assert accepted.complaint.reference in text
        for secret in (NARRATIVE[:6], "李雷", PHONE):
            assert secret not in text


@pytest.fixture
def forwarded(accepted) -> Forwarding:
    hospital = build.institution()
    person(Role.COMPLAINT_OFFICER, body=hospital)
    found = Forwarding.objects.create(
        number="GX26-0001",
        handling=accepted.part,
        institution=hospital,
        purpose="reply",
        summary="请说明收费依据。",
        forwarded_by=accepted.desk.handler,
        forwarded_at=NOW,
    )
    Deadline.objects.create(
        handling=accepted.part,
        forwarding=found,
        step="institution_reply",
        limit="5wd",
        starts_on=date(2026, 11, 24),
        due_on=date(2026, 12, 1),
    )
    return found


def test_an_institution_is_reminded_by_its_own_number_alone(forwarded, accepted):
    send_reminders(now=at(date(2026, 12, 1)))
    (message,) = reminders("complaints/forwarded_due")
    text = f"{message.context} {render_parts(message.template, 'zh-hans', PARTS, message.context)}"
    assert forwarded.number in text
    assert accepted.complaint.reference not in text
    assert reverse("forwarded:one", args=[forwarded.pk]) in text
    assert "/staff/complaints/" not in text
    assert accepted.desk.authority.name not in text
    assert message.recipient == forwarded.institution.staff.get().email
    assert reminders() == []


def test_of_an_institution_that_is_late_the_officer_hears_as_well(forwarded, accepted):
    send_reminders(now=at(date(2026, 12, 2)))
    assert len(reminders("complaints/forwarded_due")) == 1
    assert [m.recipient for m in reminders()] == [accepted.desk.handler.email]


def test_an_institution_without_people_leaves_it_to_the_desk(forwarded, accepted):
    forwarded.institution.staff.update(is_active=False)
    send_reminders(now=at(date(2026, 12, 1)))
    assert [m.recipient for m in reminders()] == [accepted.desk.handler.email]


def test_supervisors_hear_once_of_a_part_that_nobody_took():
    waiting = case()
    assert remind_unassigned(now=NOW + timedelta(days=3)) == 0
    assert remind_unassigned(now=NOW + timedelta(days=3, hours=1)) == 2
    assert remind_unassigned(now=NOW + timedelta(days=9)) == 0
    people = {waiting.desk.supervisor.email, waiting.desk.other_supervisor.email}
    assert {m.recipient for m in reminders("complaints/case_unassigned")} == people
    case(at_desk=waiting.desk).accepted()
    assert remind_unassigned(now=NOW + timedelta(days=9)) == 0


def test_reminding_costs_the_same_for_any_number_of_deadlines_that_are_known(accepted, django_assert_max_num_queries):
    for _ in range(5):
        case(at_desk=accepted.desk).accepted()
    send_reminders(now=at(DUE))
    with django_assert_max_num_queries(6):
        assert send_reminders(now=at(DUE)) == 0


def test_beat_calls_every_task_of_the_room():
    schedule = {entry["task"]: entry["schedule"] for entry in product.CELERY_BEAT_SCHEDULE.values()}
    assert schedule["complaints.tasks.remind"] == crontab(hour=8, minute=5)
    assert schedule["complaints.tasks.watch"] == crontab(hour=1, minute=30)
    assert schedule["complaints.tasks.retire"] == crontab(hour=2, minute=30, day_of_month=1)
    assert {"complaints.tasks.destroy", "notifications.tasks.forget"} <= set(schedule)
