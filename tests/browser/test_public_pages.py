"""The public pages in a real browser: readable by everybody, on small phones, without script."""

from __future__ import annotations

import pytest

from directory.formats import PlateKind
from registry.choices import AmbulanceStatus
from registry.codes import new_code
from registry.standing import Standing
from tests import build
from tests.browser.conftest import CHINESE
from tests.registry.standings import VEHICLES, line_of, marking_with

pytestmark = pytest.mark.django_db(transaction=True)

SMALL = {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True}
VIEWS = ("lang=zh", "lang=en&view=elder")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOW_TARGETS = """least => [...document.querySelectorAll('.button, .ways a, .name, input:not([type=hidden])')]
  .filter(each => each.getBoundingClientRect().height < least).map(each => each.outerHTML)"""


@pytest.fixture
def small(browser, live_server):
    """A page 320 pixels wide with script turned off."""
    with browser.new_context(base_url=live_server.url, java_script_enabled=False, **CHINESE, **SMALL) as context:
        yield context.new_page()


def addresses():
    """One address of every public page, with the longest things the register may hold."""
    long = build.institution(
        name="江西省赣江新区儒乐湖新城社区卫生服务中心与院前急救联合体第二分中心", in_120_network=True
    )
    marking = marking_with(
        Standing.IN_SERVICE_120,
        institution=long,
        plate_kind=PlateKind.SMALL_NEW_ENERGY,
        brand_model="W" * 60,
        fleet_number="WWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    )
    build.ambulance(plate="赣C00001", plate_kind=PlateKind.SMALL)
    build.ambulance(plate="赣C00001", plate_kind=PlateKind.LARGE, status=AmbulanceStatus.SUSPENDED)
    for _ in range(21):
        build.institution()
    return {
        "home": "/",
        "card": f"/a/{marking.code}/?km=1600",
        "card-wrong-distance": f"/a/{marking.code}/?km=x",
        "unknown": f"/a/{new_code()}/",
        "mistyped": "/a/ABCD-EFGH-JKM2/",
        "names": "/lookup/?q=人民医院",
        "no-names": "/lookup/?q=没有这个",
        "plates": "/lookup/?q=赣C00001",
        "no-plate": "/lookup/?q=赣C00002",
        "bad-plate": "/lookup/?q=赣C0000O",
        "institution": f"/institutions/{long.pk}/",
        "not-found": "/nowhere/",
    }


def with_view(address, view):
    return f"{address}{'&' if '?' in address else '?'}{view}"


def test_every_page_is_accessible_in_both_views(phone, axe, screenshot):
    for name, address in addresses().items():
        for view in VIEWS:
            phone.goto(with_view(address, view))
            axe(phone)
            assert phone.evaluate(LOW_TARGETS, 60 if "elder" in view else 48) == [], name
        if name in {"home", "card", "unknown"}:
            phone.goto(with_view(address, "lang=zh"))
            screenshot(phone, f"{name}-phone")


def test_every_standing_is_accessible_in_both_views(phone, axe):
    for standing in VEHICLES:
        code = marking_with(standing).code
        for view in VIEWS:
            phone.goto(f"/a/{code}/?{view}")
            axe(phone)


def test_a_desktop_shows_the_same_pages(desktop, axe, screenshot):
    code = marking_with(Standing.IN_SERVICE_120).code
    for name, address in {"home": "/", "card": f"/a/{code}/"}.items():
        desktop.goto(address)
        axe(desktop)
        screenshot(desktop, f"{name}-desktop")


@pytest.mark.parametrize("view", VIEWS)
def test_no_page_is_wider_than_the_smallest_phone(phone, view):
    phone.set_viewport_size(SMALL["viewport"])
    for name, address in addresses().items():
        phone.goto(with_view(address, view))
        assert phone.evaluate(TOO_WIDE) <= 0, name


def test_everything_works_without_script(small):
    marking = marking_with(Standing.IN_SERVICE_120)
    small.goto("/?lang=en")
    small.get_by_role("textbox").fill(marking.code.lower())
    small.get_by_role("button", name="Look up").click()
    small.wait_for_url(f"**/a/{marking.code}/?lang=en")
    assert small.get_by_role("heading", level=1).inner_text() == line_of(Standing.IN_SERVICE_120)
    small.get_by_label("Distance in kilometres").fill("1600")
    small.get_by_role("button", name="Estimate the price").click()
    assert "10,671.99 yuan" in small.locator(".sum").inner_text()
    small.get_by_role("link", name="Elder view").first.click()
    assert small.locator("html.elder").count() == 1
    assert "10,671.99 yuan" in small.locator(".sum").inner_text()


def test_the_keyboard_reaches_the_content_first(desktop):
    desktop.goto("/?lang=en")
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.textContent") == "Skip to the content"
    desktop.keyboard.press("Enter")
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.name") == "q"


def test_the_elder_view_is_large_and_airy(phone):
    phone.goto("/?view=elder")
    size, height = phone.evaluate(
        "(style => [parseFloat(style.fontSize), parseFloat(style.lineHeight)])(getComputedStyle(document.body))"
    )
    assert size == 21
    assert height / size >= 1.69


def test_a_printed_card_keeps_its_words_and_drops_what_only_a_screen_can_do(phone):
    marking = marking_with(Standing.SUSPENDED)
    phone.goto(f"/a/{marking.code}/?lang=en")
    phone.emulate_media(media="print")
    assert phone.get_by_role("heading", level=1).is_visible()
    assert phone.locator(".plate").is_visible()
    assert phone.get_by_text(marking.ambulance.institution.complaint_phone).is_visible()
    assert phone.locator(".band svg").evaluate("drawn => getComputedStyle(drawn).stroke") == "rgb(0, 0, 0)"
    assert not phone.locator("form").is_visible()
    assert not phone.locator(".ways").first.is_visible()
    assert not phone.get_by_role("link", name="Praise").is_visible()
