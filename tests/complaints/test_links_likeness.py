"""What makes two complaints look like reports of one event: plates with holes, days, stories."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.likeness import (
    HOLES,
    WEIGHT,
    Reason,
    Sight,
    is_near_text,
    known_ends,
    may_be_same_plate,
    prepared,
    reasons_by_sight,
)

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("赣A?123", "赣A45123", True),
        ("赣A?123", "赣A4123", True),
        ("赣A?123", "赣A45124", False),
        ("赣A?123", "赣B45123", False),
        ("赣A12?45", "赣A12345", True),
        ("赣A12?45", "赣A1245", False),
        ("赣A**345", "赣A12345", True),
        ("赣A1?345", "赣A12?45", True),
        ("?A12345", "赣A12345", True),
        ("赣A?????", "赣A12345", False),
        ("?", "赣A12345", False),
        ("?????", "?????", False),
        ("", "赣A12345", False),
        ("赣A12345", "赣A12345", True),
    ],
)
def test_a_plate_with_holes_fits_what_it_can_stand_for(one, other, fits):
    assert may_be_same_plate(one, other) is fits
    assert may_be_same_plate(other, one) is fits


@given(st.text("赣京A1234BD5", min_size=5, max_size=8), st.data())
def test_whatever_character_was_not_seen_the_plate_still_fits(plate, data):
    places = data.draw(st.sets(st.integers(0, len(plate) - 1), max_size=len(plate) - 4))
    holed = "".join(data.draw(st.sampled_from(sorted(HOLES))) if n in places else c for n, c in enumerate(plate))
    assert may_be_same_plate(holed, plate)
    begins, ends = known_ends(holed)
    assert plate.startswith(begins)
    assert plate.endswith(ends)


def sight(**fields):
    return Sight(**{"vehicle": None, "plate": "", "day": DAY, "contact": "", **fields})


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (sight(vehicle=1, plate="赣A12345"), sight(vehicle=1, plate="赣A12345"), [Reason.VEHICLE]),
        (sight(plate="赣A12345"), sight(plate="赣A12345"), [Reason.PLATE]),
        (sight(plate="赣A?345"), sight(vehicle=1, plate="赣A12345"), [Reason.PARTLY_SEEN]),
        (sight(plate="赣A?345"), sight(plate="赣A?345"), [Reason.PARTLY_SEEN]),
        (sight(vehicle=1, contact="h"), sight(vehicle=2, contact="h"), [Reason.CONTACT]),
        (sight(), sight(), []),
        (sight(contact=""), sight(contact=""), []),
    ],
)
def test_vehicle_plate_and_contact_count_on_the_same_days(one, other, reasons):
    assert reasons_by_sight(one, other) == reasons
    for days in (-1, 1):
        moved = Sight(other.vehicle, other.plate, other.day + timedelta(days=days), other.contact)
        assert reasons_by_sight(one, moved) == reasons
    for days in (-2, 2):
        moved = Sight(other.vehicle, other.plate, other.day + timedelta(days=days), other.contact)
        assert reasons_by_sight(one, moved) == []


STORY = "从南昌送到家里，收了两万八千元，没有发票，司机态度很差，说不给钱就不走。"


@pytest.mark.parametrize(
    ("other", "is_near"),
    [
        (STORY, True),
        (STORY.replace("，", " ").replace("。", ""), True),
        (STORY.replace("两万八千", "28000"), True),
        ("今天" + STORY + "请处理", True),
        ("救护车在医院门口停了一个小时没有人管，打电话也没有人接听，家属很着急。", False),
        ("", False),
    ],
)
def test_stories_are_near_when_hardly_a_word_differs(other, is_near):
    assert is_near_text(prepared(STORY), prepared(other)) is is_near


def test_short_stories_are_nobodys_own():
    assert not is_near_text(prepared("收费太高了"), prepared("收费太高了"))


def test_every_reason_weighs_something():
    assert set(WEIGHT) == set(Reason)
