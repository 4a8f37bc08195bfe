"""The receipt page: something to keep, for the browser that filed and for nobody else."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest
import zxingcpp
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from complaints.models import Complaint, Deadline
from complaints.receipts import receipt_hash
from complaints.templatetags.complaint import qr_of
from complaints.views_receipt import tracking_address
from tests import build
from tests.complaints.build import Person, authorities, jpeg, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    build.division()
    authorities()
    person = Person()
    person.hold()
    return person


def shown(page: str) -> tuple[str, str]:
    """Reference and receipt code as they stand on the page."""
    reference, code = re.findall(r'<dd class="code">([^<]+)</dd>', page)
    return reference, code


def test_reference_and_code_on_the_receipt_open_the_complaint(person):
    person.send()
    reference, code = shown(text_of(person.receipt()))
    complaint = Complaint.objects.get()
    assert reference == complaint.reference
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code)
    assert receipt_hash(code.replace("-", "")) == complaint.receipt_hash
    opened = Client().post(reverse("complaints:track"), {"reference": reference, "receipt_code": code})
    assert opened.status_code == 303


def test_the_receipt_is_stored_by_nobody_and_sent_nowhere(person):
    person.send()
    response = person.receipt()
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert "<form" not in text_of(response)


def test_the_receipt_code_stands_in_no_address(person):
    sent = person.send()
    page = text_of(person.receipt())
    code = shown(page)[1]
    addresses = re.findall(r'(?:href|src|action)="([^"]+)"', page)
    assert addresses
    for address in (*addresses, sent["Location"]):
        assert code not in address
        assert code.replace("-", "") not in address


def test_the_symbol_holds_the_tracking_address_with_the_reference_and_without_the_receipt_code():
    address = tracking_address("AB12-3456")
    assert address.endswith("/complaints/track/?reference=AB12-3456")
    drawn = qr_of(address)
    assert drawn.startswith("<img")
    assert 'alt="' in drawn
    assert "style" not in drawn
    svg = base64.b64decode(drawn.split("base64,")[1].split('"')[0]).decode()
    assert read_svg(svg) == address


def read_svg(svg: str) -> str:
    """What an independent decoder reads from the drawing (rows of horizontal strokes, one unit high)."""
    side = int(re.findall(r'd="M0 0h(\d+)v', svg)[0])
    path = re.findall(r'stroke="#000" d="([^"]+)"', svg)[0]
    picture = Image.new("L", (side, side), 255)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", path):
        values = [float(one) for one in numbers.split()]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            for column in range(int(x), int(x + values[0])):
                picture.putpixel((column, int(y)), 0)
            x += values[0]
    found = zxingcpp.read_barcode(picture.resize((side * 8, side * 8), Image.Resampling.NEAREST))
    return found.text if found else ""


def test_strangers_and_other_complainants_meet_404(person):
    person.send()
    other = Person()
    other.hold()
    other.send()
    address = reverse("complaints:receipt", args=[person.draft_id])
    for client in (Client(), other.client):
        assert client.get(address).status_code == 404
    assert person.client.post(address).status_code == 405


def test_a_receipt_asked_for_before_sending_leads_back_to_the_review(person):
    response = person.receipt()
    assert response.status_code == 303
    assert response["Location"].startswith(person.address("review"))


def test_files_are_named_with_their_hash(person):
    person.upload(jpeg("收据.jpg"))
    person.send()
    page = text_of(person.receipt())
    assert "收据.jpg" in page
    assert Complaint.objects.get().evidence.get().sha256 in page


def test_due_days_stand_in_words_and_provisional_ones_are_explained(person):
    person.send()
    page = text_of(person.receipt())
    acceptance, decision = Deadline.objects.order_by("due_on")
    assert f"{acceptance.due_on.day} {acceptance.due_on:%B %Y}" in page
    assert f"{decision.due_on.day} {decision.due_on:%B %Y}" in page
    assert ("provisional" in page) is (acceptance.is_provisional or decision.is_provisional)


def test_a_provisional_day_is_marked_and_explained_and_a_settled_one_is_not(person):
    person.send()
    Deadline.objects.update(is_provisional=True)
    reference, code = shown(text_of(person.receipt()))
    browser = Person().client
    browser.post(reverse("complaints:track"), {"reference": reference, "receipt_code": code})
    assert "State Council" in text_of(browser.get(reverse("complaints:track")))
    Deadline.objects.update(is_provisional=False)
    assert "State Council" not in text_of(browser.get(reverse("complaints:track")))


def test_praise_promises_no_answer_by_a_day(person):
    person.hold(kind="praise")
    person.send()
    assert "By when you hear" not in text_of(person.receipt())


def test_nothing_of_the_story_stands_on_the_receipt(person):
    person.hold(narrative="非常私密的经过", contact_phone="13800138000", contact_name="张三")
    person.send()
    page = text_of(person.receipt())
    for secret in ("非常私密的经过", "13800138000", "张三"):
        assert secret not in page


def test_the_receipt_asks_two_things_of_the_database(person, django_assert_num_queries):
    person.upload(jpeg())
    person.send()
    with django_assert_num_queries(2):
        person.receipt()


def test_the_browser_that_filed_opens_the_receipt_for_a_whole_day_however_long_writing_took(person):
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))
    person.send()
    assert Session.objects.get().expire_date > timezone.now() + timedelta(hours=23)
    assert person.receipt().status_code == 200
