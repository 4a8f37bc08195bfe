"""Authorities outside the divisions, such as those of a production corps, and the institutions that are theirs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.urls import reverse

from accounts.models import Invitation, User
from accounts.roles import Role
from directory.kinds import InstitutionKind
from directory.models import Authority, Institution
from registry.bodies import institutions_visible_to
from registry.models import Application
from registry.reviewers import nearest_reviewer, receiving_reviewer
from tests import build
from tests.people import client_of, person
from tests.registry.application_forms import begun

pytestmark = pytest.mark.django_db


@dataclass
class Corps:
    """A corps with a division below it, and the province on whose ground the hospital stands."""

    top: Authority
    below: Authority
    province: Authority
    hospital: Institution


@pytest.fixture
def corps() -> Corps:
    below = build.authority(division=None, own_code="BT01")
    return Corps(
        top=build.authority(division=None, own_code="BT"),
        below=below,
        province=build.authority(division=build.division("360000")),
        hospital=build.institution(supervised_by=below),
    )


def reviewer(of: Authority) -> User:
    return person(Role.REVIEWER, body=of)


def test_its_administrator_enters_a_hospital_that_is_its_own_wherever_it_lies(corps):
    typed = {
        "institution_name": "兵团医院",
        "kind": InstitutionKind.HOSPITAL,
        "credit_code": build.credit_code(9001),
        "division": "360102",
        "complaint_phone": "0791-86000001",
        "name": "管理员",
        "email": "corps@example.org",
    }
    browser = client_of(person(Role.AUTHORITY_ADMIN, body=corps.below))
    assert browser.post(reverse("accounts:invite_institution"), typed).status_code == 302
    entered = Institution.objects.get(name="兵团医院")
    assert entered.supervised_by == corps.below
    assert Invitation.objects.get().institution == entered
    assert browser.get(reverse("accounts:invite_admin", args=["institution", entered.pk])).status_code == 200
    stranger = client_of(person(Role.AUTHORITY_ADMIN, body=corps.province))
    assert stranger.get(reverse("accounts:invite_admin", args=["institution", entered.pk])).status_code == 404


def test_an_authority_of_a_division_enters_none_for_another_tree(corps):
    typed = {"institution_name": "x", "division": "110105", "supervised_by": str(corps.below.pk)}
    browser = client_of(person(Role.AUTHORITY_ADMIN, body=corps.province))
    browser.post(reverse("accounts:invite_institution"), typed)
    assert not Institution.objects.filter(name="x").exists()


def test_its_applications_are_reviewed_in_its_own_tree(corps):
    application = begun(client_of(person(Role.FLEET_MANAGER, body=corps.hospital)))
    assert application.authority == corps.below
    Application.objects.filter(pk=application.pk).update(state="submitted", submitted_at=application.created_at)
    address = reverse("staff:application", args=[application.pk])
    for authority, status in ((corps.below, 200), (corps.top, 200), (corps.province, 404)):
        assert client_of(reviewer(authority)).get(address).status_code == status, authority
    other = build.authority(division=None, own_code="BT02")
    assert client_of(reviewer(other)).get(address).status_code == 404


def test_a_vehicle_that_comes_to_it_is_reviewed_there_and_one_that_leaves_is_not(corps):
    here = build.authority()
    vehicle = build.ambulance(certified_by=here)
    assert receiving_reviewer(vehicle, corps.hospital) == corps.below
    own = build.ambulance(institution=corps.hospital, certified_by=corps.below)
    assert receiving_reviewer(own, build.institution()) == here


def test_without_an_active_authority_of_its_own_the_place_decides(corps):
    here = build.authority()
    Authority.objects.filter(pk=corps.below.pk).update(is_active=False)
    assert nearest_reviewer(Institution.objects.get(pk=corps.hospital.pk)) == here


def test_it_sees_and_keeps_its_own_and_the_province_only_reads_them(corps):
    assert set(institutions_visible_to(reviewer(corps.top).scope)) == {corps.hospital}
    typed = {"name": "兵团医院", "kind": "hospital", "complaint_phone": "0791-86000002"}
    page = reverse("staff:institution", args=[corps.hospital.pk])
    change = reverse("staff:institution_change", args=[corps.hospital.pk])
    province = client_of(reviewer(corps.province))
    shown = province.get(page)
    assert shown.status_code == 200
    assert change not in shown.content.decode()
    assert province.post(change, typed).status_code == 403
    assert client_of(reviewer(corps.top)).post(change, typed).status_code == 302
    assert Institution.objects.get(pk=corps.hospital.pk).name == "兵团医院"
