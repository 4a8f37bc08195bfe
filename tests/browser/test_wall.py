"""Both sides of the wall in a real browser: accessible at every width; a reply is sent; pictures zoom, films play."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from complaints.files import store_upload
from complaints.models import Deadline
from complaints.services.forwarding import release_contact, return_reply
from complaints.services.revealing import ask_reveal
from tests.browser.test_staff_pages import LOW_TARGETS, TOO_WIDE
from tests.complaints.desk import ADDRESS
from tests.complaints.walled import NAME, REPLY, Walled, jpeg, walled
from tests.evidence.samples import recording, talkative_jpeg
from tests.people import client_of

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (390, 1280)


@pytest.fixture
def world(tmp_path) -> Walled:
    """A case with a picture and a film, returned to the institution, its contact released; looks that wait."""
    world = walled()
    world.at = timezone.now() - timedelta(days=3)
    film = recording(tmp_path / "a.webm", "webm", film="vp8", seconds=2.0)
    evidence = store_upload(upload=io.BytesIO(film), name="现场录像.webm", now=world.at)
    evidence.complaint = world.complaint
    evidence.save()
    world.forwarded(shown_files=[world.evidence.pk, evidence.pk])
    photo = store_upload(upload=io.BytesIO(talkative_jpeg()), name="退款凭证.jpg", now=world.at)
    world.replied(evidence=[photo])
    return_reply(**world.at_forwarding(note="请附上退款到账的凭证，并说明涉事司机的处理结果。"))
    release_contact(**world.at_forwarding(reason="核对退款账户"))
    Deadline.objects.filter(forwarding=world.sent, met_at=None).update(due_on=timezone.localdate())
    for subject in ("contact", "identity"):
        ask_reveal(
            complaint=world.complaint,
            subject=subject,
            reason="电话核实退款是否到账",
            actor=world.desk.handler,
            now=timezone.now(),
            address=ADDRESS,
        )
    return world


def sign_in(page, live_server, user) -> None:
    page.context.clear_cookies()
    key = client_of(user).session.session_key
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])


def addresses(world: Walled):
    """(name, who, address) of one page of every sort."""
    officer, handler, supervisor = world.officers["complaint_officer"], world.desk.handler, world.desk.supervisor
    case, sent = world.complaint.pk, world.sent.pk
    look = world.complaint.reveals.get(subject="contact").pk
    return [
        ("institution-desk", officer, reverse("staff:desk")),
        ("forwarded-list", officer, reverse("forwarded:list")),
        ("forwarded-one", officer, reverse("forwarded:one", args=[sent])),
        ("evidence", handler, reverse("wall:evidence", args=[case])),
        ("ask-original", handler, reverse("wall:ask_original", args=[case, world.evidence.pk])),
        ("person", handler, reverse("wall:person", args=[case])),
        ("shown", handler, reverse("wall:shown", args=[case, look])),
        ("reveals", supervisor, reverse("wall:waiting")),
        ("forward", handler, reverse("wall:forward", args=[case, world.part.pk])),
        ("recall", handler, reverse("wall:step", args=[case, sent, "recall"])),
        ("case", handler, reverse("cases:case", args=[case])),
    ]


def test_every_page_is_accessible_and_fits_at_every_width(desktop, world, live_server, axe, screenshot):
    for width in WIDTHS:
        desktop.set_viewport_size({"width": width, "height": 900})
        for name, who, address in addresses(world):
            sign_in(desktop, live_server, who)
            desktop.goto(address)
            screenshot(desktop, f"wall-{name}-{width}")
            assert desktop.evaluate(TOO_WIDE) <= 0, f"{address} at {width}"
            assert desktop.evaluate(LOW_TARGETS) == [], f"{address} at {width}"
            axe(desktop)


def test_an_institution_replies_with_a_file_from_its_phone(phone, world, live_server):
    sign_in(phone, live_server, world.officers["complaint_officer"])
    phone.goto(reverse("staff:desk"))
    phone.get_by_role("link", name=world.sent.number).click()
    phone.locator("#id_text").fill("退款已于11月23日到账，凭证见附件；司机停岗培训。")
    phone.locator("#id_files").set_input_files({"name": "到账.jpg", "mimeType": "image/jpeg", "buffer": jpeg().read()})
    phone.locator("main form.box button[type=submit]").click()
    expect(phone.locator("main .notice-good")).to_be_visible()
    expect(phone.get_by_text("到账.jpg").first).to_be_visible()
    assert phone.locator("#id_text").count() == 0
    assert world.sent.state == "replied"
    assert world.sent.reply != REPLY


def test_a_picture_zooms_by_keyboard_and_a_film_plays_in_ranges(desktop, world, live_server):
    sign_in(desktop, live_server, world.desk.handler)
    statuses: list[int] = []
    desktop.on("response", lambda answer: statuses.append(answer.status) if answer.url.endswith("/file") else None)
    desktop.goto(reverse("wall:evidence", args=[world.complaint.pk]))
    desktop.locator("a[data-picture]").first.focus()
    desktop.keyboard.press("Enter")
    dialog = desktop.locator("dialog.pictures")
    expect(dialog).to_be_visible()
    desktop.keyboard.press("+")
    expect(dialog.locator("[data-zoom]")).to_have_attribute("aria-pressed", "true")
    desktop.keyboard.press("-")
    expect(dialog.locator("[data-zoom]")).to_have_attribute("aria-pressed", "false")
    desktop.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    player = desktop.locator("video")
    player.evaluate("player => { player.muted = true; return player.play() }")
    desktop.wait_for_function("() => document.querySelector('video').currentTime > 0")
    assert 206 in statuses


def test_without_script_a_picture_opens_by_its_link_and_a_look_is_asked_for(browser, world, live_server):
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, live_server, world.desk.supervisor)
        page.goto(reverse("wall:waiting"))
        page.locator("button[value=grant]").click()
        expect(page.locator("main .notice-good")).to_be_visible()
        sign_in(page, live_server, world.desk.handler)
        page.goto(reverse("wall:person", args=[world.complaint.pk]))
        page.locator("td .chip-good, tr:has(.chip-good) a.cell").first.wait_for()
        page.locator("tr:has(.chip-good) a.cell").first.click()
        expect(page.get_by_text(NAME)).to_be_visible()
