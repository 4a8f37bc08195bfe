"""Filing a complaint page by page, from a card and from nothing, up to the receipt."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from complaints.kinds import Kind
from complaints.models import Complaint, Draft
from complaints.steps import steps_for
from tests import build
from tests.complaints.build import Person, authorities, jpeg, place_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    authorities()
    return Person()


def test_a_complaint_from_a_card_knows_its_vehicle_and_ends_in_a_receipt(person):
    marking = build.marking()
    page = text_of(person.client.get(f"/complaints/new/?code={marking.code}"))
    assert marking.ambulance.institution.name in page
    assert place_of(person.begin("overcharging", code=marking.code)) == "when"
    yesterday = timezone.localdate() - timedelta(days=1)
    build.price(institution=marking.ambulance.institution)
    assert place_of(person.answer("when", day="yesterday", time="18:05")) == "where"
    assert "江西省 南昌市 东湖区" in text_of(person.look("where"))
    assert place_of(person.answer("where", division="360102", place="民德路")) == "ride"
    assert place_of(person.answer("ride", distance_km="1,600 公里")) == "charge"
    charge = text_of(person.look("charge"))
    assert "10,671.99" in charge
    assert "1,597 km × 6.67 yuan" in charge
    assert place_of(person.answer("charge", amount_charged="２８０００元")) == "wish"
    assert place_of(person.answer("wish", wish="redress")) == "story"
    assert place_of(person.answer("story", narrative="要价二万八千。")) == "evidence"
    assert place_of(person.upload(jpeg())) == "contact"
    assert place_of(person.answer("contact", contact_phone="138 0013 8000", contact_name="张三")) == "consent"
    assert place_of(person.answer("consent", consent_sensitive="on", consent_share_contact="on")) == "review"
    review = text_of(person.look("review"))
    for told in ("28,000 yuan", "10,671.99 yuan", "要价二万八千。", "13800138000", "张三", "photo.jpg", "民德路"):
        assert told in review
    assert person.send().status_code == 303
    complaint = Complaint.objects.get()
    assert complaint.marking == marking
    assert timezone.localdate(complaint.occurred_at) == yesterday
    assert (complaint.amount_charged, complaint.posted_amount) == (Decimal(28000), Decimal("10671.99"))
    assert complaint.consent_share_contact
    assert complaint.evidence.get().name == "photo.jpg"
    assert not Draft.objects.exists()
    receipt = person.receipt()
    assert receipt.status_code == 200
    assert complaint.reference in text_of(receipt)
    assert complaint.evidence.get().sha256 in text_of(receipt)


def test_a_complaint_about_an_unseen_vehicle_is_taken(person):
    assert place_of(person.begin("refusal_or_delay")) == "vehicle"
    assert place_of(person.answer("vehicle", plate="", vehicle_description="")) == "when"
    assert place_of(person.answer("when", day="not-known")) == "where"
    build.division("360102")
    assert "province=360000" in person.answer("where", province="360000")["Location"]
    page = text_of(person.look("where", "province=360000"))
    assert 'optgroup label="南昌市"' in page
    assert place_of(person.answer("where", "province=360000", division="360102", place="")) == "story"
    person.answer("story", narrative="等了两小时没有车来。")
    person.send()
    complaint = Complaint.objects.get()
    assert complaint.ambulance is None
    assert complaint.occurred_at is None
    assert complaint.division_id == "360102"
    assert complaint.contact_phone == ""


def test_every_kind_can_be_walked_from_its_first_page_to_the_receipt(person):
    answers: dict[str, dict[str, Any]] = {
        "vehicle": {"plate": "赣A00001"},
        "differences": {"differences": ["plate", "colour"]},
        "when": {"day": "today"},
        "where": {"division": "360102"},
        "ride": {},
        "charge": {},
        "wish": {"wish": "report"},
        "authority": {"about_authority_kind": "police"},
        "story": {"narrative": "事情经过。"},
        "evidence": {},
        "contact": {"anonymous": "1"},
        "consent": {},
        "review": {},
    }
    for kind in Kind:
        response = person.begin(kind.value)
        for step in steps_for(kind, vehicle_is_known=False)[1:]:
            assert place_of(response) == step
            assert person.look(step).status_code == 200, (kind, step)
            response = person.answer(step, **answers[step])
            assert response.status_code == 303, (kind, step, text_of(response))
        assert person.receipt().status_code == 200
    assert sorted(Complaint.objects.values_list("kind", flat=True)) == sorted(Kind.values)
