"""The card as both doors read it: by code, by plate, and when nothing may be told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from directory.formats import BadFormat
from registry.cards import CodeMistyped, CodeUnknown, card_by_code, cards_by_plate, hotlines, posted_price, rounded
from registry.choices import AmbulanceStatus, MarkingState
from registry.codes import new_code, printed
from registry.standing import Standing
from tests import build

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 13, 59, tzinfo=UTC)


def test_a_live_code_tells_whose_the_vehicle_is_in_one_query(django_assert_num_queries):
    marking = build.marking(ambulance=build.ambulance(in_120_network=True))
    with django_assert_num_queries(1):
        card = card_by_code(printed(marking.code).lower(), NOW)
        assert card.ambulance.institution.name == marking.ambulance.institution.name
        assert card.ambulance.certified_by.name
    assert (card.standing, card.position, card.code) == (Standing.IN_SERVICE_120, "LEFT", marking.code)


def test_a_reissued_code_says_revoked_with_the_state_of_the_vehicle_under_it():
    marking = build.marking(state=MarkingState.REVOKED, ambulance=build.ambulance(status=AmbulanceStatus.SUSPENDED))
    card = card_by_code(marking.code, NOW)
    assert (card.standing, card.vehicle_standing) == (Standing.CODE_REVOKED, Standing.SUSPENDED)


def test_a_code_revoked_because_its_vehicle_retired_shows_retired():
    ambulance = build.ambulance(status=AmbulanceStatus.RETIRED)
    marking = build.marking(state=MarkingState.REVOKED, revoke_reason="vehicle_retired", ambulance=ambulance)
    assert card_by_code(marking.code, NOW).standing is Standing.RETIRED


def test_a_well_formed_code_that_nobody_carries_is_unknown():
    with pytest.raises(CodeUnknown):
        card_by_code(new_code(), NOW)


def test_a_code_with_one_wrong_character_is_mistyped_without_asking_the_database(django_assert_num_queries):
    code = build.marking().code
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    with django_assert_num_queries(0), pytest.raises(CodeMistyped):
        card_by_code(wrong, NOW)


@pytest.mark.parametrize("status", [AmbulanceStatus.DRAFT, AmbulanceStatus.UNDER_REVIEW])
def test_a_vehicle_not_yet_registered_is_unknown_by_code_and_by_plate(status):
    marking = build.marking(ambulance=build.ambulance(status=status))
    with pytest.raises(CodeUnknown):
        card_by_code(marking.code, NOW)
    assert cards_by_plate(marking.ambulance.plate, NOW) == []


def test_a_plate_yields_no_code_to_forge():
    marking = build.marking()
    (card,) = cards_by_plate(marking.ambulance.plate, NOW)
    assert (card.code, card.position) == (None, None)


def test_a_plate_used_again_shows_the_registered_vehicle_first():
    retired = build.ambulance(status=AmbulanceStatus.RETIRED)
    current = build.ambulance(plate=retired.plate, status=AmbulanceStatus.SUSPENDED)
    assert [card.ambulance.pk for card in cards_by_plate(retired.plate, NOW)] == [current.pk, retired.pk]


@pytest.mark.parametrize("text", ["赣A1", "京", "", "赣A%%%%%", "赣A123456789"])
def test_what_is_no_plate_is_refused_with_words(text):
    with pytest.raises(BadFormat):
        cards_by_plate(text, NOW)


def test_a_part_of_a_plate_never_lists_vehicles():
    build.ambulance(plate="赣A12345")
    with pytest.raises(BadFormat):
        cards_by_plate("赣A123", NOW)


def test_the_time_of_the_lookup_is_cut_to_five_minutes():
    assert rounded(NOW).isoformat() == "2026-11-23T10:10:00+08:00"


def test_the_price_that_holds_today_is_the_newest_valid_one():
    institution = build.institution()
    build.price(institution=institution, valid_from=date(2024, 1, 1))
    current = build.price(institution=institution, valid_from=date(2026, 1, 1))
    build.price(institution=institution, valid_from=date(2027, 1, 1))
    build.price(institution=institution, valid_from=date(2026, 6, 1), valid_until=date(2026, 6, 30))
    assert posted_price(institution.pk, date(2026, 11, 23)) == current
    assert posted_price(institution.pk, date(2023, 1, 1)) is None


def test_regional_hotlines_stand_before_the_national_ones(settings):
    settings.ENV = settings.ENV.model_copy(
        update={"REGIONAL_HOTLINES": {"360100": [{"number": "12320", "zh": "南昌卫生热线", "en": "Nanchang"}]}}
    )
    numbers = [line["number"] for line in hotlines("360102")]
    assert numbers[0] == "12320"
    assert len(numbers) == len(set(numbers))
    assert hotlines(None)[0]["number"] == "120"
