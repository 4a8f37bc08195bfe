"""Issuing, mounting, revoking and replacing codes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from registry.choices import AmbulanceStatus, MarkingState, Position, RevokeReason
from registry.codes import read_code
from registry.models import Marking
from registry.services import NotAllowed, issue_markings, mark_mounted, reissue_marking, revoke_marking
from tests import build

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def test_every_required_position_gets_its_own_code():
    ambulance = build.ambulance()
    issued = issue_markings(ambulance=ambulance, now=NOW)
    assert {marking.position for marking in issued} == {"LEFT", "RIGHT"}
    assert len({marking.code for marking in issued}) == 2
    assert all(read_code(marking.code) == marking.code for marking in issued)


def test_issuing_again_issues_nothing():
    ambulance = build.ambulance()
    issue_markings(ambulance=ambulance, now=NOW)
    assert issue_markings(ambulance=ambulance, now=NOW) == []
    assert ambulance.markings.count() == 2


@pytest.mark.parametrize("status", [s for s in AmbulanceStatus if s != AmbulanceStatus.IN_SERVICE])
def test_a_vehicle_out_of_service_gets_no_codes(status):
    with pytest.raises(NotAllowed):
        issue_markings(ambulance=build.ambulance(status=status), now=NOW)
    assert not Marking.objects.exists()


def test_a_code_is_mounted_once():
    marking = build.marking(state=MarkingState.ISSUED)
    assert mark_mounted(marking=marking, now=NOW).state == MarkingState.MOUNTED
    with pytest.raises(NotAllowed):
        mark_mounted(marking=marking, now=NOW)


def test_a_revoked_code_stays_revoked():
    marking = build.marking()
    revoke_marking(marking=marking, reason=RevokeReason.LOST, now=NOW)
    with pytest.raises(NotAllowed):
        revoke_marking(marking=marking, reason=RevokeReason.DAMAGED, now=NOW)
    marking.refresh_from_db()
    assert marking.revoke_reason == RevokeReason.LOST


def test_a_reissue_links_the_old_code_to_the_new_one():
    old = build.marking()
    new = reissue_marking(marking=old, reason=RevokeReason.REISSUED, now=NOW)
    old.refresh_from_db()
    assert old.replaced_by == new
    assert (new.position, new.state) == (old.position, MarkingState.ISSUED)
    assert new.code != old.code


def test_a_retired_vehicle_gets_no_replacement():
    marking = build.marking(ambulance=build.ambulance(status=AmbulanceStatus.RETIRED))
    with pytest.raises(NotAllowed):
        reissue_marking(marking=marking, reason=RevokeReason.REISSUED, now=NOW)


def test_the_database_refuses_two_live_codes_on_one_position():
    marking = build.marking(position=Position.LEFT)
    with pytest.raises(IntegrityError), transaction.atomic():
        build.marking(ambulance=marking.ambulance, position=Position.LEFT)
    assert build.marking(ambulance=marking.ambulance, position=Position.RIGHT).pk
