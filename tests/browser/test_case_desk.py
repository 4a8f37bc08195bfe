"""The queue and the page of a case in a real browser: accessible at phone and desktop width, by keyboard."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.services import add_handler
from complaints.services.asking import ask
from complaints.services.noting import note
from complaints.workflow import HandlingRole
from directory.kinds import AuthorityKind
from tests import build
from tests.complaints.desk import case, desk
from tests.people import client_of

pytestmark = pytest.mark.django_db(transaction=True)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDTHS = (390, 1280)


@pytest.fixture
def overcharged():
    """A ride for 28,000 yuan: health leads, market regulation joins, the complainant was asked, words for everybody."""
    market, health = desk(AuthorityKind.MARKET_REGULATION), desk()
    health.authority.name, market.authority.name = "南昌市东湖区卫生健康委员会", "南昌市东湖区市场监督管理局"
    for each in (health, market):
        each.authority.save()
    vehicle = build.marking().ambulance
    one = case(
        Kind.OVERCHARGING,
        health,
        plate=vehicle.plate,
        place="东湖区民德路某医院门诊楼前",
        distance_km=Decimal(1600),
        amount_charged=Decimal(28000),
        narrative="从南昌送到外省家里，收了两万八千元，没有发票。\n司机说路上要加钱，不给不走。",
    )
    one.at = timezone.now()
    if not one.complaint.handlings.filter(authority=health.authority).exists():
        pytest.fail("health has no part")
    one.accepted()
    note(**one.by(health.handler, audience="own", text="先核对里程和公示价格，再约谈机构。"))
    note(**one.by(health.handler, audience="authorities", text="请市场监管部门核查价格公示情况。"))
    ask(**one.by(health.handler, text="请问您是否保留了付款记录？如有，请补充截图。"))
    police = desk(AuthorityKind.POLICE)
    add_handler(**one.by(health.handler, to=police.authority, role=HandlingRole.CO, reason="涉嫌违规使用警报器。"))
    Complaint.objects.filter(pk=one.complaint.pk).update(flags=["many_on_vehicle", "unchecked_address"])
    case(Kind.REFUSAL_OR_DELAY, health)
    case(Kind.SERVICE, health, plate="赣A12345").accepted()
    return one


@pytest.fixture
def signed_in(live_server):
    """`signed_in(page, user)`: from now on the browser is that person's."""

    def sign_in(page, user):
        page.context.clear_cookies()
        key = client_of(user).session.session_key
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])

    return sign_in


def addresses(one):
    pending = Complaint.objects.get(kind=Kind.REFUSAL_OR_DELAY)
    first = [pending.pk, pending.handlings.get().pk]
    queue, page = reverse("cases:cases"), reverse("cases:case", args=[one.complaint.pk])
    step = [one.complaint.pk, one.part.pk]
    return {
        "queue": f"{queue}?tab=all",
        "queue-empty": f"{queue}?tab=overdue",
        "case": page,
        "take-back": reverse("cases:act", args=[*step, "take_back"]),
        "note": reverse("cases:act", args=[*step, "note"]),
        "hand-over": reverse("cases:act", args=[*step, "hand_over"]),
        "accept-template": reverse("cases:act", args=[*first, "accept"]) + "?template=1&take=thanks&take=follow",
        "decline": reverse("cases:act", args=[*first, "decline"]),
        "assign": reverse("cases:act", args=[*first, "assign"]),
        "case-elder": f"{page}?view=elder",
        "not-now": reverse("cases:act", args=[*step, "accept"]),
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_the_desk_is_accessible_and_fits(desktop, overcharged, signed_in, axe, screenshot, width):
    signed_in(desktop, overcharged.desk.handler)
    desktop.set_viewport_size({"width": width, "height": 900})
    for name, address in addresses(overcharged).items():
        answer = desktop.goto(address)
        assert answer.status == (409 if name == "not-now" else 200), address
        assert desktop.evaluate(TOO_WIDE) <= 0, f"{address} at {width}"
        screenshot(desktop, f"cases-{name}-{width}")
        axe(desktop)


def test_a_conclusion_is_proposed_and_approved_on_the_pages(desktop, overcharged, signed_in, axe, screenshot):
    one = overcharged
    step = [one.complaint.pk, one.part.pk]
    signed_in(desktop, one.desk.handler)
    desktop.goto(reverse("cases:act", args=[*step, "take_back"]))
    desktop.fill("[name=text]", "已从机构取得付款记录。")
    desktop.click("main form[method=post] button")
    desktop.goto(reverse("cases:act", args=[*step, "investigate"]))
    desktop.fill("[name=text]", "机构收费记录与公示价格不符。")
    desktop.click("main form[method=post] button")
    desktop.goto(reverse("cases:act", args=[*step, "propose"]))
    desktop.check("[name=finding][value=substantiated]")
    desktop.check("[name=measures][value=refund]")
    desktop.fill("[name=refund_amount]", "17,328")
    for name, words in (("facts", "多收17328元。"), ("reasons", "公示价格应收10672元。"), ("decision", "责令退还。")):
        desktop.fill(f"[name={name}]", words)
    axe(desktop)
    screenshot(desktop, "cases-propose-1280")
    desktop.click("main form[method=post] button")
    assert one.part.state == "proposed"
    signed_in(desktop, one.desk.supervisor)
    desktop.goto(reverse("cases:act", args=[*step, "conclude"]))
    axe(desktop)
    screenshot(desktop, "cases-conclude-1280")
    desktop.click("main form[method=post] button")
    assert one.part.state == "concluded"
    axe(desktop)
    screenshot(desktop, "cases-concluded-1280")


def test_the_second_officer_reads_who_was_first_and_goes_on(desktop, overcharged, signed_in, axe, screenshot):
    one = overcharged
    signed_in(desktop, one.desk.supervisor)
    desktop.goto(reverse("cases:act", args=[one.complaint.pk, one.part.pk, "note"]))
    note(**one.by(one.desk.handler, audience="own", text="已电话联系机构。"))
    desktop.fill("[name=text]", "请尽快约谈机构。")
    desktop.click("main form[method=post] button")
    assert one.desk.handler.name in desktop.inner_text("[role=alert]")
    assert desktop.input_value("[name=text]") == "请尽快约谈机构。"
    axe(desktop)
    screenshot(desktop, "cases-conflict-1280")
    desktop.click("main form[method=post] button")
    assert one.part.events.filter(text__isnull=False, action="note").count() == 4


def test_many_are_given_to_an_officer_and_the_queue_is_walked_by_keyboard(desktop, overcharged, signed_in, axe):
    here = overcharged.desk
    signed_in(desktop, here.handler)
    desktop.goto(reverse("cases:cases") + "?tab=unassigned")
    desktop.check("[name=part] >> nth=0")
    desktop.click("button[value=assign]")
    axe(desktop)
    desktop.select_option("[name=to]", str(here.handler.pk))
    desktop.fill("[name=comment]", "统一办理。")
    desktop.click("main form[method=post] button")
    axe(desktop)
    assert "已完成" in desktop.inner_text("main") or "done" in desktop.inner_text("main")
    desktop.goto(reverse("cases:cases") + "?tab=mine")
    desktop.keyboard.press("j")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/staff/complaints/*/")
