"""The crew of an institution, kept by its fleet managers and seen by nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from registry.models import CrewMember
from tests import build, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return people.person(Role.FLEET_MANAGER, body=build.institution())


@pytest.fixture
def owner(manager) -> Client:
    return people.client_of(manager)


def added(client: Client, **typed: str) -> CrewMember:
    body = {"name": "李小明", "role": "driver", "certificate_number": "123456789012345", **typed}
    assert client.post(reverse("staff:crew_add"), body).status_code == 303
    return CrewMember.objects.latest("pk")


def page_of(client: Client, query: str = "") -> str:
    return client.get(reverse("staff:crew") + query).content.decode()


def test_a_member_is_added_and_kept_sealed(owner):
    member = added(owner, certificate_valid_until="2027年3月31日")
    assert member.certificate_valid_until == date(2027, 3, 31)
    page = page_of(owner)
    assert "李小明" in page
    assert "123456789012345" in page


def test_an_expired_certificate_is_marked_by_a_word(owner):
    added(owner, certificate_valid_until=(timezone.localdate() - timedelta(days=1)).isoformat())
    assert "chip-stop" in page_of(owner)


def test_a_place_that_nobody_fills_is_told(owner):
    added(owner)
    assert "notice-mind" in page_of(owner)


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"name": "长" * 10_000},
        {"role": "captain"},
        {"certificate_valid_until": "2027-02-30"},
        {"certificate_valid_until": "yesterday"},
        {"certificate_valid_until": "9999-12-31"},
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(owner, typed):
    body = {"name": "李小明", "role": "driver", **typed}
    answer = owner.post(reverse("staff:crew_add"), body)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not CrewMember.objects.exists()


def test_a_script_in_a_name_is_text(owner):
    added(owner, name="<script>alert(1)</script>")
    assert "<script>alert" not in page_of(owner)


def test_a_member_is_changed(owner):
    member = added(owner)
    address = reverse("staff:crew_member", args=[member.pk])
    assert 'value="李小明"' in owner.get(address).content.decode()
    body = {"name": "李大明", "role": "physician", "certificate_valid_until": "2028-01-01"}
    assert owner.post(address, body).status_code == 303
    member.refresh_from_db()
    assert (member.name, member.role) == ("李大明", "physician")


def test_whoever_left_stands_apart(owner):
    member = added(owner)
    assert owner.post(reverse("staff:crew_left", args=[member.pk])).status_code == 303
    assert "李小明" not in page_of(owner)
    assert "李小明" in page_of(owner, "?left=1")
    assert owner.get(reverse("staff:crew_left", args=[member.pk])).status_code == 405


def test_another_hospital_finds_nobody(owner):
    member = added(owner)
    stranger = people.client_of(people.person(Role.FLEET_MANAGER, body=build.institution()))
    assert "李小明" not in page_of(stranger)
    assert stranger.get(reverse("staff:crew_member", args=[member.pk])).status_code == 404
    assert (
        stranger.post(reverse("staff:crew_member", args=[member.pk]), {"name": "x", "role": "driver"}).status_code
        == 404
    )
    assert stranger.post(reverse("staff:crew_left", args=[member.pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPERVISOR, Role.AUTHORITY_ADMIN])
def test_authorities_never_see_names(owner, role):
    member = added(owner)
    officer = people.client_of(people.person(role, body=build.authority()))
    for name, arguments in (("crew", []), ("crew_add", []), ("crew_member", [member.pk])):
        answer = officer.get(reverse(f"staff:{name}", args=arguments))
        assert answer.status_code == 403
        assert "李小明" not in answer.content.decode()


def test_a_complaint_officer_does_not_keep_the_crew(manager):
    officer = people.client_of(people.person(Role.COMPLAINT_OFFICER, body=manager.institution))
    assert officer.get(reverse("staff:crew")).status_code == 403


def test_a_long_list_costs_as_many_queries_as_a_short_one(owner, manager, django_assert_max_num_queries):
    CrewMember.objects.bulk_create(
        CrewMember(institution=manager.institution, name=f"人{number}", role="driver") for number in range(120)
    )
    with django_assert_max_num_queries(12):  # three of them note the time of the last request
        assert 'rel="next"' in page_of(owner)
    assert owner.get(f"{reverse('staff:crew')}?after=nonsense").status_code == 404
