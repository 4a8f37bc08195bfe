"""Somebody reads about an institution."""

from __future__ import annotations

from datetime import date

import pytest

from tests import build

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


def test_an_institution_tells_whom_to_call_and_what_it_charges(client, django_assert_num_queries):
    owner = build.institution(in_120_network=True)
    build.price(institution=owner, note="夜间不另加价")
    with django_assert_num_queries(2):
        response = client.get(f"/institutions/{owner.pk}/?lang=en&km=1600")
    text = text_of(response)
    assert f'href="tel:{owner.complaint_phone}"' in text
    assert "江西省 南昌市 东湖区" in text
    assert owner.address in text
    assert "10,671.99 yuan" in text
    assert "夜间不另加价" in text
    assert not response.cookies


def test_an_institution_never_lists_its_vehicles(client):
    vehicle = build.ambulance()
    text = text_of(client.get(f"/institutions/{vehicle.institution_id}/"))
    for secret in (vehicle.plate, vehicle.fleet_number, vehicle.vin, vehicle.institution.credit_code):
        assert secret not in text


def test_an_institution_without_a_posted_price_says_so(client):
    owner = build.institution()
    build.price(institution=owner, valid_until=date(2025, 2, 1))
    assert "has posted no price" in text_of(client.get(f"/institutions/{owner.pk}/?lang=en"))


def test_a_closed_institution_says_so_and_offers_neither_price_nor_call(client):
    owner = build.institution(closed_on=date(2026, 5, 1))
    build.price(institution=owner)
    text = text_of(client.get(f"/institutions/{owner.pk}/?lang=en"))
    assert "closed down on Friday, 1 May 2026" in text
    assert "tel:0791" not in text
    assert 'id="price"' not in text


def test_an_institution_that_closes_later_is_still_open(client):
    owner = build.institution(closed_on=date(2099, 5, 1))
    assert "closed down on" not in text_of(client.get(f"/institutions/{owner.pk}/?lang=en"))


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40, "-1", "x"])
def test_an_institution_that_is_none_is_not_found(client, number):
    assert client.get(f"/institutions/{number}/").status_code == 404


def test_an_unchanged_institution_answers_304(client):
    address = f"/institutions/{build.institution().pk}/"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
