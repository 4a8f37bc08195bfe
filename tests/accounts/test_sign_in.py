"""Signing in with work e-mail, password and second factor."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from tests import build
from tests.accounts.sign_in import give_code, give_password, is_signed_in
from tests.people import client_of, enrol, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return enrol(person(Role.REVIEWER, body=build.authority()))


def test_password_and_code_open_the_door(reviewer):
    client = Client()
    asked = give_password(client, reviewer)
    assert asked.status_code == 302
    assert asked.headers["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert give_code(client).headers["Location"] == "/staff/"
    assert is_signed_in(client)


def test_the_email_is_read_in_any_case(reviewer):
    assert give_password(Client(), reviewer.email.upper()).headers["Location"] == reverse("mfa_authenticate")


def test_it_leads_to_where_the_person_wanted_to_go(reviewer):
    client = Client()
    sent = client.get(reverse("mfa_index") + "?a=b")
    assert sent.headers["Location"] == "/staff/login/?next=%2Fstaff%2Fsecond-factor%2F%3Fa%3Db"
    give_password(client, reviewer, next="/staff/second-factor/?a=b")
    assert give_code(client).headers["Location"] == "/staff/second-factor/?a=b"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "https:evil"])
def test_it_never_leads_to_another_house(reviewer, elsewhere):
    client = Client()
    give_password(client, reviewer, next=elsewhere)
    assert give_code(client).headers["Location"] == "/staff/"


def shown(response) -> str:
    """The page without what differs in every page."""
    return re.sub(r"csrfmiddlewaretoken\" value=\"[^\"]+", "", response.content.decode())


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(reviewer):
    wrong = give_password(Client(), reviewer.email, "wrong-password-77")
    unknown = give_password(Client(), "nobody@example.org", "wrong-password-77")
    assert wrong.status_code == unknown.status_code == 200
    assert shown(wrong).replace(reviewer.email, "") == shown(unknown).replace("nobody@example.org", "")


def test_an_unknown_address_costs_a_hash_as_well(reviewer, monkeypatch):
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, word: str, salt: str) -> str:
        hashed.append(word)
        return encode(self, word, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    give_password(Client(), "nobody@example.org", "wrong-password-77")
    assert len(hashed) == 1
    give_password(Client(), reviewer.email, "wrong-password-77")
    assert len(hashed) == 2


def test_a_closed_account_stays_outside(reviewer):
    client = client_of(reviewer)
    assert is_signed_in(client)
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert not is_signed_in(client), "a session of a closed account goes on"
    give_password(client, reviewer)
    give_code(client)
    assert not is_signed_in(client)


def test_the_session_gets_a_new_name_at_sign_in(reviewer):
    client = Client()
    give_password(client, reviewer)
    before = client.session.session_key
    give_code(client)
    assert client.session.session_key != before
    planted = Client()
    planted.cookies["sessionid"] = before or ""
    assert not is_signed_in(planted), "the session of before opens the door"


def test_signing_out_needs_a_click_and_ends_the_session(reviewer):
    client = client_of(reviewer)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert SESSION_KEY not in client.session
    assert not is_signed_in(client)


def test_nobody_can_sign_up():
    for address in ("/staff/signup/", "/accounts/signup/", "/staff/login/code/confirm/"):
        assert Client().get(address).status_code == 404


def test_pages_of_the_sign_in_are_not_kept(reviewer):
    client = Client()
    assert "no-store" in client.get(reverse("account_login")).headers["Cache-Control"]
    give_password(client, reviewer)
    assert "no-store" in client.get(reverse("mfa_authenticate")).headers["Cache-Control"]
    for name in ("mfa_index", "usersessions_list", "account_change_password", "mfa_activate_totp"):
        assert "no-store" in client_of(reviewer).get(reverse(name)).headers["Cache-Control"]


def test_the_admin_is_entered_by_the_same_door(reviewer):
    boss = person(Role.SYSTEM_ADMIN, is_staff=True, is_superuser=True)
    client = Client()
    assert client.get("/admin/").status_code == 302
    outside = client.get("/admin/login/?next=/admin/")
    assert outside.headers["Location"].startswith("/staff/login/?next=")
    client.force_login(boss)
    assert client.get("/admin/login/").headers["Location"].startswith("/staff/second-factor/phone/")
    assert client.get("/admin/accounts/user/").status_code == 302, "a password alone opens the admin"
    assert client_of(boss).get("/admin/accounts/user/").status_code == 200
    assert client_of(reviewer).get("/admin/login/").status_code == 403


def test_the_admin_shows_no_table_of_the_sign_in_itself():
    boss = client_of(person(Role.SYSTEM_ADMIN, is_staff=True, is_superuser=True))
    for address in ("/admin/mfa/authenticator/", "/admin/usersessions/usersession/", "/admin/account/emailaddress/"):
        assert boss.get(address).status_code == 404
