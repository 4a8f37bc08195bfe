"""The page of the web hooks, as the administrator of an institution sees it at the desk and on a phone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.roles import Role
from notifications.models import WebhookEndpoint
from notifications.webhooks import add_endpoint
from tests import build
from tests.people import client_of, person

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def sign_in(page: Page, base_url: str, client) -> None:
    """Give the page the session of a test client."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base_url}])


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_hook_is_added_and_its_secret_copied(request, live_server, axe, screenshot, device):
    page: Page = request.getfixturevalue(device)
    hospital = build.institution()
    told, stopped = (
        add_endpoint(owner=hospital, url=f"https://{name}.hospital.example/hooks", now=NOW)[0]
        for name in ("his", "dispatch")
    )
    hooks = WebhookEndpoint.objects
    hooks.filter(pk=told.pk).update(tried_at=NOW, delivered_at=NOW, outcome="HTTP 200")
    hooks.filter(pk=stopped.pk).update(tried_at=NOW, outcome="HTTP 410", is_active=False, stopped_at=NOW)
    sign_in(page, live_server.url, client_of(person(Role.INSTITUTION_ADMIN, body=hospital)))
    page.goto("/staff/webhooks/?lang=en")
    axe(page)
    assert page.viewport_size
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    screenshot(page, f"webhooks-{device}")
    page.fill("#id_url", "https://fleet.hospital.example/hooks")
    page.get_by_role("button", name="Add the web hook").click()
    secret = page.locator("#secret").input_value()
    axe(page)
    screenshot(page, f"webhook-added-{device}")
    assert secret == WebhookEndpoint.objects.latest("pk").secret
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("rowheader", name="fleet.hospital.example")).to_be_visible()
