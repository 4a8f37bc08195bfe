"""Changing a vehicle's status: the history, the end of its codes, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from registry.choices import AmbulanceStatus, MarkingState, RevokeReason
from registry.models import StatusChange
from registry.services import MOVES, NotAllowed, change_status
from tests import build

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)  # 01:30 on the 23rd in Shanghai


def move(ambulance, status, reason="巡查发现"):
    return change_status(ambulance=ambulance, new_status=status, reason=reason, changed_by=None, now=NOW)


def test_a_suspension_leaves_its_reason_in_the_history():
    ambulance = build.ambulance()
    move(ambulance, AmbulanceStatus.SUSPENDED, "车辆外借")
    change = StatusChange.objects.get(ambulance=ambulance)
    assert (change.old_status, change.new_status, change.reason) == ("in_service", "suspended", "车辆外借")
    ambulance.refresh_from_db()
    assert ambulance.status == AmbulanceStatus.SUSPENDED


def test_retirement_revokes_every_live_code_and_dates_in_shanghai():
    ambulance = build.ambulance()
    live = build.marking(ambulance=ambulance)
    gone = build.marking(ambulance=ambulance, position="RIGHT", state=MarkingState.REVOKED)
    move(ambulance, AmbulanceStatus.RETIRED)
    live.refresh_from_db()
    gone.refresh_from_db()
    ambulance.refresh_from_db()
    assert (live.state, live.revoke_reason) == (MarkingState.REVOKED, RevokeReason.VEHICLE_RETIRED)
    assert gone.revoke_reason == RevokeReason.REISSUED
    assert ambulance.retired_on == date(2026, 11, 23)


@pytest.mark.parametrize("old", AmbulanceStatus)
@pytest.mark.parametrize("new", AmbulanceStatus)
def test_only_the_moves_of_the_table_are_allowed(old, new):
    ambulance = build.ambulance(status=old)
    if new in MOVES[old]:
        move(ambulance, new)
        ambulance.refresh_from_db()
        assert ambulance.status == new
    else:
        with pytest.raises(NotAllowed):
            move(ambulance, new)
        ambulance.refresh_from_db()
        assert ambulance.status == old
        assert not StatusChange.objects.exists()


def test_nothing_leaves_retirement():
    assert MOVES[AmbulanceStatus.RETIRED] == frozenset()


def test_an_officer_with_an_old_page_acts_on_what_the_row_is_now():
    ambulance = build.ambulance()
    stale = type(ambulance).objects.get(pk=ambulance.pk)
    move(ambulance, AmbulanceStatus.RETIRED)
    with pytest.raises(NotAllowed):
        move(stale, AmbulanceStatus.SUSPENDED)
