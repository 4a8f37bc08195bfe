"""The staff door, as a browser on a phone sees it: sign in, set up the second factor, be warned before the end."""

from __future__ import annotations

import io
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from accounts.second_factor import totp_code
from notifications.models import Message
from tests import build
from tests.people import PASSWORD, SECRET, enrol, person

pytestmark = pytest.mark.django_db(transaction=True)


def give_password(page: Page, email: str, password: str = PASSWORD) -> None:
    page.fill("#id_login", email)
    page.fill("#id_password", password)
    page.click("main button[type=submit]")


def fits(page: Page) -> bool:
    """Whether nothing has to be pushed sideways."""
    assert page.viewport_size
    return int(page.evaluate("document.documentElement.scrollWidth")) <= page.viewport_size["width"]


def scanned(page: Page, where: str) -> str:
    """What an independent decoder reads from the code as the page shows it."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(where).screenshot())))
    assert len(found) == 1, "the code on the page cannot be scanned"
    return str(found[0].text)


def test_a_stranger_with_a_wrong_password_stays_outside(phone, axe, screenshot):
    phone.goto("/staff/login/")
    axe(phone)
    assert fits(phone)
    give_password(phone, "nobody@example.org", "wrong-password-77")
    expect(phone.locator(".errors")).to_be_visible()
    axe(phone)
    screenshot(phone, "sign-in-phone")
    assert phone.url.endswith("/staff/login/")


def test_a_new_person_signs_in_and_sets_up_the_phone(phone, axe, screenshot):
    newcomer = person(Role.INSTITUTION_ADMIN, body=build.institution())
    phone.goto("/staff/people/")
    give_password(phone, newcomer.email)
    expect(phone.locator(".totp svg")).to_be_visible()
    axe(phone)
    assert fits(phone)
    screenshot(phone, "enrol-phone")
    assert f"secret={phone.inner_text('#totp-key')}" in scanned(phone, ".totp")
    phone.fill("#id_code", totp_code(phone.inner_text("#totp-key"), timezone.now()))
    phone.click("main button[type=submit]")
    expect(phone.locator(".recovery code")).to_have_count(10)
    axe(phone)
    assert fits(phone)
    phone.click("main a.button")
    expect(phone.locator("h1")).to_have_text("人员")
    axe(phone)
    assert fits(phone)
    screenshot(phone, "people-phone")


@pytest.fixture
def reviewer() -> User:
    return enrol(person(Role.AUTHORITY_ADMIN, body=build.authority()))


def sign_in(page: Page, user: User, code: str = "") -> None:
    give_password(page, user.email)
    page.fill("#id_code", code or totp_code(SECRET, timezone.now()))
    page.click("main button[type=submit] >> nth=0")


def test_the_warning_keeps_what_was_typed_through_the_sign_in(desktop, axe, reviewer):
    desktop.goto("/staff/people/invite/")
    sign_in(desktop, reviewer)
    desktop.wait_for_url("**/staff/people/invite/")
    expect(desktop.locator("#idle")).to_be_hidden()
    desktop.fill("#id_email", "half@example.org")
    desktop.fill("#id_name", "半个名字")
    ago = "localStorage.setItem('staff-last-seen', String(Math.floor(Date.now() / 1000) - {}))"
    desktop.evaluate(ago.format(14 * 60))
    expect(desktop.locator("#idle")).to_be_visible()
    axe(desktop)
    desktop.click("#idle-stay")
    expect(desktop.locator("#idle")).to_be_hidden()

    desktop.context.clear_cookies(name="sessionid")  # the server has ended it
    desktop.evaluate(ago.format(16 * 60))
    desktop.wait_for_url("**/staff/login/**")
    later = timezone.now() + timedelta(seconds=30)  # the code of now was used a moment ago
    sign_in(desktop, reviewer, totp_code(SECRET, later))
    desktop.wait_for_url("**/staff/people/invite/")
    assert desktop.input_value("#id_email") == "half@example.org"
    assert desktop.input_value("#id_name") == "半个名字"
    expect(desktop.locator("#idle-restored")).to_be_visible()


def test_an_administrator_comes_in_by_the_same_door(desktop):
    boss = enrol(person(Role.SYSTEM_ADMIN, is_staff=True, is_superuser=True))
    desktop.goto("/admin/")
    sign_in(desktop, boss)
    desktop.wait_for_selector("#user-tools")


def test_the_accessibility_check_sees_a_picture_without_words(desktop, axe):
    page = "<html lang=en><title>t</title><main><h1>One</h1>{}</main></html>"
    desktop.set_content(page.format("<img src='data:,' alt='A car'>"))
    axe(desktop)
    desktop.set_content(page.format("<img src='data:,'>"))
    with pytest.raises(AssertionError, match="image-alt"):
        axe(desktop)


def test_a_forgotten_password_is_replaced_through_the_link_of_a_mail(phone, axe, screenshot, reviewer):
    phone.goto("/staff/login/")
    phone.click("main a[href*='/password/forgotten/']")
    axe(phone)
    assert fits(phone)
    screenshot(phone, "password-forgotten-phone")
    phone.fill("#id_email", reviewer.email)
    phone.click("main button[type=submit]")
    phone.wait_for_url("**/password/forgotten/sent/")
    axe(phone)
    assert fits(phone)
    link = Message.objects.get(template="accounts/password_link").context["link"]
    phone.goto(urlsplit(link).path)
    axe(phone)
    assert fits(phone)
    screenshot(phone, "password-new-phone")
    phone.fill("#id_password1", "seven-blue-kettles-sing")
    phone.fill("#id_password2", "seven-blue-kettles-sing")
    phone.click("main button[type=submit]")
    phone.wait_for_url("**/password/new/done/")
    axe(phone)
    phone.click("main a.button")
    give_password(phone, reviewer.email, "seven-blue-kettles-sing")
    expect(phone.locator("#id_code")).to_be_visible()
    phone.goto(urlsplit(link).path)
    expect(phone.locator("main a.button")).to_be_visible()
    axe(phone)


def test_the_language_is_chosen_with_the_own_account(phone, axe, screenshot, reviewer):
    phone.goto("/staff/language/")
    sign_in(phone, reviewer)
    phone.wait_for_url("**/staff/language/")
    axe(phone)
    assert fits(phone)
    screenshot(phone, "language-phone")
    phone.check("input[value=en]")
    phone.click("main button[type=submit]")
    expect(phone.locator("h1")).to_have_text("How I sign in")
    assert phone.get_attribute("html", "lang") == "en"
    axe(phone)
    assert fits(phone)
