"""Institutions at the desk: the authority's list, closing and reopening; an institution's posted prices."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRow
from directory.models import PostedPrice
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services.institutions import change_institution, close_institution
from registry.services.prices import post_price
from tests import build
from tests.registry.staff_pages import desks, queries

pytestmark = pytest.mark.django_db
PRICE = {"base_fee": "20", "included_km": "3", "per_km": "6.67", "waiting_per_hour": "0", "note": ""}


@pytest.fixture
def house():
    return desks()


def names(house, who, **query):
    response = house.clients[who].get(reverse("staff:institutions"), query)
    assert response.status_code == 200
    return [row.name for row in response.context["list"].rows]


def test_an_authority_lists_the_institutions_of_its_jurisdiction(house):
    build.institution(name="朝阳医院", division=build.division("110105"))
    assert set(names(house, "reviewer")) == {"东湖医院", "另一医院"}
    assert names(house, "other_reviewer") == ["朝阳医院"]


def test_an_authority_outside_the_divisions_lists_those_it_has_certified(house):
    corps = build.authority(division=None, own_code="BT01")
    build.ambulance(institution=house.hospital, certified_by=corps)
    from accounts.roles import Role  # noqa: PLC0415 - only this test needs a person of its own
    from tests.people import client_of, person  # noqa: PLC0415

    page = client_of(person(Role.REVIEWER, body=corps)).get(reverse("staff:institutions"))
    assert [row.name for row in page.context["list"].rows] == ["东湖医院"]


def test_the_list_is_filtered(house):
    today = timezone.localdate()
    build.institution(name="停业医院", closed_on=today)
    build.institution(name="将停业医院", closed_on=today + timedelta(days=1))
    assert names(house, "reviewer", q="东湖") == ["东湖医院"]
    assert names(house, "reviewer", q=house.hospital.credit_code.lower()) == ["东湖医院"]
    assert names(house, "reviewer", state="closed") == ["停业医院"]
    assert "将停业医院" in names(house, "reviewer", state="open")
    assert names(house, "reviewer", kind="blood_station") == []


def test_no_institution_sees_the_list_or_another_institution(house):
    for who in ("fleet_manager", "institution_admin"):
        assert house.clients[who].get(reverse("staff:institutions")).status_code == 403
        page = reverse("staff:institution", args=[house.other_hospital.pk])
        assert house.clients[who].get(page).status_code == 403


@pytest.mark.parametrize("name", ["institution", "institution_close", "institution_reopen"])
def test_another_provinces_reviewer_gets_404_everywhere(house, name):
    address = reverse(f"staff:{name}", args=[house.hospital.pk])
    assert house.clients["other_reviewer"].get(address).status_code == 404
    if name != "institution":
        assert house.clients["other_reviewer"].post(address, {"closed_on": "2026-11-23"}).status_code == 404


def test_the_page_counts_vehicles_by_status_and_takes_few_queries(house):
    counts, address = [], reverse("staff:institution", args=[house.hospital.pk])
    for more in (2, 20):
        for number in range(more):
            build.ambulance(institution=house.hospital)
            build.price(institution=house.hospital, valid_from=date(2000 + more, 1, 1 + number))
        counts.append(queries(house.clients["reviewer"], address))
    page = house.clients["reviewer"].get(address)
    assert [(status, count) for status, _, count in page.context["vehicles"]] == [("in_service", 22)]
    assert page.context["people"] == 3
    assert counts[0] == counts[1] <= 10


def test_the_list_takes_the_same_few_queries_with_fifty_and_five_hundred(house):
    counts = []
    for more in (40, 450):
        for _ in range(more):
            build.institution()
        counts.append(queries(house.clients["reviewer"], reverse("staff:institutions")))
    assert counts[1] - counts[0] <= 1
    assert counts[1] <= 10


def test_a_reviewer_corrects_the_facts_of_an_institution_on_record(house):
    """A hospital's new telephone number reached nobody but the operator of the service."""
    client, address = house.clients["reviewer"], reverse("staff:institution_change", args=[house.hospital.pk])
    assert address in client.get(reverse("staff:institution", args=[house.hospital.pk])).content.decode()
    typed = {name: getattr(house.hospital, name) for name in ("name", "kind", "address", "complaint_phone")}
    wrong = client.post(address, {**typed, "complaint_phone": "keine", "name": "东湖\u202e中心医院"})
    assert wrong.status_code == 422
    assert "keine" in wrong.content.decode(), "what was typed is lost"
    good = {**typed, "complaint_phone": "0791-86111111", "credit_code": "x", "closed_on": "2026-01-01", "division": "1"}
    before = house.hospital.credit_code, house.hospital.closed_on, house.hospital.division_id
    assert client.post(address, good).status_code == 302
    house.hospital.refresh_from_db()
    assert house.hospital.complaint_phone == "0791-86111111"
    assert (house.hospital.credit_code, house.hospital.closed_on, house.hospital.division_id) == before
    assert client.post(address, good).status_code == 302
    row = AuditRow.objects.get(action="institution.changed")
    assert row.detail == {"fields": ["complaint_phone"]}


@pytest.mark.parametrize("who", ["supervisor", "police", "other_reviewer", "institution_admin", "fleet_manager"])
def test_nobody_else_corrects_them(house, who):
    address = reverse("staff:institution_change", args=[house.hospital.pk])
    typed = {"name": "x", "kind": "hospital", "complaint_phone": "0791-86111111"}
    assert house.clients[who].post(address, typed).status_code in {403, 404}
    with pytest.raises((OutOfScope, WrongRole)):
        change_institution(
            institution=house.hospital, facts=typed, actor=house.people[who], now=timezone.now(), address=""
        )


def test_a_reviewer_closes_an_institution_and_opens_it_again(house):
    client, today = house.clients["reviewer"], timezone.localdate()
    address = reverse("staff:institution_close", args=[house.hospital.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"closed_on": "gestern"}).status_code == 422
    assert client.post(address, {"closed_on": today.isoformat()}).status_code == 302
    house.hospital.refresh_from_db()
    assert house.hospital.closed_on == today
    assert client.post(address, {"closed_on": today.isoformat()}).status_code == 409
    assert client.post(reverse("staff:institution_reopen", args=[house.hospital.pk])).status_code == 302
    house.hospital.refresh_from_db()
    assert house.hospital.closed_on is None
    rows = AuditRow.objects.filter(action__startswith="institution.").order_by("number")
    assert [row.action for row in rows] == ["institution.closed", "institution.reopened"]


def test_a_closed_institutions_people_stand_before_a_closed_door(house):
    assert house.clients["fleet_manager"].get(reverse("staff:desk")).status_code == 200
    house.clients["reviewer"].post(
        reverse("staff:institution_close", args=[house.hospital.pk]), {"closed_on": timezone.localdate().isoformat()}
    )
    assert house.clients["fleet_manager"].get(reverse("staff:desk")).status_code == 403


@pytest.mark.parametrize("who", ["supervisor", "police"])
def test_who_does_not_keep_institutions_is_told_so(house, who):
    address = reverse("staff:institution_close", args=[house.hospital.pk])
    assert house.clients[who].post(address, {"closed_on": "2026-11-23"}).status_code == 403
    house.hospital.refresh_from_db()
    assert house.hospital.closed_on is None


def test_the_service_guards_itself(house):
    about = {"institution": house.hospital, "closed_on": date(2026, 11, 23), "now": timezone.now(), "address": ""}
    with pytest.raises(OutOfScope):
        close_institution(actor=house.people["other_reviewer"], **about)
    with pytest.raises(WrongRole):
        close_institution(actor=house.people["institution_admin"], **about)
    with pytest.raises(NotAllowed):
        close_institution(actor=house.people["reviewer"], **{**about, "closed_on": date(2030, 1, 1)})


def test_the_administrator_posts_a_price_and_the_past_stays(house):
    old = build.price(institution=house.hospital, base_fee=Decimal(10))
    today = timezone.localdate()
    client = house.clients["institution_admin"]
    assert client.post(reverse("staff:prices"), {**PRICE, "valid_from": today.isoformat()}).status_code == 302
    old.refresh_from_db()
    assert (old.base_fee, old.valid_until) == (Decimal(10), None)
    page = client.get(reverse("staff:prices"))
    assert page.context["current"].base_fee == Decimal(20)
    assert AuditRow.objects.get(action="price.posted").detail["per_km"] == "6.67"


def test_a_price_that_begins_later_does_not_count_yet(house):
    current = build.price(institution=house.hospital)
    later = (timezone.localdate() + timedelta(days=3)).isoformat()
    client = house.clients["institution_admin"]
    client.post(reverse("staff:prices"), {**PRICE, "valid_from": later})
    assert client.get(reverse("staff:prices")).context["current"] == current


def test_two_prices_cannot_begin_on_one_day(house):
    client, typed = house.clients["institution_admin"], {**PRICE, "valid_from": timezone.localdate().isoformat()}
    assert client.post(reverse("staff:prices"), typed).status_code == 302
    response = client.post(reverse("staff:prices"), {**typed, "base_fee": "30"})
    assert response.status_code == 422
    assert response.context["form"].errors["valid_from"]
    assert PostedPrice.objects.get().base_fee == Decimal(20)


@pytest.mark.parametrize(
    "wrong",
    [{"valid_from": "2020-01-01"}, {"base_fee": "-1"}, {"per_km": "x"}, {"base_fee": "1e9"}, {"note": "x" * 201}],
)
def test_a_price_that_cannot_be_is_refused_in_words(house, wrong):
    typed = {**PRICE, "valid_from": timezone.localdate().isoformat(), **wrong}
    response = house.clients["institution_admin"].post(reverse("staff:prices"), typed)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not PostedPrice.objects.exists()


def test_others_of_the_institution_read_prices_and_cannot_post(house):
    client = house.clients["fleet_manager"]
    assert client.get(reverse("staff:prices")).context["form"] is None
    assert client.post(reverse("staff:prices"), PRICE).status_code == 403
    assert house.clients["reviewer"].get(reverse("staff:prices")).status_code == 403


def test_a_price_for_another_institution_is_out_of_scope(house):
    with pytest.raises(OutOfScope):
        post_price(
            institution=house.other_hospital,
            base_fee=Decimal(1),
            included_km=Decimal(1),
            per_km=Decimal(1),
            waiting_per_hour=Decimal(0),
            note="",
            valid_from=timezone.localdate(),
            actor=house.people["institution_admin"],
            now=timezone.now(),
            address="",
        )
