"""A passkey in a real browser, held by the virtual authenticator of its developer tools: enrolled, then shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from accounts.models import AuditRow, User
from accounts.roles import Role
from accounts.second_factor import totp_code
from tests import build
from tests.browser.test_sign_in_page import fits, give_password
from tests.people import SECRET, enrol, person

pytestmark = pytest.mark.django_db(transaction=True)
INSIDE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A device that knows its owner by a finger or a face, and is touched whenever it asks."""


@dataclass
class Device:
    """The authenticator inside one page's device."""

    session: CDPSession
    key: str

    def credentials(self) -> list[dict[str, object]]:
        """What it holds."""
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.key})
        return list(found["credentials"])

    def lose(self) -> None:
        """Forget every credential."""
        self.session.send("WebAuthn.clearCredentials", {"authenticatorId": self.key})


def device_of(page: Page) -> Device:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": INSIDE})
    return Device(session, made["authenticatorId"])


@pytest.fixture
def device(desktop: Page) -> Iterator[Device]:
    made = device_of(desktop)
    yield made
    made.session.detach()


@pytest.fixture
def reviewer() -> User:
    return enrol(person(Role.REVIEWER, body=build.authority()))


def add_passkey(page: Page, name: str = "办公室电脑") -> None:
    page.goto(reverse("mfa_add_webauthn"))
    page.fill("#id_name", name)
    page.click("#passkey_add")


def enrolled(page: Page, user: User) -> None:
    """Sign in with the phone, add a passkey, sign out."""
    page.goto(reverse("account_login"))
    give_password(page, user.email)
    page.fill("#id_code", totp_code(SECRET, timezone.now()))
    page.click("main button[type=submit] >> nth=0")
    page.wait_for_url("**/staff/")
    add_passkey(page)
    page.wait_for_url("**/staff/second-factor/**")
    expect(page.locator("h1")).not_to_have_text("添加通行密钥")
    sign_out(page)


def sign_out(page: Page) -> None:
    page.goto(reverse("account_logout"))
    page.click("main button[type=submit]")
    page.wait_for_url("**/staff/login/**")


def test_a_passkey_is_added_and_opens_as_second_factor(desktop, device, reviewer, axe, screenshot):
    enrolled(desktop, reviewer)
    assert len(device.credentials()) == 1
    assert Authenticator.objects.filter(user=reviewer, type=Authenticator.Type.WEBAUTHN).count() == 1
    give_password(desktop, reviewer.email)
    expect(desktop.locator("#passkey_button")).to_be_visible()
    axe(desktop)
    assert fits(desktop)
    screenshot(desktop, "passkey-at-sign-in")
    desktop.click("#passkey_button")
    desktop.wait_for_url("**/staff/")
    last = AuditRow.objects.filter(action="sign_in.done").order_by("-number")[0]
    assert (last.actor, last.detail) == (reviewer, {"second_factor": True})
    desktop.goto(reverse("mfa_index"))
    expect(desktop.locator("main")).to_contain_text("办公室电脑")


def test_a_newcomer_without_a_phone_enrols_a_passkey_and_is_inside(desktop, device, axe):
    newcomer = person(Role.REVIEWER, body=build.authority())
    desktop.goto(reverse("account_login"))
    give_password(desktop, newcomer.email)
    desktop.goto(reverse("mfa_add_webauthn"))
    axe(desktop)
    desktop.fill("#id_name", "笔记本")
    desktop.click("#passkey_add")
    expect(desktop.locator(".recovery code")).to_have_count(10)
    desktop.goto(reverse("staff:desk"))
    expect(desktop.locator("#rail")).to_be_visible()
    sign_out(desktop)
    give_password(desktop, newcomer.email)
    desktop.click("#passkey_button")
    desktop.wait_for_url("**/staff/")


def test_a_device_that_has_lost_the_passkey_opens_nothing(desktop, device, reviewer):
    enrolled(desktop, reviewer)
    device.lose()
    give_password(desktop, reviewer.email)
    with desktop.expect_console_message(lambda line: line.type == "error"):
        desktop.click("#passkey_button")
    desktop.goto(reverse("staff:desk"))
    desktop.wait_for_url("**/staff/login/**")


def test_somebody_elses_passkey_opens_nothing(desktop, device, reviewer):
    enrolled(desktop, reviewer)
    other = person(Role.HANDLER, body=build.authority())
    stolen = Authenticator.objects.get(user=reviewer, type=Authenticator.Type.WEBAUTHN)
    give_password(desktop, reviewer.email)
    # Between the password and the touch the passkey is given to somebody else: the question was asked for the reviewer.
    stolen.user = other
    stolen.save()
    with desktop.expect_navigation() as answer:
        desktop.click("#passkey_button")
    assert answer.value
    assert answer.value.request.method == "POST"
    assert answer.value.status == 200, "the question is asked again"
    desktop.goto(reverse("staff:desk"))
    desktop.wait_for_url("**/staff/login/**")
