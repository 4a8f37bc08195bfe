"""The main job, end to end: scan, card, complaint with a photo, message through a worker, tracking."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from evidence.store import EvidenceStore
from notifications.models import Message
from notifications.states import State
from registry.models import Marking
from tests import build
from tests.browser.conftest import CHINESE, PHONE
from tests.browser.walk import EMAIL, PHONE_NUMBER, follow, scanned, send, write_complaint
from tests.notifications.smtp_sink import SmtpSink
from tests.servers import OwnRedis, free_port, running_web
from tests.workers import ROOT, eventually, running_worker

INBOX = Path(django_settings.VAR_DIR) / "inbox"


@pytest.fixture
def marking(transactional_db) -> Marking:
    """A vehicle in service in Nanchang with a posted price and an authority whose desk has an address."""
    build.authority(desk_email="desk@nanchang.example")
    build.authority(kind="market_regulation", desk_email="market@nanchang.example")
    ambulance = build.ambulance(in_120_network=True)
    build.price(institution=ambulance.institution)
    return build.marking(ambulance=ambulance)


@pytest.fixture
def use(settings) -> Callable[..., None]:
    """Change the typed environment of this process."""

    def use(**changes) -> None:
        settings.ENV = settings.ENV.model_copy(update=changes)

    return use


@pytest.fixture
def inbox() -> Path:
    """The folder that mails and text messages land in, empty."""
    for path in INBOX.rglob("*"):
        if path.is_file():
            path.unlink()
    return INBOX


def texts(folder: Path) -> str:
    """Everything that has arrived so far."""
    return "\n".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())


def the_original_is_sealed_and_the_copy_is_clean(complaint: Complaint) -> None:
    item = complaint.evidence.get()
    store = EvidenceStore()
    assert b"GPS 28.68N" in b"".join(store.read_original(item.original_key))
    assert b"GPS 28.68N" not in b"".join(store.read_cleaned(item.cleaned_key))
    assert b"GPS" not in store.path_of(item.original_key).read_bytes()


def test_a_scanned_code_leads_to_a_receipt_and_a_worker_delivers_the_messages(
    phone: Page, live_server, marking, use, inbox, child_environment, screenshot
):
    use(PUBLIC_BASE_URL=live_server.url, NUDGE_WORKER=True)
    address = scanned(phone, marking)
    assert address.lower() == f"{live_server.url}/a/{marking.code}".lower()
    phone.goto(address)
    expect(phone.locator("main")).to_contain_text(marking.ambulance.institution.name)
    expect(phone.locator("main")).to_contain_text(marking.ambulance.institution.complaint_phone)
    write_complaint(phone)
    held = send(phone)
    screenshot(phone, "main-job-receipt")
    complaint = Complaint.objects.get(reference=held.reference)
    assert (complaint.marking, str(complaint.posted_amount)) == (marking, "10671.99")
    the_original_is_sealed_and_the_copy_is_clean(complaint)
    environment = {**child_environment, "PUBLIC_BASE_URL": live_server.url}
    with running_worker(environment, beat=True) as worker:
        eventually(
            lambda: not Message.objects.exclude(state=State.SENT).exists(), seconds=25, otherwise=lambda: worker.log
        )
    arrived = texts(inbox)
    assert arrived.count(f"To: {EMAIL}") == 1
    assert arrived.count("To: market@nanchang.example") == 1
    for secret in (held.receipt_code, held.receipt_code.replace("-", ""), "两万八千", "民德路"):
        assert secret not in arrived
    for personal in (PHONE_NUMBER, EMAIL, held.receipt_code):
        assert personal not in worker.log
    follow(phone, held)
    screenshot(phone, "main-job-followed")


def test_a_reloaded_receipt_is_the_same_and_sending_twice_makes_one_complaint(phone: Page, live_server, marking, use):
    use(PUBLIC_BASE_URL=live_server.url)
    phone.goto(f"/a/{marking.code}")
    write_complaint(phone)
    review = phone.url
    held = send(phone)
    phone.reload()
    assert held.receipt_code in phone.locator(".receipt").inner_text()
    phone.goto(review)
    assert held.receipt_code in phone.locator(".receipt").inner_text()
    assert Complaint.objects.count() == 1


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    server = OwnRedis()
    yield server
    server.go_on()
    server.kill()


@pytest.mark.services
@pytest.mark.parametrize("fault", ["hangs", "is killed"])
def test_the_messages_arrive_once_although_the_broker_was_down_and_a_worker_was_killed_while_sending(
    browser, marking, use, inbox, child_environment, own_redis, fault
):
    port = free_port()
    base_url = f"http://localhost:{port}"
    use(PUBLIC_BASE_URL=base_url)
    with SmtpSink() as smtp:
        host, smtp_port = smtp.address
        environment = {
            **child_environment,
            "REDIS_URL": own_redis.url,
            "PORT": str(port),
            "PUBLIC_BASE_URL": base_url,
            "NUDGE_WORKER": "true",
            "EMAIL_HOST": host,
            "EMAIL_PORT": str(smtp_port),
            "EMAIL_USE_TLS": "false",
            "OUTBOX_LEASE_SECONDS": "2",
            "OUTBOX_RETRY_SECONDS": "1",
        }
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True, timeout=120)
        with running_web(environment, port), browser.new_context(base_url=base_url, **CHINESE, **PHONE) as context:
            page = context.new_page()
            page.goto(scanned(page, marking))
            write_complaint(page)
            own_redis.hang() if fault == "hangs" else own_redis.kill()
            began = time.monotonic()
            held = send(page)
            assert time.monotonic() - began < 5, "a dead broker must not slow the filing"
            own_redis.go_on() if fault == "hangs" else own_redis.start()
            smtp.stall = "RCPT"
            with running_worker(environment, beat=True) as first:
                assert smtp.stalled.wait(30), first.log
                first.kill()
            smtp.stall = None
            with running_worker(environment, beat=True) as second:
                eventually(
                    lambda: not Message.objects.exclude(state=State.SENT).exists(),
                    seconds=40,
                    otherwise=lambda: second.log,
                )
            follow(page, held)
        recipients = sorted(str(mail["To"]) for mail in smtp.mails)
        assert recipients == sorted([EMAIL, "desk@nanchang.example", "market@nanchang.example"])
        assert len(set(smtp.message_ids)) == 3
    assert held.reference in texts(inbox / "sms")
