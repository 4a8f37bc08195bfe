"""Filing and following a complaint in a real browser: without script, accessible, on small screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, FilePayload, Page

from complaints.models import Complaint
from complaints.services.submit import FLAG_NO_CHALLENGE
from edge.limits import limiter
from tests import build
from tests.browser.conftest import PHONE
from tests.complaints.build import authorities
from tests.evidence.samples import picture_bytes

pytestmark = pytest.mark.django_db(transaction=True)

STORY = "司机要价二万八千元。\n没有收据。"


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    limiter().clear()
    yield
    limiter().clear()


@pytest.fixture
def code() -> str:
    """The code of an ambulance whose institution has posted its price."""
    authorities()
    marking = build.marking()
    build.price(institution=marking.ambulance.institution)
    return marking.code


@pytest.fixture
def plain(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    with browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-GB", **PHONE) as context:
        context.set_default_timeout(10_000)
        yield context.new_page()


def go_on(page: Page) -> None:
    """The one main button of a page, once its scripts are there."""
    page.wait_for_load_state()
    page.locator("main form button.button:not(.button-quiet):visible").last.click()


def walk(page: Page, code: str, look: Callable[[str], None], query: str = "") -> None:
    """From the card to the receipt, looking at every page."""
    page.goto(f"/complaints/new/?code={code}{query}")
    look("new")
    page.click("button[value=overcharging]")
    go_on(page)
    look("when-wrong")
    page.check("input[value=yesterday]")
    page.fill("#id_time", "18:05")
    go_on(page)
    look("where")
    page.click("a[href*='change=1']")
    look("province")
    page.select_option("#id_province", "360000")
    go_on(page)
    look("county")
    page.select_option("#id_division", "360102")
    page.fill("#id_place", "民德路1号门口")
    go_on(page)
    look("ride")
    page.fill("#id_distance_km", "1600")
    go_on(page)
    assert "10,671.99" in page.inner_text("main")
    look("charge")
    page.fill("#id_amount_charged", "28000")
    go_on(page)
    look("wish")
    page.check("input[name=wish][value=redress]")
    go_on(page)
    look("story")
    page.fill("#id_narrative", STORY)
    go_on(page)
    photo: FilePayload = {"name": "收据.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes()}
    program: FilePayload = {"name": "program.exe", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00 program"}
    page.set_input_files("#files", [photo, program])
    page.click("button[name=add]")
    look("evidence")
    go_on(page)
    look("contact")
    page.fill("#id_contact_phone", "13800138000")
    page.locator("main form button.button").first.click()
    look("consent")
    page.check("#id_consent_sensitive")
    go_on(page)
    look("review")
    go_on(page)
    look("receipt")


def codes_on(page: Page) -> tuple[str, str]:
    """Reference and receipt code as the receipt shows them."""
    reference, code = page.locator(".receipt dd.code").all_inner_texts()
    return reference, code


def test_a_complaint_is_filed_followed_and_withdrawn_without_any_script(plain, code):
    walk(plain, code, lambda _name: None)
    complaint = Complaint.objects.get()
    assert complaint.narrative == STORY
    assert [one.name for one in complaint.evidence.all()] == ["收据.jpg"]
    reference, receipt_code = codes_on(plain)
    cookies = {cookie["name"] for cookie in plain.context.cookies()}
    assert cookies == {"csrftoken", "sessionid"}
    plain.goto("/t")
    plain.fill("#id_reference", reference)
    plain.fill("#id_receipt_code", receipt_code)
    go_on(plain)
    assert reference in plain.inner_text("h1")
    plain.click("a[href*='material']")
    plain.fill("#id_text", "补充说明")
    go_on(plain)
    plain.click("a[href*='withdraw']")
    plain.click("button.button-stop")
    complaint.refresh_from_db()
    assert complaint.state == "withdrawn"
    assert complaint.events.count() == 3


def test_going_back_in_the_browser_and_sending_again_shows_the_same_receipt(plain, code):
    walk(plain, code, lambda _name: None)
    first = codes_on(plain)
    plain.go_back()
    plain.goto(plain.url)
    assert codes_on(plain) == first
    plain.reload()
    assert codes_on(plain) == first
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(("language", "view"), [("zh", ""), ("en", ""), ("zh", "&view=elder")])
def test_every_page_is_accessible_and_never_scrolls_sideways(phone, code, axe, language, view):
    def look(name: str) -> None:
        axe(phone)
        phone.set_viewport_size({"width": 320, "height": 640})
        wide = phone.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= 320, f"{name} is {wide} px wide"
        phone.set_viewport_size({"width": 390, "height": 844})

    query = f"&lang={language}{view}"
    walk(phone, code, look, query)
    reference, receipt_code = codes_on(phone)
    phone.goto(f"/complaints/track/?reference={reference}{query}")
    look("track")
    phone.fill("#id_receipt_code", "WRONG")
    go_on(phone)
    look("track-wrong")
    phone.fill("#id_receipt_code", receipt_code)
    go_on(phone)
    look("followed")
    phone.click("a[href*='material']")
    look("material")
    phone.go_back()
    phone.click("a[href*='withdraw']")
    look("withdraw")
    if view:
        assert "elder" in (phone.get_attribute("html", "class") or "")


def test_what_can_be_pressed_is_large_enough_also_for_the_elder_view(phone, code):
    for view, least in (("", 48), ("&view=elder", 60)):
        phone.goto(f"/complaints/new/?code={code}{view}")
        heights = phone.eval_on_selector_all(
            "main button, main a.button", "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(heights) >= least


def test_a_hasty_sender_at_a_busy_address_is_checked_by_work_and_not_marked(phone, code):
    for _ in range(settings.ENV.CHALLENGE_AFTER):
        limiter().hit("filings", "127.0.0.1")
    walk(phone, code, lambda _name: None)
    phone.wait_for_url("**/receipt/**", timeout=60_000)
    assert FLAG_NO_CHALLENGE not in Complaint.objects.get().flags


def test_the_receipt_prints_its_code_and_its_symbol(desktop, code):
    walk(desktop, code, lambda _name: None)
    desktop.emulate_media(media="print")
    assert desktop.locator(".receipt dd.code").last.is_visible()
    assert desktop.locator("img.qr").is_visible()
    assert desktop.locator("img.qr").evaluate("one => one.naturalWidth") > 0
    assert not desktop.locator(".no-print").first.is_visible()
    assert re.fullmatch(r"[A-Z]{2}[0-9]{2}-[0-9]{4}", codes_on(desktop)[0])
