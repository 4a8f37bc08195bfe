"""Two cases from the first scan to the last word: the overcharged ride of Nanchang, and an anonymous report."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, Forwarding
from directory.kinds import AuthorityKind
from registry.models import Ambulance
from tests import build
from tests.browser.case_walk import Clock, Officer, everything_told, told_to
from tests.browser.walk import EMAIL, PHONE_NUMBER, follow, go_on, send, write_complaint
from tests.complaints.desk import Desk, desk
from tests.people import client_of, person

pytestmark = pytest.mark.django_db(transaction=True)

REFUND = "17328.01"
SUMMARY = "反映一次长途转运收费28000元，明显高于公示价格。请说明并附收费凭证。"
FACTS = "调取行车轨迹和收费记录：行驶1600公里，应收10671.99元，实收28000元。"


@dataclass
class Nanchang:
    """The bodies of the story and their people."""

    hospital_officer: User
    other_officer: User
    reviewer: User
    health: Desk
    market: Desk
    ambulance: Ambulance
    code: str


@pytest.fixture
def nanchang(transactional_db: None) -> Nanchang:
    health, market = desk(), desk(AuthorityKind.MARKET_REGULATION)
    build.authority(division=build.division("360100"), name="南昌市卫生健康委员会")
    hospital = build.institution(name="南昌市某医院")
    build.price(institution=hospital)
    marking = build.marking(ambulance=build.ambulance(institution=hospital, certified_by=health.authority))
    return Nanchang(
        hospital_officer=person(Role.COMPLAINT_OFFICER, body=hospital),
        other_officer=person(Role.COMPLAINT_OFFICER, body=build.institution()),
        reviewer=person(Role.REVIEWER, body=health.authority),
        health=health,
        market=market,
        ambulance=marking.ambulance,
        code=marking.code,
    )


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def at(desktop: Page, live_server: Any, settings: Any) -> Any:
    """`at(user)`: that person at the desk's browser."""
    settings.ENV = settings.ENV.model_copy(update={"PUBLIC_BASE_URL": live_server.url})
    return lambda user: Officer(desktop, user, live_server.url)


def sent_to_the_hospital(handler: Officer, complaint: Complaint) -> Forwarding:
    """What the hospital is told, in the handler's words; words that name the person are refused first."""
    part = handler.part(complaint)
    handler.sit_down()
    handler.page.goto(reverse("wall:forward", args=[complaint.pk, part.pk]))
    summary = handler.page.locator("main [name=summary]")
    summary.fill(f"家属{PHONE_NUMBER}反映多收费。")
    handler.page.click("main form[method=post] button[type=submit]")
    expect(handler.page.locator("main .errors")).to_be_visible()
    expect(handler.page.locator("main [name=summary]")).to_have_value(f"家属{PHONE_NUMBER}反映多收费。")
    handler.page.locator("main [name=summary]").fill(SUMMARY)
    handler.page.click("main form[method=post] button[type=submit]")
    return Forwarding.objects.get(handling=part)


def the_hospital_replies(officer: Officer, sent: Forwarding, secrets: tuple[str, ...]) -> None:
    """It reads what it was sent, and nothing that would tell who complained."""
    officer.sit_down()
    officer.page.goto(reverse("forwarded:one", args=[sent.pk]))
    seen = officer.page.content()
    assert not [secret for secret in secrets if secret in seen]
    officer.page.fill("#id_text", "该次收费由驾驶员自行收取，未按公示价格执行。")
    officer.page.fill("[name=corrective_action]", "责成退款，暂停该车转运业务。")
    officer.page.click("main form.box button[type=submit]")
    expect(officer.page.locator("main .notice-good").first).to_be_visible()


def concluded(
    at: Any, where: Desk, complaint: Complaint, decision: str, measures: tuple[str, ...], **more: str
) -> None:
    """Investigated and proposed by the handler, approved by the supervisor."""
    handler, supervisor = at(where.handler), at(where.supervisor)
    handler.step(complaint, "investigate", text=FACTS)
    ticks = ("[name=finding][value=substantiated]", *(f"[name=measures][value={one}]" for one in measures))
    handler.step(complaint, "propose", check=ticks, facts=FACTS, reasons="高于公示价格。", decision=decision, **more)
    supervisor.step(complaint, "conclude")


def suspended(reviewer: Officer, ambulance: Ambulance) -> None:
    """Who certified the vehicle takes it out of use; whoever scans it reads so."""
    reviewer.sit_down()
    reviewer.page.goto(reverse("staff:ambulance_act", args=[ambulance.pk, "suspend"]))
    reviewer.page.fill("main form [name=reason]", "违规收费，暂停转运业务。")
    reviewer.page.click("main form[method=post] button[type=submit]")
    ambulance.refresh_from_db()
    assert ambulance.status == "suspended"


def test_the_overcharged_ride_of_nanchang_from_the_scan_to_the_rating(
    phone, at, nanchang, clock, axe, screenshot, caplog
):
    phone.goto(f"/a/{nanchang.code}")
    write_complaint(phone)
    held = send(phone)
    complaint = Complaint.objects.get(reference=held.reference)
    assert {part.authority for part in complaint.handlings.all()} == {
        nanchang.health.authority,
        nanchang.market.authority,
    }
    secrets = (PHONE_NUMBER, EMAIL, held.reference, held.receipt_code, "民德路", "没有发票", "收据.jpg")
    hospital = at(nanchang.hospital_officer)
    hospital.sit_down()
    hospital.page.goto(reverse("forwarded:list"))
    expect(hospital.page.locator("main [data-rows]")).to_have_count(0)  # it cannot see that a case exists

    health, market = at(nanchang.health.handler), at(nanchang.market.handler)
    clock.pass_days(1)
    health.step(complaint, "accept")
    market.step(complaint, "accept")
    sent = sent_to_the_hospital(health, complaint)
    the_hospital_replies(hospital, sent, secrets)
    assert client_of(nanchang.other_officer).get(reverse("forwarded:one", args=[sent.pk])).status_code == 404
    clock.pass_days(6)
    concluded(
        at,
        nanchang.health,
        complaint,
        "责令该院退还多收的17328.01元，暂停该车转运业务。",
        ("refund", "suspension"),
        refund_amount=REFUND,
    )
    suspended(at(nanchang.reviewer), nanchang.ambulance)
    axe(health.open(complaint))
    screenshot(health.page, "nanchang-case")

    follow(phone, held)
    expect(phone.locator("main")).to_contain_text("17,328.01")
    expect(phone.locator("main")).to_contain_text(nanchang.health.authority.name)
    axe(phone)
    phone.goto(f"/a/{nanchang.code}")
    expect(phone.locator("main")).to_contain_text("已暂停使用")

    page = market.open(complaint)
    page.click("summary:has-text('延期') >> visible=true")
    page.fill("form[action*='extensions/ask'] [name=reason]", "需向外省调取收费凭证。")
    page.click("form[action*='extensions/ask'] button")
    supervisor = at(nanchang.market.supervisor)
    supervisor.open(complaint).click("button[name=do][value=grant]")
    follow(phone, held)
    expect(phone.locator("main")).to_contain_text("需向外省调取收费凭证。")

    clock.pass_days(75)
    concluded(at, nanchang.market, complaint, "对该院处以罚款。", ("penalty",))
    follow(phone, held)
    expect(phone.locator("main")).to_contain_text("对该院处以罚款。")
    screenshot(phone, "nanchang-followed")
    phone.click("main a[href*='track/rating']")
    phone.check("input[name=stars][value='4']")
    phone.fill("textarea[name=text]", "退款到账了，谢谢。")
    go_on(phone)
    complaint.refresh_from_db()
    assert complaint.state == "concluded"
    assert complaint.rating.stars == 4
    assert complaint.handlings.get(authority=nanchang.health.authority).conclusions.get().refund_amount == Decimal(
        REFUND
    )

    for contact in (EMAIL, PHONE_NUMBER):
        told = told_to(contact)
        assert told[0] == "received"
        assert told.count("已受理") == 2
        assert told.count("已答复") == 2
        assert "答复期限已延长" in told
    said = everything_told()
    for secret in (held.receipt_code, "没有发票", "民德路", FACTS, "罚款", REFUND):
        assert secret not in said
    assert not [secret for secret in (PHONE_NUMBER, EMAIL, held.receipt_code) if secret in caplog.text]
    call_command("verify_audit")


def report_illegal_ambulance(page: Page) -> None:
    """A van without a code, no contact left."""
    page.goto(reverse("complaints:new") + "?kind=illegal_ambulance")
    page.locator("button[name=kind][value=illegal_ambulance]").click()
    page.locator("input[name=plate]").fill("赣A·1？3")
    go_on(page)
    go_on(page)  # more of the plate was not seen
    page.locator("input[name=day][value=today]").check()
    go_on(page)
    page.locator("select#id_province").select_option("360000")
    go_on(page)
    page.locator("select#id_division").select_option("360102")
    page.locator("input[name=place]").fill("人民医院东门")
    go_on(page)
    go_on(page)  # how far is not known
    go_on(page)  # nothing was paid
    page.locator("input[name=wish][value=report]").check()
    go_on(page)
    page.locator("textarea[name=narrative]").fill("面包车在门诊楼前揽客，车上贴着急救。")
    go_on(page)
    go_on(page)  # no file
    go_on(page)  # no contact
    go_on(page)


def test_an_anonymous_report_of_an_illegal_ambulance_is_asked_answered_and_concluded(phone, at, clock, axe, screenshot):
    health, police = desk(), desk(AuthorityKind.POLICE)
    build.authority(division=build.division("360100"))
    hospital_officer = person(Role.COMPLAINT_OFFICER, body=build.institution())
    report_illegal_ambulance(phone)
    held = send(phone)
    complaint = Complaint.objects.get(reference=held.reference)
    assert (complaint.kind, complaint.nature, complaint.contact_phone, complaint.contact_email) == (
        Kind.ILLEGAL_AMBULANCE,
        "report",
        "",
        "",
    )
    at(police.handler).step(complaint, "accept")
    at(health.handler).step(complaint, "accept")
    part = at(police.handler).part(complaint)
    officer = at(police.handler)
    officer.sit_down()
    officer.page.goto(reverse("wall:forward", args=[complaint.pk, part.pk]))
    expect(officer.page.locator("main .notice-stop")).to_be_visible()  # not before the authority has decided
    expect(officer.page.locator("main [name=summary]")).to_have_count(0)

    officer.step(complaint, "ask", text="车身上还有什么字样？")
    follow(phone, held)
    expect(phone.locator("main")).to_contain_text("车身上还有什么字样？")
    axe(phone)
    phone.locator("main form[action*='answer'] textarea").fill("写着“长途护送”和一个手机号。")
    phone.locator("main form[action*='answer'] button").click()
    expect(phone.locator("main")).to_contain_text("您回答了询问")
    clock.pass_days(20)
    concluded(at, police, complaint, "已查获该车，移送交通运输部门处罚。", ("penalty", "transfer"))
    concluded(at, health, complaint, "已对无证开展院前急救的人员立案处罚。", ("penalty",))
    follow(phone, held)
    for words in ("已查获该车", "已对无证开展院前急救的人员立案处罚"):
        expect(phone.locator("main")).to_contain_text(words)
    screenshot(phone, "report-followed")
    phone.click("main a[href*='track/rating']")
    phone.check("input[name=stars][value='1']")
    go_on(phone)
    expect(phone.locator("main")).to_contain_text("复查")  # who is not satisfied is offered a review

    inside = client_of(hospital_officer).get(reverse("forwarded:list")).content.decode()
    assert held.reference not in inside
    for handler in (police.handler, health.handler):
        page = client_of(handler).get(reverse("cases:case", args=[complaint.pk])).content.decode()
        assert held.receipt_code not in page
        assert complaint.receipt_hash not in page
    assert not told_to("")
    assert "长途护送" not in everything_told()
