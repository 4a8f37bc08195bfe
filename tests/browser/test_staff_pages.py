"""The desk in a real browser: accessible at every width, by keyboard, and without script."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.choices import AmbulanceStatus, MarkingState
from registry.models import Application, FieldChange, StatusChange
from tests import build
from tests.browser.conftest import CHINESE
from tests.registry.staff_pages import desks

pytestmark = pytest.mark.django_db(transaction=True)

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOW_TARGETS = """() => [...document.querySelectorAll('.button, .rail a, .bar-menu, .tabs a')]
  .filter(each => each.offsetParent && each.getBoundingClientRect().height < 44).map(each => each.outerHTML)"""
WIDTHS = (390, 820, 1280)


@pytest.fixture
def house():
    """A hospital with long names, a vehicle with a long story, work for everybody."""
    house, now = desks(), timezone.now()
    house.hospital.name = "江西省赣江新区儒乐湖新城社区卫生服务中心与院前急救联合体第二分中心"
    house.hospital.save()
    build.price(institution=house.hospital)
    vehicle = build.ambulance(
        institution=house.hospital,
        certified_by=house.authority,
        status=AmbulanceStatus.SUSPENDED,
        fleet_number="W" * 30,
        brand_model="W" * 60,
        inspection_valid_until=timezone.localdate(),
    )
    build.marking(ambulance=vehicle, state=MarkingState.ISSUED)
    build.ambulance(institution=house.hospital, certified_by=house.authority)
    StatusChange.objects.create(ambulance=vehicle, new_status="in_service", changed_at=build.ISSUED)
    StatusChange.objects.create(ambulance=vehicle, old_status="in_service", new_status="suspended", changed_at=now)
    FieldChange.objects.create(ambulance=vehicle, field="station", old="旧站", new="新站", changed_at=now)
    Application.objects.create(
        kind="renewal",
        institution=house.hospital,
        ambulance=vehicle,
        authority=house.authority,
        state="submitted",
        created_at=now,
        updated_at=now,
        submitted_at=now,
        due_on=timezone.localdate(),
    )
    return house


def addresses(house):
    """(who, address) of one page of every sort."""
    vehicle = house.hospital.ambulances.order_by("pk")[0]
    act = reverse("staff:ambulance_act", kwargs={"pk": vehicle.pk, "action_name": "return"})
    return [
        ("reviewer", reverse("staff:desk")),
        ("fleet_manager", reverse("staff:desk")),
        ("other_fleet_manager", reverse("staff:desk")),
        ("system_admin", reverse("staff:desk")),
        ("reviewer", f"{reverse('staff:ambulances')}?network=no&sort=inspection"),
        ("fleet_manager", f"{reverse('staff:ambulances')}?status=nonsense"),
        ("fleet_manager", reverse("staff:ambulance", args=[vehicle.pk])),
        ("reviewer", act),
        ("reviewer", reverse("staff:institutions")),
        ("reviewer", reverse("staff:institution", args=[house.hospital.pk])),
        ("institution_admin", reverse("staff:prices")),
        ("reviewer", f"{reverse('staff:search')}?q={vehicle.plate}"),
        ("fleet_manager", act),
    ]


@pytest.fixture
def signed_in(live_server, house):
    """`signed_in(page, "reviewer")`: from now on the browser is that person's."""

    def sign_in(page, who):
        page.context.clear_cookies()
        key = house.clients[who].session.session_key
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])

    return sign_in


def test_every_page_is_accessible_and_fits_at_every_width(desktop, house, signed_in, axe, screenshot):
    for width in WIDTHS:
        desktop.set_viewport_size({"width": width, "height": 900})
        for number, (who, address) in enumerate(addresses(house)):
            signed_in(desktop, who)
            desktop.goto(address)
            assert desktop.evaluate(TOO_WIDE) <= 0, f"{address} at {width}"
            assert desktop.evaluate(LOW_TARGETS) == [], f"{address} at {width}"
            if width != 820:
                axe(desktop)
            screenshot(desktop, f"staff-{number}-{width}")


def test_the_keyboard_searches_moves_and_opens(desktop, house, signed_in):
    signed_in(desktop, "fleet_manager")
    desktop.goto(reverse("staff:ambulances"))
    desktop.keyboard.press("j")
    desktop.keyboard.press("j")
    desktop.keyboard.press("k")
    first = house.hospital.ambulances.order_by("plate")[0]
    assert desktop.locator("tr.is-here").get_by_role("link").get_attribute("href") == f"/staff/ambulances/{first.pk}/"
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(f"**/staff/ambulances/{first.pk}/")
    desktop.keyboard.press("/")
    desktop.keyboard.type("j" + first.plate)
    assert desktop.locator("#search").input_value() == "j" + first.plate


def test_filters_stay_in_the_address_and_the_menu_opens_without_script(browser, live_server, house, signed_in):
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
    with browser.new_context(base_url=live_server.url, **CHINESE, **phone) as context:
        page = context.new_page()
        signed_in(page, "fleet_manager")
        page.goto(f"{reverse('staff:ambulances')}?lang=en")
        page.get_by_label("Status", exact=True).select_option("suspended")
        page.get_by_role("button", name="Show").click()
        assert "status=suspended" in page.url
        assert "lang=en" in page.url
        assert page.locator("tbody tr").count() == 1
        assert not page.locator("#rail").is_visible()
        page.get_by_role("link", name="Menu", exact=True).click()
        page.locator("#rail").get_by_role("link", name="Posted prices").click()
        page.wait_for_url("**/staff/prices/**")


def test_a_printed_page_keeps_the_work_and_drops_the_frame(desktop, signed_in):
    signed_in(desktop, "fleet_manager")
    desktop.goto(reverse("staff:ambulances"))
    desktop.emulate_media(media="print")
    assert desktop.locator("table").is_visible()
    assert not desktop.locator(".rail").is_visible()
    assert not desktop.locator(".filters").is_visible()
