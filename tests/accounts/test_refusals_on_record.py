"""What is refused to somebody who is known stands on record; what is asked by nobody, or once too often, does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import refusals_on_record
from accounts.api_keys import make_api_key
from accounts.audit_verify import verify
from accounts.models import ApiScope, AuditRow, User
from accounts.roles import Role
from registry.services.suspension import suspend_ambulance
from tests import build
from tests.people import client_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    refusals_on_record.limiter.cache_clear()
    refusals_on_record.limiter().clear()
    refusals_on_record.limiter.cache_clear()
    yield
    refusals_on_record.limiter.cache_clear()


@pytest.fixture
def keeper() -> User:
    return person(Role.FLEET_MANAGER, body=build.institution())


def refusals() -> list[AuditRow]:
    return list(AuditRow.objects.filter(action="access.refused").order_by("number"))


def test_a_vehicle_outside_of_the_scope_and_one_that_is_not_there_leave_the_same_row(keeper):
    foreign, browser = build.ambulance(), client_of(keeper)
    for pk in (foreign.pk, foreign.pk + 1):
        assert browser.get(reverse("staff:ambulance", args=[pk])).status_code == 404
    told = [(row.actor, row.is_success, row.object_type, row.detail) for row in refusals()]
    page = {"page": "staff:ambulance", "method": "GET", "status": 404}
    assert told == [
        (keeper, False, "", {**page, "pk": foreign.pk}),
        (keeper, False, "", {**page, "pk": foreign.pk + 1}),
    ]
    assert verify().is_whole


def test_a_page_of_another_duty_leaves_a_row_and_so_does_the_admin(keeper):
    browser = client_of(person(Role.SYSTEM_ADMIN, is_staff=True, is_superuser=True))
    assert client_of(keeper).get(reverse("platforms")).status_code == 403
    assert browser.get(reverse("admin:accounts_user_add")).status_code == 403
    assert [row.detail["page"] for row in refusals()] == ["platforms", "admin:accounts_user_add"]


def test_a_step_that_somebody_else_took_first_leaves_a_row():
    vehicle = build.ambulance()
    reviewer = person(Role.REVIEWER, body=vehicle.certified_by)
    suspend_ambulance(ambulance=vehicle, reason="x", actor=reviewer, now=timezone.now(), address="")
    address = reverse("staff:ambulance_act", args=[vehicle.pk, "suspend"])
    assert client_of(reviewer).post(address, {"reason": "车况"}).status_code == 409
    assert [(row.detail["method"], row.detail["status"]) for row in refusals()] == [("POST", 409)]


def test_nobody_and_whoever_has_shown_a_password_only_leave_none(keeper):
    halfway = Client()
    halfway.force_login(keeper)
    for browser in (Client(), halfway):
        assert browser.get(reverse("staff:ambulance", args=[1])).status_code == 302
        browser.get("/staff/nothing/")
    assert not refusals()


def test_an_address_without_a_page_and_a_number_beyond_the_record_do_not_break_the_answer(keeper):
    browser = client_of(keeper)
    assert browser.get("/staff/nothing/").status_code == 404
    assert browser.get(f"/staff/ambulances/{10**30}/").status_code == 404
    assert [row.detail.get("pk") for row in refusals()] == [None]


def test_who_knocks_all_day_fills_no_record(keeper, monkeypatch):
    monkeypatch.setattr(refusals_on_record, "MOST", "3/10 minutes")
    browser = client_of(keeper)
    for _ in range(5):
        assert browser.get(reverse("staff:ambulance", args=[1])).status_code == 404
    assert len(refusals()) == 3
    assert (
        client_of(person(Role.FLEET_MANAGER, body=build.institution())).get("/staff/ambulances/1/").status_code == 404
    )
    assert len(refusals()) == 4, "one person's knocking hides another's"


def test_a_key_that_asks_for_what_is_not_its_own_is_named():
    admin = person(Role.INSTITUTION_ADMIN, body=build.institution())
    assert admin.institution
    key, token = make_api_key(
        owner=admin.institution, name="HIS", scopes=[ApiScope.FLEET_READ], days=9, actor=admin, now=timezone.now()
    )
    system, foreign = Client(headers={"Authorization": f"Bearer {token}"}), build.ambulance()
    assert system.get(f"/api/v1/staff/ambulances/{foreign.pk}/").status_code == 404
    assert system.patch(f"/api/v1/staff/ambulances/{foreign.pk}/").status_code == 403
    assert [(row.actor_name, row.detail["status"]) for row in refusals()] == [
        (f"HIS ({key})", 404),
        (f"HIS ({key})", 403),
    ]
    assert Client(headers={"Authorization": "Bearer x.y"}).get("/api/v1/staff/ambulances/").status_code == 401
    assert len(refusals()) == 2
    assert key.expires_at > timezone.now() + timedelta(days=8)
