"""A real browser: Chromium of the machine, as a phone and as a desktop, against the live server.

Every test in this folder is marked `browser`. Use the fixtures `phone` and `desktop` (pages), `axe` and
`screenshot`; `live_server.url` is the address.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.chromium import chromium_path

# Playwright's synchronous interface keeps an event loop in this thread for the whole session. Django takes that for
# asynchronous code and refuses its database; the tests are plain synchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).parent
RESULTS = HERE.parent.parent / "test-results"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
CHINESE: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the folder, so that no test of it is forgotten."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the machine's own Chromium; nothing is downloaded and nothing calls home."""
    return {"executable_path": chromium_path(), "args": list(QUIET), "timeout": 30_000}


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A page on a phone, 390 × 844, in Chinese."""
    yield from page_with(browser, live_server.url, PHONE)


@pytest.fixture
def desktop(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A page on a desktop, 1280 × 900, in Chinese."""
    yield from page_with(browser, live_server.url, DESKTOP)


def page_with(browser: Browser, base_url: str, device: dict[str, Any]) -> Iterator[Page]:
    """A page of a fresh context; a script error or a refused resource on it fails the test at the end."""
    with browser.new_context(base_url=base_url, **CHINESE, **device) as context:
        context.set_default_timeout(10_000)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on(
            "console",
            lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
        )
        yield page
        assert not faults, "\n".join(faults)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with every accessibility violation of the page, in words."""
    checker = Axe()

    def check(page: Page) -> None:
        page.wait_for_load_state()
        results = checker.run(page)
        assert not results.violations_count, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """`screenshot(page, "card-phone")` writes `test-results/card-phone.png`, the whole page."""

    def shoot(page: Page, name: str) -> Path:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return shoot
