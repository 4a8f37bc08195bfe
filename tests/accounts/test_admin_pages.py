"""Django's admin: reference data only, and on record."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditRow, User
from accounts.roles import Role
from complaints.models import CalendarDay
from directory.models import Authority, Institution, PostedPrice
from tests import build
from tests.people import client_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    return person(Role.SYSTEM_ADMIN, is_staff=True, is_superuser=True)


@pytest.fixture
def at_admin(operator) -> Client:
    return client_of(operator)


def form_of(page: Any) -> dict[str, Any]:
    """What the browser would send if nothing were changed."""
    form = page.context["adminform"].form
    sent = {name: form.initial.get(name) for name in form.fields}
    for formset in page.context["inline_admin_formsets"]:
        management = formset.formset.management_form
        sent |= {management.add_prefix(name): management.initial.get(name) for name in management.fields}
    return {name: value for name, value in sent.items() if value not in (None, False)}


def test_nobody_is_given_a_password_another_mail_or_more_rights_by_the_operator(at_admin):
    """The record would not know it, and the operator could open any desk, complaints included."""
    handler = person(Role.HANDLER, body=build.authority())
    before = (handler.password, handler.email, handler.is_superuser)
    change = reverse("admin:accounts_user_change", args=[handler.pk])
    assert at_admin.get(change).status_code == 200
    typed = {"username": "x", "email": "mine@example.org", "is_superuser": "on", "is_active": "on"}
    assert at_admin.post(change, typed).status_code == 403
    new = {"password1": "seven-blue-kettles-sing", "password2": "seven-blue-kettles-sing"}
    assert at_admin.post(f"/admin/accounts/user/{handler.pk}/password/", new).status_code in {302, 404}
    handler.refresh_from_db()
    assert (handler.password, handler.email, handler.is_superuser) == before
    assert at_admin.post(reverse("admin:accounts_user_delete", args=[handler.pk]), {"post": "yes"}).status_code == 403
    assert at_admin.get("/admin/auth/group/").status_code == 404


def test_no_page_of_people_shows_a_hash(at_admin, operator):
    page = at_admin.get(reverse("admin:accounts_user_change", args=[operator.pk])).content.decode()
    assert operator.email in page
    assert operator.password not in page


def test_what_is_entered_changed_and_deleted_by_hand_stands_on_record(at_admin, operator):
    added = {"day": "2027-02-01", "note": "台风"}
    assert at_admin.post(reverse("admin:complaints_calendarday_add"), added).status_code == 302
    day = CalendarDay.objects.get()
    change = reverse("admin:complaints_calendarday_change", args=[day.pk])
    assert at_admin.post(change, {**added, "note": "台风停工"}).status_code == 302
    gone = reverse("admin:complaints_calendarday_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [str(day.pk)], "post": "yes"}
    assert at_admin.post(gone, chosen).status_code == 302
    assert not CalendarDay.objects.exists()
    rows = AuditRow.objects.order_by("number")
    assert [(row.action, row.actor, row.object_type, row.detail) for row in rows] == [
        ("reference.added", operator, "complaints.CalendarDay", {}),
        ("reference.changed", operator, "complaints.CalendarDay", {"fields": ["note"]}),
        ("reference.deleted", operator, "complaints.CalendarDay", {}),
    ]
    assert set(AuditRow.objects.visible_to(operator.scope)) == set(rows), "whoever did it cannot read it"


def test_a_body_changed_by_hand_lies_in_its_division_on_record(at_admin):
    authority = build.authority()
    change = reverse("admin:directory_authority_change", args=[authority.pk])
    answer = at_admin.post(change, {**form_of(at_admin.get(change)), "complaint_phone": "0791-86111111"})
    assert answer.status_code == 302
    row = AuditRow.objects.get()
    assert (row.action, row.division_code) == ("reference.changed", authority.division_id)
    assert row.detail == {"fields": ["complaint_phone"]}
    supervisor = person(Role.SUPERVISOR, body=authority)
    assert row in AuditRow.objects.visible_to(supervisor.scope)
    assert Authority.objects.get(pk=authority.pk).complaint_phone == "0791-86111111"


def test_what_a_workflow_rules_of_an_institution_is_only_looked_at(at_admin):
    """Its closing is the authority's, its posted prices are its own and stay as they were."""
    price = build.price()
    change = reverse("admin:directory_institution_change", args=[price.institution_id])
    page = at_admin.get(change)
    typed = {**form_of(page), "closed_on": "2026-01-01", "posted_prices-0-base_fee": "1"}
    assert at_admin.post(change, typed).status_code == 302
    assert Institution.objects.get().closed_on is None
    assert PostedPrice.objects.get().base_fee == price.base_fee
