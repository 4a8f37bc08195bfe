"""Sessions end: after idle minutes, after a day's work, and from the person's own list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from tests import build
from tests.accounts.sign_in import give_code, give_password, is_signed_in
from tests.people import enrol, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MINUTE, HOUR = 60, 3600


@pytest.fixture
def reviewer() -> User:
    return enrol(person(Role.REVIEWER, body=build.authority()))


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def signed_in(user: User, **headers: Any) -> Client:
    client = Client(**headers)
    give_password(client, user)
    give_code(client)
    assert is_signed_in(client)
    return client


def test_a_quarter_of_an_hour_without_a_request_ends_the_session(reviewer, clock):
    client = signed_in(reviewer)
    clock.shift(14 * MINUTE)
    assert is_signed_in(client)
    clock.shift(15 * MINUTE + 31)
    assert not is_signed_in(client)
    assert SESSION_KEY not in client.session


def test_nobody_is_ended_before_the_time(reviewer, clock):
    client = signed_in(reviewer)
    clock.shift(29)  # too soon after the last note to be noted
    assert is_signed_in(client)
    clock.shift(15 * MINUTE)
    assert is_signed_in(client)


def test_a_day_of_work_ends_the_session_however_busy_it_was(reviewer, clock):
    client = signed_in(reviewer)
    for _ in range(12 * 6):
        clock.shift(10 * MINUTE)
        assert is_signed_in(client)
    clock.shift(10 * MINUTE)
    assert not is_signed_in(client)


def test_the_button_keeps_the_session_alive(reviewer, clock):
    client = signed_in(reviewer)
    for _ in range(4):
        clock.shift(14 * MINUTE)
        assert client.post(reverse("accounts:stay")).status_code == 204
    assert is_signed_in(client)


def test_the_button_does_not_bring_an_ended_session_back(reviewer, clock):
    client = signed_in(reviewer)
    clock.shift(16 * MINUTE)
    assert client.post(reverse("accounts:stay")).status_code == 401
    assert not is_signed_in(client)


def test_a_public_page_is_no_work(reviewer, clock):
    client = signed_in(reviewer)
    clock.shift(10 * MINUTE)
    assert client.get("/").status_code == 200
    clock.shift(6 * MINUTE)
    assert not is_signed_in(client)


def test_a_form_sent_too_late_leads_back_to_its_page(reviewer, clock):
    client = signed_in(reviewer)
    clock.shift(16 * MINUTE)
    page = reverse("account_change_password")
    answer = client.post(page, {"a": "b"}, headers={"Referer": f"http://testserver{page}"})
    assert answer.headers["Location"] == f"/staff/login/?next={page.replace('/', '%2F')}"
    elsewhere = client.post(page, {"a": "b"}, headers={"Referer": "https://evil.example/"})
    assert elsewhere.headers["Location"] == "/staff/login/"


def test_the_own_list_shows_every_session_and_ends_the_others(reviewer, clock):
    first = signed_in(reviewer, HTTP_USER_AGENT="Old tablet")
    clock.shift(31)  # the phone shows the next code
    second = signed_in(reviewer, HTTP_USER_AGENT="Desktop")
    page = second.get(reverse("usersessions_list")).content.decode()
    assert "Old tablet" in page
    assert "Desktop" in page
    second.post(reverse("usersessions_list"))
    assert not is_signed_in(first)
    assert is_signed_in(second)


def test_the_list_never_shows_somebody_elses(reviewer, clock):
    signed_in(reviewer, HTTP_USER_AGENT="Old tablet")
    other = signed_in(enrol(person(Role.HANDLER, body=build.authority())), HTTP_USER_AGENT="Desktop")
    assert "Old tablet" not in other.get(reverse("usersessions_list")).content.decode()


def test_a_staff_page_carries_the_warning_and_a_public_page_does_not(reviewer, clock):
    client = signed_in(reviewer)
    page = client.get(reverse("mfa_index")).content.decode()
    assert 'data-minutes="15"' in page
    assert "idle.js" in page
    assert "idle.js" not in client.get("/").content.decode()
    assert "idle.js" not in Client().get(reverse("account_login")).content.decode()
