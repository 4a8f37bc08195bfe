"""The complainant's pages on a phone, and the clerk's page of a call: readable, accessible, without any script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.receipts import receipt_hash
from complaints.strands import strands_of
from directory.kinds import AuthorityKind
from edge.limits import limiter
from tests import build
from tests.browser.conftest import PHONE
from tests.complaints.build import authorities
from tests.complaints.desk import Case, desk
from tests.complaints.entries import filed
from tests.complaints.followers import asked
from tests.people import client_of, person

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "ACEFHJKMNPRTWXY2"


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    limiter().clear()
    yield
    limiter().clear()


@pytest.fixture
def plain(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    with browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN", **PHONE) as context:
        context.set_default_timeout(10_000)
        yield context.new_page()


def both() -> tuple[Case, Case]:
    """A claim that is answered, and a report whose desk asks something."""
    authorities()
    desk(AuthorityKind.MARKET_REGULATION, "360100")
    complaint = filed(
        kind=Kind.OVERCHARGING,
        files_both=True,
        amount_charged=Decimal(28000),
        distance_km=Decimal(1600),
        contact_email="family@example.org",
        consent_share_contact=True,
        plate="赣A12345",
    )
    Complaint.objects.filter(pk=complaint.pk).update(receipt_hash=receipt_hash(CODE))
    first, twin = strands_of(complaint)
    yesterday = timezone.now() - timedelta(days=1)
    claim = Case(first, desk(AuthorityKind.MARKET_REGULATION), yesterday)
    claim.concluded(measures=["refund", "suspension"], refund_amount=Decimal("17328.00"))
    report = Case(twin, desk(AuthorityKind.MARKET_REGULATION), yesterday).accepted()
    asked(report, "请说明付款方式，并提供转账记录或收据照片。")
    return claim, report


def open_it(page: Page, reference: str) -> None:
    """Reference and receipt code, as from paper."""
    page.goto("/complaints/track/")
    page.fill("#id_reference", reference)
    page.fill("#id_receipt_code", CODE)
    page.locator("main form button.button").first.click()


def fits(page: Page) -> None:
    """Nothing hangs over the edge of the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def look(axe: Callable[[Page], None], screenshot: Callable[[Page, str], Any]) -> Callable[[Page, str], None]:
    """Accessible, within the screen, and kept as a picture."""

    def check(page: Page, name: str) -> None:
        axe(page)
        fits(page)
        screenshot(page, f"person-{name}")

    return check


def test_the_complainants_pages_on_a_phone(phone, look):
    claim, _report = both()
    phone.goto("/complaints/track/lost/")
    look(phone, "lost")
    open_it(phone, claim.complaint.reference)
    look(phone, "followed")
    assert len(phone.content().encode()) < 30_000
    phone.goto("/complaints/track/rating/")
    look(phone, "rating")
    phone.check("input[name=stars][value='1']")
    phone.locator("main form button.button").click()
    expect(phone).to_have_url(re.compile("review/"))
    look(phone, "review")
    phone.goto("/complaints/track/data/")
    look(phone, "data")
    phone.goto("/complaints/track/withdraw/")
    look(phone, "withdraw")
    phone.goto("/complaints/track/?view=elder")
    fits(phone)


def test_everything_is_done_without_any_script(plain):
    claim, report = both()
    open_it(plain, claim.complaint.reference)
    plain.fill(".question textarea", "微信转账，见附件。")
    plain.locator(".question button").click()
    assert report.part.waiting_since is None
    plain.goto("/complaints/track/rating/?strand=complaint")
    plain.check("input[name=stars][value='2']")
    plain.locator("main form button.button").click()
    plain.fill("#id_reason", "退款金额不对。")
    plain.locator("main form button.button").click()
    assert claim.complaint.handlings.filter(role="review").count() == 1
    plain.goto("/complaints/track/data/")
    plain.locator("button[value=consent]").click()
    claim.complaint.refresh_from_db()
    assert not claim.complaint.consent_share_contact


def test_how_an_authority_handles_it_is_complained_of_one_level_up(plain):
    claim, _report = both()
    build.authority(kind=AuthorityKind.HEALTH, division=build.division("360100"))
    open_it(plain, claim.complaint.reference)
    plain.locator("details summary").first.click()
    plain.locator("details button").first.click()
    plain.check("input[value=not-known]")
    plain.locator("main form button.button").last.click()
    plain.locator("main form button.button").last.click()
    plain.fill("#id_narrative", "一直没有答复。")
    for _page in ("story", "evidence"):
        plain.locator("main form button.button:not(.button-quiet):visible").last.click()
    plain.click("button[name=anonymous]")
    plain.locator("main form button.button").last.click()
    plain.locator("main form button.button").last.click()
    expect(plain.locator(".receipt")).to_be_visible()
    conduct = Complaint.objects.get(kind=Kind.AUTHORITY_CONDUCT)
    assert conduct.about_authority == claim.desk.authority
    assert conduct.answers["about_reference"] == claim.complaint.reference
    assert not conduct.contact_phone


def test_new_pages_of_the_walk_on_a_phone(phone, look):
    authorities()
    phone.goto("/complaints/new/")
    phone.click("button[value=authority_conduct]")
    look(phone, "authority")
    phone.goto("/complaints/new/")
    phone.click("button[value=illegal_ambulance]")
    phone.goto(phone.url.replace("/vehicle/", "/wish/"))
    look(phone, "wish")


def test_a_call_is_taken_and_its_receipt_read_aloud(desktop, phone, look, live_server):
    authorities()
    clerk = person(Role.HOTLINE_CLERK, body=build.authority())
    cookie = {"name": "sessionid", "value": client_of(clerk).cookies["sessionid"].value, "url": live_server.url}
    for page, name in ((desktop, "desktop"), (phone, "phone")):
        page.context.add_cookies([cookie])
        page.goto("/staff/hotline/")
        look(page, f"call-{name}")
        page.select_option("#id_kind", "service")
        page.select_option("#id_division", "360102")
        page.fill("#id_contact_phone", "13800138000")
        page.locator("main form button[type=submit]").click()
        look(page, f"call-wrong-{name}")
        assert page.input_value("#id_contact_phone") == "13800138000"
        page.fill("#id_narrative", "司机要价二万八千元，没有收据。")
        page.locator("main form button[type=submit]").click()
        look(page, f"call-receipt-{name}")
        page.locator("form[action*='text'] button").click()
        page.locator("form[action*='done'] button").click()
        assert page.url.endswith("/staff/hotline/")
    assert Complaint.objects.count() == 2
