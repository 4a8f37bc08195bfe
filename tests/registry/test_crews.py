"""Who may ride along, and what an institution's crew lacks."""

from dataclasses import dataclass
from datetime import date

import pytest

from accounts.models import AuditRow
from registry.crews import NEEDS, gaps, is_qualified, scopes_open_to
from registry.models import CrewMember
from registry.proposals import SCOPES
from registry.refusals import ApplicationInvalid, NotAllowed, OutOfScope, WrongRole
from registry.services import add_crew_member, change_crew_member, leave_crew
from tests.registry.applications import TODAY, World, by

YESTERDAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 24)


@dataclass
class Somebody:
    role: str
    certificate_valid_until: date | None = None
    left_on: date | None = None


@pytest.mark.parametrize(
    ("scope", "crew", "is_complete"),
    [
        ("is_for_pre_hospital", ["physician", "nurse", "driver"], True),
        ("is_for_pre_hospital", ["physician", "medic", "driver"], True),
        ("is_for_pre_hospital", ["nurse", "medic", "driver"], False),
        ("is_for_pre_hospital", ["physician", "driver"], False),
        ("is_for_institution_transfer", ["nurse", "driver"], True),
        ("is_for_institution_transfer", ["medic", "driver"], False),
        ("is_for_non_emergency_transfer", ["medic", "driver"], True),
        ("is_for_non_emergency_transfer", ["stretcher_bearer", "driver"], False),
        ("is_for_special_goods", ["driver"], True),
        ("is_for_special_goods", ["physician"], False),
    ],
)
def test_each_service_needs_its_crew(scope, crew, is_complete):
    assert (gaps([scope], [Somebody(role) for role in crew], TODAY) == []) is is_complete


@pytest.mark.parametrize(
    ("valid_until", "left_on", "is_right"),
    [
        (None, None, True),
        (TODAY, None, True),
        (YESTERDAY, None, False),
        (TOMORROW, TOMORROW, True),
        (TOMORROW, TODAY, False),
    ],
)
def test_a_certificate_holds_on_its_last_day_and_nobody_rides_after_leaving(valid_until, left_on, is_right):
    driver = Somebody("driver", valid_until, left_on)
    assert is_qualified(driver, TODAY) is is_right
    assert bool(scopes_open_to(driver, TODAY)) is is_right
    assert (gaps(["is_for_special_goods"], [driver], TODAY) == []) is is_right


def test_the_table_speaks_of_scopes_and_roles_that_exist():
    assert tuple(NEEDS) == SCOPES
    assert {role for places in NEEDS.values() for roles in places for role in roles} < set(CrewMember.Role.values)
    assert scopes_open_to(Somebody("nurse"), TODAY) == SCOPES[:3]


@pytest.fixture
def world(db):
    return World()


def added(world, **fields):
    values = {"name": "李某", "role": "driver", "certificate_number": "110123", "certificate_valid_until": TOMORROW}
    return add_crew_member(institution=world.hospital, **{**values, **fields}, **by(world.manager))


def test_a_member_is_added_changed_and_leaves_on_record_without_the_name(world):
    member = added(world)
    change_crew_member(member=member, name="李某", role="medic", **by(world.manager))
    leave_crew(member=member, left_on=TODAY, **by(world.manager))
    member.refresh_from_db()
    assert (member.name, member.role, member.left_on) == ("李某", "medic", TODAY)
    rows = AuditRow.objects.order_by("number")
    assert [row.action for row in rows] == ["crew.added", "crew.changed", "crew.left"]
    assert rows[1].detail["fields"] == ["role", "certificate_number", "certificate_valid_until"]
    assert "李某" not in str([row.detail for row in rows])
    with pytest.raises(NotAllowed):
        leave_crew(member=member, left_on=TODAY, **by(world.manager))


@pytest.mark.parametrize(
    ("fields", "fault"),
    [({"name": " "}, "name"), ({"name": "李" * 51}, "name"), ({"role": "pilot"}, "role")],
)
def test_a_member_needs_a_name_and_a_role_aboard(world, fields, fault):
    with pytest.raises(ApplicationInvalid) as refusal:
        added(world, **fields)
    assert set(refusal.value.faults) == {fault}
    assert not CrewMember.objects.exists()


def test_a_crew_is_its_own_institutions(world):
    member = added(world)
    with pytest.raises(WrongRole):
        leave_crew(member=member, left_on=TODAY, **by(world.officer))
    for stranger in (world.other_manager, world.reviewer):
        with pytest.raises(OutOfScope):
            leave_crew(member=member, left_on=TODAY, **by(stranger))
        with pytest.raises(OutOfScope):
            add_crew_member(institution=world.hospital, name="王某", role="driver", **by(stranger))
