"""What a program hands over instead of a passkey: refused in words, never an error of the server."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.forms_passkey import PasskeyForm
from accounts.roles import Role
from tests import build
from tests.accounts.sign_in import give_code, give_password, is_signed_in
from tests.people import enrol, person

pytestmark = pytest.mark.django_db
START = '{"id":"eA","rawId":"eA","type":"public-key","response":'
HOSTILE = [
    "",
    "{}",
    "[]",
    "null",
    "1e999",
    '{"id":1}',
    '{"response":[]}',
    "[" * 5000,
    START + "{}}",
    START + '{"clientDataJSON":"!!","attestationObject":"!"}}',
    START + '{"clientDataJSON":"e30","attestationObject":"oA"}}',
    START + '{"clientDataJSON":"e30","authenticatorData":"oA","signature":"oA"}}',
    START.replace("eA", "\\ud800") + '{"clientDataJSON":"e30","attestationObject":"oA"}}',
]


@pytest.fixture
def browser() -> Client:
    """The password is given, the second factor is not."""
    client = Client(raise_request_exception=False)
    give_password(client, enrol(person(Role.FLEET_MANAGER, body=build.institution())))
    return client


@pytest.mark.parametrize("credential", HOSTILE)
def test_at_the_sign_in(browser, credential):
    assert browser.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 200
    assert not is_signed_in(browser)


@pytest.mark.parametrize("credential", HOSTILE)
def test_at_the_desk(browser, credential):
    give_code(browser)
    assert is_signed_in(browser)
    for name in ("mfa_add_webauthn", "mfa_reauthenticate_webauthn"):
        answer = browser.post(reverse(name), {"name": "\x00", "credential": credential})
        assert answer.status_code in {200, 302}, name
    assert not answer.wsgi_request.user.authenticator_set.filter(type="webauthn").exists()


def test_the_form_speaks_chinese():
    with translation.override("zh-hans"):
        assert PasskeyForm(user=person()).fields["name"].label == "通行密钥名称"
