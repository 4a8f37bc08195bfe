"""An authority sees until when it may object, by the rule of its region; whoever decides sees that one came late."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from complaints.clock import Step
from complaints.models import DeadlineRule
from complaints.services import accept, object_to
from tests import build
from tests.complaints.desk import Case, case
from tests.people import client_of

pytestmark = pytest.mark.django_db
RECEIVED = datetime(2026, 9, 24, 8, 0, tzinfo=UTC)
"""A Thursday: from the next day on it is Mid-Autumn, and after three working days National Day."""


def page(one: Case, at: str, who=None) -> str:
    with time_machine.travel(at, tick=False):
        address = reverse("cases:case", args=[one.complaint.pk])
        return str(client_of(who or one.desk.handler).get(f"{address}?lang=en").content.decode())


@pytest.fixture
def one() -> Case:
    build.authority(division=build.division("360100"))
    with time_machine.travel(RECEIVED, tick=False):
        found = case()
    found.part.__class__.objects.update(opened_at=RECEIVED)
    found.at = RECEIVED
    return found


def test_the_last_day_is_counted_in_working_days_over_the_holidays(one):
    text = page(one, "2026-09-28T10:00:00+08:00")
    assert "Objection possible" in text
    # 28, 29, 30 September, then 8 and 9 October: 25–27 September and 1–7 October are days off.
    assert "2026-10-09" in text
    assert "marked late" not in text


def test_after_the_last_day_it_says_so(one):
    text = page(one, "2026-10-10T10:00:00+08:00")
    assert "The term for an objection ended on" in text


def test_a_region_sets_its_own_term(one):
    DeadlineRule.objects.create(
        authority_kind="health", step=Step.OBJECTION, limit="2wd", division=build.division("360000")
    )
    assert "The term for an objection ended on" in page(one, "2026-09-30T10:00:00+08:00")


@pytest.mark.parametrize(
    ("day", "is_late"), [("2026-10-09T23:59:00+08:00", False), ("2026-10-10T00:01:00+08:00", True)]
)
def test_whoever_decides_sees_whether_it_came_late(one, day, is_late):
    one.at = datetime.fromisoformat(day)
    object_to(**one.by(one.desk.handler, proposed=None, reason="应由公安答复。"))
    assert ("It came late" in page(one, "2026-10-12T10:00:00+08:00")) is is_late


def test_who_objected_may_take_it_after_all_while_nobody_decides(one):
    object_to(**one.by(one.desk.handler, proposed=None, reason="应由公安答复。"))
    step = reverse("cases:act", args=[one.complaint.pk, one.part.pk, "accept"])
    assert step in page(one, "2026-09-28T10:00:00+08:00")
    accept(**one.by(one.desk.handler))
    referral = one.part.referrals.get()
    assert (one.part.state, referral.is_upheld, referral.decided_by) == ("accepted", False, one.desk.handler)
    assert one.part.deadlines.filter(step="decision", met_at=None).count() == 1


def test_once_it_is_accepted_no_objection_is_possible_and_none_is_spoken_of(one):
    accept(**one.by(one.desk.handler))
    assert "Objection possible" not in page(one, "2026-09-28T10:00:00+08:00")
