"""Too many attempts: by account, by address, by codes, with a wait that grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.lockout import FORGET, By, Limit, LockedOut, begin_attempt, forget_old_attempts, forgive_attempt
from accounts.models import Brake, User
from accounts.roles import Role
from tests import build
from tests.accounts.sign_in import give_code, give_password
from tests.people import PASSWORD, client_of, enrol, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def reviewer() -> User:
    return enrol(person(Role.REVIEWER, body=build.authority()))


def test_the_wait_doubles_up_to_the_longest():
    limit = Limit(free=2, first=timedelta(minutes=1), longest=timedelta(minutes=5))
    assert [limit.wait_after(n).seconds // 60 for n in range(7)] == [0, 0, 1, 2, 4, 5, 5]
    assert limit.wait_after(10_000) == timedelta(minutes=5)


def fail(client: Client, email: str, times: int) -> list[int]:
    return [give_password(client, email, "wrong-password-77").status_code for _ in range(times)]


def test_an_account_waits_after_five_attempts_even_with_the_right_password(reviewer):
    with time_machine.travel(NOW, tick=False) as clock:
        assert fail(Client(), reviewer.email, 6) == [200] * 5 + [429]
        refused = give_password(Client(), reviewer)
        assert refused.status_code == 429
        assert "1" in refused.content.decode()
        clock.shift(61)
        assert give_password(Client(), reviewer).status_code == 302


def test_the_wait_of_an_account_grows_with_every_further_failure(reviewer):
    with time_machine.travel(NOW, tick=False) as clock:
        fail(Client(), reviewer.email, 5)
        clock.shift(61)
        assert fail(Client(), reviewer.email, 2) == [200, 429]
        clock.shift(61)
        assert give_password(Client(), reviewer).status_code == 429, "the second wait is no longer than the first"
        clock.shift(61)
        assert give_password(Client(), reviewer).status_code == 302


def test_an_account_that_does_not_exist_is_locked_like_one_that_does(reviewer):
    assert fail(Client(), "nobody@example.org", 6) == fail(Client(), reviewer.email, 6)


def test_another_account_is_not_touched(reviewer):
    other = enrol(person(Role.HANDLER, body=build.authority()))
    fail(Client(), reviewer.email, 6)
    assert give_password(Client(), other).status_code == 302


def test_an_address_waits_that_tries_many_accounts(reviewer):
    client = Client()
    statuses = [give_password(client, f"person-{n}@guess.example", "wrong-password-77").status_code for n in range(31)]
    assert statuses == [200] * 30 + [429]
    assert give_password(client, reviewer).status_code == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert give_password(elsewhere, reviewer).status_code == 302


def test_an_own_account_does_not_clean_the_address(reviewer):
    with time_machine.travel(NOW, tick=False):
        for number in range(29):
            begin_attempt((By.ADDRESS, "203.0.113.9"), now=NOW)
            if number % 5 == 0:
                begin_attempt((By.ADDRESS, "203.0.113.9"), now=NOW)
                forgive_attempt((By.ADDRESS, "203.0.113.9"))
        begin_attempt((By.ADDRESS, "203.0.113.9"), now=NOW)
        with pytest.raises(LockedOut):
            begin_attempt((By.ADDRESS, "203.0.113.9"), now=NOW)


def test_codes_are_locked_apart_from_the_password(reviewer):
    with time_machine.travel(NOW, tick=False) as clock:
        client = Client()
        give_password(client, reviewer)
        statuses = [give_code(client, "000000").status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        assert give_code(client).status_code == 429
        fresh = Client()
        give_password(fresh, reviewer)
        assert give_code(fresh).status_code == 429, "a new session brings new guesses"
        clock.shift(61)
        assert give_code(fresh).status_code == 302


def test_success_begins_anew(reviewer):
    fail(Client(), reviewer.email, 4)
    give_password(Client(), reviewer)
    assert fail(Client(), reviewer.email, 5) == [200] * 5


def test_a_day_without_attempts_begins_anew():
    for _ in range(5):
        begin_attempt((By.ACCOUNT, "a@example.org"), now=NOW)
    later = NOW + FORGET + timedelta(seconds=1)
    begin_attempt((By.ACCOUNT, "a@example.org"), now=later)
    assert Brake.objects.get().attempts == 1
    assert forget_old_attempts(now=later) == 0
    assert forget_old_attempts(now=later + FORGET + timedelta(seconds=1)) == 1


def test_nothing_that_was_typed_is_kept(reviewer):
    give_password(Client(), "oops-my-password-here@x.example", PASSWORD)
    kept = str(list(Brake.objects.values()))
    assert "oops" not in kept
    assert "127.0.0.1" not in kept


def test_changing_the_password_is_no_way_round(reviewer):
    client = client_of(reviewer)
    data = {
        "oldpassword": "wrong-password-77",
        "password1": "new-words-old-river-9",
        "password2": "new-words-old-river-9",
    }
    for _ in range(5):
        client.post(reverse("account_change_password"), data)
    client.post(reverse("account_change_password"), {**data, "oldpassword": PASSWORD})
    reviewer.refresh_from_db()
    assert reviewer.check_password(PASSWORD), "guessing went on"
