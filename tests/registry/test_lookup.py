"""Somebody looks up a plate, a code or an institution's name."""

from __future__ import annotations

from datetime import date

import pytest

from directory.formats import PlateKind
from edge.limits import limiter
from registry.choices import AmbulanceStatus
from registry.codes import new_code, printed
from registry.standing import Standing
from tests import build
from tests.registry.standings import line_of, marking_with, never_shown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    limiter().clear()
    yield
    limiter().clear()


def text_of(response):
    return response.content.decode()


def look_up(client, q, **more):
    return client.get("/lookup/", {"q": q, "lang": "en", **more})


def test_a_code_leads_to_its_card_in_the_same_language(client):
    marking = marking_with(Standing.IN_SERVICE)
    response = look_up(client, printed(marking.code).lower())
    assert response.status_code == 302
    assert response["Location"] == f"/a/{marking.code}/?lang=en"


def test_an_unknown_code_leads_to_the_page_that_says_so(client):
    response = client.get("/lookup/", {"q": new_code()}, follow=True)
    assert response.status_code == 404


def test_a_mistyped_code_stays_in_the_box(client):
    response = look_up(client, "ABCD-EFGH-JKM2")
    assert response.status_code == 200
    assert line_of(Standing.CODE_MISTYPED) in text_of(response)
    assert 'value="ABCD-EFGH-JKM2"' in text_of(response)


def test_a_plate_shows_its_card_without_any_code(client, django_assert_num_queries):
    marking = marking_with(Standing.IN_SERVICE_120)
    vehicle = marking.ambulance
    with django_assert_num_queries(2):
        text = text_of(look_up(client, vehicle.plate))
    assert vehicle.institution.name in text
    assert "band-good" in text
    assert 'href="/complaints/new/?plate=%E8%B5%A3A' in text
    assert marking.code not in text
    assert printed(marking.code) not in text
    for secret in never_shown(vehicle):
        assert secret not in text


def test_the_estimate_of_a_looked_up_vehicle_is_asked_on_its_owners_page(client):
    vehicle = marking_with(Standing.IN_SERVICE).ambulance
    assert f'action="/institutions/{vehicle.institution_id}/#price"' in text_of(look_up(client, vehicle.plate))


def test_one_plate_in_two_colours_shows_both_vehicles(client):
    blue = build.ambulance(plate="赣C00001", plate_kind=PlateKind.SMALL)
    yellow = build.ambulance(plate="赣C00001", plate_kind=PlateKind.LARGE)
    code = build.marking(ambulance=blue).code
    text = text_of(look_up(client, "赣c·00001"))
    assert "plate-02" in text
    assert "plate-01" in text
    assert blue.institution.name in text
    assert yellow.institution.name in text
    assert code not in text


def test_the_vehicle_of_today_stands_before_the_retired_one_of_the_same_plate(client):
    build.ambulance(plate="赣C00001", status=AmbulanceStatus.RETIRED)
    build.ambulance(plate="赣C00001")
    text = text_of(look_up(client, "赣C00001"))
    assert text.index("band-known") < text.index("band-stop")


def test_an_unknown_plate_says_so_and_hands_the_plate_to_the_report(client):
    response = look_up(client, "赣A99999")
    text = text_of(response)
    assert 'No ambulance is registered with the plate <span class="tel">赣A99999</span>' in text
    assert "plate=%E8%B5%A3A99999&amp;kind=illegal_ambulance" in text
    assert 'href="tel:120"' in text


@pytest.mark.parametrize("status", [AmbulanceStatus.DRAFT, AmbulanceStatus.UNDER_REVIEW])
def test_a_vehicle_that_is_not_public_yet_is_an_unknown_plate(client, status):
    vehicle = build.ambulance(status=status)
    assert "No ambulance is registered" in text_of(look_up(client, vehicle.plate))


def test_a_part_of_a_plate_lists_nothing(client):
    vehicle = build.ambulance()
    for part in (vehicle.plate[:-1], vehicle.plate[:3], vehicle.plate[1:], vehicle.plate[:2] + "%"):
        text = text_of(look_up(client, part))
        assert vehicle.institution.name not in text, part


def test_a_mistaken_letter_is_explained_and_the_right_plate_offered(client):
    text = text_of(look_up(client, "赣A1234O"))
    assert "no letter I or O" in text
    assert 'href="/lookup/?q=%E8%B5%A3A12340&amp;lang=en"' in text
    assert 'value="赣A1234O"' in text
    assert 'aria-invalid="true"' in text


@pytest.mark.parametrize(
    ("q", "advice"), [("", "Enter a plate"), ("医", "at least two characters"), ("医" * 200, "too long")]
)
def test_a_text_that_is_no_question_yet_is_told_what_to_do(client, q, advice):
    response = look_up(client, q)
    assert response.status_code == 200
    assert advice in text_of(response)


def test_a_name_lists_institutions_and_never_their_vehicles(client, django_assert_num_queries):
    vehicle = marking_with(Standing.IN_SERVICE).ambulance
    build.institution(name="上饶中医院", closed_on=date(2026, 1, 1))
    with django_assert_num_queries(1):
        text = text_of(look_up(client, vehicle.institution.name[:5]))
    assert f'href="/institutions/{vehicle.institution_id}/?lang=en"' in text
    assert "江西省 南昌市 东湖区" in text
    assert vehicle.plate not in text
    assert vehicle.fleet_number not in text
    assert "上饶中医院" not in text


def test_a_closed_institution_is_marked_in_the_list(client):
    build.institution(name="上饶中医院", closed_on=date(2026, 1, 1))
    assert "Closed down" in text_of(look_up(client, "上饶"))


def test_many_institutions_come_page_by_page(client):
    names = {build.institution().name for _ in range(45)}
    seen = set()
    for number, (earlier, later) in enumerate([(False, True), (True, True), (True, False)], 1):
        text = text_of(look_up(client, "人民医院", page=str(number)))
        assert ('rel="prev"' in text, 'rel="next"' in text) == (earlier, later)
        seen |= {name for name in names if f">{name}<" in text}
    assert seen == names


@pytest.mark.parametrize("page", ["0", "-1", "51", "99999999999", "x", "²", "1.5"])
def test_a_page_that_is_none_is_not_found(client, page):
    assert look_up(client, "人民医院", page=page).status_code == 404


def test_signs_of_the_search_language_mean_themselves(client):
    build.institution()
    for q in ("%%", "__", "' OR 1=1 --", "\\%"):
        assert "No institution with this name" in text_of(look_up(client, q))


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", '"><img src=x onerror=1>', "{{ 7|add:7 }}"])
def test_what_is_typed_cannot_become_markup(client, q):
    text = text_of(look_up(client, q))
    assert "<script" not in text
    assert "<img" not in text


def test_a_lookup_is_kept_by_nobody_and_sets_no_cookie(client):
    for q in ("赣A99999", "人民医院", "", "京A1"):
        response = look_up(client, q)
        assert response["Cache-Control"] == "private, no-cache"
        assert not response.cookies


def test_guessing_without_end_is_stopped_in_words(client, settings):
    settings.ENV = settings.ENV.model_copy(update={"LIMIT_LOOKUPS": "2/10 minutes"})
    limiter.cache_clear()
    try:
        assert [look_up(client, "赣A99999").status_code for _ in range(3)] == [200, 200, 429]
        refused = look_up(client, "赣A99999")
        assert 0 < int(refused["Retry-After"]) <= 600
        assert "try again in 10 minutes" in text_of(refused)
        assert client.get("/").status_code == 200
    finally:
        limiter.cache_clear()


def test_a_lookup_cannot_be_posted(client):
    assert client.post("/lookup/", {"q": "赣A99999"}).status_code == 405


def test_that_nothing_is_found_by_a_name_is_said_before_the_box_to_ask_again(client):
    text = text_of(look_up(client, "没有这样的名称"))
    assert text.index("No institution with this name") < text.index('name="q"')
