"""Every sign-in, refusal, sign-out and change of the lock leaves a row."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from accounts.audit_verify import verify
from accounts.models import AuditRow, SealedSecret, User
from accounts.roles import Role
from tests import build
from tests.people import PASSWORD, SECRET, client_of, enrol, person

pytestmark = pytest.mark.django_db
HOME: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def reviewer() -> User:
    return enrol(person(Role.REVIEWER, body=build.authority()))


def sign_in(client: Client, user: User, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password}, **HOME)


def code_now() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time())))))


def deeds() -> list[tuple[str, bool]]:
    return list(AuditRow.objects.order_by("number").values_list("action", "is_success"))


def test_a_sign_in_with_both_factors_is_recorded_once_with_its_address(client, reviewer):
    sign_in(client, reviewer)
    assert deeds() == []
    client.post(reverse("mfa_authenticate"), {"code": code_now()}, **HOME)
    row = AuditRow.objects.get()
    assert (row.action, row.actor_id, row.address) == ("sign_in.done", reviewer.pk, "203.0.113.9")
    assert row.authority_id == reviewer.authority_id
    assert row.detail == {"second_factor": True}


def test_a_first_sign_in_without_second_factor_says_so(client):
    newcomer = person(Role.REVIEWER, body=build.authority())
    sign_in(client, newcomer)
    assert AuditRow.objects.get().detail == {"second_factor": False}


def test_a_wrong_password_is_recorded_about_the_account_and_not_as_its_deed(client, reviewer):
    sign_in(client, reviewer, "not-the-password")
    row = AuditRow.objects.get()
    assert (row.action, row.is_success, row.actor_id) == ("sign_in.failed", False, None)
    assert (row.object_type, row.object_id) == ("accounts.User", str(reviewer.pk))
    assert row.authority_id == reviewer.authority_id


def test_an_address_that_nobody_has_is_recorded_without_what_was_typed(client):
    typed = "my-password-by-mistake@example.org"
    client.post(reverse("account_login"), {"login": typed, "password": "x" * 12}, **HOME)
    row = AuditRow.objects.get()
    assert (row.action, row.is_success, row.object_id) == ("sign_in.failed", False, "")
    assert typed not in repr(list(AuditRow.objects.values()))


def test_a_wrong_code_is_recorded(client, reviewer):
    sign_in(client, reviewer)
    client.post(reverse("mfa_authenticate"), {"code": "000000" if code_now() != "000000" else "111111"}, **HOME)
    row = AuditRow.objects.get()
    assert (row.action, row.is_success, row.object_id) == ("second_factor.failed", False, str(reviewer.pk))


def test_a_sign_out_is_recorded(client, reviewer):
    sign_in(client, reviewer)
    client.post(reverse("mfa_authenticate"), {"code": code_now()}, **HOME)
    client.post(reverse("account_logout"), **HOME)
    row = AuditRow.objects.order_by("number").last()
    assert row is not None
    assert (row.action, row.actor_id) == ("sign_in.ended", reviewer.pk)


def test_a_changed_password_is_recorded_without_any_password(client, reviewer):
    sign_in(client, reviewer)
    client.post(reverse("mfa_authenticate"), {"code": code_now()}, **HOME)
    new = "another-horse-battery-88"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), fields, **HOME)
    assert ("password.changed", True) in deeds()
    everything = repr(list(AuditRow.objects.values()))
    assert PASSWORD not in everything
    assert new not in everything


def test_new_recovery_codes_are_recorded(client, reviewer, django_capture_on_commit_callbacks):
    RecoveryCodes.activate(reviewer)
    sign_in(client, reviewer)
    client.post(reverse("mfa_authenticate"), {"code": code_now()}, **HOME)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"), **HOME)
    row = AuditRow.objects.order_by("number").last()
    assert row is not None
    assert (row.action, row.detail) == ("second_factor.renewed", {"kind": "recovery_codes"})


def test_what_is_recorded_of_the_sign_in_forms_a_whole_record(client, reviewer):
    sign_in(client, reviewer, "not-the-password")
    sign_in(client, reviewer)
    assert verify().is_whole


def test_ending_the_other_sessions_ends_them_and_says_how_many(client, reviewer):
    other = Client()
    for browser in (client, other):
        sign_in(browser, reviewer)
        browser.post(reverse("mfa_authenticate"), {"code": code_now()}, **HOME)
        Authenticator.objects.update(data={"secret": str(SealedSecret.objects.get().pk)})  # the same code once more
    assert other.get(reverse("staff:desk")).status_code == 200
    assert client.post(reverse("usersessions_list"), **HOME).status_code == 302
    row = AuditRow.objects.latest("number")
    assert (row.action, row.actor, row.detail) == ("sessions.ended", reviewer, {"sessions": 1})
    assert other.get(reverse("staff:desk")).status_code == 302
    assert client.get(reverse("staff:desk")).status_code == 200
    client.post(reverse("usersessions_list"), **HOME)
    assert AuditRow.objects.filter(action="sessions.ended").count() == 1, "a row although there was nothing to end"


def test_a_wrong_password_at_an_open_desk_is_recorded(reviewer):
    typed = {"oldpassword": "not-the-password", "password1": "seven-blue-kettles-sing"}
    answer = client_of(reviewer).post(
        reverse("account_change_password"), {**typed, "password2": typed["password1"]}, **HOME
    )
    assert answer.status_code == 200
    row = AuditRow.objects.latest("number")
    assert (row.action, row.actor, row.is_success) == ("password.refused", reviewer, False)
