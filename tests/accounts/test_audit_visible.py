"""Who reads which rows of the audit record: a table of readers × rows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts.audit import record
from accounts.models import AuditRow, User
from accounts.roles import Role
from accounts.scope import NOTHING
from complaints.models import CalendarDay
from directory.kinds import AuthorityKind
from directory.models import Authority
from tests import build
from tests.complaints.entries import filed
from tests.people import person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    health = AuthorityKind.HEALTH
    city = build.authority(kind=health, division=build.division("360100"))
    province = build.authority(kind=health, division=build.division("360000"))
    other_province = build.authority(kind=health, division=build.division("500000"))
    police = build.authority(kind=AuthorityKind.POLICE, division=build.division("360100"))
    corps = Authority.objects.create(name="兵团卫健委", kind=health, own_code="BT")
    corps_below = Authority.objects.create(name="第一师卫健委", kind=health, own_code="BT01")
    hospital, other_hospital = build.institution(), build.institution(division=build.division("500103"))
    return {
        "city": person(Role.SUPERVISOR, body=city),
        "province": person(Role.SUPERVISOR, body=province),
        "other_province": person(Role.SUPERVISOR, body=other_province),
        "police": person(Role.SUPERVISOR, body=police),
        "corps": person(Role.SUPERVISOR, body=corps),
        "corps_below": person(Role.SUPERVISOR, body=corps_below),
        "hospital": person(Role.INSTITUTION_ADMIN, body=hospital),
        "other_hospital": person(Role.INSTITUTION_ADMIN, body=other_hospital),
        "system": person(Role.SYSTEM_ADMIN),
        "reviewer": person(Role.REVIEWER, Role.HANDLER, Role.AUTHORITY_ADMIN, body=city),
        "fleet_manager": person(Role.FLEET_MANAGER, Role.COMPLAINT_OFFICER, body=hospital),
    }


IN_JURISDICTION = {"city", "province", "police"}
READ_BY = {
    "a vehicle of the hospital, changed by its fleet manager": IN_JURISDICTION | {"hospital"},
    "a vehicle of the city, suspended by its reviewer": IN_JURISDICTION,
    "an account, closed in the city's authority": {"city", "province", "system"},
    "a sign-in at the hospital": {"hospital", "system"},
    "a sign-in below the corps": {"corps", "corps_below", "system"},
    "a sign-in at the corps": {"corps", "system"},
    "a vehicle in the other province, changed by its hospital": {"other_province", "other_hospital"},
    "a complaint in the city, taken up by the city": {"city", "province"},
    "a complaint in the city, taken up by the police": {"police"},
    "a complaint in the city, read at the hospital": {"hospital"},
    "complaints exported by the city": {"city", "province"},
    "an institution opened by the system": IN_JURISDICTION | {"system"},
    "a sign-in of nobody, refused": {"system"},
    "a complaint sent in by the public": set(),
    "a page refused to the city's reviewer": {"city", "province"},
    "a page refused at the hospital": {"hospital"},
    "a page refused to the system": {"system"},
    "a calendar day changed by the system": {"system"},
}


def write(people: dict[str, User]) -> dict[str, int]:
    here = build.ambulance(institution=people["hospital"].institution)
    there = build.ambulance(institution=people["other_hospital"].institution)
    complaint = filed()
    deeds = [
        ("ambulance.changed", people["fleet_manager"], here, ""),
        ("ambulance.suspended", people["reviewer"], here, ""),
        ("people.closed", people["reviewer"], people["reviewer"], ""),
        ("sign_in.done", people["fleet_manager"], people["fleet_manager"], ""),
        ("sign_in.done", people["corps_below"], people["corps_below"], ""),
        ("sign_in.done", people["corps"], people["corps"], ""),
        ("ambulance.changed", people["other_hospital"], there, ""),
        ("case.taken_up", people["reviewer"], complaint, "360102"),
        ("case.taken_up", people["police"], complaint, "360102"),
        ("case.read", people["hospital"], complaint, "360102"),
        ("complaints.exported", people["reviewer"], None, ""),
        ("institution.opened", people["system"], people["hospital"].institution, ""),
        ("sign_in.failed", None, None, ""),
        ("case.sent_in", None, complaint, "360102"),
        ("access.refused", people["reviewer"], None, ""),
        ("access.refused", people["fleet_manager"], None, ""),
        ("access.refused", people["system"], None, ""),
        ("reference.changed", people["system"], CalendarDay(pk=date(2027, 2, 1)), ""),
    ]
    rows = [
        record(action=action, actor=actor, thing=thing, division_code=code, now=NOW)
        for action, actor, thing, code in deeds
    ]
    return dict(zip(READ_BY, (row.number for row in rows), strict=True))


def test_every_reader_sees_exactly_the_rows_of_the_table(people):
    numbers = write(people)
    found = {
        name: set(AuditRow.objects.visible_to(user.scope).values_list("number", flat=True))
        for name, user in people.items()
    }
    wrong = [
        f"{name} {'reads' if number in seen else 'misses'}: {row}"
        for row, number in numbers.items()
        for name, seen in found.items()
        if (number in seen) != (name in READ_BY[row])
    ]
    assert not wrong, "\n".join(wrong)


def test_a_scope_without_a_body_sees_nothing(people):
    write(people)
    assert not AuditRow.objects.visible_to(NOTHING).exists()


def test_one_read_of_the_record_is_one_query(people, django_assert_num_queries):
    write(people)
    for user in people.values():
        scope = user.scope
        with django_assert_num_queries(
            0 if not user.scope.has(*{Role.SUPERVISOR, Role.INSTITUTION_ADMIN, Role.SYSTEM_ADMIN}) else 1
        ):
            list(AuditRow.objects.visible_to(scope))
