"""Setting up, using, replacing and resetting a second factor."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import SealedSecret, User
from accounts.roles import Role
from accounts.second_factor import matching_step, totp_code
from tests import build
from tests.accounts.sign_in import give_code, give_password, is_signed_in
from tests.people import SECRET, client_of, enrol, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, 5, tzinfo=UTC)
ENROL = "/staff/second-factor/phone/"
CODES = "/staff/second-factor/codes/"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def newcomer(clock) -> User:
    return person(Role.REVIEWER, body=build.authority())


@pytest.fixture
def reviewer(newcomer) -> User:
    return enrol(newcomer)


def secret_on(page) -> str:
    found = re.search(r'id="totp-key">([A-Z2-7]+)<', page.content.decode())
    assert found
    return found[1]


def set_up(client: Client, at: datetime = NOW) -> tuple[str, list[str]]:
    """Enrol as the page says; the secret and the recovery codes it shows."""
    secret = secret_on(client.get(ENROL))
    done = client.post(ENROL, {"code": totp_code(secret, at)})
    assert done.headers["Location"] == CODES
    return secret, re.findall(r'<code class="code">(\d{8})</code>', client.get(CODES).content.decode())


def test_the_codes_are_those_of_the_standard():
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: the last six of its eight digits
    assert totp_code(secret, datetime.fromtimestamp(59, UTC)) == "287082"
    assert totp_code(secret, datetime.fromtimestamp(1111111109, UTC)) == "081804"
    assert totp_code(secret, datetime.fromtimestamp(20000000000, UTC)) == "353130"


def test_a_phone_may_be_half_a_minute_off_and_no_more():
    for seconds, is_right in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        code = totp_code(SECRET, datetime.fromtimestamp(NOW.timestamp() + seconds, UTC))
        assert (matching_step(SECRET, code, NOW) is not None) is is_right
    assert matching_step(SECRET, "", NOW) is None
    assert matching_step(SECRET, "١٢٣٤٥٦", NOW) is None


def test_a_password_alone_opens_nothing_but_the_enrolment(newcomer):
    client = Client()
    assert give_password(client, newcomer).status_code == 302
    for name in ("accounts:people", "mfa_index", "usersessions_list", "account_change_password"):
        assert client.get(reverse(name)).headers["Location"].startswith(ENROL)
    assert client.get("/admin/").status_code == 302
    page = client.get(ENROL)
    assert page.status_code == 200
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode(), "the content security policy allows no inline style"


def test_enrolling_opens_the_door_and_shows_recovery_codes_once(newcomer):
    client = Client()
    give_password(client, newcomer)
    before = client.session.session_key
    secret, codes = set_up(client)
    assert len(codes) == 10
    assert client.session.session_key != before
    assert is_signed_in(client)
    assert not re.findall(r"\b\d{8}\b", client.get(CODES).content.decode())
    kept = Authenticator.objects.get(user=newcomer, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    assert SealedSecret.objects.get(pk=kept.data["secret"]).text == secret


def test_the_code_of_the_enrolment_does_not_sign_in_again(newcomer):
    client = Client()
    give_password(client, newcomer)
    secret, _ = set_up(client)
    other = Client()
    give_password(other, newcomer)
    assert give_code(other, totp_code(secret, NOW)).status_code == 200
    assert not is_signed_in(other)


def test_a_wrong_code_keeps_the_secret_of_the_page(newcomer):
    client = Client()
    give_password(client, newcomer)
    secret = secret_on(client.get(ENROL))
    again = client.post(ENROL, {"code": "000000"})
    assert again.status_code == 200
    assert secret_on(again) == secret
    assert not Authenticator.objects.exists()


def test_a_code_is_accepted_once(reviewer, clock):
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client, reviewer)
    code = totp_code(SECRET, NOW)
    assert give_code(first, code).status_code == 302
    assert give_code(second, code).status_code == 200
    assert not is_signed_in(second)


def test_a_code_is_not_accepted_again_while_the_clock_tolerance_would_still_take_it(reviewer, clock):
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client, reviewer)
    code = totp_code(SECRET, NOW)
    give_code(first, code)
    clock.shift(30)  # the library's own memory has ended, its tolerance has not
    assert give_code(second, code).status_code == 200
    assert give_code(second).status_code == 302


def test_an_older_code_is_refused_after_a_newer_one(reviewer, clock):
    older = totp_code(SECRET, datetime.fromtimestamp(NOW.timestamp() - 30, UTC))
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client, reviewer)
    give_code(first)
    assert give_code(second, older).status_code == 200


def test_a_recovery_code_opens_once(newcomer, clock):
    client = Client()
    give_password(client, newcomer)
    _, codes = set_up(client)
    for status in (302, 200):
        other = Client()
        give_password(other, newcomer)
        assert give_code(other, codes[0]).status_code == status
        assert is_signed_in(other) is (status == 302)


def test_a_new_phone_replaces_the_old_one_in_one_step(reviewer, clock):
    client = Client()
    give_password(client, reviewer)
    give_code(client)
    clock.shift(30)
    secret, _ = set_up(client, datetime.fromtimestamp(NOW.timestamp() + 30, UTC))
    assert secret != SECRET
    assert Authenticator.objects.filter(user=reviewer, type=Authenticator.Type.TOTP).count() == 1
    assert (
        not SealedSecret.objects.filter(pk__lt=Authenticator.objects.get(type="totp").data["secret"])
        .filter(pk__in=[1])
        .exists()
    )
    clock.shift(60)
    old = Client()
    give_password(old, reviewer)
    assert give_code(old).status_code == 200, "the old phone still opens"


def test_a_session_from_before_the_enrolment_cannot_replace_the_phone(newcomer, clock):
    thief = Client()
    give_password(thief, newcomer)
    thief.get(ENROL)
    enrol(newcomer)
    answer = thief.post(ENROL, {"code": "000000"})
    assert answer.headers["Location"].startswith("/staff/login/")
    assert not is_signed_in(thief)
    assert Authenticator.objects.get(user=newcomer).data["secret"] == str(SealedSecret.objects.get().pk)


def test_setting_up_needs_the_password_given_a_moment_ago(newcomer, clock):
    client = Client()
    give_password(client, newcomer)
    clock.shift(301)
    assert client.get(ENROL).headers["Location"].startswith("/staff/confirm/")


def test_the_password_again_opens_what_follows(reviewer, clock):
    client = Client()
    give_password(client, reviewer)
    give_code(client)
    clock.shift(301)
    asked = client.get(ENROL)
    assert asked.headers["Location"].startswith("/staff/confirm/")
    assert client.get(asked.headers["Location"]).status_code == 200
    assert client.post(asked.headers["Location"], {"password": "wrong-password-77"}).status_code == 200
    passed = client.post(asked.headers["Location"], {"password": "correct-horse-battery-77"})
    assert passed.headers["Location"] == ENROL
    assert client.get(ENROL).status_code == 200


def test_the_only_passkey_is_not_removed(newcomer, clock):
    key = Authenticator.objects.create(user=newcomer, type=Authenticator.Type.WEBAUTHN, data={"name": "key"})
    client = Client()
    client.force_login(newcomer)
    assert not is_signed_in(client)
    client = client_of(newcomer)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": NOW.timestamp()}]
    session["account_authentication_methods_user"] = str(newcomer.pk)
    session.save()
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 302
    assert Authenticator.objects.filter(pk=key.pk).exists()
    enrol(newcomer)
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_the_page_of_the_second_factor_is_closed_without_a_password():
    assert Client().get(reverse("mfa_authenticate")).headers["Location"] == reverse("account_login")
    assert Client().post(reverse("mfa_authenticate"), {"code": "123456"}).status_code == 302


def test_who_has_no_recovery_codes_is_not_sent_to_a_page_that_is_not_there(reviewer):
    """Its own page answers 404 then."""
    client = client_of(reviewer)
    page = client.get(reverse("mfa_index")).content.decode()
    assert client.get(CODES).status_code == 404
    assert f'href="{CODES}"' not in page
    assert reverse("mfa_generate_recovery_codes") in page
