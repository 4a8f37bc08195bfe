"""The readable page of the API in a real browser."""

from __future__ import annotations

import pytest

from tests.config.test_api_schema import OPERATIONS


@pytest.mark.django_db(transaction=True)
def test_the_page_shows_every_operation_and_the_browser_has_nothing_to_complain_of(desktop, screenshot):
    said: list[str] = []
    asked: list[str] = []
    desktop.on("console", lambda line: said.append(f"{line.type}: {line.text}"))
    desktop.on("request", lambda request: asked.append(request.url))
    desktop.goto("/api/v1/docs/")
    desktop.locator(".opblock").first.wait_for()
    assert desktop.locator(".opblock").count() == len(OPERATIONS)
    desktop.get_by_text("/api/v1/complaints/", exact=False).first.click()
    desktop.locator(".opblock.is-open .responses-table").first.wait_for()
    screenshot(desktop, "api-docs")
    origin = desktop.url.partition("/api/")[0]
    assert not [url for url in asked if not url.startswith((origin, "data:", "blob:"))]
    assert not [line for line in said if line.startswith(("error", "warning"))]
