"""Supervision in a real browser: accessible and whole at every width, drawings included."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.kinds import Kind
from complaints.models import Complaint, Deadline, DestructionBatch, Handling, Hold, QualityCheck, Rating
from complaints.services.extending import ask_extension
from complaints.services.retaining import confirm_batch
from tests import build
from tests.browser.test_staff_pages import LOW_TARGETS, TOO_WIDE, WIDTHS
from tests.complaints.desk import ADDRESS, Desk, case, desk
from tests.complaints.entries import filed
from tests.people import client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here() -> Desk:
    """A desk with long names, late cases, signs, a sample, a batch and a hold."""
    here, now = desk(), timezone.now()
    here.authority.name = "江西省赣江新区儒乐湖新城卫生健康和院前医疗急救监督管理联合办公室"
    here.authority.save()
    vehicle = build.ambulance()
    marking = build.marking(ambulance=vehicle)
    for number in range(9):
        filed(kind=Kind.CARD_MISMATCH if number % 2 else Kind.OVERCHARGING, ambulance_code=marking.code)
    concluded = [case(at_desk=here).concluded(finding="not_substantiated", measures=[]) for _ in range(3)]
    proposed = case(at_desk=here).proposed()
    late = case(at_desk=here).accepted()
    ask_extension(**late.by(here.handler, reason="尚需鉴定机构出具意见。"))
    Handling.objects.update(opened_at=now - timedelta(hours=30))
    Handling.objects.filter(concluded_at__isnull=False).update(concluded_at=now)
    Complaint.objects.update(received_at=now)
    Deadline.objects.filter(handling=late.part).update(due_on=timezone.localdate() - timedelta(days=9))
    for number, one in enumerate(concluded):
        QualityCheck.objects.create(handling=one.part, drawn_at=now)
        Rating.objects.create(complaint=one.complaint, stars=number + 1, at=now)
    batch = DestructionBatch.objects.create(authority=here.authority, made_at=now)
    batch.complaints.set(one.complaint for one in concluded)
    confirm_batch(batch=batch, actor=here.other_supervisor, now=now, address=ADDRESS)
    Hold.objects.create(complaint=proposed.complaint, reason="行政诉讼", placed_by=here.supervisor, placed_at=now)
    return here


def addresses() -> list[str]:
    """One page of every sort."""
    part = Handling.objects.filter(state="accepted").latest("pk")
    return [
        reverse("supervision:desk"),
        reverse("supervision:statistics"),
        reverse("supervision:quality"),
        reverse("supervision:check", args=[QualityCheck.objects.latest("pk").pk]),
        reverse("supervision:retention"),
        reverse("supervision:batch", args=[DestructionBatch.objects.get().pk]),
        reverse("supervision:hold", args=[Hold.objects.get().complaint_id]),
        reverse("supervision:ask_extension", args=[part.pk]),
        reverse("supervision:decide_extension", args=[part.extensions.get().pk]),
    ]


def test_every_page_is_accessible_and_fits_at_every_width(desktop, live_server, here, axe, screenshot):
    key = client_of(here.supervisor).session.session_key
    desktop.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    for width in WIDTHS:
        desktop.set_viewport_size({"width": width, "height": 900})
        for number, address in enumerate(addresses()):
            desktop.goto(address)
            screenshot(desktop, f"supervision-{number}-{width}")
            assert desktop.evaluate(TOO_WIDE) <= 0, f"{address} at {width}"
            assert desktop.evaluate(LOW_TARGETS) == [], f"{address} at {width}"
            if width != 820:
                axe(desktop)


def test_a_supervisor_gives_the_second_word_without_script(browser, live_server, here):
    key = client_of(here.supervisor).session.session_key
    with browser.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=False) as context:
        context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
        page = context.new_page()
        page.goto(reverse("supervision:batch", args=[DestructionBatch.objects.get().pk]))
        page.locator("button.button-stop").click()
        page.wait_for_load_state()
        assert DestructionBatch.objects.get().second_by == here.supervisor
