"""The pages of the partner platforms, as the operator sees them at the desk and on a phone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from accounts.models import ApiKey
from accounts.roles import Role
from directory.models import Platform
from notifications.webhooks import add_endpoint
from tests import build
from tests.browser.test_webhooks_desk import sign_in
from tests.people import client_of, person

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_platform_is_entered_and_gets_its_key(request, live_server, axe, screenshot, device):
    page: Page = request.getfixturevalue(device)
    build.division("360100")
    build.platform(is_active=False)
    sign_in(page, live_server.url, client_of(person(Role.SYSTEM_ADMIN)))
    page.goto("/staff/platforms/?lang=en")
    axe(page)
    assert page.viewport_size
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    screenshot(page, f"platforms-{device}")
    page.fill("#id_name", "南昌市12345政务服务便民热线")
    page.select_option("#id_division", "360100")
    page.fill("#id_contact_email", "it@hotline.example")
    page.get_by_role("button", name="Enter the platform").click()
    entered = Platform.objects.latest("pk")
    add_endpoint(owner=entered, url="https://hotline.example/hooks", now=NOW)
    page.goto(f"/staff/platforms/{entered.pk}/?lang=en")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    screenshot(page, f"platform-{device}")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    page.fill("#id_name", "12345")
    page.get_by_label("Hand over complaints").check()
    page.get_by_role("button", name="Make the key").click()
    assert page.locator("#token").input_value().startswith(ApiKey.objects.get().prefix)
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("rowheader", name=re.compile("12345$"))).to_be_visible()
    axe(page)
