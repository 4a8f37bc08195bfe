"""Cards by program: the same facts as the page, under names that never change."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client

from edge import throttles
from edge.limits import Limiter, limiter
from registry.choices import AmbulanceStatus, MarkingState, RevokeReason
from registry.codes import new_code, printed
from tests import build

pytestmark = pytest.mark.django_db

URL = "/api/v1/ambulances/"
NAMES = {
    "code",
    "standing",
    "standing_text",
    "plate",
    "institution",
    "fleet_number",
    "vehicle_type",
    "colour",
    "in_120_network",
    "inspection_valid_until",
    "authority",
    "position",
    "vehicle_standing",
    "checked_at",
}


@pytest.fixture(autouse=True)
def monday():
    limiter().clear()
    with time_machine.travel("2026-11-23T18:07:41+08:00", tick=False):
        yield
    limiter().clear()


def ask(path: str, **headers: str):
    return Client().get(URL + path, headers={"Accept-Language": "en"} | headers)


def problem(response, status, code):
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (response.status_code, response.json()["type"]) == (status, f"/problems/{code}")
    return response.json()


def test_a_card_has_exactly_the_named_fields(django_assert_max_num_queries):
    marking = build.marking(ambulance=build.ambulance(in_120_network=True, inspection_valid_until=date(2027, 5, 31)))
    with django_assert_max_num_queries(2):
        card = ask(f"{marking.code}/").json()
    vehicle = marking.ambulance
    assert set(card) == NAMES
    assert card == {
        "code": marking.code,
        "standing": "in_service_120",
        "standing_text": "Registered · 120 emergency ambulance",
        "plate": vehicle.plate,
        "institution": {"name": vehicle.institution.name, "complaint_phone": vehicle.institution.complaint_phone},
        "fleet_number": vehicle.fleet_number,
        "vehicle_type": "B",
        "colour": "白色",
        "in_120_network": True,
        "inspection_valid_until": "2027-05-31",
        "authority": {"name": vehicle.certified_by.name},
        "position": "LEFT",
        "vehicle_standing": "in_service_120",
        "checked_at": "2026-11-23T18:05:00+08:00",
    }


def test_nothing_of_the_vehicle_that_is_not_public_is_told():
    marking = build.marking()
    said = ask(f"{marking.code}/").content.decode()
    vehicle = marking.ambulance
    assert not any(
        secret in said for secret in (vehicle.vin, vehicle.positioning_device, vehicle.licence_engine_number)
    )


@pytest.mark.parametrize("write", [str.lower, printed, lambda code: printed(code).lower(), lambda code: f" {code} "])
def test_a_code_is_read_in_any_writing(write):
    marking = build.marking()
    assert ask(f"{write(marking.code)}/").json()["code"] == marking.code


def test_a_withdrawn_code_says_so_and_tells_the_vehicles_own_state():
    marking = build.marking(state=MarkingState.REVOKED, revoke_reason=RevokeReason.LOST)
    card = ask(f"{marking.code}/").json()
    assert (card["standing"], card["vehicle_standing"]) == ("code_revoked", "in_service")


def test_a_vehicle_without_an_inspection_date_has_null():
    retired = build.ambulance(status=AmbulanceStatus.RETIRED, inspection_valid_until=None)
    card = ask(f"{build.marking(ambulance=retired).code}/").json()
    assert (card["standing"], card["inspection_valid_until"]) == ("retired", None)


def test_an_unknown_code_is_told_apart_from_a_mistyped_one():
    code = new_code()
    problem(ask(f"{code}/"), 404, "code-unknown")
    mistyped = problem(
        ask(f"{code[:-2]}{code[-1]}{code[-2]}/" if code[-1] != code[-2] else f"{code}2/"), 404, "code-mistyped"
    )
    assert mistyped["detail"]
    problem(ask(f"{'A' * 200}/"), 404, "code-mistyped")
    problem(ask("%00%ff/"), 404, "code-mistyped")


@pytest.mark.parametrize("status", [AmbulanceStatus.DRAFT, AmbulanceStatus.UNDER_REVIEW])
def test_a_vehicle_that_is_not_public_yet_is_unknown(status):
    vehicle = build.ambulance(status=status)
    problem(ask(f"{build.marking(ambulance=vehicle).code}/"), 404, "code-unknown")
    assert ask(f"?plate={vehicle.plate}").json() == []


def test_the_words_are_in_the_readers_language_and_the_values_are_not():
    code = build.marking().code
    chinese, english = ask(f"{code}/?lang=zh"), ask(f"{code}/", **{"Accept-Language": "en-GB"})
    assert (chinese.headers["Content-Language"], english.headers["Content-Language"]) == ("zh-hans", "en")
    assert english.json()["standing_text"] == "Registered · not a 120 vehicle"
    assert chinese.json()["standing"] == english.json()["standing"]


def test_a_card_is_revalidated_and_kept_two_seconds_by_a_shared_cache():
    code = build.marking().code
    first = ask(f"{code}/")
    assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=2, must-revalidate"
    assert {"Accept-Language", "Accept-Encoding"} <= set(first.headers["Vary"].split(", "))
    again = ask(f"{code}/", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert not first.cookies


def test_a_suspension_shows_at_once():
    marking = build.marking()
    first = ask(f"{marking.code}/")
    marking.ambulance.status = AmbulanceStatus.SUSPENDED
    marking.ambulance.save()
    again = ask(f"{marking.code}/", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.json()["standing"]) == (200, "suspended")


def test_a_head_request_has_the_headers_and_no_body():
    response = Client().head(f"{URL}{build.marking().code}/")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"]


def test_a_plate_gives_a_list_without_code_and_position(django_assert_max_num_queries):
    marking = build.marking()
    plate = marking.ambulance.plate
    with django_assert_max_num_queries(2):
        cards = ask(f"?plate={plate[:2]}·{plate[2:].lower()}").json()
    assert [set(card) for card in cards] == [NAMES]
    assert (cards[0]["code"], cards[0]["position"], cards[0]["plate"]) == (None, None, plate)
    assert marking.code not in str(cards)


def test_a_plate_that_is_there_again_after_a_retirement_gives_the_current_vehicle_first():
    old = build.ambulance(status=AmbulanceStatus.RETIRED)
    build.ambulance(plate=old.plate)
    assert [card["standing"] for card in ask(f"?plate={old.plate}").json()] == ["in_service", "retired"]


def test_a_plate_that_no_vehicle_has_gives_an_empty_list():
    response = ask("?plate=赣A54321")
    assert (response.status_code, response.json()) == (200, [])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "required"),
        ("?plate=", "blank"),
        ("?plate=赣A123", "plate_length"),
        ("?plate=赣A1234O", "plate_letter"),
        ("?plate=%", "plate_length"),
        (f"?plate={'赣' * 500}", "too_long"),
        ("?plate=%00", "null_characters_not_allowed"),
    ],
)
def test_no_plate_and_what_is_no_plate_are_refused_in_words(query, code):
    errors = problem(ask(query), 400, "invalid")["errors"]
    assert ("plate", code) in {(error["field"], error["code"]) for error in errors}


def test_look_ups_by_plate_are_limited_with_those_of_the_pages(monkeypatch):
    counted = Limiter({"api": "100/minute", "lookups": "2/10 minutes"})
    monkeypatch.setattr(throttles, "limiter", lambda: counted)
    assert [ask("?plate=赣A54321").status_code for _ in range(3)] == [200, 200, 429]
    assert ask(f"{build.marking().code}/").status_code == 200


def test_cards_are_limited_by_address(monkeypatch):
    counted = Limiter({"api": "2/10 minutes"})
    monkeypatch.setattr(throttles, "limiter", lambda: counted)
    code = build.marking().code
    assert [ask(f"{code}/").status_code for _ in range(3)] == [200, 200, 429]
    assert problem(ask(f"{code}/"), 429, "too-many-requests")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_cards_are_only_read(method):
    problem(getattr(Client(), method)(f"{URL}{new_code()}/"), 405, "method-not-allowed")
