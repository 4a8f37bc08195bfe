"""Cases that belong together and letters in a real browser: accessible, fitting at every width, without script."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.files import store_upload
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.receipts import new_receipt_code, receipt_hash
from complaints.services.linking import link, merge
from tests import build
from tests.browser.conftest import CHINESE
from tests.browser.test_staff_pages import LOW_TARGETS, TOO_WIDE, WIDTHS
from tests.complaints.desk import Case, case, desk
from tests.evidence.samples import picture_bytes
from tests.people import client_of

pytestmark = pytest.mark.django_db(transaction=True)
STORY = "从南昌送到家里，收了两万八千元，没有发票，司机态度很差，说不给钱就不走。"


@pytest.fixture
def here():
    found = desk()
    found.authority.name = "示范市东湖区卫生健康委员会"
    found.authority.save()
    return found


@pytest.fixture
def main(here) -> Case:
    """A case with a link, two merged cases, a likely duplicate, earlier cases and letters."""
    hospital = build.institution(name="江西省赣江新区儒乐湖新城社区卫生服务中心与院前急救联合体第二分中心")
    vehicle = build.ambulance(institution=hospital)
    cases = [case(Kind.SERVICE, here, plate=vehicle.plate, narrative=STORY) for _ in range(6)]
    whole = cases[-1].accepted()
    for n, one in enumerate(cases[:2]):
        item = store_upload(upload=BytesIO(picture_bytes()), name=f"{n}.jpg", now=timezone.now())
        item.complaint = one.complaint
        item.save()
        merge(**one.by(here.handler, main=whole.complaint, reason="两件均反映同一次转运。"))
    link(**whole.by(here.handler, other=cases[2].complaint, kind="related", reason="同一车辆，日期相近。" * 8))
    return whole.concluded(measures=["correction", "suspension"])


def sign_in(page, live_server, who):
    page.context.clear_cookies()
    key = client_of(who).session.session_key
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])


def test_the_page_of_links_is_accessible_and_fits_at_every_width(desktop, live_server, main, axe, screenshot):
    merged = main.complaint.merged.first()
    sign_in(desktop, live_server, main.desk.supervisor)
    pages = {
        "main": reverse("links:linked", args=[main.complaint.pk]),
        "merged": reverse("links:linked", args=[merged.pk]),
        "case": reverse("cases:case", args=[main.complaint.pk]),
    }
    for width in WIDTHS:
        desktop.set_viewport_size({"width": width, "height": 900})
        for name, address in pages.items():
            desktop.goto(address)
            assert desktop.evaluate(TOO_WIDE) <= 0, f"{address} at {width}"
            assert desktop.evaluate(LOW_TARGETS) == [], f"{address} at {width}"
            if width != 820:
                axe(desktop)
            screenshot(desktop, f"links-{name}-{width}")


def test_two_cases_are_linked_merged_and_separated_without_script(browser, live_server, here):
    one, other = (case(Kind.SERVICE, here, narrative=STORY) for _ in range(2))
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
    with browser.new_context(base_url=live_server.url, **CHINESE, **phone) as context:
        page = context.new_page()
        sign_in(page, live_server, here.supervisor)
        page.goto(reverse("cases:case", args=[one.complaint.pk]) + "?lang=en")
        page.locator("#linked ~ ul").get_by_role("link", name="Link or merge").first.click()
        merge_box = page.locator("section", has=page.get_by_role("heading", name="Merge into another case"))
        merge_box.get_by_label("Reason").fill("两件均反映同一次转运。")
        merge_box.get_by_role("button").click()
        assert Complaint.objects.get(pk=one.complaint.pk).merged_into == other.complaint
        page.get_by_label("Reason").fill("并非同一事件。")
        page.get_by_role("button", name="Separate the two cases").click()
        page.get_by_text("handled by itself again").wait_for()
        assert Complaint.objects.get(pk=one.complaint.pk).merged_into is None


def test_the_follower_finds_the_letters_on_a_phone(phone, main, axe, screenshot):
    code = new_receipt_code()
    Complaint.objects.filter(pk=main.complaint.pk).update(receipt_hash=receipt_hash(code))
    phone.goto(reverse("complaints:track") + f"?reference={main.complaint.reference}&lang=en")
    phone.get_by_label("Receipt code").fill(code)
    phone.get_by_role("button", name="Show the complaint").click()
    axe(phone)
    screenshot(phone, "links-letters-phone")
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Decision on the complaint").click()
    assert download.value.suggested_filename.startswith(main.complaint.reference)
