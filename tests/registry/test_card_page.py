"""Somebody scans the code on a vehicle."""

from __future__ import annotations

import gzip
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from directory.formats import PlateKind, display_plate
from registry.bands import TONES, band_of
from registry.choices import AmbulanceStatus
from registry.codes import new_code, printed
from registry.services import change_status
from registry.standing import Standing
from tests import build
from tests.registry.standings import VEHICLES, line_of, marking_with, never_shown

pytestmark = pytest.mark.django_db

STYLES = [Path(settings.BASE_DIR) / "config" / "static" / name for name in ("tokens.css", "public.css")]
FIRST_VIEW = 14 * 1024
NOON = "2026-11-23T12:02:00+08:00"


def path_of(marking):
    return f"/a/{marking.code}/"


def text_of(response):
    return response.content.decode()


@pytest.fixture(params=VEHICLES, ids=lambda standing: standing.value)
def standing(request):
    return request.param


@pytest.mark.parametrize("query", ["lang=zh", "lang=en", "lang=zh&view=elder", "lang=en&view=elder"])
def test_every_standing_is_told_first_in_every_language_and_view(client, standing, query):
    marking = marking_with(standing)
    response = client.get(f"{path_of(marking)}?{query}")
    text = text_of(response)
    assert response.status_code == 200
    assert f"band-{TONES[standing].value}" in text
    language, declared = ("en", "en") if "lang=en" in query else ("zh-hans", "zh-Hans")
    assert f'<html lang="{declared}"' in text
    assert ('class="elder"' in text) == ("view=elder" in query)
    heading = re.search(r"<h1>(.*?)</h1>", text)
    assert heading
    assert heading[1] == line_of(standing, language)


def test_a_card_needs_two_queries_and_no_cookie(client, standing, django_assert_num_queries):
    marking = marking_with(standing)
    with django_assert_num_queries(1 if standing in {Standing.RETIRED, Standing.INSTITUTION_CLOSED} else 2):
        response = client.get(path_of(marking))
    assert not response.cookies
    assert "cookie" not in response["Vary"].lower()


def test_a_card_and_its_styles_fit_into_the_first_round_trips(client, standing):
    owner = build.institution(name="某" * 100, address="路" * 200)
    marking = marking_with(standing, institution=owner, brand_model="型" * 60, scrap_due_on=date(2026, 9, 1))
    response = client.get(f"{path_of(marking)}?km=1600&lang=en&view=elder", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    styles = sum(len(gzip.compress(path.read_bytes())) for path in STYLES)
    assert styles < 6 * 1024
    assert len(response.content) + styles <= FIRST_VIEW


def test_a_card_names_owner_number_and_complaint_phone_as_the_notice_asks(client):
    marking = marking_with(Standing.IN_SERVICE_120)
    vehicle = marking.ambulance
    text = text_of(client.get(path_of(marking)))
    assert vehicle.institution.name in text
    assert vehicle.fleet_number in text
    assert f'href="tel:{vehicle.institution.complaint_phone}"' in text
    assert display_plate(vehicle.plate) in text
    assert f'aria-label="Plate {" ".join(vehicle.plate)}, ' in text_of(client.get(f"{path_of(marking)}?lang=en"))
    assert printed(marking.code) in text


def test_a_card_shows_nothing_that_is_nobodys_business(client, standing):
    marking = marking_with(standing)
    text = text_of(client.get(f"{path_of(marking)}?lang=en"))
    for secret in never_shown(marking.ambulance):
        assert secret not in text
    for word in ("VIN", "engine", "device", "station", "latitude", "position"):
        assert not re.search(rf"\b{word}\b", re.sub(r"<[^>]*>", " ", text), re.IGNORECASE), word


@pytest.mark.parametrize("kind", PlateKind)
def test_the_plate_is_drawn_in_the_colours_of_its_kind(client, kind):
    marking = marking_with(Standing.IN_SERVICE, plate_kind=kind)
    assert f'class="plate plate-{kind.value}"' in text_of(client.get(path_of(marking)))


@pytest.mark.parametrize("status", [AmbulanceStatus.DRAFT, AmbulanceStatus.UNDER_REVIEW])
def test_a_vehicle_that_is_not_public_yet_is_as_unknown_as_a_forged_code(client, status):
    marking = build.marking(ambulance=build.ambulance(status=status))
    response = client.get(path_of(marking))
    assert response.status_code == 404
    assert marking.ambulance.plate not in text_of(response)
    assert marking.ambulance.institution.name not in text_of(response)


def test_a_withdrawn_code_stops_first_and_then_tells_the_vehicles_own_state(client):
    marking = marking_with(Standing.CODE_REVOKED)
    text = text_of(client.get(f"{path_of(marking)}?lang=en"))
    stop, own = text.index("band-stop"), text.index("band-good")
    assert stop < own
    assert text.index(line_of(Standing.CODE_REVOKED)) < text.index(line_of(Standing.IN_SERVICE_120))


def test_an_expired_inspection_names_its_last_day(client):
    marking = marking_with(Standing.INSPECTION_OVERDUE)
    assert "Wednesday, 30 September 2026" in text_of(client.get(f"{path_of(marking)}?lang=en"))
    assert "2026年9月30日（星期三）" in text_of(client.get(f"{path_of(marking)}?lang=zh"))


def test_every_standing_has_a_tone_and_words():
    assert set(TONES) == set(Standing)
    for each in Standing:
        assert band_of(each).line
        assert band_of(each).explanation


@pytest.mark.parametrize(
    "written",
    [
        "/a/{code}",
        "/a/{code}/",
        "/A/{code}",
        "/A/{code}/",
        "/a/{lower}/",
        "/A/{grouped}",
        "/a/{grouped_lower}/",
        "/a/{spaced}",
    ],
)
def test_the_address_works_however_it_is_typed_and_without_a_redirect(client, written):
    marking = marking_with(Standing.IN_SERVICE)
    grouped = printed(marking.code)
    address = written.format(
        code=marking.code,
        lower=marking.code.lower(),
        grouped=grouped,
        grouped_lower=grouped.lower(),
        spaced=grouped.replace("-", "%20"),
    )
    response = client.get(address)
    assert response.status_code == 200
    assert marking.ambulance.institution.name in text_of(response)


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "%00", "..%252F..", "%3Fq=1", "%3Cscript%3E", "x" * 3000, "京A12345", "%E2%80%AE"]
)
def test_a_mistyped_code_is_told_apart_and_can_be_corrected(client, typed):
    response = client.get(f"/a/{typed}/" if typed else "/a/", {"lang": "en"})
    text = text_of(response)
    assert response.status_code == 404
    assert line_of(Standing.CODE_MISTYPED) in text
    assert 'name="q"' in text
    assert "<script" not in text


def test_what_was_mistyped_stays_in_the_box(client):
    right = new_code()
    wrong = right[:-1] + ("2" if right[-1] != "2" else "3")
    assert f'value="{wrong}"' in text_of(client.get(f"/a/{wrong}/"))


def test_an_unknown_code_offers_help_and_the_report(client):
    code = new_code()
    response = client.get(f"/a/{code}/?lang=en")
    text = text_of(response)
    assert response.status_code == 404
    assert line_of(Standing.CODE_UNKNOWN) in text
    assert 'href="tel:120"' in text
    assert 'href="tel:110"' in text
    assert f"/complaints/new/?code={code}&amp;kind=illegal_ambulance&amp;lang=en" in text


def test_the_three_actions_hand_the_code_over_and_keep_language_and_view(client):
    marking = marking_with(Standing.IN_SERVICE)
    text = text_of(client.get(f"{path_of(marking)}?lang=en&view=elder"))
    kept = "lang=en&amp;view=elder"
    for about in ("kind=card_mismatch&amp;", "", "kind=praise&amp;"):
        assert f'href="/complaints/new/?code={marking.code}&amp;{about}{kept}"' in text


@time_machine.travel(NOON, tick=False)
def test_a_browser_that_has_the_card_hears_that_nothing_changed(client):
    address = path_of(marking_with(Standing.IN_SERVICE))
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=2, must-revalidate"
    assert again.status_code == 304
    assert not again.content
    assert again["ETag"] == first["ETag"]
    assert {"accept-language", "accept-encoding"} <= {name.strip().lower() for name in first["Vary"].split(",")}


@time_machine.travel(NOON, tick=False)
def test_the_tag_survives_compression(client):
    address = path_of(marking_with(Standing.IN_SERVICE))
    squeezed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert squeezed["ETag"] == client.get(address)["ETag"]


@time_machine.travel(NOON, tick=False)
def test_a_suspension_shows_at_once(client):
    marking = marking_with(Standing.IN_SERVICE_120)
    tag = client.get(path_of(marking))["ETag"]
    now = marking.issued_at
    change_status(
        ambulance=marking.ambulance, new_status=AmbulanceStatus.SUSPENDED, reason="", changed_by=None, now=now
    )
    response = client.get(path_of(marking), headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert "band-stop" in text_of(response)


def test_the_tag_changes_with_day_language_view_release_and_price(client, settings):
    marking = marking_with(Standing.IN_SERVICE)
    address = path_of(marking)
    tags = []
    with time_machine.travel(NOON, tick=False):
        tags += [client.get(address)["ETag"]]
        tags += [client.get(f"{address}?{query}")["ETag"] for query in ("lang=en", "view=elder", "km=10")]
        marking.ambulance.institution.prices.update(per_km=Decimal(9))
        tags += [client.get(address)["ETag"]]
        settings.RELEASE = "another"
        tags += [client.get(address)["ETag"]]
    with time_machine.travel("2026-11-24T12:02:00+08:00", tick=False):
        tags += [client.get(address)["ETag"]]
    assert len(set(tags)) == len(tags)


def test_a_refusal_is_cached_no_longer_than_a_card(client):
    assert client.get(f"/a/{new_code()}/")["Cache-Control"] == "public, max-age=0, s-maxage=2, must-revalidate"


def test_the_browsers_language_decides_unless_the_address_says_otherwise(client):
    address = path_of(marking_with(Standing.IN_SERVICE))
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert '<html lang="en"' in text_of(client.get(address, headers=english))
    assert '<html lang="zh-Hans"' in text_of(client.get(f"{address}?lang=zh", headers=english))
    assert '<html lang="zh-Hans"' in text_of(client.get(address, headers={"Accept-Language": "fr"}))


def test_head_answers_like_get_without_a_body(client):
    address = path_of(marking_with(Standing.IN_SERVICE))
    response = client.head(address)
    assert response.status_code == 200
    assert response["ETag"]
    assert not response.content


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_card_cannot_be_written_to(client, method):
    assert getattr(client, method)(path_of(marking_with(Standing.IN_SERVICE))).status_code == 405


def test_the_time_of_the_lookup_is_rounded_to_five_minutes_of_shanghai(client):
    marking = marking_with(Standing.IN_SERVICE)
    with time_machine.travel("2026-11-23T18:07:59Z", tick=False):
        assert "2026年11月24日（星期二） 02:05" in text_of(client.get(path_of(marking)))


def test_the_hotlines_of_the_region_come_after_120_and_110_and_before_the_rest(client, settings):
    regional = {"360100": [{"number": "96120", "zh": "南昌转运热线", "en": "Nanchang transfer line"}]}
    settings.ENV = settings.ENV.model_copy(update={"REGIONAL_HOTLINES": regional})
    text = text_of(client.get(path_of(marking_with(Standing.IN_SERVICE))))
    places = [text.index(f'tel:{number}"') for number in ("120", "110", "96120", "12345")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("km", "expected"),
    [("1600", "10,671.99 yuan"), ("3", "20 yuan"), ("0", "20 yuan"), ("12.5", "83.37 yuan")],
)
def test_the_price_of_a_distance_is_worked_out_on_the_page(client, km, expected):
    marking = marking_with(Standing.IN_SERVICE)
    assert expected in text_of(client.get(f"{path_of(marking)}?km={km}&lang=en"))


def test_the_steps_of_the_estimate_are_shown(client):
    text = text_of(client.get(f"{path_of(marking_with(Standing.IN_SERVICE))}?km=1600"))
    assert "20 + (1,600 − 3) × 6.67 = 10,671.99" in text


@pytest.mark.parametrize("km", ["-1", "abc", "1e400", "NaN", "Infinity", "99999", "1.23", "<b>", "9" * 500, "\x00"])
def test_a_distance_that_is_none_is_explained_and_the_card_stays(client, km):
    marking = marking_with(Standing.IN_SERVICE)
    response = client.get(path_of(marking), {"km": km, "lang": "en"})
    text = text_of(response)
    assert response.status_code == 200
    assert 'aria-invalid="true"' in text
    assert "<b>&lt;" not in text
    assert "<strong>" not in text
    assert marking.ambulance.institution.name in text


def test_a_vehicle_nobody_may_be_charged_for_shows_no_price(client):
    for each in (Standing.RETIRED, Standing.INSTITUTION_CLOSED):
        assert 'id="price"' not in text_of(client.get(path_of(marking_with(each))))


def test_what_people_wrote_into_the_register_cannot_become_markup(client):
    owner = build.institution(name="<script>alert(1)</script>")
    marking = marking_with(Standing.IN_SERVICE, institution=owner, colour='"><img src=x>', fleet_number="<b>1</b>")
    text = text_of(client.get(path_of(marking)))
    assert "<script" not in text
    assert "<img" not in text
    assert "<b>1" not in text


def test_a_card_runs_no_script_and_has_no_styles_of_its_own(client, standing):
    text = text_of(client.get(path_of(marking_with(standing))))
    assert "<script" not in text
    assert "<style" not in text
    assert not re.search(r"\s(style|on\w+)=", text)
