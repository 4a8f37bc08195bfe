"""The desk opens the other half of a submission: a claim and a report of illegality are handled apart."""

from __future__ import annotations

import pytest
from django.urls import reverse

from complaints.kinds import Kind
from complaints.models import Complaint
from directory.kinds import AuthorityKind
from tests.complaints.desk import case, desk
from tests.people import client_of

pytestmark = pytest.mark.django_db


def test_a_handler_opens_the_other_half_by_the_page_of_the_case():
    market = desk(AuthorityKind.MARKET_REGULATION)
    one = case(Kind.OVERCHARGING, market).accepted()
    address = reverse("cases:act", args=[one.complaint.pk, one.part.pk, "split"])
    browser = client_of(market.handler)
    assert address in browser.get(reverse("cases:case", args=[one.complaint.pk])).content.decode()
    done = browser.post(address, {"version": one.part.version, "reason": "来信同时举报价格违法。"})
    assert done.status_code in {302, 303}
    half = Complaint.objects.get(twin_of=one.complaint)
    assert (half.nature, half.contact_phone, half.receipt_hash != one.complaint.receipt_hash) == ("report", "", True)
    again = browser.post(address, {"version": one.part.version, "reason": "再次。"})
    assert again.status_code == 422
    assert Complaint.objects.filter(twin_of=one.complaint).count() == 1


def test_a_complaint_about_manners_has_no_other_half():
    one = case(Kind.SERVICE).accepted()
    page = client_of(one.desk.handler).get(reverse("cases:case", args=[one.complaint.pk])).content.decode()
    assert "/split/" not in page
