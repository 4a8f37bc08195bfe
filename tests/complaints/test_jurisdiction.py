"""Which complaints a signed-in person may know of at all."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint
from directory.kinds import AuthorityKind
from tests import build
from tests.complaints.entries import filed
from tests.people import person

pytestmark = pytest.mark.django_db


def seen_by(*roles, body=None):
    return set(Complaint.objects.visible_to(person(*roles, body=body).scope))


def test_the_authority_in_charge_and_those_above_it_see_a_complaint():
    district = build.authority(division=build.division("360102"))
    province = build.authority(division=build.division("360000"))
    complaint = filed()
    assert complaint.handlings.get().authority == district
    assert seen_by(Role.HANDLER, body=district) == {complaint}
    assert seen_by(Role.SUPERVISOR, body=province) == {complaint}


def test_an_authority_below_or_beside_sees_nothing():
    build.authority(division=build.division("360000"))
    below = build.authority(division=build.division("360103"), name="旁边的区")
    beside = build.authority(division=build.division("110000"))
    complaint = filed(division_code="360102")
    assert complaint.handlings.get(authority__division="360000")
    assert seen_by(Role.HANDLER, body=below) == set()
    assert seen_by(Role.HANDLER, body=beside) == set()


def test_another_department_of_the_same_place_sees_nothing_without_a_part_in_it():
    build.authority()
    police = build.authority(kind=AuthorityKind.POLICE)
    service = filed()
    siren = filed(kind=Kind.SIREN_MISUSE)
    assert seen_by(Role.HANDLER, body=police) == {siren}
    assert service not in seen_by(Role.HANDLER, body=police)


def test_two_parts_of_one_kind_show_a_complaint_once():
    health = build.authority()
    filed(kind=Kind.OVERCHARGING)
    rows = list(Complaint.objects.visible_to(person(Role.HANDLER, body=health).scope))
    assert len(rows) == len(set(rows)) == 1


def test_an_authority_outside_the_divisions_sees_those_of_its_own_tree():
    corps = build.authority(division=None, own_code="XB")
    regiment = build.authority(division=None, own_code="XB01", name="团场")
    other = build.authority(division=None, own_code="XC", name="另一兵团")
    marking = build.marking(ambulance=build.ambulance(certified_by=regiment))
    complaint = filed(ambulance_code=marking.code)
    assert complaint.handlings.get().authority == regiment
    assert seen_by(Role.SUPERVISOR, body=corps) == {complaint}
    assert seen_by(Role.HANDLER, body=regiment) == {complaint}
    assert seen_by(Role.HANDLER, body=other) == set()


def test_an_institution_never_knows_that_a_complaint_exists():
    build.authority()
    marking = build.marking()
    filed(ambulance_code=marking.code)
    institution = marking.ambulance.institution
    assert seen_by(Role.COMPLAINT_OFFICER, Role.INSTITUTION_ADMIN, body=institution) == set()


def test_the_operator_of_the_service_and_people_without_a_body_see_none():
    build.authority()
    filed()
    assert seen_by(Role.SYSTEM_ADMIN) == set()
    assert seen_by() == set()
